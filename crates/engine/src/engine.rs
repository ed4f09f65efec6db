//! The engine: what all use cases share. Each use case is a file of its own.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64},
    },
};

use keyfob_audit::{Actor, Draft, EventKind, Guarded};
use keyfob_keychain::Keychain;
use keyfob_oauth::{AddressPolicy, Http, HttpOptions};
use keyfob_providers::SessionLimits;
use keyfob_secret::{ClientSecret, escape_untrusted};
use keyfob_token::{Now, Session, SessionId, Stamp};
use keyfob_vault::{Change, Vault, lock::DesktopLock};
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    clock::Clock,
    error::{EngineError, host_of},
    export::ExportState,
    gate::GateState,
    host::{Changed, Host},
    import::Imports,
    policies::Applying,
    reach::Reachability,
    refresher::Limits,
    roster::Roster,
    signin::Flows,
    unsaved::Unsaved,
    view::{DemoView, ErrorCode, SettingsView},
};

/// What a shell tells the engine once.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where vaults live; made 0700 when missing.
    pub data_dir: PathBuf,
    /// Who acts when the user asks for something: the window or the command line.
    pub actor: Actor,
    /// The program's version.
    pub version: String,
    /// The demonstration provider, if one runs.
    pub demo: Option<DemoView>,
}

/// All use cases. Cheap to clone; every clone is the same engine. With the last clone the engine
/// stops where it stands, as after a kill, and frees its lock; [`Engine::wind_up`] comes first
/// where there is time.
#[derive(Clone)]
pub struct Engine {
    pub(crate) core: Arc<Core>,
    _handle: Arc<Handle>,
}

/// What all clones of an engine share and its tasks don't: with the last of them it ends.
struct Handle(Arc<Core>);

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.stop.cancel();
        self.0.put_vault(None);
        *locked(&self.0.desktop_lock) = None;
    }
}

pub(crate) struct Core {
    pub(crate) options: Options,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) keychain: Arc<dyn Keychain>,
    pub(crate) host: Arc<dyn Host>,
    http: Http,
    pub(crate) gate: Mutex<GateState>,
    /// Held while the vault is being opened or made.
    pub(crate) opening: tokio::sync::Mutex<()>,
    /// Tells whoever waits for the keyring that its user doesn't want to.
    pub(crate) give_up: Notify,
    vault: Mutex<Option<Arc<Vault>>>,
    /// The folder that this desktop holds, and the lock on it.
    pub(crate) desktop_lock: Mutex<Option<(PathBuf, DesktopLock)>>,
    pub(crate) roster: RwLock<Roster>,
    /// See [`Core::in_order`].
    order: Mutex<()>,
    pub(crate) settings: Mutex<SettingsView>,
    /// Refreshes on their way, and since when.
    pub(crate) in_flight: Mutex<HashMap<SessionId, Stamp>>,
    pub(crate) flows: Flows,
    pub(crate) imports: Imports,
    pub(crate) export: ExportState,
    /// Held from the choice of a session's name until the session is in the list.
    pub(crate) naming: tokio::sync::Mutex<()>,
    /// A client secret taken from the clipboard for the next sign-in.
    pub(crate) pasted_secret: Mutex<Option<ClientSecret>>,
    pub(crate) reach: Reachability,
    /// Revocations on their way.
    pub(crate) revoking: Mutex<HashSet<SessionId>>,
    pub(crate) limits: Limits,
    pub(crate) applying: Applying,
    /// What providers told of how long they let sessions live, by issuer.
    pub(crate) provider_limits: Mutex<HashMap<String, SessionLimits>>,
    /// New tokens that could not be saved yet.
    pub(crate) unsaved: Unsaved,
    /// The vault and its `data_version` as of the last reading of everything.
    pub(crate) seen: Mutex<Option<(uuid::Uuid, u32)>>,
    /// How often a token was copied: only the newest copy is cleared by its timer.
    pub(crate) copies: AtomicU64,
    /// When each issuer's keys were last fetched, and what came; `null` when nothing did.
    pub(crate) keys_fetched: Mutex<HashMap<String, (Stamp, serde_json::Value)>>,
    /// Whether a refresh was saved here since the anchor was kept.
    pub(crate) moved_on: AtomicBool,
    /// Wakes the loop that refreshes and sends revocations.
    pub(crate) wake: Notify,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

impl Engine {
    /// Builds the engine; it opens nothing yet (see [`Engine::open`]).
    pub fn new(
        options: Options,
        clock: Arc<dyn Clock>,
        keychain: Arc<dyn Keychain>,
        host: Arc<dyn Host>,
    ) -> Self {
        let http = Http::when_needed(HttpOptions::new(&options.version));
        let since = clock.now().wall;
        let core = Arc::new(Core {
            options,
            clock,
            keychain,
            host,
            http,
            gate: Mutex::new(GateState::opening(since)),
            opening: tokio::sync::Mutex::new(()),
            give_up: Notify::new(),
            vault: Mutex::new(None),
            desktop_lock: Mutex::new(None),
            roster: RwLock::new(Roster::default()),
            order: Mutex::default(),
            settings: Mutex::new(SettingsView::default()),
            in_flight: Mutex::new(HashMap::new()),
            flows: Flows::default(),
            imports: Imports::default(),
            export: ExportState::default(),
            naming: tokio::sync::Mutex::default(),
            pasted_secret: Mutex::new(None),
            reach: Reachability::default(),
            revoking: Mutex::default(),
            limits: Limits::default(),
            applying: Applying::default(),
            provider_limits: Mutex::default(),
            unsaved: Unsaved::default(),
            seen: Mutex::default(),
            copies: AtomicU64::new(0),
            keys_fetched: Mutex::default(),
            moved_on: AtomicBool::new(false),
            wake: Notify::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        Self {
            _handle: Arc::new(Handle(core.clone())),
            core,
        }
    }
}

/// Locks a mutex whose holders never leave it half-changed: a panic elsewhere does not matter.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs blocking work (SQLite, the file system) off the async threads.
pub(crate) async fn blocking<T, F>(work: F) -> Result<T, EngineError>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, EngineError> + Send + 'static,
{
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(EngineError::new(ErrorCode::Internal)))
}

impl Core {
    pub(crate) fn now(&self) -> Now {
        self.clock.now()
    }

    /// The open vault, for what the user asks: refused while locked.
    pub(crate) fn vault(&self) -> Result<Arc<Vault>, EngineError> {
        if locked(&self.gate).is_locked() {
            return Err(ErrorCode::VaultLocked.into());
        }
        self.vault_even_locked()
    }

    /// The open vault, for what goes on while it is locked: refresh, pending revocations.
    pub(crate) fn vault_even_locked(&self) -> Result<Arc<Vault>, EngineError> {
        locked(&self.vault)
            .clone()
            .ok_or_else(|| ErrorCode::VaultNotOpen.into())
    }

    pub(crate) fn put_vault(&self, vault: Option<Arc<Vault>>) {
        *locked(&self.vault) = vault;
    }

    /// The client for an issuer's address policy.
    pub(crate) fn http(&self, allow_private: bool) -> Http {
        let policy = if allow_private {
            AddressPolicy::AllowPrivate
        } else {
            AddressPolicy::PublicOnly
        };
        self.http.under(policy)
    }

    /// Changes one session in one transaction, together with its audit events, and publishes it.
    pub(crate) async fn change_session<F>(
        self: &Arc<Self>,
        vault: Arc<Vault>,
        id: SessionId,
        change: F,
    ) -> Result<Session, EngineError>
    where
        F: FnOnce(&mut Change<'_>, Session) -> Result<Session, EngineError> + Send + 'static,
    {
        let core = self.clone();
        blocking(move || {
            core.in_order(|| {
                let session = vault.write_with(|tx| {
                    let session = tx.session(id)?;
                    let session = change(tx, session)?;
                    tx.put_session(&session)?;
                    Ok::<_, EngineError>(session)
                })?;
                core.publish(session.clone());
                Ok(session)
            })
        })
        .await
    }

    /// What is read or committed in `work` is shown in it too, one piece of work after the other:
    /// the list never goes back behind a later commit. Blocks.
    pub(crate) fn in_order<T>(&self, work: impl FnOnce() -> T) -> T {
        let _turn = locked(&self.order);
        work()
    }

    /// Shows a committed session in the list, and wakes the loop: it may be due now.
    pub(crate) fn publish(&self, session: Session) {
        let id = session.id;
        self.write_roster(|roster| roster.put(session));
        self.session_changed(id);
        self.host.changed(Changed::Sessions);
        self.host.changed(Changed::Audit);
        self.wake.notify_one();
    }

    /// Changes the list as a whole.
    pub(crate) fn roster_mut<T>(&self, change: impl FnOnce(&mut Roster) -> T) -> T {
        let changed = self.write_roster(change);
        self.sessions_changed();
        changed
    }

    fn write_roster<T>(&self, change: impl FnOnce(&mut Roster) -> T) -> T {
        change(&mut self.roster.write().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn roster<T>(&self, look: impl FnOnce(&Roster) -> T) -> T {
        look(&self.roster.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A session of the list, as last committed.
    pub(crate) fn session(&self, id: SessionId) -> Result<Session, EngineError> {
        self.roster(|roster| roster.session(id))
            .ok_or_else(|| EngineError::new(ErrorCode::SessionNotFound))
    }

    /// An event by whoever uses this shell.
    pub(crate) fn event(&self, kind: EventKind) -> Draft {
        Draft {
            actor: self.options.actor,
            ..Draft::new(self.now().wall, kind)
        }
    }

    /// An event about a session.
    pub(crate) fn session_event(&self, kind: EventKind, session: &Session) -> Draft {
        about(self.event(kind), session)
    }
}

/// Fills in what an event says about a session.
pub(crate) fn about(draft: Draft, session: &Session) -> Draft {
    let text = |value: &str| (!value.is_empty()).then(|| escape_untrusted(value, 300));
    Draft {
        session: Some(session.id),
        guarded: Guarded {
            account: session.account.label().and_then(text),
            issuer: text(&session.issuer),
            host: text(&host_of(&session.issuer)),
            label: text(&session.name),
            device: None,
        },
        ..draft
    }
}

/// Reads an id that came from outside.
pub(crate) fn parse_id(text: &str) -> Result<SessionId, EngineError> {
    uuid::Uuid::parse_str(text)
        .map(SessionId)
        .map_err(|_| EngineError::new(ErrorCode::SessionNotFound))
}
