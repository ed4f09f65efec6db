//! An issuer with real keys, for these tests.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA384, RsaEncoding, RsaKeyPair,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keyfob_secret::IdToken;
use keyfob_token::UnixMillis;
use keyfob_token::jwks::KeySet;
use keyfob_token::jwt::{Expected, IdClaims, ValidationError, verify_id_token};
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://id.example";
pub(crate) const CLIENT: &str = "keyfob";
pub(crate) const NOW_S: i64 = 1_800_000_000;
pub(crate) const NOW: UnixMillis = UnixMillis(NOW_S * 1_000);

pub(crate) static RSA: LazyLock<RsaKeyPair> =
    LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
pub(crate) static OTHER_RSA: LazyLock<RsaKeyPair> =
    LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
static P256: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap());
static P384: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap());
static ED: LazyLock<Ed25519KeyPair> = LazyLock::new(|| Ed25519KeyPair::generate().unwrap());

pub(crate) fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn message(header: &str, claims: &str) -> String {
    format!("{}.{}", b64(header), b64(claims))
}

/// Signs any header and claims, JSON or not, with an RSA key.
pub(crate) fn rsa_signed(
    key: &RsaKeyPair,
    padding: &'static dyn RsaEncoding,
    text: &str,
) -> String {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(
        padding,
        &SystemRandom::new(),
        text.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{text}.{}", b64(signature))
}

/// RS256 by the issuer's RSA key, over texts as they are.
pub(crate) fn rs256_raw(header: &str, claims: &str) -> String {
    rsa_signed(&RSA, &RSA_PKCS1_SHA256, &message(header, claims))
}

/// RS256 by the issuer's RSA key `r`.
pub(crate) fn rs256(claims: &Value) -> String {
    rs256_raw(r#"{"alg":"RS256","kid":"r"}"#, &claims.to_string())
}

/// The same claims under each algorithm that is accepted, besides RS256.
pub(crate) fn signed_otherwise(claims: &Value) -> Vec<(&'static str, String)> {
    let text = |alg: &str, kid: &str| {
        message(
            &json!({"alg": alg, "kid": kid}).to_string(),
            &claims.to_string(),
        )
    };
    let rng = SystemRandom::new();
    let join = |text: String, signature: &[u8]| format!("{text}.{}", b64(signature));
    let (es256, es384, ed) = (
        text("ES256", "p256"),
        text("ES384", "p384"),
        text("EdDSA", "ed"),
    );
    let es256_signature = P256.sign(&rng, es256.as_bytes()).unwrap();
    let es384_signature = P384.sign(&rng, es384.as_bytes()).unwrap();
    let ed_signature = ED.sign(ed.as_bytes());
    vec![
        (
            "PS384",
            rsa_signed(&RSA, &RSA_PSS_SHA384, &text("PS384", "r")),
        ),
        ("ES256", join(es256, es256_signature.as_ref())),
        ("ES384", join(es384, es384_signature.as_ref())),
        ("EdDSA", join(ed, ed_signature.as_ref())),
    ]
}

pub(crate) fn rsa_jwk(key: &RsaKeyPair, kid: Option<&str>) -> Value {
    let public = key.public_key();
    let mut jwk = json!({
        "kty": "RSA", "use": "sig",
        "n": b64(public.modulus().big_endian_without_leading_zero()),
        "e": b64(public.exponent().big_endian_without_leading_zero()),
    });
    if let Some(kid) = kid {
        jwk["kid"] = kid.into();
    }
    jwk
}

fn ec_jwk(key: &EcdsaKeyPair, kid: &str, crv: &str) -> Value {
    let (x, y) = key.public_key().as_ref()[1..].split_at((key.public_key().as_ref().len() - 1) / 2);
    json!({"kty": "EC", "crv": crv, "kid": kid, "x": b64(x), "y": b64(y)})
}

/// All public keys of the issuer.
pub(crate) fn jwks() -> Vec<Value> {
    vec![
        rsa_jwk(&RSA, Some("r")),
        ec_jwk(&P256, "p256", "P-256"),
        ec_jwk(&P384, "p384", "P-384"),
        json!({"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": b64(ED.public_key().as_ref())}),
    ]
}

pub(crate) fn key_set(keys: &[Value]) -> KeySet {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

/// Claims of an ID token that is right in everything.
pub(crate) fn good_claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "alice", "aud": CLIENT, "nonce": "n-1", "sid": "s-1",
        "iat": NOW_S, "exp": NOW_S + 300, "auth_time": NOW_S - 60,
        "email": "alice@example.org", "name": "Alice", "preferred_username": "al",
    })
}

/// Good claims with one of them changed; `null` removes it.
pub(crate) fn with(name: &str, value: Value) -> Value {
    let mut claims = good_claims();
    match value {
        Value::Null => {
            claims.as_object_mut().unwrap().remove(name);
        }
        value => claims[name] = value,
    }
    claims
}

/// Verifies as the answer to our own request, against all keys of the issuer.
pub(crate) fn verify(token: String) -> Result<IdClaims, ValidationError> {
    verify_with(token, &key_set(&jwks()))
}

pub(crate) fn verify_with(token: String, keys: &KeySet) -> Result<IdClaims, ValidationError> {
    let expected = Expected {
        issuer: ISSUER,
        client_id: CLIENT,
        nonce: Some("n-1"),
        now: NOW,
    };
    verify_id_token(&IdToken::new(token), keys, &expected)
}
