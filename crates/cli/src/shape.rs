//! Sessions as JSON objects and as lines of text.

use jiff::Timestamp;
use keyfob_engine::view::{EndKind, Row, State};
use serde::Serialize;

use crate::{style::Style, words::span};

/// A session as every command writes it in JSON. Times are RFC 3339, UTC.
#[derive(Serialize)]
pub(crate) struct SessionObject {
    id: String,
    name: String,
    state: &'static str,
    issuer: String,
    account: Option<String>,
    scopes: Vec<String>,
    labels: Vec<String>,
    /// Whether it renews itself; then `ends_at` is the end of its access token.
    renews: bool,
    ends_at: Option<String>,
    next_refresh_at: Option<String>,
    can_refresh: bool,
    can_revoke: bool,
}

impl SessionObject {
    /// Of a row.
    pub(crate) fn of(row: &Row) -> Self {
        Self {
            id: row.id.clone(),
            name: row.name.clone(),
            state: state_code(row.state),
            issuer: row.issuer.clone(),
            account: row.account.clone(),
            scopes: row.scopes.clone(),
            labels: row.labels.clone(),
            renews: row.end.kind == EndKind::Renews,
            ends_at: row.end.at.map(time),
            next_refresh_at: row.end.refresh_at.map(time),
            can_refresh: row.can_refresh,
            can_revoke: row.can_revoke,
        }
    }
}

/// A point in time, RFC 3339.
pub(crate) fn time(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |at| at.to_string())
}

/// The code for a state, the same in filters.
fn state_code(state: State) -> &'static str {
    match state {
        State::Theft => "theft",
        State::Revoking => "revoking",
        State::Revoked => "revoked",
        State::Relogin => "relogin",
        State::Watched => "watched",
        // No command refreshes while it lists: what the window would be renewing is due here.
        State::Refreshing => "due",
        State::Expired => "expired",
        State::Failed => "failed",
        State::Offline => "offline",
        State::Expiring => "expiring",
        State::Active => "active",
    }
}

/// The word for a state.
pub(crate) fn state_word(state: State) -> &'static str {
    match state {
        State::Theft => "theft?",
        State::Relogin => "sign in",
        other => state_code(other),
    }
}

/// The word for a state, coloured.
pub(crate) fn coloured(state: State, padded: &str, style: Style) -> String {
    match state {
        State::Active => style.good(padded),
        State::Theft | State::Relogin | State::Expired => style.bad(padded),
        State::Refreshing | State::Failed | State::Offline | State::Expiring | State::Revoking => {
            style.doubtful(padded)
        }
        State::Revoked | State::Watched => padded.to_owned(),
    }
}

/// When it ends, for people.
pub(crate) fn end_words(row: &Row, now: i64) -> String {
    let left = row.end.at.map(|at| at - now);
    match (row.end.kind, left) {
        (EndKind::Ended, _) => "ended".to_owned(),
        (EndKind::Renews, _) => "renews itself".to_owned(),
        (EndKind::Hard, Some(left)) if left > 0 => format!("in {}", span(left.unsigned_abs())),
        (EndKind::Hard, _) => "ended".to_owned(),
        (EndKind::Unknown, _) => "–".to_owned(),
    }
}

/// Lines of columns, each as wide as its widest cell; the last is not padded. `paint` gets a
/// padded cell and may colour it.
pub(crate) fn columns(
    head: &[&str],
    rows: &[Vec<String>],
    paint: impl Fn(usize, usize, String) -> String,
) -> String {
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .chain([head[column].chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let padded = |column: usize, cell: &str| {
        if column + 1 == widths.len() {
            cell.to_owned()
        } else {
            format!("{cell:<wide$}  ", wide = widths[column])
        }
    };
    let mut text: String = (0..head.len())
        .map(|column| padded(column, head[column]))
        .collect();
    text.push('\n');
    for (number, row) in rows.iter().enumerate() {
        for (column, cell) in row.iter().enumerate() {
            text.push_str(&paint(number, column, padded(column, cell)));
        }
        text.push('\n');
    }
    text
}
