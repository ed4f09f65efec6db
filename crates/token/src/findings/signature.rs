//! Who could have written a token.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{Evidence, Facts, Found, Outcome, Severity};
use crate::jwks::MAX_KEYS;
use crate::jwt::Inspection;
use crate::session::{TokenFormat, Verification};

/// "A key of size 2048 bits or larger MUST be used", RFC 7518 §3.3 and §3.5.
const LEAST_RSA_BITS: usize = 2_048;

/// Public-key signatures of the registry that are in use today; RS1 is prohibited (RFC 8812 §2).
const STRONG: [&str; 13] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K",
    "EdDSA", "Ed25519", "Ed448",
];
/// Signed and checked with the same key.
const SHARED: [&str; 3] = ["HS256", "HS384", "HS512"];

pub(super) fn not_signed(facts: &Facts<'_>) -> Outcome {
    match facts.access_format() {
        Some(TokenFormat::UnsignedJwt) => Found::with([]),
        Some(TokenFormat::Jwt { .. }) => Outcome::Fine,
        Some(TokenFormat::Jwe | TokenFormat::Opaque) | None => Outcome::Silent,
    }
}

pub(super) fn weak(facts: &Facts<'_>) -> Outcome {
    let Some(TokenFormat::Jwt { alg }) = facts.access_format() else {
        return Outcome::Silent;
    };
    let algorithm = || Evidence::texts("algorithm", [alg.as_str()]);
    if SHARED.contains(&alg.as_str()) {
        return Found::graded(Severity::Warning, [algorithm()]);
    }
    if !STRONG.contains(&alg.as_str()) {
        return Found::with([algorithm()]);
    }
    if !alg.starts_with("RS") && !alg.starts_with("PS") {
        return Outcome::Fine;
    }
    match facts
        .keys
        .and_then(|keys| rsa_bits(keys, key_id(facts.access)))
    {
        Some(bits) if bits < LEAST_RSA_BITS => {
            Found::with([algorithm(), Evidence::count("key_bits", bits)])
        }
        _ => Outcome::Fine,
    }
}

pub(super) fn failed(facts: &Facts<'_>) -> Outcome {
    match facts
        .session
        .access
        .as_ref()
        .map(|facts| facts.verification)
    {
        Some(Verification::Failed) => Found::with([]),
        Some(Verification::Verified) => Outcome::Fine,
        _ => Outcome::Silent,
    }
}

fn key_id(access: Option<&Inspection>) -> Option<&str> {
    access?.header().text_of("kid")
}

/// The length of the RSA key that a token names; without a name, of the only RSA key there is.
fn rsa_bits(set: &Value, id: Option<&str>) -> Option<usize> {
    let keys = set.get("keys")?.as_array()?;
    let mut fitting = keys.iter().take(MAX_KEYS).filter(|key| {
        let text = |name| key.get(name).and_then(Value::as_str);
        text("kty") == Some("RSA") && (id.is_none() || text("kid") == id)
    });
    let (key, None) = (fitting.next()?, fitting.next()) else {
        return None;
    };
    let modulus = URL_SAFE_NO_PAD.decode(key.get("n")?.as_str()?).ok()?;
    let mut bytes = modulus.iter().skip_while(|byte| **byte == 0);
    let first = bytes.next()?;
    Some(bytes.count() * 8 + (8 - first.leading_zeros() as usize))
}
