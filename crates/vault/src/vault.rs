//! An open vault.

use std::ops::RangeInclusive;

use keyfob_audit::{Checkpoint, Draft, Event, Head, Signer};
use keyfob_secret::{ClientSecret, Fingerprint, Key32};
use keyfob_token::{Session, SessionId, TokenKind, UnixMillis};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    anchor::Anchor,
    damage::DamageReport,
    error::{CreateError, OpenError, VaultError},
    files::VaultFiles,
    records::{AdminCredentials, IssuerRecord, Secrets},
};

/// What a vault file says of itself without a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Name of the vault; also names its key in the keyring.
    pub vault_id: Uuid,
    /// Format of the file.
    pub format: u32,
    /// Epoch of the vault key.
    pub epoch: u32,
    /// The file is damaged further on; it will open for reading only.
    pub damaged: bool,
}

/// Reads what a file says of itself without a key, and changes nothing.
///
/// # Errors
/// Says apart why it can't be used.
pub fn peek(_files: &VaultFiles) -> Result<Header, OpenError> {
    unimplemented!()
}

/// An open vault; may be shared between threads. Calls block: use a blocking thread.
#[derive(Debug)]
pub struct Vault {
    _later: (),
}

/// A session whose row is older than the audit log says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// The session.
    pub session: SessionId,
    /// The generation the audit log recorded last.
    pub recorded: u64,
    /// The generation of its row; `None` when the row is gone.
    pub found: Option<u64>,
}

#[expect(
    unused_variables,
    clippy::needless_pass_by_value,
    reason = "bodies follow"
)]
impl Vault {
    /// Creates the vault. The wrapping key must be in the keyring and read back *before*.
    ///
    /// # Errors
    /// Refuses an existing file.
    pub fn create(
        files: &VaultFiles,
        vault_id: Uuid,
        wrapping: &Key32,
        now: UnixMillis,
    ) -> Result<Self, CreateError> {
        unimplemented!()
    }

    /// Opens the vault with the key from the keyring.
    ///
    /// # Errors
    /// Says apart why it can't be opened.
    pub fn open(files: &VaultFiles, wrapping: &Key32) -> Result<Self, OpenError> {
        unimplemented!()
    }

    /// Name of the vault.
    pub fn id(&self) -> Uuid {
        unimplemented!()
    }

    /// What is known to be damaged so far.
    pub fn damage(&self) -> Option<DamageReport> {
        unimplemented!()
    }

    /// Runs `change` in one transaction; all of it is kept, or nothing.
    ///
    /// # Errors
    /// Those of `change` and of the commit; then nothing was kept.
    pub fn write<T>(
        &self,
        change: impl FnOnce(&mut Change<'_>) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        unimplemented!()
    }

    /// As [`Vault::write`], for callers with an error of their own.
    ///
    /// # Errors
    /// Those of `change` and of the commit; then nothing was kept.
    pub fn write_with<T, E: From<VaultError>>(
        &self,
        change: impl FnOnce(&mut Change<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        unimplemented!()
    }

    /// All sessions. Rows that don't authenticate are left out and listed in [`Vault::damage`].
    ///
    /// # Errors
    /// Of the database.
    pub fn sessions(&self) -> Result<Vec<Session>, VaultError> {
        unimplemented!()
    }

    /// One session, `None` when there is none.
    ///
    /// # Errors
    /// Of the database, or when it does not authenticate.
    pub fn session(&self, id: SessionId) -> Result<Option<Session>, VaultError> {
        unimplemented!()
    }

    /// The tokens of a session, `None` when they were wiped or never there.
    ///
    /// # Errors
    /// Of the database, or when they do not authenticate.
    pub fn secrets(&self, id: SessionId) -> Result<Option<Secrets>, VaultError> {
        unimplemented!()
    }

    /// All issuers.
    ///
    /// # Errors
    /// Of the database.
    pub fn issuers(&self) -> Result<Vec<IssuerRecord>, VaultError> {
        unimplemented!()
    }

    /// The client secret kept for an issuer.
    ///
    /// # Errors
    /// Of the database, or when it does not authenticate.
    pub fn client_secret(&self, issuer: Uuid) -> Result<Option<ClientSecret>, VaultError> {
        unimplemented!()
    }

    /// The credentials of the provider's management API kept for an issuer.
    ///
    /// # Errors
    /// Of the database, or when they do not authenticate.
    pub fn admin_credentials(&self, issuer: Uuid) -> Result<Option<AdminCredentials>, VaultError> {
        unimplemented!()
    }

    /// A setting, `None` when it was never written.
    ///
    /// # Errors
    /// Of the database, or when it does not authenticate or has another shape.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, VaultError> {
        unimplemented!()
    }

    /// Changes whenever another connection wrote to the file (`PRAGMA data_version`).
    ///
    /// # Errors
    /// Of the database.
    pub fn data_version(&self) -> Result<u32, VaultError> {
        unimplemented!()
    }

    /// Commits so far.
    ///
    /// # Errors
    /// Of the database.
    pub fn counter(&self) -> Result<u64, VaultError> {
        unimplemented!()
    }

    /// What the anchor in the keyring should say now.
    ///
    /// # Errors
    /// Of the database.
    pub fn anchor(&self) -> Result<Anchor, VaultError> {
        unimplemented!()
    }

    /// Names a token without showing any part of it.
    pub fn fingerprint(&self, kind: TokenKind, value: &str) -> Fingerprint {
        unimplemented!()
    }

    /// The same for values that are no tokens, such as hosts in an export; `domain` separates.
    pub fn fingerprint_of(&self, domain: &str, value: &str) -> Fingerprint {
        unimplemented!()
    }

    /// Moves the write-ahead log into the file and empties it, best effort.
    pub fn checkpoint_wal(&self) {
        unimplemented!()
    }

    /// Audit events by number, oldest first; those that can't be read are listed in
    /// [`Vault::damage`].
    ///
    /// # Errors
    /// Of the database.
    pub fn audit_events(&self, range: RangeInclusive<u64>) -> Result<Vec<Event>, VaultError> {
        unimplemented!()
    }

    /// The end of the audit log.
    ///
    /// # Errors
    /// Of the database.
    pub fn audit_head(&self) -> Result<Head, VaultError> {
        unimplemented!()
    }

    /// All signed checkpoints, oldest first.
    ///
    /// # Errors
    /// Of the database.
    pub fn audit_checkpoints(&self) -> Result<Vec<Checkpoint>, VaultError> {
        unimplemented!()
    }

    /// The signing key of the audit log.
    pub fn audit_signer(&self) -> &Signer {
        unimplemented!()
    }

    /// The id that each link of the audit chain holds.
    pub fn log_id(&self) -> Uuid {
        unimplemented!()
    }

    /// Sessions whose rows are older than the audit log says: replayed or deleted from outside.
    ///
    /// # Errors
    /// Of the database.
    pub fn replayed(&self) -> Result<Vec<Replayed>, VaultError> {
        unimplemented!()
    }
}

/// A change to the vault, in one transaction.
#[derive(Debug)]
pub struct Change<'a> {
    _later: &'a (),
}

#[expect(
    unused_variables,
    clippy::needless_pass_by_value,
    reason = "bodies follow"
)]
impl Change<'_> {
    /// One session as it stands in this transaction.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub fn session(&mut self, id: SessionId) -> Result<Session, VaultError> {
        unimplemented!()
    }

    /// Writes a session, new or changed.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_session(&mut self, session: &Session) -> Result<(), VaultError> {
        unimplemented!()
    }

    /// Its tokens as they stand in this transaction.
    ///
    /// # Errors
    /// Of the database, or when they do not authenticate.
    pub fn secrets(&mut self, id: SessionId) -> Result<Option<Secrets>, VaultError> {
        unimplemented!()
    }

    /// Writes the tokens of a session; replaces all three.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_secrets(&mut self, id: SessionId, secrets: &Secrets) -> Result<(), VaultError> {
        unimplemented!()
    }

    /// Wipes the tokens of a session; the session stays.
    ///
    /// # Errors
    /// Of the database.
    pub fn wipe_secrets(&mut self, id: SessionId) -> Result<(), VaultError> {
        unimplemented!()
    }

    /// Deletes a session and its tokens.
    ///
    /// # Errors
    /// Of the database.
    pub fn delete_session(&mut self, id: SessionId) -> Result<(), VaultError> {
        unimplemented!()
    }

    /// Writes an issuer, new or changed.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_issuer(&mut self, issuer: &IssuerRecord) -> Result<(), VaultError> {
        unimplemented!()
    }

    /// Deletes an issuer and its secrets.
    ///
    /// # Errors
    /// Of the database.
    pub fn delete_issuer(&mut self, issuer: Uuid) -> Result<(), VaultError> {
        unimplemented!()
    }

    /// Keeps the client secret of an issuer; `None` wipes it.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_client_secret(
        &mut self,
        issuer: Uuid,
        secret: Option<&ClientSecret>,
    ) -> Result<(), VaultError> {
        unimplemented!()
    }

    /// Keeps the credentials of the provider's management API; `None` wipes them.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_admin_credentials(
        &mut self,
        issuer: Uuid,
        credentials: Option<&AdminCredentials>,
    ) -> Result<(), VaultError> {
        unimplemented!()
    }

    /// A setting as it stands in this transaction.
    ///
    /// # Errors
    /// Of the database, or when it does not authenticate or has another shape.
    pub fn setting<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>, VaultError> {
        unimplemented!()
    }

    /// Writes a setting.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_setting<T: Serialize>(&mut self, key: &str, value: &T) -> Result<(), VaultError> {
        unimplemented!()
    }

    /// Appends an event to the audit log, and a signed checkpoint every 256 events. Returns its
    /// number.
    ///
    /// # Errors
    /// Of the database.
    pub fn record(&mut self, draft: Draft) -> Result<u64, VaultError> {
        unimplemented!()
    }

    /// Signs the head of the audit log as it stands in this transaction.
    ///
    /// # Errors
    /// Of the database.
    pub fn checkpoint(&mut self, now: UnixMillis) -> Result<Checkpoint, VaultError> {
        unimplemented!()
    }

    /// Keeps a checkpoint that was made elsewhere, such as the one at the end of an export.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<(), VaultError> {
        unimplemented!()
    }
}
