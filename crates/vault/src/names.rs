//! The index of names: which sessions have a name, without unsealing every session.
//!
//! One row per name, kept in the transaction that writes the sessions, and counted by the ledger
//! like any other. It only ever shortens the way: each session that it points at is read, and where
//! one doesn't have the name, or the index can't be read, all sessions are looked at.

use std::collections::HashMap;

use keyfob_token::{Session, SessionId};
use rusqlite::Connection;
use uuid::Uuid;

use crate::{
    change::Change,
    error::VaultError,
    keys::{FingerprintKeys, Keys},
    records::session_from_bytes,
    rows,
    scan::scan,
    state::State,
    table::{Place, Table, kind},
};

/// How many sessions of one name are listed; more are not told apart by it anyway.
const MOST: usize = 16;

impl Change<'_> {
    /// Says in the index that a session has this name from now on. Comes before its row is written,
    /// since that row knows the name it had.
    pub(crate) fn rename(&mut self, id: SessionId, name: Option<&str>) -> Result<(), VaultError> {
        if !self.state.named {
            return Ok(());
        }
        let before = match self.session(id) {
            Ok(session) => Some(session.name),
            // What is left of an unreadable row in the index is found out when it is read.
            Err(VaultError::NotFound | VaultError::Unreadable) => None,
            Err(error) => return Err(error),
        };
        if before.as_deref() == name {
            return Ok(());
        }
        if let Some(before) = before {
            let listed = place(&self.keys.fingerprints, &before);
            match self.listed(listed)? {
                Listed::These(mut ids) => {
                    ids.retain(|it| *it != id.0);
                    self.list(listed, &ids)?;
                }
                Listed::TooMany => {}
            }
        }
        let Some(name) = name else { return Ok(()) };
        let listed = place(&self.keys.fingerprints, name);
        match self.listed(listed)? {
            Listed::These(ids) if ids.contains(&id.0) => Ok(()),
            Listed::These(mut ids) => {
                ids.push(id.0);
                self.list(listed, &ids)
            }
            Listed::TooMany => self.put(listed, &[]),
        }
    }

    /// Makes the index where a Keyfob that keeps none has written last. Damage puts it off.
    pub(crate) fn index_names(&mut self) -> Result<(), VaultError> {
        if self.state.named {
            return Ok(());
        }
        let mut names: HashMap<String, Vec<Uuid>> = HashMap::new();
        let keys = &self.keys.vault;
        let damaged = scan(
            &self.tx,
            Table::Session,
            |sealed| {
                let at = Place::of(Table::Session, sealed.id, sealed.kind);
                let plain = keys.open(at, sealed.version, sealed.bytes);
                if let Some(session) = plain.as_ref().and_then(session_from_bytes) {
                    names.entry(session.name).or_default().push(sealed.id);
                }
            },
            |_| {},
        )?;
        if damaged {
            return Ok(());
        }
        for stale in self.indexed()? {
            self.delete(stale)?;
        }
        for (name, ids) in names {
            self.list(place(&self.keys.fingerprints, &name), &ids)?;
        }
        self.state.named = true;
        Ok(())
    }

    /// The rows of the index.
    fn indexed(&self) -> Result<Vec<Place>, VaultError> {
        let mut select = self.tx.prepare("SELECT id FROM setting WHERE kind = ?1")?;
        let ids = select.query_map([kind::NAME], |row| row.get(0).map(Uuid::from_bytes))?;
        let places = ids.map(|id| id.map(|id| Place::of(Table::Setting, id, kind::NAME)));
        Ok(places.collect::<Result<_, _>>()?)
    }

    fn listed(&self, place: Place) -> Result<Listed, VaultError> {
        read(&self.tx, self.keys, place)
    }

    fn list(&mut self, place: Place, ids: &[Uuid]) -> Result<(), VaultError> {
        match ids.len() {
            0 => self.delete(place),
            1..=MOST => {
                let bytes: Vec<u8> = ids.iter().flat_map(|id| *id.as_bytes()).collect();
                self.put(place, &bytes)
            }
            _ => self.put(place, &[]),
        }
    }
}

/// The sessions of this very name as of one snapshot; `None` when the index can't tell.
pub(crate) fn sessions_named(
    conn: &Connection,
    keys: &Keys,
    name: &str,
) -> Result<Option<Vec<Session>>, VaultError> {
    if !State::read(conn, &keys.vault)?.named {
        return Ok(None);
    }
    let Listed::These(ids) = read(conn, keys, place(&keys.fingerprints, name))? else {
        return Ok(None);
    };
    let mut sessions = Vec::with_capacity(ids.len());
    for id in ids {
        let plain = match rows::read(conn, &keys.vault, Place::only(Table::Session, id)) {
            Err(VaultError::Unreadable) => None,
            other => other?,
        };
        match plain.as_ref().and_then(session_from_bytes) {
            Some(session) if session.name == name => sessions.push(session),
            _ => return Ok(None),
        }
    }
    Ok(Some(sessions))
}

/// What the index has for a name.
enum Listed {
    /// All sessions of the name.
    These(Vec<Uuid>),
    /// More than are listed, or a row that can't be read.
    TooMany,
}

fn place(names: &FingerprintKeys, name: &str) -> Place {
    let row = names.rows.derive_row_id(&format!("session name/{name}"));
    Place::of(Table::Setting, row, kind::NAME)
}

/// The ids in a row, 16 bytes each; none when they are too many.
fn read(conn: &Connection, keys: &Keys, place: Place) -> Result<Listed, VaultError> {
    let plain = match rows::read(conn, &keys.vault, place) {
        Ok(Some(plain)) => plain,
        Ok(None) => return Ok(Listed::These(Vec::new())),
        Err(VaultError::Unreadable) => return Ok(Listed::TooMany),
        Err(error) => return Err(error),
    };
    // EXPOSE: ids, no secret.
    let (ids, rest) = plain.expose().as_chunks::<16>();
    if ids.is_empty() || !rest.is_empty() {
        return Ok(Listed::TooMany);
    }
    Ok(Listed::These(
        ids.iter().copied().map(Uuid::from_bytes).collect(),
    ))
}
