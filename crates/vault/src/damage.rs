//! What is known to be damaged.

use uuid::Uuid;

/// Which table a row is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// The sessions.
    Session,
    /// Their tokens.
    SessionSecret,
    /// The issuers.
    Issuer,
    /// Their secrets.
    IssuerSecret,
    /// The settings.
    Setting,
    /// The audit log.
    AuditEvent,
    /// Its signed checkpoints.
    AuditCheckpoint,
    /// The vault's own keys and counters.
    Header,
}

/// Why a row could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It does not authenticate where it stands.
    NotAuthentic,
    /// The file is damaged there.
    Damaged,
    /// It authenticates, and this version does not understand its content.
    NotUnderstood,
}

/// One row that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RowFault {
    /// Its table.
    pub table: Table,
    /// Its name, where that could be read.
    pub row: Option<Uuid>,
    /// Why.
    pub fault: Fault,
}

/// What is known to be damaged in an open vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DamageReport {
    /// The file itself is damaged; the vault is open for reading only.
    pub read_only: bool,
    /// The end of the file is missing.
    pub cut_short: bool,
    /// The rows that could not be read so far.
    pub rows: Vec<RowFault>,
}
