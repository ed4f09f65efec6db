//! The audit log: events, the hash chain over them, signed checkpoints, the redacted export and
//! its verification.
//!
//! Owns the bytes of every leaf, link, checkpoint and export line (docs/FORMATS.md). Pure: it
//! reads and writes only what it is handed, has no clock, and knows neither vault nor network.
//! Nothing here can hold a token: an event names one by its keyed fingerprint.
#![forbid(unsafe_code)]

mod canonical;
mod chain;
mod checkpoint;
mod digest;
mod event;
mod export;
mod file;
mod time;
mod verify;

pub use chain::{AppendError, BrokenChain, Head, append, verify_chain};
pub use checkpoint::{CHECKPOINT_EVERY, Checkpoint, Signer, checkpoint_due, key_fingerprint};
pub use digest::{Digest, Salt};
pub use event::{
    Actor, Code, Detail, DetailKey, Draft, Event, EventKind, Guarded, GuardedField, Outcome,
    ParseCodeError, Salts, TokenRef,
};
pub use export::{
    ExportError, ExportFilter, ExportFormat, ExportOptions, ExportSummary, Log, Mask, PreviewLine,
    PreviewPart, Step, export, preview,
};
pub use verify::{Breach, BreachKind, Finding, Report, SignedBy, VerifyError, verify};
