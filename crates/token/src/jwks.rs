//! The keys of an issuer (RFC 7517), and when they may be fetched again.
//!
//! Owns which key fits a token. A key that nobody here understands costs only itself. Must not
//! fetch anything.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use crate::time::{Now, Stamp};

/// Longest key set that is read, in bytes.
pub const MAX_KEY_SET_BYTES: usize = 512 * 1024;

/// Most keys in a set.
pub const MAX_KEYS: usize = 100;

/// Longest `kid`, in characters. It is opaque: compared, never interpreted.
pub const MAX_KEY_ID: usize = 256;

/// How long after one fetch of an issuer's keys an unknown `kid` may cause the next, milliseconds.
pub const REFETCH_AFTER_MS: i64 = 5 * 60 * 1_000;

/// Why a text is not a key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// Longer than [`MAX_KEY_SET_BYTES`].
    #[error("the issuer's key set is longer than 512 KiB")]
    TooLong,
    /// Not JSON, or without a list `keys` (RFC 7517 §5).
    #[error("the issuer's key set is not a JSON Web Key Set")]
    Malformed,
    /// More than [`MAX_KEYS`] keys.
    #[error("the issuer's key set holds more than 100 keys")]
    TooManyKeys,
}

/// The public keys of one issuer that can check a signature.
#[derive(Default)]
pub struct KeySet {
    keys: Vec<Key>,
    skipped: usize,
}

struct Key {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

/// What a look-up found.
pub(crate) enum Lookup<'a> {
    /// The one key that fits.
    One(&'a DecodingKey),
    /// None: perhaps the set is old.
    None,
    /// The key of that name is for other algorithms.
    OtherAlgorithm,
    /// Several, and no way to choose.
    Several,
}

impl KeySet {
    /// Reads a key set. Keys of an unknown kind, for encryption, symmetric or broken are skipped.
    ///
    /// # Errors
    /// [`KeySetError`] when the whole is not a key set, or is too large.
    pub fn parse(json: &[u8]) -> Result<Self, KeySetError> {
        if json.len() > MAX_KEY_SET_BYTES {
            return Err(KeySetError::TooLong);
        }
        let set: RawSet = serde_json::from_slice(json).map_err(|_| KeySetError::Malformed)?;
        if set.keys.len() > MAX_KEYS {
            return Err(KeySetError::TooManyKeys);
        }
        let found = set.keys.len();
        let keys: Vec<Key> = set
            .keys
            .into_iter()
            .filter_map(|value| serde_json::from_value(value).ok().and_then(usable_key))
            .collect();
        Ok(Self {
            skipped: found - keys.len(),
            keys,
        })
    }

    /// How many keys can check a signature.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no key can.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// How many keys were skipped.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// The one key for a `kid` and an algorithm. Without a `kid` a single fitting key will do.
    pub(crate) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Lookup<'_> {
        let named = || {
            self.keys
                .iter()
                .filter(|key| id.is_none() || key.id.as_deref() == id)
        };
        let mut fitting = named().filter(|key| key.algorithms.contains(&algorithm));
        match (fitting.next(), fitting.next()) {
            (Some(_), Some(_)) => Lookup::Several,
            (Some(key), None) => Lookup::One(&key.key),
            (None, _) if id.is_some() && named().next().is_some() => Lookup::OtherAlgorithm,
            (None, _) => Lookup::None,
        }
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "KeySet({} keys, {} skipped)",
            self.keys.len(),
            self.skipped
        )
    }
}

/// Whether an unknown `kid` may cause a fetch: once in five minutes per issuer, so that forged
/// tokens can't drive requests.
pub fn may_refetch(last: Option<&Stamp>, now: &Now) -> bool {
    last.is_none_or(|last| now.since(last) >= REFETCH_AFTER_MS)
}

#[derive(Deserialize)]
struct RawSet {
    keys: Vec<Value>,
}

/// The members of a JWK that are looked at (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2).
#[derive(Deserialize)]
struct RawKey {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

fn usable_key(raw: RawKey) -> Option<Key> {
    let signs = raw
        .purpose
        .as_deref()
        .is_none_or(|purpose| purpose == "sig")
        && raw
            .key_ops
            .as_ref()
            .is_none_or(|ops| ops.iter().any(|op| op == "verify"));
    let fits = raw
        .kid
        .as_ref()
        .is_none_or(|id| id.chars().count() <= MAX_KEY_ID);
    if !signs || !fits {
        return None;
    }
    let (key, mut algorithms) = key_of(&raw)?;
    if let Some(named) = &raw.alg {
        let named: Algorithm = named.parse().ok()?;
        algorithms.retain(|algorithm| *algorithm == named);
    }
    (!algorithms.is_empty()).then_some(Key {
        id: raw.kid,
        algorithms,
        key,
    })
}

/// The key itself and what its kind can check. The kind decides, never the token: a public key
/// can't become an HMAC secret.
fn key_of(raw: &RawKey) -> Option<(DecodingKey, Vec<Algorithm>)> {
    match (raw.kty.as_str(), raw.crv.as_deref()) {
        ("RSA", _) => {
            let (n, e) = (decoded(&raw.n)?, decoded(&raw.e)?);
            // 2,048 to 8,192 bits, as aws-lc checks; a leading zero byte is common.
            if !(256..=1_025).contains(&n.len()) || !(1..=8).contains(&e.len()) {
                return None;
            }
            let family = AlgorithmFamily::Rsa.algorithms().to_vec();
            Some((DecodingKey::from_rsa_raw_components(&n, &e), family))
        }
        ("EC", Some("P-256")) => Some((curve_point(raw, 32)?, vec![Algorithm::ES256])),
        ("EC", Some("P-384")) => Some((curve_point(raw, 48)?, vec![Algorithm::ES384])),
        ("OKP", Some("Ed25519")) => {
            let x = decoded(&raw.x).filter(|x| x.len() == 32)?;
            Some((DecodingKey::from_ed_der(&x), vec![Algorithm::EdDSA]))
        }
        _ => None,
    }
}

/// An uncompressed point (SEC 1 §2.3.3); whether it lies on the curve is checked with it.
fn curve_point(raw: &RawKey, size: usize) -> Option<DecodingKey> {
    let (x, y) = (decoded(&raw.x)?, decoded(&raw.y)?);
    if x.len() != size || y.len() != size {
        return None;
    }
    let mut point = vec![4];
    point.extend(x);
    point.extend(y);
    Some(DecodingKey::from_ec_der(&point))
}

fn decoded(part: &Option<String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part.as_deref()?).ok()
}
