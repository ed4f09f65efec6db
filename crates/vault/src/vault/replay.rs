//! Rows put back from an older copy of the file, or deleted from outside.
//!
//! Each row authenticates by itself, so that a row of last week opens today. Two things say that it
//! is not today's: the ledger over all rows, and what the audit log says of each session.

use std::collections::HashMap;

use keyfob_audit::{Draft, EventKind};
use keyfob_token::SessionId;

use super::Vault;
use crate::{
    error::VaultError,
    state::{Ledger, State},
    table::{Place, Table},
};

/// Events that are read at once.
const CHUNK: u64 = 4096;

/// A session whose row is older than the audit log says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// The session.
    pub session: SessionId,
    /// The generation that the audit log recorded last.
    pub recorded: u64,
    /// The generation of its row; `None` when the row is gone.
    pub found: Option<u64>,
}

impl Vault {
    /// Whether the rows are those that the last commit left: none put back, none deleted, none
    /// doubled. Reads no content.
    ///
    /// # Errors
    /// Of the database.
    pub fn rows_match_ledger(&self) -> Result<bool, VaultError> {
        let conn = self.conn();
        // One snapshot for the rows and the state.
        let tx = conn.unchecked_transaction()?;
        let mut found = Ledger::default();
        for table in Table::LEDGER {
            let mut select =
                tx.prepare_cached(&format!("SELECT id, kind, version FROM {}", table.name()))?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                let id = uuid::Uuid::from_bytes(row.get(0)?);
                let place = Place::of(table, id, row.get(1)?);
                found.add(
                    &self.keys.fingerprints.rows,
                    place,
                    row.get::<_, i64>(2)?.cast_unsigned(),
                );
            }
        }
        Ok(found == State::read(&tx, &self.keys.vault)?.ledger)
    }

    /// Sessions whose rows are older than the audit log says, or gone without its saying so.
    ///
    /// Sessions that the log names no generation of are not judged.
    ///
    /// # Errors
    /// Of the database.
    pub fn replayed(&self) -> Result<Vec<Replayed>, VaultError> {
        let mut recorded = Recorded::default();
        let last = self.audit_head()?.seq;
        let mut next = 1;
        while next <= last {
            let until = last.min(next + CHUNK - 1);
            for event in self.audit_events(next..=until)? {
                recorded.note(&event.draft);
            }
            next = until + 1;
        }
        let found: HashMap<SessionId, u64> = self
            .sessions()?
            .into_iter()
            .map(|session| (session.id, session.generation))
            .collect();
        let mut replayed: Vec<Replayed> = recorded
            .0
            .into_iter()
            .filter_map(|(session, last)| last.judge(session, found.get(&session).copied()))
            .collect();
        replayed.sort_unstable_by_key(|replayed| replayed.session);
        Ok(replayed)
    }
}

#[derive(Default)]
struct Recorded(HashMap<SessionId, Last>);

/// What the log said last of a session.
#[derive(Clone, Copy, Default)]
struct Last {
    generation: u64,
    may_be_gone: bool,
    must_be_gone: bool,
}

impl Recorded {
    fn note(&mut self, draft: &Draft) {
        let Some(session) = draft.session else { return };
        let last = self.0.entry(session).or_default();
        last.generation = last.generation.max(draft.generation.unwrap_or(0));
        match draft.event {
            EventKind::SessionRemoved => (last.may_be_gone, last.must_be_gone) = (true, true),
            EventKind::SessionForgotten => last.may_be_gone = true,
            EventKind::SessionSignedIn | EventKind::SessionImported => {
                (last.may_be_gone, last.must_be_gone) = (false, false);
            }
            _ => {}
        }
    }
}

impl Last {
    fn judge(self, session: SessionId, found: Option<u64>) -> Option<Replayed> {
        let fine = match found {
            // Nothing says that there ever was a row: a sign-in that failed names one too.
            None => self.may_be_gone || self.generation == 0,
            Some(generation) => generation >= self.generation && !self.must_be_gone,
        };
        (!fine).then_some(Replayed {
            session,
            recorded: self.generation,
            found,
        })
    }
}
