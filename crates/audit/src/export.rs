//! The redacted export: an allowlisted form of every event that still verifies.

mod mask;
mod preview;
mod write;

use std::{collections::BTreeSet, io};

use keyfob_token::{SessionId, UnixMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    chain::Head,
    checkpoint::Checkpoint,
    event::{Draft, EventKind},
};

pub use preview::{PreviewLine, PreviewPart, preview};
pub use write::export;

/// The log an export is made of, beside its events.
#[derive(Clone, Copy, Debug)]
pub struct Log<'a> {
    /// The id that every link holds.
    pub id: Uuid,
    /// The head as it is stored. Events that do not lead to it are not signed.
    pub head: Head,
    /// The checkpoints so far, in order.
    pub checkpoints: &'a [Checkpoint],
}

/// What an export shows, and in which form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// Which events are shown; the others appear as their leaf alone.
    pub filter: ExportFilter,
    /// The form of the file.
    pub format: ExportFormat,
    /// What becomes of accounts, and of labels: the user's names for sessions name people too.
    pub accounts: Mask,
    /// What becomes of hosts, issuers and devices.
    pub hosts: Mask,
}

/// Which events are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportFilter {
    /// Not before this.
    pub from: Option<UnixMillis>,
    /// Before this.
    pub until: Option<UnixMillis>,
    /// Only these kinds; all when `None`.
    pub events: Option<BTreeSet<EventKind>>,
    /// Only events about these sessions; all when `None`.
    pub sessions: Option<BTreeSet<SessionId>>,
}

impl ExportFilter {
    /// Whether an event is shown.
    pub fn shows(&self, draft: &Draft) -> bool {
        self.from.is_none_or(|from| draft.at >= from)
            && self.until.is_none_or(|until| draft.at < until)
            && self
                .events
                .as_ref()
                .is_none_or(|events| events.contains(&draft.event))
            && self.sessions.as_ref().is_none_or(|sessions| {
                draft
                    .session
                    .is_some_and(|session| sessions.contains(&session))
            })
    }
}

/// The form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// One JSON object per line.
    JsonLines,
    /// RFC 4180, with a header; cells that a spreadsheet would run start with `'`.
    Csv,
}

/// What becomes of a guarded field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mask {
    /// Shown as it is.
    Keep,
    /// Shown as a keyed hash: the same value has the same hash in this file, and in no other.
    Hash,
    /// Not shown.
    Remove,
}

/// Whether to go on; what a progress callback answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Go on.
    Continue,
    /// Stop; the file is unfinished and to be thrown away.
    Cancel,
}

/// What an export wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportSummary {
    /// Events shown.
    pub events: u64,
    /// Events that appear as their leaf alone.
    pub hidden: u64,
    /// Guarded values that were hashed or removed.
    pub masked: u64,
    /// Bytes written.
    pub bytes: u64,
    /// The checkpoint that ends the file; the vault keeps it too.
    pub checkpoint: Checkpoint,
}

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file could not be written.
    #[error("the export could not be written")]
    Write(#[from] io::Error),
    /// The log itself is broken; nothing is signed over it.
    #[error("the log is broken at event {seq}, so no export of it can be signed")]
    Broken {
        /// The first bad event.
        seq: u64,
    },
    /// The system gave no random bytes for the key of the hashes.
    #[error("the system gave no random bytes")]
    NoRandomness,
    /// The callback said stop.
    #[error("cancelled")]
    Cancelled,
}
