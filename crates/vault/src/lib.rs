//! SQLite schema and tables; a change and its audit event in one transaction.
//!
//! Owns the vault file, its locks, and everything that is sealed in it. Must not know the network
//! or a keyring: the wrapping key comes from outside, and what is a good change is decided there.
//! The bytes on disk are described in docs/FORMATS.md.
#![forbid(unsafe_code)]

pub mod anchor;
mod change;
mod connection;
mod damage;
mod error;
mod files;
mod keys;
pub mod lock;
mod names;
mod peek;
mod records;
mod rows;
mod scan;
mod schema;
mod state;
mod table;
mod vault;

pub use anchor::{Anchor, AnchorVerdict};
pub use change::Change;
pub use damage::{DamageReport, Fault, RowFault};
pub use error::{CreateError, OpenError, UnsafePath, VaultError};
pub use files::VaultFiles;
pub use peek::{Header, peek};
pub use records::{AdminCredentials, IssuerRecord, Secrets};
pub use table::Table;
pub use vault::{Replayed, SealedVault, Vault};
