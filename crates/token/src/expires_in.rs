//! `expires_in` of a token answer (RFC 6749 §5.1), as providers really send it.
//!
//! Owns what the number means. Must not know when the answer arrived: the life counts from there.

use serde_json::Value;

/// Lives beyond ten years are taken for a mistake, such as milliseconds or a date.
pub const LONGEST_LIFE_MS: i64 = 10 * 366 * 24 * 3_600 * 1_000;

/// No provider writes a longer number; what is longer is not parsed.
const LONGEST_DIGITS: usize = 32;

/// What an `expires_in` says, and whether it had to be forgiven something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpiresIn {
    /// The life it tells.
    pub life: Life,
    /// Whether it breaks the specification: a string, zero or less, absurdly far, or no number.
    pub flagged: bool,
}

/// The life of a token as its answer tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Milliseconds from the answer's arrival, more than zero and at most [`LONGEST_LIFE_MS`].
    Known(i64),
    /// Zero or less: it has ended already. The next attempt waits at least 60 s.
    ExpiredNow,
    /// Missing, absurdly far, or no number: use `exp` of a JWT, else nobody knows.
    Unknown,
}

impl ExpiresIn {
    /// An answer without `expires_in`, which RFC 6749 §5.1 allows.
    pub const ABSENT: Self = Self {
        life: Life::Unknown,
        flagged: false,
    };

    /// Milliseconds left at arrival: `Some(0)` when it has ended, `None` when nobody knows.
    pub fn life_ms(self) -> Option<i64> {
        match self.life {
            Life::Known(millis) => Some(millis),
            Life::ExpiredNow => Some(0),
            Life::Unknown => None,
        }
    }
}

/// Reads `expires_in` in seconds: a number (fractions are cut), or digits in a string, which is
/// flagged. `null` counts as absent. Never fails: a bad life must not cost the tokens beside it.
pub fn parse_expires_in(value: &Value) -> ExpiresIn {
    match value {
        Value::Null => ExpiresIn::ABSENT,
        Value::Number(number) => number
            .as_f64()
            .map_or(FLAGGED_UNKNOWN, |seconds| from_seconds(seconds, false)),
        Value::String(text) => from_text(text),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => FLAGGED_UNKNOWN,
    }
}

const FLAGGED_UNKNOWN: ExpiresIn = ExpiresIn {
    life: Life::Unknown,
    flagged: true,
};

fn from_text(text: &str) -> ExpiresIn {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty()
        && digits.len() <= LONGEST_DIGITS
        && digits.bytes().all(|b| b.is_ascii_digit());
    match text.parse() {
        Ok(seconds) if plain => from_seconds(seconds, true),
        _ => FLAGGED_UNKNOWN,
    }
}

/// The exactness of `f64` is enough: within ten years it holds every millisecond.
fn from_seconds(seconds: f64, flagged: bool) -> ExpiresIn {
    let millis = seconds.trunc() * 1_000.0;
    if millis <= 0.0 {
        ExpiresIn {
            life: Life::ExpiredNow,
            flagged: true,
        }
    } else if millis <= LONGEST_LIFE_MS as f64 {
        ExpiresIn {
            life: Life::Known(millis as i64),
            flagged,
        }
    } else {
        FLAGGED_UNKNOWN
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn known(millis: i64, flagged: bool) -> ExpiresIn {
        ExpiresIn {
            life: Life::Known(millis),
            flagged,
        }
    }

    #[test]
    fn takes_a_number_of_seconds() {
        assert_eq!(parse_expires_in(&json!(3599)), known(3_599_000, false));
        assert_eq!(parse_expires_in(&json!(59.9)), known(59_000, false));
    }

    #[test]
    fn takes_digits_in_a_string_and_flags_them() {
        assert_eq!(parse_expires_in(&json!("3599")), known(3_599_000, true));
        assert_eq!(parse_expires_in(&json!(" 3599 ")), known(3_599_000, true));
    }

    #[test]
    fn zero_or_less_has_ended_now() {
        for ended in [json!(0), json!(-5), json!("0"), json!("-1"), json!(0.4)] {
            let parsed = parse_expires_in(&ended);
            assert_eq!(
                (parsed.life, parsed.flagged),
                (Life::ExpiredNow, true),
                "{ended}"
            );
            assert_eq!(parsed.life_ms(), Some(0));
        }
    }

    #[test]
    fn beyond_ten_years_nobody_knows() {
        for huge in [
            json!(316_224_001_i64),
            json!(u64::MAX),
            json!(1e300),
            json!("9".repeat(31)),
        ] {
            assert_eq!(parse_expires_in(&huge), FLAGGED_UNKNOWN, "{huge}");
        }
        assert_eq!(
            parse_expires_in(&json!(316_224_000)),
            known(LONGEST_LIFE_MS, false)
        );
    }

    #[test]
    fn what_is_no_number_is_unknown_and_never_an_error() {
        for odd in [
            json!("soon"),
            json!(""),
            json!("1e3"),
            json!("+5"),
            json!("9".repeat(4_000)),
        ] {
            assert_eq!(parse_expires_in(&odd), FLAGGED_UNKNOWN, "{odd}");
        }
        assert_eq!(parse_expires_in(&json!([1])), FLAGGED_UNKNOWN);
        assert_eq!(parse_expires_in(&Value::Null), ExpiresIn::ABSENT);
    }
}
