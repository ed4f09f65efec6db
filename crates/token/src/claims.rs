//! The claims of a token as a table for people.
//!
//! Owns how a claim is shown: escaped, bounded, explained. Decides nothing by a claim: that is for
//! `jwt`'s verifiers.

mod account;
mod meaning;
mod pretty;

use keyfob_secret::escape_untrusted;

use crate::json::{Json, duplicate_names};
use crate::jwt::{Inspection, LEEWAY_MS, NumericDate, is_believable, numeric_date};
use crate::session::Verification;
use crate::time::UnixMillis;

pub(crate) use account::{account_of, scopes_of, short_text};
pub use meaning::ClaimMeaning;
pub(crate) use pretty::pretty;

/// More rows than this are not made.
pub const MAX_ROWS: usize = 256;

/// Longest value that is shown, in characters before escaping.
pub const MAX_VALUE: usize = 2_048;

/// Longest name that is shown, in characters before escaping.
pub(crate) const MAX_NAME: usize = 120;

/// The claims that are points in time.
pub(crate) const TIMES: [&str; 5] = ["exp", "nbf", "iat", "auth_time", "updated_at"];

/// One claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRow {
    /// Its name, escaped.
    pub name: String,
    /// Its value, escaped and cut; lists and objects as indented JSON.
    pub display: String,
    /// What kind of value.
    pub kind: ClaimKind,
    /// What it means, for registered claims.
    pub meaning: Option<ClaimMeaning>,
    /// Whether the token's signature and claims were checked.
    pub verified: bool,
    /// The gravest thing that is odd about it.
    pub problem: Option<ClaimProblem>,
}

/// The kind of a claim's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// A point in time.
    Time {
        /// When, on the wall clock.
        at: UnixMillis,
    },
    /// Text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// `null`.
    Null,
    /// An array.
    List,
    /// An object.
    Object,
}

/// What is odd about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimProblem {
    /// Its name stands twice: readers differ in which one they take.
    Duplicate,
    /// A time that is not a number.
    NotANumber,
    /// A time that is in milliseconds by mistake.
    LooksLikeMilliseconds,
    /// An end more than ten years ahead.
    TooFar,
    /// `exp` has passed.
    Ended,
    /// `nbf` or `iat` is ahead: not yet valid, perhaps a clock is wrong.
    NotYetValid,
    /// Nested too deep to be shown.
    TooDeep,
    /// Cut because it is long.
    Cut,
    /// Not shown: nothing signs this token, so its content is the token.
    Withheld,
}

impl ClaimProblem {
    /// The stable word for it at the boundary.
    pub fn code(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::NotANumber => "not_a_number",
            Self::LooksLikeMilliseconds => "milliseconds",
            Self::TooFar => "too_far",
            Self::Ended => "ended",
            Self::NotYetValid => "future",
            Self::TooDeep => "too_deep",
            Self::Cut => "cut",
            Self::Withheld => "withheld",
        }
    }
}

/// The claims in the order of the token, at most [`MAX_ROWS`]; empty when they can't be read.
///
/// Of an unsigned token only the registered claims are shown, and neither `jti` nor `nonce`:
/// whoever had all of its content would have the token.
pub fn table(
    inspection: &Inspection,
    verification: Verification,
    now: UnixMillis,
) -> Vec<ClaimRow> {
    let members = inspection
        .claims()
        .and_then(Json::members)
        .unwrap_or_default();
    let verified = verification == Verification::Verified;
    let mut rows = rows_of(members, verified, meaning::of_claim);
    for (row, (name, value)) in rows.iter_mut().zip(members) {
        if TIMES.contains(&name.as_str()) {
            tell_time(row, name, value, now);
        }
        let known = row.meaning.is_some() && !matches!(name.as_str(), "jti" | "nonce");
        if inspection.content_is_the_token() && !known {
            withhold(row);
        }
    }
    rows
}

/// The header in the order of the token; empty for an unsigned token, whose content is the token.
pub fn header_table(inspection: &Inspection) -> Vec<ClaimRow> {
    if inspection.content_is_the_token() {
        return Vec::new();
    }
    let members = inspection.header().members().unwrap_or_default();
    rows_of(members, false, meaning::of_header)
}

fn rows_of(
    members: &[(String, Json)],
    verified: bool,
    meaning: fn(&str) -> Option<ClaimMeaning>,
) -> Vec<ClaimRow> {
    let twice: Vec<&str> = duplicate_names(members).collect();
    members
        .iter()
        .take(MAX_ROWS)
        .map(|(name, value)| {
            let (kind, shown) = show(value);
            let problem = if twice.binary_search(&name.as_str()).is_ok() {
                Some(ClaimProblem::Duplicate)
            } else {
                shown.problem
            };
            let meaning = meaning(name);
            let name = escape_untrusted(name, MAX_NAME);
            ClaimRow {
                name,
                display: shown.text,
                kind,
                meaning,
                verified,
                problem,
            }
        })
        .collect()
}

fn show(value: &Json) -> (ClaimKind, pretty::Shown) {
    let kind = match value {
        Json::Null => ClaimKind::Null,
        Json::Bool(_) => ClaimKind::Bool,
        Json::Number(_) => ClaimKind::Number,
        Json::Text(text) => return (ClaimKind::Text, pretty::plain(text, MAX_VALUE)),
        Json::List(_) => ClaimKind::List,
        Json::Object(_) | Json::TooDeep => ClaimKind::Object,
    };
    (kind, pretty(value, MAX_VALUE))
}

/// Turns the row of a time claim into a time, and says what is odd about that time.
fn tell_time(row: &mut ClaimRow, name: &str, value: &Json, now: UnixMillis) {
    let oddity = match numeric_date(Some(value)) {
        NumericDate::Absent | NumericDate::NotANumber => Some(ClaimProblem::NotANumber),
        NumericDate::At {
            looks_like_milliseconds: true,
            ..
        } => Some(ClaimProblem::LooksLikeMilliseconds),
        NumericDate::At { at, .. } => {
            row.kind = ClaimKind::Time { at };
            match name {
                "exp" if !is_believable(at, now) => Some(ClaimProblem::TooFar),
                "exp" if at <= now => Some(ClaimProblem::Ended),
                "nbf" | "iat" if at - now > LEEWAY_MS => Some(ClaimProblem::NotYetValid),
                _ => None,
            }
        }
    };
    row.problem = row.problem.or(oddity);
}

fn withhold(row: &mut ClaimRow) {
    row.display = String::new();
    row.problem = Some(ClaimProblem::Withheld);
}
