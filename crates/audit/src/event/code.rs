//! The allowlist of what an event may say beside its fixed fields: known names, and values that
//! cannot hold text from outside.

use std::{borrow::Cow, fmt, str::FromStr};

use jiff::Timestamp;
use keyfob_token::UnixMillis;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::time;

/// A known code such as `invalid_grant`: 1 to 48 of `a`–`z` and `_`.
///
/// It is made from a literal of our own source. Text of a provider is compared with known codes
/// first and never becomes one, so no token can travel as a code.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(Cow<'static, str>);

impl Code {
    const LONGEST: usize = 48;

    /// From a literal.
    ///
    /// # Panics
    /// When the literal is no code; in a `const`, at compile time.
    pub const fn known(literal: &'static str) -> Self {
        assert!(
            Self::fits(literal.as_bytes()),
            "a code is 1 to 48 of a-z and _"
        );
        Self(Cow::Borrowed(literal))
    }

    /// A program by the name that it gives itself: small letters alone, all else as `_`, at most
    /// 15. That names `git` and `python`, and is too narrow for any part of a token to pass.
    pub fn of_program(name: &str) -> Self {
        const MOST: usize = 15;
        let code: String = name
            .chars()
            .take(MOST)
            .map(|c| match c.to_ascii_lowercase() {
                letter @ 'a'..='z' => letter,
                _ => '_',
            })
            .collect();
        let code = code.trim_matches('_');
        if code.is_empty() {
            Self::known("unnamed")
        } else {
            Self(Cow::Owned(code.to_owned()))
        }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    const fn fits(bytes: &[u8]) -> bool {
        if bytes.is_empty() || bytes.len() > Self::LONGEST {
            return false;
        }
        let mut index = 0;
        while index < bytes.len() {
            if !(bytes[index].is_ascii_lowercase() || bytes[index] == b'_') {
                return false;
            }
            index += 1;
        }
        true
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not a code.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a code: 1 to 48 of a-z and _ are expected")]
pub struct ParseCodeError;

/// Reads a code back from the log.
impl FromStr for Code {
    type Err = ParseCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if Self::fits(text.as_bytes()) {
            Ok(Self(Cow::Owned(text.to_owned())))
        } else {
            Err(ParseCodeError)
        }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// The names under which an event may say more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DetailKey {
    /// How many tries so far.
    Attempt,
    /// How many things it concerned.
    Count,
    /// The end of the access token.
    AccessEndsAt,
    /// The end of the refresh token.
    RefreshEndsAt,
    /// Until when a token that was accepted as revoked may still pass offline.
    ValidUntil,
    /// No new try before this.
    RetryAt,
    /// A revocation is held until this.
    HeldUntil,
    /// Whether the provider gave a new refresh token: `rotated` or `kept`.
    Rotation,
    /// How a sign-in went: `browser`, `device`, `clipboard`, `file`.
    Way,
    /// What called for it: `due`, `by_hand`, `on_resume`, `on_demand`, `idle`, `sleep`, `exit` …
    Cause,
    /// What a probe or a revocation showed.
    Verdict,
    /// Which step of several.
    Step,
    /// What evidence led to it.
    Evidence,
    /// The HTTP status of an answer.
    Status,
    /// Which setting.
    Setting,
    /// A numeric setting's new value, or its code.
    Value,
    /// The key slot of a vault.
    Slot,
    /// The format of an export.
    Format,
    /// What an export did with accounts.
    Accounts,
    /// What an export did with hosts.
    Hosts,
    /// The last event concerned.
    LastSeq,
    /// The format version of a vault before.
    FromVersion,
    /// The format version of a vault afterwards.
    ToVersion,
    /// Which provider adapter.
    Provider,
    /// The program that a token was handed to; see [`Code::of_program`].
    Program,
    /// Which rule of good practice.
    Finding,
}

/// One further fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A number within ±2^53, the range that JSON numbers hold exactly (RFC 7493 §2.2).
    Number(i64),
    /// A known code.
    Code(Code),
    /// A point in time.
    At(UnixMillis),
}

impl Detail {
    /// A number, brought within ±(2^53 − 1).
    pub fn number(value: impl TryInto<i64>) -> Self {
        const LARGEST: i64 = (1 << 53) - 1;
        Self::Number(value.try_into().unwrap_or(LARGEST).clamp(-LARGEST, LARGEST))
    }

    /// A known code, from a literal.
    pub fn code(literal: &'static str) -> Self {
        Self::Code(Code::known(literal))
    }
}

impl Serialize for Detail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Code(code) => code.serialize(serializer),
            Self::At(at) => serializer.collect_str(&time::rfc3339(*at)),
        }
    }
}

impl<'de> Deserialize<'de> for Detail {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Number(i64),
            Text(String),
        }
        match Form::deserialize(deserializer)? {
            Form::Number(number) => Ok(Self::number(number)),
            Form::Text(text) => match text.parse::<Timestamp>() {
                Ok(at) => Ok(Self::At(UnixMillis(at.as_millisecond()))),
                Err(_) => text.parse().map(Self::Code).map_err(de::Error::custom),
            },
        }
    }
}
