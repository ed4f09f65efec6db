//! Access tokens in JWT form: checked for display, never relied on.

use keyfob_secret::AccessToken;
use keyfob_token::Verification;
use keyfob_token::jwt::{AccessCheck, ValidationError, verify_access_token};
use serde_json::{Value, json};

use crate::keys::*;

fn check(token: String) -> AccessCheck {
    verify_access_token(&AccessToken::new(token), &key_set(&jwks()), ISSUER, NOW)
}

fn at_jwt(claims: &Value) -> String {
    rs256_raw(
        r#"{"alg":"RS256","kid":"r","typ":"at+jwt"}"#,
        &claims.to_string(),
    )
}

#[test]
fn a_good_one_is_verified_and_tells_its_claims() {
    let mut claims = with("scope", json!("openid  email"));
    claims["client_id"] = "app".into();
    claims["aud"] = "https://api.example".into();
    let check = check(at_jwt(&claims));
    assert_eq!(
        (check.verification, check.failure),
        (Verification::Verified, None)
    );
    let told = check.claims.unwrap();
    assert_eq!(told.times.exp, Some(NOW + 300_000));
    assert_eq!(told.times.iat, Some(NOW));
    assert_eq!(told.sub.as_deref(), Some("alice"));
    assert_eq!(told.client_id.as_deref(), Some("app"));
    assert_eq!(told.scopes, ["openid", "email"]);
}

/// Bad input 14 for access tokens.
#[test]
fn its_life_does_not_unmake_the_verification() {
    let ended = check(at_jwt(&with("exp", json!(NOW_S - 9_999))));
    assert_eq!(ended.verification, Verification::Verified);
    for odd in [Value::Null, json!("1800000300"), json!(NOW_S * 1_000)] {
        let check = check(at_jwt(&with("exp", odd)));
        assert_eq!(check.verification, Verification::Verified);
        assert_eq!(check.claims.unwrap().times.exp, None);
    }
}

#[test]
fn what_cannot_be_checked_is_told_apart_from_what_fails() {
    let cases = [
        (
            "opaque-token-of-somebody".to_owned(),
            Verification::NotApplicable,
        ),
        (
            format!("{}.a.b.c.d", b64(r#"{"alg":"dir","enc":"A256GCM"}"#)),
            Verification::NotApplicable,
        ),
        (
            format!("{}.", message(r#"{"alg":"nOne"}"#, "{}")),
            Verification::Unsigned,
        ),
        (
            format!("{}.c2ln", message(r#"{"alg":"HS256"}"#, "{}")),
            Verification::KeysUnknown,
        ),
        (
            format!("{}.c2ln", message(r#"{"alg":"RS256","kid":"?"}"#, "{}")),
            Verification::KeysUnknown,
        ),
        (
            format!("{}.c2ln", message(r#"{"alg":"RS256","kid":"r"}"#, "{}")),
            Verification::Failed,
        ),
        (
            at_jwt(&with("iss", json!("https://other.example"))),
            Verification::Failed,
        ),
    ];
    for (token, verification) in cases {
        let check = check(token.clone());
        assert_eq!(check.verification, verification, "{token}");
        assert!(check.failure.is_some());
    }
}

#[test]
fn an_unknown_key_is_named_so_that_the_keys_can_be_fetched_again() {
    let token = rs256_raw(
        r#"{"alg":"RS256","kid":"next"}"#,
        &good_claims().to_string(),
    );
    let check = check(token);
    assert_eq!(check.failure, Some(ValidationError::UnknownKey));
    assert_eq!(
        check.claims.unwrap().sub.as_deref(),
        Some("alice"),
        "shown, though unverified"
    );
}
