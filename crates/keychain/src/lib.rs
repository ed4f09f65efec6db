//! The keys of vaults in the system's own key store: Secret Service, macOS Keychain, Windows
//! Credential Manager; and a fake in memory.
//!
//! Owns the difference between "there is no such key" and every way of not knowing. Must not make
//! keys, and must not know what they open: whoever asks decides what an answer means.
#![forbid(unsafe_code)]

mod account;
mod error;
mod memory;
mod os;
mod waiting;

use async_trait::async_trait;
use keyfob_secret::SecretBytes;

pub use account::{SERVICE, anchor_account, key_account};
pub use error::KeychainError;
pub use memory::MemoryKeychain;
pub use os::{OsKeychain, Patience};
pub use waiting::Waiting;

/// The largest secret that all stores take, in bytes (Windows: `CRED_MAX_CREDENTIAL_BLOB_SIZE`).
pub const LARGEST_SECRET: usize = 2560;

/// A store of secrets by account. A call may be given up at any time by dropping it: what it had
/// not yet done is then not done.
#[async_trait]
pub trait Keychain: Send + Sync {
    /// Stores a secret under an account that has none, reads it back and compares. May ask the
    /// user to unlock the store.
    ///
    /// # Errors
    /// [`KeychainError::Exists`] when there is one already; it is left as it is.
    async fn create(&self, account: &str, secret: &SecretBytes) -> Result<(), KeychainError>;

    /// The secret of an account. May ask the user to unlock the store, and waits for them:
    /// see [`waiting`](Self::waiting).
    async fn load(&self, account: &str) -> Result<SecretBytes, KeychainError>;

    /// As [`load`](Self::load), but asks nobody: a locked store is [`KeychainError::Locked`].
    /// (macOS and Windows can't be asked for this; their own dialog may appear.)
    async fn load_quietly(&self, account: &str) -> Result<SecretBytes, KeychainError>;

    /// Stores a secret under an account, whether it has one or not. Asks nobody.
    async fn replace(&self, account: &str, secret: &SecretBytes) -> Result<(), KeychainError>;

    /// Removes an account's secret. May ask the user to unlock the store.
    async fn remove(&self, account: &str) -> Result<(), KeychainError>;

    /// All accounts with a secret of this service, sorted. Asks nobody: a locked store, which may
    /// hide some, is [`KeychainError::Locked`].
    async fn accounts(&self) -> Result<Vec<String>, KeychainError>;

    /// Tells when a call seems to wait for the user.
    fn waiting(&self) -> Waiting;
}
