//! Records sealed under the vault key.

use keyfob_secret::SecretBytes;

use crate::{context::Context, key::VaultKey, random::RandomError, sealing};

/// The most that one envelope takes: 16 MiB, far below what AES-GCM allows.
pub const MAX_PLAINTEXT: usize = 16 << 20;

/// Bytes an envelope is longer than what it holds.
pub const OVERHEAD: usize = sealing::OVERHEAD;

/// Why nothing was sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// More than [`MAX_PLAINTEXT`].
    #[error("too large to be sealed")]
    TooLarge,
    /// The system gave no random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// Why an envelope was not opened. None of them says anything about the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Shorter than the shortest envelope.
    #[error("the envelope is cut short")]
    Truncated,
    /// It does not begin as an envelope does.
    #[error("not an envelope")]
    NotAnEnvelope,
    /// Made by a version or with a suite that this one does not know.
    #[error("an envelope of version {version}, suite {suite}, is not supported")]
    Unsupported {
        /// Version of the layout.
        version: u8,
        /// Number of the suite.
        suite: u8,
    },
    /// Sealed under a vault key of another epoch.
    #[error("sealed under epoch {found}, the key is of epoch {expected}")]
    OtherEpoch {
        /// Epoch of the envelope.
        found: u32,
        /// Epoch of the key.
        expected: u32,
    },
    /// Sealed under another key, or the commitment was changed.
    #[error("sealed under another key")]
    WrongKey,
    /// Changed, or moved from where it belongs.
    #[error("the envelope was changed or moved")]
    NotAuthentic,
    /// It opened, and what it holds is not what it should be.
    #[error("the envelope holds something else")]
    WrongContent,
}

/// Seals `plaintext` for its place. Each call uses a fresh key and nonce.
///
/// # Errors
/// When it is too large or the system has no random bytes.
pub fn seal(key: &VaultKey, context: &Context, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
    key.sealer().seal(context, &[], plaintext)
}

/// Opens what was sealed for this place under this key.
///
/// # Errors
/// When it was sealed under another key or epoch, for another place, or was changed.
pub fn open(key: &VaultKey, context: &Context, envelope: &[u8]) -> Result<SecretBytes, OpenError> {
    key.sealer().open(context, &[], envelope)
}
