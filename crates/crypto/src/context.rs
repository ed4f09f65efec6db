//! Where a sealed value belongs: the associated data of its envelope.

use uuid::Uuid;

/// What a sealed value is for. The numbers are on disk and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Purpose {
    /// A value in a row of a vault.
    Record = 1,
    /// A vault key under a wrapping key.
    WrappedKey = 2,
    /// A key of the vault (fingerprints, audit signatures) under the vault key.
    InnerKey = 3,
}

/// The place of a sealed value. A value opened under any other place fails.
///
/// Only stable numbers and random names: no table or column name and no schema version, so that a
/// migration never has to seal anything again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// What it is for.
    pub purpose: Purpose,
    /// The vault it belongs to.
    pub vault_id: Uuid,
    /// Stable number of the table.
    pub table: u16,
    /// Stable number of the column.
    pub column: u16,
    /// Name of the row.
    pub row: Uuid,
    /// Version of the row; goes up at each write.
    pub version: u64,
}
