//! The rows of an export file, the same in both formats, and the digest over them.
//!
//! Each row has one JSON form and one form as CSV cells. Readers accept a row only if writing it
//! again gives exactly what was read: no second spelling, no duplicate key, nothing unauthenticated.

pub(crate) mod csv_form;
pub(crate) mod json_form;
pub(crate) mod reader;

use std::collections::BTreeMap;

use keyfob_token::UnixMillis;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    canonical::{commitment, leaf},
    chain::Head,
    checkpoint::Checkpoint,
    digest::{Digest, Salt},
    export::Mask,
};

/// The version of the export format.
pub(crate) const EXPORT_VERSION: u64 = 1;

/// The longest row, in bytes, that a reader takes.
pub(crate) const LONGEST_ROW: usize = 256 * 1024;

/// One row of an export.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Row {
    /// The first row: which log, and what was masked.
    Header(Header),
    /// An event that is shown.
    Event(ShownEvent),
    /// An event that is not shown.
    Leaf {
        seq: u64,
        leaf: Digest,
        chain: Digest,
    },
    /// A signed checkpoint over all events before it.
    Checkpoint(Checkpoint),
    /// The last row: the seal over the content of all rows before it.
    End { content: Digest, signature: String },
}

/// What the first row says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Header {
    /// The format's version.
    pub(crate) version: u64,
    /// The log.
    pub(crate) log: Uuid,
    /// When the export was made.
    pub(crate) exported_at: UnixMillis,
    /// What became of accounts and labels.
    pub(crate) accounts: Mask,
    /// What became of hosts, issuers and devices.
    pub(crate) hosts: Mask,
}

/// An event as an export shows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ShownEvent {
    /// The public fields, as they enter the leaf.
    pub(crate) fields: Map<String, Value>,
    /// The guarded fields, by name.
    pub(crate) guarded: BTreeMap<String, Shown>,
    /// The link of the chain at this event.
    pub(crate) chain: Digest,
}

impl ShownEvent {
    /// Its number.
    pub(crate) fn seq(&self) -> Option<u64> {
        self.fields.get("seq").and_then(Value::as_u64)
    }

    /// The leaf that follows from what is shown.
    pub(crate) fn leaf(&self) -> Digest {
        let commitments = self.guarded.iter().map(|(name, shown)| {
            let commitment = match shown {
                Shown::Kept { value, salt } => commitment(*salt, name, value),
                Shown::Hashed { commitment, .. } | Shown::Removed { commitment } => *commitment,
            };
            (name.clone(), commitment.to_string().into())
        });
        leaf(self.fields.clone(), commitments.collect())
    }
}

/// A guarded field as an export shows it, with what its place in the leaf needs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shown {
    /// As it is. Only then does the salt leave the vault.
    Kept { value: String, salt: Salt },
    /// As a keyed hash.
    Hashed { hash: String, commitment: Digest },
    /// Not at all.
    Removed { commitment: Digest },
}

impl Mask {
    pub(crate) const ALL: [Self; 3] = [Self::Keep, Self::Hash, Self::Remove];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Hash => "hash",
            Self::Remove => "remove",
        }
    }
}

/// The digest over the content of a file: SHA-256 over the JSON form of each row before the last,
/// each after its length (8 bytes, big-endian). It does not depend on the format of the file.
#[derive(Default)]
pub(crate) struct Content(Sha256);

impl Content {
    /// Adds a row by its line in JSON Lines.
    pub(crate) fn add(&mut self, line: &str) {
        self.0.update((line.len() as u64).to_be_bytes());
        self.0.update(line);
    }

    pub(crate) fn digest(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

/// What the last row signs: 0x05 ‖ log id ‖ seq (8 bytes, big-endian) ‖ link ‖ content digest.
pub(crate) fn seal_message(log: Uuid, head: &Head, content: &Digest) -> Vec<u8> {
    let mut message = vec![0x05];
    message.extend(log.as_bytes());
    message.extend(head.seq.to_be_bytes());
    message.extend(head.chain.0);
    message.extend(content.0);
    message
}
