//! Seal and open versioned envelopes; keys and their derivation.
//!
//! Owns how bytes are protected: callers say what they seal and where it belongs, never how.
//! Must not do I/O other than asking the system for random bytes, and must not know what is inside.
//! The layout of every byte is in docs/FORMATS.md.
#![forbid(unsafe_code)]

mod context;
mod derive;
pub mod envelope;
mod key;
mod random;
mod sealing;
pub mod slot;

pub use context::{Context, Purpose};
pub use derive::NameKey;
pub use envelope::{OpenError, SealError};
pub use key::VaultKey;
pub use random::{RandomError, make_bytes, make_key};
