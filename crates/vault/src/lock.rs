//! Locks between processes, on files of their own.
//!
//! Never on the database: closing any other descriptor of it would drop SQLite's own locks.

use std::fs::File;

use keyfob_token::SessionId;

use crate::files::VaultFiles;

/// Why a lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("another process holds the lock{}", .holder.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Held {
        /// The holder, where it could be read.
        holder: Option<u32>,
    },
    /// The lock file could not be used.
    #[error("the lock file cannot be used ({0})")]
    Io(std::io::ErrorKind),
}

/// Held by the one desktop program of a vault.
#[derive(Debug)]
pub struct DesktopLock {
    _file: File,
}

impl DesktopLock {
    /// Takes it or says who holds it; never waits.
    ///
    /// # Errors
    /// When another process holds it.
    pub fn try_take(_files: &VaultFiles) -> Result<Self, LockError> {
        unimplemented!()
    }
}

/// Held, shared, by each process with the vault open; exclusive for migration, restore and re-key.
#[derive(Debug)]
pub struct UseLock {
    _file: File,
}

impl UseLock {
    /// Takes it shared; never waits.
    ///
    /// # Errors
    /// When another process holds it exclusively.
    pub fn try_shared(_files: &VaultFiles) -> Result<Self, LockError> {
        unimplemented!()
    }

    /// Takes it exclusively; never waits.
    ///
    /// # Errors
    /// When any other process holds it.
    pub fn try_exclusive(_files: &VaultFiles) -> Result<Self, LockError> {
        unimplemented!()
    }
}

/// Held while the tokens of one session are refreshed or revoked.
#[derive(Debug)]
pub struct CredentialLock {
    _file: File,
}

impl CredentialLock {
    /// Takes it or says who holds it; never waits.
    ///
    /// # Errors
    /// When another process or another part of this one holds it.
    pub fn try_take(_files: &VaultFiles, _session: SessionId) -> Result<Self, LockError> {
        unimplemented!()
    }
}
