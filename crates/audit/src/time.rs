//! Points in time as text: RFC 3339, UTC, milliseconds.

use jiff::Timestamp;
use keyfob_token::UnixMillis;

/// As `2026-11-25T11:04:00.123Z`; beyond the years of RFC 3339, the nearest that it can say.
pub(crate) fn rfc3339(at: UnixMillis) -> String {
    let at = within_rfc3339(at);
    let at = Timestamp::from_millisecond(at.0).expect("within the years 0 to 9999");
    format!("{at:.3}")
}

/// The nearest point in time that RFC 3339 can say.
pub(crate) fn within_rfc3339(at: UnixMillis) -> UnixMillis {
    const YEAR_0: i64 = -62_167_219_200_000;
    const YEAR_9999_ENDS: i64 = 253_402_207_200_000;
    UnixMillis(at.0.clamp(YEAR_0, YEAR_9999_ENDS))
}

/// Reads what [`rfc3339`] writes.
pub(crate) fn parse_rfc3339(text: &str) -> Option<UnixMillis> {
    text.parse::<Timestamp>()
        .ok()
        .map(|at| UnixMillis(at.as_millisecond()))
}
