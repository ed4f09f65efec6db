//! An open vault: making it, opening it, and what it is as a whole.

mod create;
mod open;
mod read;
mod replay;
mod sessions;

use std::sync::{Mutex, MutexGuard, PoisonError};

use keyfob_audit::Signer;
use keyfob_secret::Fingerprint;
use keyfob_token::TokenKind;
use rusqlite::{Connection, TransactionBehavior};
use uuid::Uuid;

pub use open::SealedVault;
pub use replay::Replayed;

use crate::{
    anchor::Anchor,
    change::Change,
    connection::disk_is_full,
    damage::{DamageReport, RowFault},
    error::VaultError,
    files::VaultFiles,
    keys::Keys,
    lock::UseLock,
    schema,
    state::State,
};

/// An open vault; may be shared between threads. Calls block: use a blocking thread.
#[derive(Debug)]
pub struct Vault {
    files: VaultFiles,
    keys: Keys,
    // Before the lock: the connection is closed while the lock is still held.
    conn: Mutex<Connection>,
    damage: Mutex<DamageReport>,
    _use: UseLock,
}

impl Vault {
    /// Name of the vault.
    pub fn id(&self) -> Uuid {
        self.keys.vault.vault_id
    }

    /// Its files.
    pub fn files(&self) -> &VaultFiles {
        &self.files
    }

    /// What is known to be damaged so far: found at opening and by the reads since.
    pub fn damage(&self) -> Option<DamageReport> {
        let damage = self.damage.lock().unwrap_or_else(PoisonError::into_inner);
        (!damage.is_empty()).then(|| damage.clone())
    }

    /// Runs `change` in one transaction: all of it is kept, or nothing.
    ///
    /// # Errors
    /// Those of `change` and of the commit; then nothing was kept.
    pub fn write<T>(
        &self,
        change: impl FnOnce(&mut Change<'_>) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        self.write_with(change)
    }

    /// As [`Vault::write`], for callers with an error of their own.
    ///
    /// # Errors
    /// Those of `change` and of the commit; then nothing was kept.
    pub fn write_with<T, E: From<VaultError>>(
        &self,
        change: impl FnOnce(&mut Change<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.is_read_only() {
            return Err(VaultError::Damaged.into());
        }
        let mut conn = self.conn();
        let mut begun = self
            .begin(&mut conn)
            .map_err(|error| self.explained(error))?;
        let value = change(&mut begun)?;
        begun.commit().map_err(|error| self.explained(error))?;
        Ok(value)
    }

    fn begin<'a>(&'a self, conn: &'a mut Connection) -> Result<Change<'a>, VaultError> {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another version may have migrated the file since it was opened.
        if schema::marks(&tx)? != (schema::APPLICATION_ID, schema::FORMAT) {
            return Err(VaultError::FormatChanged);
        }
        let state = State::read(&tx, &self.keys.vault)?;
        let mut change = Change::new(tx, &self.keys, state);
        change.index_names()?;
        Ok(change)
    }

    /// Commits so far.
    ///
    /// # Errors
    /// Of the database.
    pub fn counter(&self) -> Result<u64, VaultError> {
        Ok(self.state()?.counter)
    }

    /// What the anchor in the keyring should say now.
    ///
    /// # Errors
    /// Of the database.
    pub fn anchor(&self) -> Result<Anchor, VaultError> {
        Ok(self.state()?.anchor())
    }

    /// Changes whenever another connection wrote to the file (`PRAGMA data_version`).
    ///
    /// # Errors
    /// Of the database.
    pub fn data_version(&self) -> Result<u32, VaultError> {
        Ok(self
            .conn()
            .pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// Moves the write-ahead log into the file and empties it. Best effort: another process that
    /// reads may prevent it.
    pub fn checkpoint_wal(&self) {
        let moved = self
            .conn()
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        if let Err(error) = moved {
            tracing::debug!(code = ?error.sqlite_error_code(), "the log stays beside the vault");
        }
    }

    /// Names a token without showing any part of it.
    pub fn fingerprint(&self, kind: TokenKind, value: &str) -> Fingerprint {
        self.fingerprint_of(kind.as_str(), value)
    }

    /// The same for values that are no tokens; `domain` separates.
    pub fn fingerprint_of(&self, domain: &str, value: &str) -> Fingerprint {
        self.keys.fingerprints.tokens.fingerprint(domain, value)
    }

    /// The signing key of the audit log.
    pub fn audit_signer(&self) -> &Signer {
        &self.keys.signer
    }

    /// The id that each link of the audit chain holds.
    pub fn log_id(&self) -> Uuid {
        self.keys.log_id
    }

    fn state(&self) -> Result<State, VaultError> {
        State::read(&self.conn(), &self.keys.vault)
    }

    /// A panic in a change has rolled it back before the lock was let go: nothing is half done.
    fn conn(&self) -> MutexGuard<'_, Connection> {
        self.conn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_read_only(&self) -> bool {
        self.damage
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .read_only
    }

    /// Notes faults, and that the file itself is damaged: from then on nothing is written.
    fn note(&self, faults: impl IntoIterator<Item = RowFault>, file_is_damaged: bool) {
        let mut damage = self.damage.lock().unwrap_or_else(PoisonError::into_inner);
        damage.read_only |= file_is_damaged;
        for fault in faults {
            damage.add(fault);
        }
    }

    fn explained(&self, error: VaultError) -> VaultError {
        match error {
            VaultError::Io(_) if disk_is_full(self.files.dir()) => VaultError::DiskFull,
            other => other,
        }
    }
}
