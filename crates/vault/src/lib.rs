//! SQLite schema and tables; a change and its audit event in one transaction.
//!
//! Owns the vault file, its locks, and everything that is sealed in it. Must not know the network
//! or a keyring: the wrapping key comes from outside, and what is a good change is decided there.
#![forbid(unsafe_code)]

pub mod anchor;
mod damage;
mod error;
mod files;
pub mod lock;
mod records;
mod vault;

pub use anchor::{Anchor, AnchorVerdict};
pub use damage::{DamageReport, Fault, RowFault, Table};
pub use error::{CreateError, OpenError, UnsafePath, VaultError};
pub use files::VaultFiles;
pub use records::{AdminCredentials, IssuerRecord, Secrets};
pub use vault::{Change, Header, Replayed, Vault, peek};
