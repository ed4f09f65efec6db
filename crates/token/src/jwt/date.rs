//! Points in time inside a token: NumericDate (RFC 7519 §2).

use crate::expires_in::LONGEST_LIFE_MS;
use crate::json::Json;
use crate::time::UnixMillis;

/// Numbers from here on are milliseconds by mistake: as seconds they would be past the year 5000.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// A time claim as it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumericDate {
    /// The claim is not there.
    Absent,
    /// It is there and is not a number, which is not the same as absent.
    NotANumber,
    /// Seconds since 1970, fractions rounded as jsonwebtoken does.
    At {
        /// The time it names when taken by its word.
        at: UnixMillis,
        /// Whether it is so far off that it must be milliseconds.
        looks_like_milliseconds: bool,
    },
}

impl NumericDate {
    /// The time, if it is one.
    pub(crate) fn at(self) -> Option<UnixMillis> {
        match self {
            Self::At { at, .. } => Some(at),
            Self::Absent | Self::NotANumber => None,
        }
    }

    /// The time, if it is one and was not written in milliseconds.
    fn in_seconds(self) -> Option<UnixMillis> {
        match self {
            Self::At {
                at,
                looks_like_milliseconds: false,
            } => Some(at),
            _ => None,
        }
    }
}

/// When a token was issued and when it ends, by its own claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// `exp`; none when it is missing, no number, or more than ten years ahead of all we know.
    pub exp: Option<UnixMillis>,
    /// `iat`; none when it is missing or no number.
    pub iat: Option<UnixMillis>,
}

impl Times {
    /// Reads both; `exp` is believed within ten years of `now` or of `iat`: by a clock that stands
    /// in 1970, every end is far.
    pub(crate) fn of(claims: &Json, now: UnixMillis) -> Self {
        let issued = numeric_date(claims.member("iat"));
        let iat = issued.at();
        let issued = issued.in_seconds();
        let exp = numeric_date(claims.member("exp"))
            .at()
            .filter(|exp| is_believable(*exp, issued.map_or(now, |at| at.max(now))));
        Self { exp, iat }
    }

    /// The life at arrival of a token that has just been issued, milliseconds: `exp - iat`, which
    /// no wrong clock of ours can change; without `iat` what is left at `now`. Never negative.
    pub(crate) fn life(&self, now: UnixMillis) -> Option<i64> {
        let exp = self.exp?;
        let begin = self.iat.filter(|iat| *iat <= exp).unwrap_or(now);
        Some((exp - begin).clamp(0, LONGEST_LIFE_MS))
    }
}

/// Whether an end is at most ten years ahead; one in milliseconds is no end.
pub(crate) fn is_believable(end: UnixMillis, now: UnixMillis) -> bool {
    end - now <= LONGEST_LIFE_MS
}

/// Reads a time claim.
pub(crate) fn numeric_date(value: Option<&Json>) -> NumericDate {
    let seconds = match value {
        None => return NumericDate::Absent,
        Some(Json::Number(number)) => match number.as_i64() {
            Some(seconds) => seconds,
            // Casting saturates, and a number of JSON is always finite.
            None => number.as_f64().unwrap_or(f64::MAX).round() as i64,
        },
        Some(_) => return NumericDate::NotANumber,
    };
    NumericDate::At {
        at: UnixMillis::from_seconds(seconds),
        looks_like_milliseconds: seconds >= MILLISECONDS_FROM,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NumericDate {
        numeric_date(Some(&crate::json::read(text.as_bytes()).unwrap().root))
    }

    #[test]
    fn rounds_fractions_and_saturates() {
        assert_eq!(
            date("1700000000.5").at(),
            Some(UnixMillis(1_700_000_001_000))
        );
        assert_eq!(
            date("1700000000.4").at(),
            Some(UnixMillis(1_700_000_000_000))
        );
        assert_eq!(date("1e300").at(), Some(UnixMillis(i64::MAX)));
        assert_eq!(date("-5").at(), Some(UnixMillis(-5_000)));
    }

    #[test]
    fn a_string_is_not_a_number_and_not_absent() {
        assert_eq!(date(r#""1700000000""#), NumericDate::NotANumber);
        assert_eq!(date("null"), NumericDate::NotANumber);
        assert_eq!(numeric_date(None), NumericDate::Absent);
    }

    #[test]
    fn knows_milliseconds_when_it_sees_them() {
        let looks = |text| {
            matches!(
                date(text),
                NumericDate::At {
                    looks_like_milliseconds: true,
                    ..
                }
            )
        };
        assert!(looks("1700000000000"));
        assert!(!looks("1700000000"));
    }
}
