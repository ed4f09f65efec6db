//! What is known to be damaged.

use uuid::Uuid;

use crate::table::Table;

/// The most faults that a report lists.
const MOST: usize = 10_000;

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
    /// The rows that could not be read so far, at most 10,000.
    pub rows: Vec<RowFault>,
}

impl DamageReport {
    pub(crate) fn is_empty(&self) -> bool {
        !self.read_only && self.rows.is_empty()
    }

    pub(crate) fn add(&mut self, fault: RowFault) {
        if self.rows.len() < MOST && !self.rows.contains(&fault) {
            self.rows.push(fault);
        }
    }
}
