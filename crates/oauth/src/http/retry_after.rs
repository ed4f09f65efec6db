//! `Retry-After` (RFC 9110 §10.2.3).

use keyfob_token::UnixMillis;

/// Milliseconds to wait: see [`wait_ms`].
pub fn wait_ms(_retry_after: &str, _date: Option<&str>, _now: UnixMillis) -> Option<i64> {
    unimplemented!()
}
