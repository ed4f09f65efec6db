//! Keyed fingerprints: how a token is named without showing any part of it.

use std::{fmt, str::FromStr};

use data_encoding::{BASE32_NOPAD, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Sha256;

use crate::Key32;

const ENCODING: Encoding = BASE32_NOPAD;

/// The first 128 bits of HMAC-SHA-256 over a kind and a value, under a key of the vault.
///
/// Two vaults give the same token different fingerprints, so fingerprints can't be joined across
/// machines, and a short token can't be guessed from one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// Its bytes, as they are stored.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// From bytes that [`Fingerprint::to_bytes`] gave.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The short form for people: 60 bits as `7K3M-9QXD-2PLA`.
    pub fn short(&self) -> String {
        let all = self.to_string();
        format!("{}-{}-{}", &all[0..4], &all[4..8], &all[8..12])
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&ENCODING.encode(&self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fp:{}", self.short())
    }
}

/// The text is not a fingerprint: 26 characters of base32 (RFC 4648 §6).
#[derive(Debug, PartialEq, Eq)]
pub struct ParseFingerprintError;

impl fmt::Display for ParseFingerprintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a fingerprint: 26 characters A-Z and 2-7 are expected")
    }
}

impl std::error::Error for ParseFingerprintError {}

impl FromStr for Fingerprint {
    type Err = ParseFingerprintError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = ENCODING
            .decode(text.as_bytes())
            .map_err(|_| ParseFingerprintError)?;
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| ParseFingerprintError)
    }
}

/// As text in formats for people, else as its 16 bytes.
impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(Visitor)
        } else {
            deserializer.deserialize_bytes(Visitor)
        }
    }
}

struct Visitor;

impl de::Visitor<'_> for Visitor {
    type Value = Fingerprint;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fingerprint")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Fingerprint, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Fingerprint, E> {
        bytes
            .try_into()
            .map(Fingerprint)
            .map_err(|_| E::invalid_length(bytes.len(), &self))
    }
}

/// The key of a vault's fingerprints. It stays the same when the vault key rotates.
pub struct FingerprintKey(Key32);

impl FingerprintKey {
    /// Takes over a random 256-bit key.
    pub fn new(key: Key32) -> Self {
        Self(key)
    }

    /// Names `value` of a `kind` (such as `"access"`); the kind separates the domains.
    pub fn fingerprint(&self, kind: &str, value: &str) -> Fingerprint {
        // EXPOSE: HMAC is keyed with the raw bytes.
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose())
            .expect("HMAC takes a key of any length");
        mac.update(&(kind.len() as u64).to_be_bytes());
        mac.update(kind.as_bytes());
        mac.update(value.as_bytes());
        let full = mac.finalize().into_bytes();
        let mut short = [0; 16];
        short.copy_from_slice(&full[..16]);
        Fingerprint(short)
    }
}

/// How long a token is, in classes wide enough that the length does not name the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LengthClass {
    /// Up to 63 bytes.
    Short,
    /// 64 to 511 bytes.
    Medium,
    /// 512 bytes to 4 KiB.
    Long,
    /// Longer than 4 KiB.
    VeryLong,
}

impl LengthClass {
    /// The class of a length in bytes.
    pub fn of(length: usize) -> Self {
        match length {
            0..=63 => Self::Short,
            64..=511 => Self::Medium,
            512..=4096 => Self::Long,
            _ => Self::VeryLong,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> FingerprintKey {
        FingerprintKey::new(Key32::new([byte; 32]))
    }

    #[test]
    fn depends_on_key_kind_and_value() {
        let base = key(1).fingerprint("access", "t");
        assert_eq!(base, key(1).fingerprint("access", "t"));
        assert_ne!(base, key(2).fingerprint("access", "t"));
        assert_ne!(base, key(1).fingerprint("refresh", "t"));
        assert_ne!(base, key(1).fingerprint("access", "u"));
    }

    #[test]
    fn golden_value_stays() {
        let golden = key(7).fingerprint("access", "golden");
        assert_eq!(
            golden.to_string(),
            golden
                .to_string()
                .parse::<Fingerprint>()
                .unwrap()
                .to_string()
        );
        assert_eq!(golden.to_string().len(), 26);
        assert_eq!(golden.short().len(), 14);
    }

    #[test]
    fn refuses_text_that_is_no_fingerprint() {
        assert_eq!("short".parse::<Fingerprint>(), Err(ParseFingerprintError));
        assert_eq!("".parse::<Fingerprint>(), Err(ParseFingerprintError));
    }
}
