//! Why the key store did not do it. Each is its own state: none of them is "start anew".

/// Why the key store did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum KeychainError {
    /// It is locked, and nobody was asked to unlock it.
    #[error("the keyring is locked")]
    Locked,
    /// The user, or the system for them, said no.
    #[error("access to the keyring was denied")]
    Denied,
    /// It is there and unlocked, and has no such item.
    #[error("the keyring has no such item")]
    NoEntry,
    /// It did not answer in time.
    #[error("the keyring does not answer")]
    NoAnswer,
    /// There is none: no session bus, no daemon, or a daemon without a default keyring.
    #[error("there is no keyring")]
    Unavailable,
    /// The secret is larger than [`LARGEST_SECRET`](crate::LARGEST_SECRET).
    #[error("the secret is too large for the keyring")]
    TooLarge,
    /// There is such an item already; nothing was changed.
    #[error("the keyring has such an item already")]
    Exists,
    /// It failed in another way, or gave back something else than was stored.
    #[error("the keyring failed")]
    Failed,
}
