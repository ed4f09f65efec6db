//! The ground of a trial: a provider, a vault in a folder of its own, and its key in the keyring
//! of the session bus.

use std::{path::PathBuf, process::Command, sync::Arc};

use anyhow::{Context, Result, ensure};
use keyfob_audit::verify_chain;
use keyfob_crypto::make_key;
use keyfob_engine::{Clock, SystemClock};
use keyfob_journeys::provider::Provider;
use keyfob_keychain::{Keychain, OsKeychain, SERVICE, key_account};
use keyfob_secret::{Key32, SecretBytes};
use keyfob_token::{Now, Session, SessionId};
use keyfob_vault::{Vault, VaultFiles};
use serde_json::Value;
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    log::{Log, Presented, name_of},
    seed::Client,
};

/// A provider and a vault.
pub struct Ground {
    /// The provider.
    pub provider: Provider,
    /// The client of its sessions.
    pub client: Client,
    /// The vault, as the harness reads it.
    pub vault: Arc<Vault>,
    /// The folder of all.
    pub dir: TempDir,
    key: Arc<Key32>,
    clock: SystemClock,
}

/// What a vault is in the end.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// What is wrong with the file or its rows.
    pub damage: Vec<String>,
    /// What is wrong with the audit chain.
    pub chain: Vec<String>,
    /// Events in the log.
    pub events: u64,
    /// Alarms of theft in the log.
    pub alarms: usize,
}

impl Ground {
    /// A provider with these settings, a new vault with its key in the keyring, and the client of
    /// the sessions that follow.
    ///
    /// # Errors
    /// Something of it can't be had.
    pub async fn lay(settings: &[(&str, &str)]) -> Result<Self> {
        let provider = Provider::start(settings)?;
        // Beside the programs, not in memory: what a commit costs is part of the trial.
        let root =
            std::env::var_os("KEYFOB_CHAOS_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let dir = tempfile::Builder::new()
            .prefix("keyfob-chaos-")
            .tempdir_in(root)?;
        let clock = SystemClock::new();
        let id = Uuid::new_v4();
        let key = make_key()?;
        // EXPOSE: the keyring keeps the raw key; that is its purpose.
        let bytes = SecretBytes::new(key.expose().to_vec());
        OsKeychain::new(SERVICE)
            .create(&key_account(id), &bytes)
            .await
            .context("the keyring of the session bus takes the vault's key")?;
        let files = VaultFiles::new(dir.path().join("keyfob/vault"));
        let vault = Arc::new(Vault::create(&files, id, &key, clock.now().wall)?);
        let client = Client::known(&provider.issuer, &vault, &clock.now()).await?;
        Ok(Self {
            provider,
            client,
            vault,
            dir,
            key: Arc::new(key),
            clock,
        })
    }

    /// Now.
    pub fn now(&self) -> Now {
        self.clock.now()
    }

    /// The folder that programs are told.
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("keyfob")
    }

    /// Points a program at this vault.
    pub fn at_home(&self, command: &mut Command) {
        command
            .env("XDG_DATA_HOME", self.dir.path())
            .env("NO_COLOR", "1")
            .env("RUST_BACKTRACE", "0");
    }

    /// Signs `count` users in, each a session of its own; every `introspected`-th is one of which
    /// introspection has said that its refresh token lives.
    ///
    /// # Errors
    /// The provider or the vault refuses.
    pub async fn seed(&self, count: usize, introspected: usize) -> Result<Vec<Session>> {
        self.client
            .sign_in(
                &self.provider,
                &self.vault,
                &self.now(),
                count,
                introspected,
            )
            .await
    }

    /// A session as it is on the disk.
    ///
    /// # Errors
    /// It is not there or can't be read.
    pub fn session(&self, id: SessionId) -> Result<Session> {
        self.vault.session(id)?.context("the session is there")
    }

    /// The name that the provider's log has for the refresh token on the disk.
    ///
    /// # Errors
    /// The row can't be read.
    pub fn held(&self, id: SessionId) -> Result<Option<String>> {
        let secrets = self.vault.secrets(id)?;
        let refresh = secrets.and_then(|it| it.refresh);
        // EXPOSE: only its digest goes on.
        Ok(refresh.map(|token| name_of(token.expose())))
    }

    /// What the provider wrote down so far.
    ///
    /// # Errors
    /// It doesn't answer.
    pub async fn log(&self) -> Result<Log> {
        Ok(Log::of(self.presented(0).await?))
    }

    /// What it wrote down but for the first `since`.
    ///
    /// # Errors
    /// It doesn't answer.
    pub async fn presented(&self, since: usize) -> Result<Vec<Presented>> {
        let found: Value = self
            .provider
            .look(&format!("refreshes?since={since}"))
            .await?;
        Ok(serde_json::from_value(found)?)
    }

    /// Presents the refresh token on the disk, past Keyfob: as a thief would, or a mistake. For
    /// controls.
    ///
    /// # Errors
    /// There is none.
    pub async fn presented_by_a_stranger(&self, id: SessionId) -> Result<()> {
        let secrets = self.vault.secrets(id)?.context("tokens")?;
        let token = secrets.refresh.context("a refresh token")?;
        // Whether it is accepted is the provider's to say, and to write down.
        self.client.present(&token).await;
        Ok(())
    }

    /// Takes a row out of the file behind the vault's back. For controls.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn damage(&self, id: SessionId) -> Result<()> {
        let file = rusqlite::Connection::open(self.vault.files().database())?;
        let gone = file.execute("DELETE FROM session WHERE id = ?1", [id.0.as_bytes()])?;
        ensure!(gone == 1, "there was no row to take out");
        Ok(())
    }

    /// Whether the keyring gives the vault's key, without asking anybody.
    pub async fn keyring_answers(&self) -> bool {
        let account = key_account(self.vault.id());
        let found = OsKeychain::new(SERVICE).load_quietly(&account).await;
        found.is_ok()
    }

    /// Examines the vault from the first row to the last event. No process may be writing.
    ///
    /// # Errors
    /// It can't be read at all.
    pub async fn examine(&self) -> Result<Health> {
        let (vault, key) = (self.vault.clone(), self.key.clone());
        tokio::task::spawn_blocking(move || health(&vault, &key)).await?
    }
}

fn health(vault: &Vault, key: &Key32) -> Result<Health> {
    let mut health = Health::default();
    // Opened anew, as the next program will.
    let vault = Vault::open(vault.files(), key)?;
    if vault.sessions().is_err() {
        health.damage.push("its sessions can't be read".into());
    }
    if let Some(damage) = vault.damage() {
        health.damage.push(format!("{damage:?}"));
    }
    if !vault.rows_match_ledger()? {
        health.damage.push("its rows don't match the ledger".into());
    }
    let replayed = vault.replayed()?;
    if !replayed.is_empty() {
        health
            .damage
            .push(format!("rows older than the log: {replayed:?}"));
    }
    let head = vault.audit_head()?;
    let events = vault.audit_events(1..=head.seq)?;
    health.events = head.seq;
    health.alarms = events
        .iter()
        .filter(|event| event.draft.event == keyfob_audit::EventKind::SessionFrozen)
        .count();
    match verify_chain(vault.log_id(), &events) {
        Ok(found) if found == head => {}
        Ok(found) => health.chain.push(format!(
            "it ends at event {}, the vault says {}",
            found.seq, head.seq
        )),
        Err(broken) => health.chain.push(broken.to_string()),
    }
    Ok(health)
}
