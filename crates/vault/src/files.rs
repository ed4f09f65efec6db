//! Where a vault lives.

use std::path::{Path, PathBuf};

use keyfob_token::SessionId;

use crate::error::CreateError;

/// The folder of a vault and the names in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultFiles {
    /// The folder; 0700, owned by the user.
    pub dir: PathBuf,
}

impl VaultFiles {
    /// The files of the vault in `dir`; touches nothing.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The vault itself.
    pub fn database(&self) -> PathBuf {
        self.dir.join("vault.db")
    }

    /// Locked by the one desktop program.
    pub fn desktop_lock(&self) -> PathBuf {
        self.dir.join("desktop.lock")
    }

    /// Locked, shared, by each process that has the vault open.
    pub fn use_lock(&self) -> PathBuf {
        self.dir.join("use.lock")
    }

    /// Locked while the credential of one session is used.
    pub fn credential_lock(&self, session: SessionId) -> PathBuf {
        self.dir.join("locks").join(format!("{}.lock", session.0))
    }

    /// Makes the folder (0700) when it is missing and checks that nobody else can write to it.
    ///
    /// # Errors
    /// When it can't be made or is not safe.
    pub fn prepare(&self) -> Result<(), CreateError> {
        unimplemented!()
    }
}
