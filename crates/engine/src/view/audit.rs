//! The audit log and its export.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuditFilter {
    /// Words that account, issuer, label, event or code must hold.
    pub text: String,
    /// Events, such as `refresh.failed`; empty: all.
    pub events: Vec<String>,
    /// Actors; empty: all.
    pub actors: Vec<String>,
    /// Results; empty: all.
    pub results: Vec<String>,
    /// Not before, ms since 1970.
    pub from: Option<i64>,
    /// Not after, ms since 1970.
    pub to: Option<i64>,
    /// Only this session.
    pub session: Option<String>,
    /// First row wanted, newest first.
    pub offset: u32,
    /// How many, at most 500.
    pub limit: u32,
}

/// A public fact of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FactView {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuditRow {
    /// Its number.
    pub seq: u32,
    /// When, ms since 1970.
    pub at: i64,
    /// `user`, `keyfob`, `cli`.
    pub actor: String,
    /// Such as `refresh.succeeded`.
    pub event: String,
    /// `ok`, `failed`, `refused`, `pending`, `cancelled`.
    pub result: String,
    /// The session's id.
    pub session: Option<String>,
    /// The session's name, then.
    pub label: Option<String>,
    /// The account.
    pub account: Option<String>,
    /// The issuer's host.
    pub host: Option<String>,
    /// `access`, `refresh`, `id` and its fingerprint, short form.
    pub token: Option<String>,
    /// A known code.
    pub code: Option<String>,
    /// More public facts.
    pub facts: Vec<FactView>,
    /// Whether a signed checkpoint stands right after it.
    pub checkpoint: bool,
    /// Its leaf hash, hex.
    pub leaf: String,
}

/// A window of the log.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    /// Newest first.
    pub rows: Vec<AuditRow>,
    /// Events that match.
    pub matched: u32,
    /// Events in the log.
    pub total: u32,
    /// Events that occur, for the filter.
    pub events: Vec<String>,
}

/// The state of the chain.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChainView {
    /// Events checked.
    pub events: u32,
    /// Whether all fit.
    pub intact: bool,
    /// The first that doesn't.
    pub broken_at: Option<u32>,
    /// The newest signed checkpoint.
    pub checkpoint_seq: Option<u32>,
    /// When it was signed, ms since 1970.
    pub checkpoint_at: Option<i64>,
    /// Fingerprint of the public key that signs.
    pub key: String,
    /// When this was checked, ms since 1970.
    pub checked_at: i64,
}

/// What happens to a field in an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Mask {
    /// It stays.
    Keep,
    /// One value, one hash, in this file only.
    #[default]
    Hash,
    /// It is left out.
    Remove,
}

/// What to export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportRequest {
    /// `jsonl` or `csv`.
    #[ts(type = "'jsonl' | 'csv'")]
    pub format: String,
    /// Account names and labels.
    pub accounts: Mask,
    /// Hosts and issuers.
    pub hosts: Mask,
    /// Which events; `offset` and `limit` are ignored.
    pub filter: AuditFilter,
}

/// A part of a preview line, counted in UTF-16 units as the page counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    /// First unit.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// A line as it would be written, long hashes cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PreviewLine {
    /// The text.
    pub text: String,
    /// Where values are masked.
    pub masked: Vec<Span>,
}

/// What the export would hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportPreview {
    /// The newest three lines.
    pub lines: Vec<PreviewLine>,
    /// Events in full.
    pub events: u32,
    /// Values that are masked.
    pub masked: u32,
    /// About how many bytes.
    pub bytes: u32,
    /// Signed checkpoints in it.
    pub checkpoints: u32,
    /// Where it would go.
    pub target: String,
}

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportProgress {
    /// Events gone through.
    pub done: u32,
    /// Events in all; 0 before it has begun.
    pub total: u32,
}

/// What was exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportResult {
    /// The file.
    pub path: String,
    /// Events in full.
    pub events: u32,
    /// Values masked.
    pub masked: u32,
    /// Fingerprint of the public key that signed.
    pub key: String,
}
