//! Opening: the file is looked at, the key fetched, the anchor compared, the sessions read.

use std::{future::Future, sync::Arc, time::Duration};

use keyfob_audit::{Actor, Draft, EventKind};
use keyfob_keychain::{KeychainError, anchor_account};
use keyfob_secret::{Key32, SecretBytes};
use keyfob_token::life::Policy;
use keyfob_vault::{
    Anchor, AnchorVerdict, OpenError, Vault, VaultError, VaultFiles, anchor, lock::DesktopLock,
    peek,
};

use super::Place;
use serde::de::DeserializeOwned;

use crate::{
    engine::{Core, Engine, blocking, locked},
    error::EngineError,
    host::Changed,
    policies::POLICIES,
    settings::SETTINGS,
    view::{DamageView, ErrorCode, Gate, SettingsView, VaultView},
};

/// Whether a locked keyring may ask its user.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    Nobody,
    User,
}

/// How often the lock of another desktop is tried before it counts as running: one that is on its
/// way out sends held revocations for 2.5 s first.
const LEAVING_TRIES: u32 = 30;
/// How long between two tries.
const LEAVING_PAUSE: Duration = Duration::from_millis(100);

impl Engine {
    /// Opens the vault, or says at which gate it stands. Asks nobody: a locked keyring is a gate.
    pub async fn open(&self) -> VaultView {
        self.core.open(Asking::Nobody).await
    }

    /// Tries again because the user asks; a locked keyring may ask them to unlock it. A question
    /// that nobody answered is given up first.
    pub async fn retry(&self) -> VaultView {
        self.core.give_up.notify_waiters();
        self.core.open(Asking::User).await
    }

    /// Waits no longer for the keyring. The vault stays closed and is unharmed.
    pub fn give_up_waiting(&self) -> VaultView {
        self.core.give_up.notify_waiters();
        self.core.vault_view()
    }

    /// The user has seen that this is an older copy, and wants to go on with it.
    ///
    /// # Errors
    /// The vault is not open, or can't be written.
    pub async fn accept_older_copy(&self) -> Result<VaultView, EngineError> {
        let core = &self.core;
        let vault = core.vault()?;
        if !locked(&core.gate).older_copy {
            return Ok(core.vault_view());
        }
        let event = core.event(EventKind::VaultRolledBack);
        // Its refresh tokens may have been used since: none is presented before the user asks.
        let restored = blocking(move || {
            // Read first: inside of a write the vault waits for itself.
            let mut restored = vault.sessions()?;
            Ok(vault.write(|tx| {
                for session in &mut restored {
                    session.renewal.restored = session.refresh.is_some();
                    tx.put_session(session)?;
                }
                tx.record(event)?;
                Ok(restored)
            })?)
        })
        .await?;
        core.roster_mut(|roster| roster.replace(restored));
        core.mark_older_copy(false);
        core.keep_anchor().await;
        core.host.changed(Changed::Vault);
        core.wake.notify_one();
        Ok(core.vault_view())
    }
}

impl Core {
    async fn open(self: &Arc<Self>, asking: Asking) -> VaultView {
        let _one_at_a_time = self.opening.lock().await;
        if self.vault_even_locked().is_err() {
            self.set_gate(Gate::Opening, None);
            if let Err(error) = self.try_open(asking).await {
                self.stand_before(error);
            }
        }
        self.vault_view()
    }

    async fn try_open(self: &Arc<Self>, asking: Asking) -> Result<(), EngineError> {
        let files = Place::find(&self.options.data_dir).files;
        files.prepare()?;
        if self.options.actor == Actor::User {
            self.wait_for_desktop_lock(&files).await?;
        }
        let header = match peek(&files) {
            Ok(header) => header,
            Err(OpenError::Missing) => {
                let gate = if self.keys_are_there().await {
                    Gate::FirstRunKeysFound
                } else {
                    Gate::FirstRun
                };
                self.set_gate(gate, None);
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let account = header.vault_id.to_string();
        let key = self
            .while_keyring_answers(self.fetch(&account, asking), Gate::Opening)
            .await
            .map(wrapping_key)??;
        let vault = blocking(move || Ok(Arc::new(Vault::open(&files, &key)?))).await?;
        let anchor = self.kept_anchor(&vault).await;
        let older = is_older_copy(&vault, anchor).await;
        let event = Draft {
            actor: Actor::Keyfob,
            ..self.event(EventKind::VaultUnlocked)
        };
        let unlocked = vault.clone();
        let recorded = blocking(move || Ok(unlocked.write(|tx| tx.record(event).map(drop))?)).await;
        match recorded {
            // A damaged file is opened for reading only: what can be read is shown all the same.
            Err(error) if error.code() != ErrorCode::VaultReadOnly => return Err(error),
            _ => {}
        }
        self.enter(vault, older).await
    }

    async fn fetch(&self, account: &str, asking: Asking) -> Result<SecretBytes, KeychainError> {
        match asking {
            Asking::Nobody => self.keychain.load_quietly(account).await,
            Asking::User => self.keychain.load(account).await,
        }
    }

    /// Reads what the vault holds into memory and opens the gate.
    pub(crate) async fn enter(
        self: &Arc<Self>,
        vault: Arc<Vault>,
        older: bool,
    ) -> Result<(), EngineError> {
        let reader = vault.clone();
        let (seen, sessions, settings, policies, lock) = blocking(move || {
            // First: what another process writes from here on is seen as a change.
            let seen = (reader.id(), reader.data_version()?);
            let sessions = reader.sessions()?;
            let settings: SettingsView = readable_setting(&reader, SETTINGS)?;
            let policies: Vec<Policy> = readable_setting(&reader, POLICIES)?;
            let lock: super::LockRow = readable_setting(&reader, super::LOCK_SETTING)?;
            Ok((seen, sessions, settings, policies, lock))
        })
        .await?;
        *locked(&self.seen) = Some(seen);
        let readable = u32::try_from(sessions.len()).unwrap_or(u32::MAX);
        self.mark_damage(vault.damage().map(|damage| DamageView {
            readable,
            lost: u32::try_from(damage.rows.len()).unwrap_or(u32::MAX),
        }));
        self.mark_older_copy(older);
        self.roster_mut(|roster| {
            roster.replace(sessions);
            roster.set_policies(policies);
        });
        *locked(&self.settings) = settings.bounded();
        self.put_vault(Some(vault));
        self.set_gate(
            if lock.locked {
                Gate::Locked
            } else {
                Gate::Open
            },
            None,
        );
        self.settle_leftovers();
        self.check_rows();
        self.wake.notify_one();
        Ok(())
    }

    /// Looks, beside everything else, whether rows were put back or taken out from outside. Such a
    /// vault is held like an older copy: shown, and not refreshed until the user says so.
    fn check_rows(self: &Arc<Self>) {
        let Ok(vault) = self.vault_even_locked() else {
            return;
        };
        let core = self.clone();
        self.tasks.spawn(async move {
            let looked =
                blocking(move || Ok((vault.rows_match_ledger()?, vault.replayed()?.len()))).await;
            match looked {
                Ok((true, 0)) => {}
                Ok((matches, replayed)) => {
                    tracing::error!(
                        matches,
                        replayed,
                        "rows of the vault were changed from outside"
                    );
                    core.mark_older_copy(true);
                    core.host.changed(Changed::Vault);
                }
                Err(error) => tracing::warn!(code = ?error.code(), "the rows could not be checked"),
            }
        });
    }

    /// Waits for the keyring; when that seems to wait for its user, the page says so, the window
    /// lives on, and the user may give it up.
    pub(super) async fn while_keyring_answers<T>(
        &self,
        answer: impl Future<Output = Result<T, KeychainError>>,
        back_to: Gate,
    ) -> Result<T, EngineError> {
        tokio::pin!(answer);
        let mut waiting = self.keychain.waiting();
        let outcome = tokio::select! {
            biased;
            outcome = &mut answer => outcome,
            () = waiting.until(true) => {
                let given_up = self.give_up.notified();
                self.set_gate(Gate::WaitingForKeyring, None);
                let outcome = tokio::select! {
                    biased;
                    outcome = &mut answer => outcome,
                    () = given_up => Err(KeychainError::Locked),
                };
                self.set_gate(back_to, None);
                outcome
            }
        };
        outcome.map_err(EngineError::from)
    }

    /// Takes the lock, and waits a little for a desktop that is on its way out.
    async fn wait_for_desktop_lock(&self, files: &VaultFiles) -> Result<(), EngineError> {
        for _ in 0..LEAVING_TRIES {
            match self.take_desktop_lock(files) {
                Err(error) if error.code() == ErrorCode::VaultInUse => {
                    tokio::time::sleep(LEAVING_PAUSE).await;
                }
                other => return other,
            }
        }
        self.take_desktop_lock(files)
    }

    pub(super) fn take_desktop_lock(&self, files: &VaultFiles) -> Result<(), EngineError> {
        let mut held = locked(&self.desktop_lock);
        // The old lock goes first only when the new one is of another folder.
        if held
            .as_ref()
            .is_some_and(|(folder, _)| folder == files.dir())
        {
            return Ok(());
        }
        *held = Some((files.dir().to_owned(), DesktopLock::try_take(files)?));
        Ok(())
    }

    /// Whether the keyring holds keys of Keyfob although there is no vault: perhaps its disk is
    /// not mounted. A keyring that doesn't answer has none to show.
    pub(super) async fn keys_are_there(&self) -> bool {
        matches!(self.keychain.accounts().await, Ok(accounts) if !accounts.is_empty())
    }

    /// The anchor that the keyring has; `None` where it has none or doesn't answer.
    pub(super) async fn kept_anchor(&self, vault: &Vault) -> Option<SecretBytes> {
        let account = anchor_account(vault.id());
        self.keychain.load_quietly(&account).await.ok()
    }

    /// Writes the anchor into the keyring. Best effort: nothing waits for it.
    pub(crate) async fn keep_anchor(&self) {
        let Ok(vault) = self.vault_even_locked() else {
            return;
        };
        if locked(&self.gate).holds_refresh() {
            // The keyring is ahead of this copy; it must not be lowered.
            return;
        }
        let account = anchor_account(vault.id());
        let Ok(anchor) = blocking(move || Ok(vault.anchor()?)).await else {
            return;
        };
        if self
            .keychain
            .replace(&account, &SecretBytes::new(anchor.to_bytes()))
            .await
            .is_err()
        {
            tracing::warn!("the anchor could not be kept in the keyring");
        }
    }

    /// Shows the screen that an error asks for.
    fn stand_before(&self, error: EngineError) {
        // Before a gate nothing is open: what can't be read there is damage.
        let error = match error.code() {
            ErrorCode::VaultReadOnly => ErrorCode::VaultDamaged.into(),
            _ => error,
        };
        let gate = match error.code() {
            ErrorCode::KeyringLocked => Gate::KeyringLocked,
            ErrorCode::KeyringDenied => Gate::KeyringDenied,
            ErrorCode::KeyringSilent => Gate::KeyringSilent,
            ErrorCode::KeyringMissing | ErrorCode::KeyringFailed => Gate::KeyringMissing,
            ErrorCode::KeyringNoKey => Gate::KeyGone,
            ErrorCode::WrongKey => Gate::WrongKey,
            ErrorCode::VaultInUse => Gate::InUse,
            _ => Gate::VaultTrouble,
        };
        tracing::warn!(code = ?error.code(), "the vault stays closed");
        self.set_gate(gate, Some(error));
    }
}

/// A setting, or its default where it was never written or a damaged file has lost it.
pub(super) fn readable_setting<T: Default + DeserializeOwned>(
    vault: &Vault,
    key: &str,
) -> Result<T, EngineError> {
    match vault.setting(key) {
        Ok(found) => Ok(found.unwrap_or_default()),
        Err(VaultError::Damaged | VaultError::Unreadable) => Ok(T::default()),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn wrapping_key(bytes: SecretBytes) -> Result<Key32, EngineError> {
    // EXPOSE: the bytes become the key that opens the slot.
    Key32::from_slice(bytes.expose()).ok_or_else(|| ErrorCode::WrongKey.into())
}

/// Whether a vault is older than the anchor in the keyring says; `None` says nothing.
pub(super) async fn is_older_copy(vault: &Arc<Vault>, kept: Option<SecretBytes>) -> bool {
    // EXPOSE: the anchor is a counter and a hash; it sits in the keyring to be out of reach.
    let Some(kept) = kept.and_then(|bytes| Anchor::from_bytes(bytes.expose())) else {
        return false;
    };
    let vault = vault.clone();
    blocking(move || {
        let found = vault.anchor()?;
        Ok(anchor::compare(&found, &kept) == AnchorVerdict::OlderCopy)
    })
    .await
    .unwrap_or(false)
}
