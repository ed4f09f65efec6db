//! The tables: their names, their stable numbers, and the one shape they share.

use uuid::Uuid;

/// A table of sealed rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// The vault's own keys and counters.
    Inner,
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
}

impl Table {
    pub(crate) const ALL: [Self; 8] = [
        Self::Inner,
        Self::Session,
        Self::SessionSecret,
        Self::Issuer,
        Self::IssuerSecret,
        Self::Setting,
        Self::AuditEvent,
        Self::AuditCheckpoint,
    ];

    /// The tables whose rows the ledger counts: all that are not chained or counted otherwise.
    pub(crate) const LEDGER: [Self; 5] = [
        Self::Session,
        Self::SessionSecret,
        Self::Issuer,
        Self::IssuerSecret,
        Self::Setting,
    ];

    /// Its number in the associated data; on disk, never changes.
    pub(crate) fn number(self) -> u16 {
        match self {
            Self::Inner => 1,
            Self::Session => 2,
            Self::SessionSecret => 3,
            Self::Issuer => 4,
            Self::IssuerSecret => 5,
            Self::Setting => 6,
            Self::AuditEvent => 7,
            Self::AuditCheckpoint => 8,
        }
    }

    /// Its name in SQL.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Inner => "inner",
            Self::Session => "session",
            Self::SessionSecret => "session_secret",
            Self::Issuer => "issuer",
            Self::IssuerSecret => "issuer_secret",
            Self::Setting => "setting",
            Self::AuditEvent => "audit_event",
            Self::AuditCheckpoint => "audit_checkpoint",
        }
    }
}

/// What a row holds, where a table holds several things under one name. The numbers are on disk,
/// in the column `kind` and as the column number in the associated data, and never change.
pub(crate) mod kind {
    /// The only kind of a table.
    pub(crate) const ONLY: u8 = 1;
    /// `inner`: commit counter, end of the audit log, ledger.
    pub(crate) const STATE: u8 = 1;
    /// `inner`: the fingerprint key.
    pub(crate) const FINGERPRINT_KEY: u8 = 2;
    /// `inner`: the audit signing key and the id of the log.
    pub(crate) const AUDIT_KEY: u8 = 3;
    /// `session_secret`: fingerprints of refresh tokens of long ago.
    pub(crate) const ANCESTORS: u8 = 2;
    /// `setting`: which sessions have a name.
    pub(crate) const NAME: u8 = 2;
    /// `issuer_secret`: the client secret.
    pub(crate) const CLIENT_SECRET: u8 = 1;
    /// `issuer_secret`: the credentials of the provider's management API.
    pub(crate) const ADMIN_CREDENTIALS: u8 = 2;
}

/// Where a sealed value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) table: Table,
    pub(crate) id: Uuid,
    pub(crate) kind: u8,
}

impl Place {
    pub(crate) fn of(table: Table, id: Uuid, kind: u8) -> Self {
        Self { table, id, kind }
    }

    /// The only value of `id` in `table`.
    pub(crate) fn only(table: Table, id: Uuid) -> Self {
        Self::of(table, id, kind::ONLY)
    }

    /// The row of something numbered: an audit event, a checkpoint.
    pub(crate) fn numbered(table: Table, seq: u64) -> Self {
        Self::only(table, Uuid::from_u128(seq.into()))
    }
}
