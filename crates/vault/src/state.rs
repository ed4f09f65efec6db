//! The vault's own state: how often it was committed, where the audit log ends, and the ledger.

use keyfob_audit::Head;
use keyfob_crypto::NameKey;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::{
    anchor::Anchor,
    error::VaultError,
    keys::Sealing,
    rows,
    table::{Place, Table, kind},
};

/// Sealed in one row, written again by each commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// Commits so far.
    pub(crate) counter: u64,
    /// The end of the audit log.
    pub(crate) head: Head,
    /// Which rows there are, in which versions.
    pub(crate) ledger: Ledger,
    /// Whether every session is found by its name (see [`crate::names`]). A Keyfob that does not
    /// keep the index writes a state without this, and so says that it is out of date.
    #[serde(default)]
    pub(crate) named: bool,
}

impl State {
    pub(crate) const NEW: Self = Self {
        counter: 0,
        head: Head::EMPTY,
        ledger: Ledger([0; 4]),
        named: true,
    };

    pub(crate) fn read(conn: &Connection, keys: &Sealing) -> Result<Self, VaultError> {
        let plain = rows::read(conn, keys, Self::place(keys))?.ok_or(VaultError::Unreadable)?;
        // EXPOSE: what is read is counters and hashes.
        serde_json::from_slice(plain.expose()).map_err(|_| VaultError::Unreadable)
    }

    /// Writes it as the state after one more commit.
    pub(crate) fn write(&self, conn: &Connection, keys: &Sealing) -> Result<(), VaultError> {
        let plain = serde_json::to_vec(self).map_err(|_| VaultError::Unencodable)?;
        rows::write(conn, keys, Self::place(keys), self.counter, &plain)
    }

    /// What the anchor outside of the file should say.
    pub(crate) fn anchor(&self) -> Anchor {
        Anchor {
            counter: self.counter,
            audit_seq: self.head.seq,
            chain: self.head.chain.0,
        }
    }

    fn place(keys: &Sealing) -> Place {
        Place::of(Table::Inner, keys.vault_id, kind::STATE)
    }
}

/// A keyed sum over the names and versions of all rows. A row put back from an older copy of the
/// file, or deleted, or doubled, authenticates by itself; the sum then differs.
///
/// The terms are HMAC values that nobody without the key can make, so no other set of rows that
/// somebody could choose has the same sum; adding and removing takes one term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ledger([u64; 4]);

impl Ledger {
    pub(crate) fn add(&mut self, names: &NameKey, place: Place, version: u64) {
        for (sum, term) in self.0.iter_mut().zip(terms(names, place, version)) {
            *sum = sum.wrapping_add(term);
        }
    }

    pub(crate) fn remove(&mut self, names: &NameKey, place: Place, version: u64) {
        for (sum, term) in self.0.iter_mut().zip(terms(names, place, version)) {
            *sum = sum.wrapping_sub(term);
        }
    }
}

fn terms(names: &NameKey, place: Place, version: u64) -> [u64; 4] {
    let tag = names.derive_row_tag(place.table.number(), place.kind.into(), place.id, version);
    std::array::from_fn(|lane| {
        let bytes = tag[lane * 8..][..8].try_into().expect("eight of 32 bytes");
        u64::from_be_bytes(bytes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_by_a_keyfob_without_the_index_of_names_says_so() {
        let mut state = serde_json::to_value(State::NEW).unwrap();
        assert_eq!(
            serde_json::from_value::<State>(state.clone()).unwrap(),
            State::NEW
        );
        state.as_object_mut().unwrap().remove("named").unwrap();
        assert!(!serde_json::from_value::<State>(state).unwrap().named);
    }
}
