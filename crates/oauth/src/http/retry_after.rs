//! `Retry-After` (RFC 9110 §10.2.3): seconds, or a date.

use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use keyfob_token::UnixMillis;

/// No wait asked for by a provider is taken for longer than a day: what is longer is a mistake,
/// and would end sessions.
const LONGEST_WAIT_MS: i64 = 24 * 3_600 * 1_000;

/// Milliseconds to wait, from 0 to a day. A date counts from the provider's own `Date` where the
/// answer has one, so that a wrong clock on either side does no harm; else from `now`.
pub fn wait_ms(retry_after: &str, date: Option<&str>, now: UnixMillis) -> Option<i64> {
    let text = retry_after.trim();
    let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse::<i64>()
            .unwrap_or(i64::MAX)
            .saturating_mul(1_000)
    } else {
        let from = date.and_then(unix_millis).unwrap_or(now);
        unix_millis(text)? - from
    };
    Some(wait.clamp(0, LONGEST_WAIT_MS))
}

/// An HTTP date (RFC 9110 §5.6.7) in the one form that may still be sent.
fn unix_millis(text: &str) -> Option<UnixMillis> {
    let parsed: Timestamp = DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    Some(UnixMillis(parsed.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(784_111_777_000); // Sun, 06 Nov 1994 08:49:37 GMT

    #[test]
    fn reads_seconds() {
        assert_eq!(wait_ms("120", None, NOW), Some(120_000));
        assert_eq!(wait_ms(" 0 ", None, NOW), Some(0));
    }

    #[test]
    fn reads_a_date_by_the_clock_that_wrote_it() {
        let at = "Sun, 06 Nov 1994 08:50:37 GMT";
        assert_eq!(wait_ms(at, None, NOW), Some(60_000));
        assert_eq!(
            wait_ms(at, Some("Sun, 06 Nov 1994 08:50:07 GMT"), NOW),
            Some(30_000)
        );
        assert_eq!(wait_ms("Sun, 06 Nov 1994 08:49:00 GMT", None, NOW), Some(0));
    }

    #[test]
    fn a_wait_beyond_a_day_is_cut_and_rubbish_is_none() {
        assert_eq!(
            wait_ms("99999999999999999999", None, NOW),
            Some(LONGEST_WAIT_MS)
        );
        assert_eq!(
            wait_ms("Fri, 31 Dec 2100 23:59:59 GMT", None, NOW),
            Some(LONGEST_WAIT_MS)
        );
        for rubbish in ["", "-5", "soon", "1.5", "12 s"] {
            assert_eq!(wait_ms(rubbish, None, NOW), None, "{rubbish}");
        }
    }
}
