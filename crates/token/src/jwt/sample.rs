//! Tokens for the tests of this crate.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Three parts with a signature that nobody checks.
pub(crate) fn token(claims: Value) -> String {
    raw_token(
        &json!({"alg": "RS256", "kid": "k"}).to_string(),
        &claims.to_string(),
        "c2ln",
    )
}

/// Three parts of any text.
pub(crate) fn raw_token(header: &str, claims: &str, signature: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.{signature}", encode(header), encode(claims))
}
