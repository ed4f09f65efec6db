//! What a verification found, as facts and as sentences.

use std::fmt;

use keyfob_token::UnixMillis;
use uuid::Uuid;

/// What an export proved to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Events shown and found to hold.
    pub events: u64,
    /// Events that appear as their leaf alone, and hold.
    pub hidden: u64,
    /// Checkpoints whose signature holds.
    pub checkpoints: u64,
    /// The last event that holds, 0 when none does.
    pub last: u64,
    /// The log that was exported.
    pub log_id: Uuid,
    /// When it says it was exported.
    pub exported_at: UnixMillis,
    /// The fingerprint of the key that signed the first checkpoint.
    pub fingerprint: Option<String>,
    /// The outcome.
    pub finding: Finding,
}

/// The outcome of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Everything holds.
    Intact(SignedBy),
    /// Something does not.
    Broken(Breach),
}

/// Whose signature it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedBy {
    /// The key whose fingerprint was given.
    ExpectedKey,
    /// A key that nobody vouched for.
    UncheckedKey,
}

/// The first thing that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The event at which it shows. All events before it hold.
    pub seq: u64,
    /// What it is.
    pub kind: BreachKind,
}

/// What does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreachKind {
    /// The file ends before its seal.
    CutTail,
    /// An event is missing.
    Gap,
    /// An event stands in another place, or twice.
    Reordered,
    /// An event is not what the chain holds.
    Altered,
    /// The links were made anew and do not lead to the checkpoint at event `until`.
    Rewritten {
        /// The event of the checkpoint.
        until: u64,
    },
    /// The checkpoint at event `until` is by another key than the rest, or than was expected.
    Resigned {
        /// The event of the checkpoint.
        until: u64,
    },
    /// The signature of the checkpoint at event `until` does not hold.
    BadSignature {
        /// The event of the checkpoint.
        until: u64,
    },
    /// All events hold, but the seal does not: the first row or a masked value was changed.
    Unsealed,
    /// There is more after the seal.
    AfterSeal,
    /// A row can't be read.
    Unreadable,
}

impl BreachKind {
    /// A word for scripts.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::CutTail => "cut_tail",
            Self::Gap => "gap",
            Self::Reordered => "reordered",
            Self::Altered => "altered",
            Self::Rewritten { .. } => "rewritten",
            Self::Resigned { .. } => "resigned",
            Self::BadSignature { .. } => "bad_signature",
            Self::Unsealed => "unsealed",
            Self::AfterSeal => "after_seal",
            Self::Unreadable => "unreadable",
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seq = self.seq;
        match self.kind {
            BreachKind::CutTail => {
                write!(
                    f,
                    "the file is cut off: event {seq} or the seal should follow"
                )
            }
            BreachKind::Gap => write!(f, "event {seq} is missing"),
            BreachKind::Reordered => write!(f, "event {seq} is not in its place"),
            BreachKind::Altered => write!(f, "event {seq} was altered"),
            BreachKind::Rewritten { until } => {
                write!(
                    f,
                    "events {seq} to {until} were rewritten: they do not lead to the checkpoint"
                )
            }
            BreachKind::Resigned { until } => {
                write!(f, "events {seq} to {until} are signed by another key")
            }
            BreachKind::BadSignature { until } => {
                write!(
                    f,
                    "the signature over events {seq} to {until} does not hold"
                )
            }
            BreachKind::Unsealed => {
                f.write_str("the events hold, but the first row or a masked value was changed")
            }
            BreachKind::AfterSeal => {
                write!(f, "something was added after event {seq} and the seal")
            }
            BreachKind::Unreadable => write!(f, "the row of event {seq} can't be read"),
        }
    }
}

/// The file can't be judged.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The file could not be read.
    #[error("the file could not be read")]
    Read(#[from] std::io::Error),
    /// It is no export of Keyfob.
    #[error("this is not an audit export of Keyfob")]
    NotAnExport,
    /// It is from a newer Keyfob.
    #[error("this export has format version {version}; a newer Keyfob is needed to verify it")]
    Newer {
        /// Its version.
        version: u64,
    },
    /// The key given is no fingerprint.
    #[error("the key is not a fingerprint: eight groups of four, A-Z and 2-7, are expected")]
    NotAFingerprint,
}
