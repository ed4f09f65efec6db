//! The chain over the leaves, and the only way to append to it.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    canonical::leaf_of,
    digest::{Digest, Salt},
    event::{Draft, Event, GuardedField, Salts},
    time,
};

/// The most bytes of a guarded value that enter the log; longer ones are cut.
const LONGEST_GUARDED: usize = 1024;

/// The largest whole number that JSON holds exactly (RFC 7493 §2.2).
const LARGEST_WHOLE: u64 = (1 << 53) - 1;

/// The end of a log: its last number and the link that stands for all events so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The number of the last event, 0 for an empty log.
    pub seq: u64,
    /// The last link; all zero for an empty log.
    pub chain: Digest,
}

impl Head {
    /// The head of an empty log.
    pub const EMPTY: Self = Self {
        seq: 0,
        chain: Digest([0; 32]),
    };

    /// The head after one more leaf:
    /// SHA-256(0x02 ‖ log id ‖ seq as 8 bytes, big-endian ‖ previous link ‖ leaf).
    pub fn after(&self, log_id: Uuid, leaf: Digest) -> Self {
        let seq = self.seq + 1;
        let mut hash = Sha256::new();
        hash.update([0x02]);
        hash.update(log_id.as_bytes());
        hash.update(seq.to_be_bytes());
        hash.update(self.chain.0);
        hash.update(leaf.0);
        Self {
            seq,
            chain: Digest(hash.finalize().into()),
        }
    }
}

/// Why an event could not be appended.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The system gave no random bytes for the salts.
    #[error("the system gave no random bytes")]
    NoRandomness,
}

/// Gives an event its place after `head`, draws the salts of its guarded fields, and returns it
/// with the new head. Both are to be stored in the transaction that does what the event says.
///
/// Guarded values over 1 KiB are cut; a time beyond the year 9999 becomes the last one before.
pub fn append(log_id: Uuid, head: &Head, draft: Draft) -> Result<(Event, Head), AppendError> {
    let mut salts = Salts::default();
    for field in GuardedField::ALL {
        if draft.guarded.value(*field).is_some() {
            let mut salt = [0; 16];
            getrandom::fill(&mut salt).map_err(|_| AppendError::NoRandomness)?;
            *salts.salt_mut(*field) = Some(Salt(salt));
        }
    }
    Ok(append_salted(log_id, head, draft, salts))
}

/// As [`append`], with salts already drawn.
pub(crate) fn append_salted(
    log_id: Uuid,
    head: &Head,
    mut draft: Draft,
    salts: Salts,
) -> (Event, Head) {
    draft.at = time::within_rfc3339(draft.at);
    draft.generation = draft
        .generation
        .map(|generation| generation.min(LARGEST_WHOLE));
    for field in GuardedField::ALL {
        if let Some(value) = draft.guarded.value_mut(*field) {
            cut(value);
        }
    }
    let seq = head.seq + 1;
    let leaf = leaf_of(seq, &draft, &salts);
    (
        Event {
            seq,
            draft,
            salts,
            leaf,
        },
        head.after(log_id, leaf),
    )
}

/// Cuts a value to the longest that enters the log, between two characters.
fn cut(value: &mut String) {
    if value.len() > LONGEST_GUARDED {
        let end = (0..=LONGEST_GUARDED)
            .rfind(|at| value.is_char_boundary(*at))
            .unwrap_or(0);
        value.truncate(end);
    }
}

/// The log does not hold together from here on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the log is broken at event {seq}")]
pub struct BrokenChain {
    /// The first number at which something is wrong: an event that is missing, out of order or
    /// not what its leaf says.
    pub seq: u64,
}

/// Walks a whole log from its first event and returns the head it leads to, which the caller
/// compares with the head it stored.
pub fn verify_chain<E: std::borrow::Borrow<Event>>(
    log_id: Uuid,
    events: impl IntoIterator<Item = E>,
) -> Result<Head, BrokenChain> {
    let mut head = Head::EMPTY;
    for event in events {
        head = verified_step(log_id, &head, event.borrow())?;
    }
    Ok(head)
}

/// The head after `event`, if the event has its place there and is what its leaf says.
pub(crate) fn verified_step(log_id: Uuid, head: &Head, event: &Event) -> Result<Head, BrokenChain> {
    let seq = head.seq + 1;
    if event.seq != seq || leaf_of(seq, &event.draft, &event.salts) != event.leaf {
        return Err(BrokenChain { seq });
    }
    Ok(head.after(log_id, event.leaf))
}
