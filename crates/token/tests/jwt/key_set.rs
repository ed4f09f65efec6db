//! Key sets of issuers.

use keyfob_token::Now;
use keyfob_token::jwks::{KeySet, KeySetError, MAX_KEYS, may_refetch};
use keyfob_token::jwt::ValidationError;
use serde_json::json;

use crate::keys::*;

/// Bad input 7.
#[test]
fn a_key_that_nobody_understands_costs_only_itself() {
    let mut keys = vec![
        json!({"kty": "PQ", "kid": "future", "pub": "AAAA"}),
        json!({"kty": "EC", "crv": "P-521", "kid": "c", "x": "AA", "y": "AA"}),
        json!({"kty": "EC", "crv": "P-256", "kid": "short", "x": "AA", "y": "AA"}),
        json!({"kty": "RSA", "kid": "no-modulus", "e": "AQAB"}),
        json!({"kty": "RSA", "kid": "bad-base64", "n": "***", "e": "AQAB"}),
        json!({"kty": "RSA", "kid": "weak", "n": b64([0xff; 64]), "e": "AQAB"}),
        json!({"kty": "oct", "kid": "symmetric", "k": "c2VjcmV0"}),
        json!({"kty": 7}),
        json!({"kid": "no-kind"}),
        json!("not even an object"),
        json!(null),
    ];
    let broken = keys.len();
    keys.extend(jwks());
    let set = key_set(&keys);
    assert_eq!((set.len(), set.skipped()), (jwks().len(), broken));
    assert!(verify_with(rs256(&good_claims()), &set).is_ok());
}

#[test]
fn skips_keys_that_are_not_for_checking_signatures() {
    let skipped = [
        ("use", json!("enc")),
        ("key_ops", json!(["encrypt"])),
        ("alg", json!("RSA-OAEP")),
    ];
    for (member, value) in skipped {
        let mut jwk = rsa_jwk(&RSA, Some("r"));
        jwk[member] = value;
        let set = key_set(&[jwk]);
        assert!(set.is_empty(), "{member}");
        assert_eq!(
            verify_with(rs256(&good_claims()), &set),
            Err(ValidationError::UnknownKey)
        );
    }
}

#[test]
fn a_point_off_the_curve_checks_nothing() {
    let mut keys = jwks();
    keys[1]["y"] = keys[1]["x"].clone();
    let (_, es256) = signed_otherwise(&good_claims()).remove(1);
    assert_eq!(
        verify_with(es256, &key_set(&keys)),
        Err(ValidationError::BadSignature)
    );
}

#[test]
fn refuses_what_is_no_key_set_and_what_is_too_large() {
    for text in ["", "<html>", "{}", "[]", r#"{"keys":{}}"#, r#"{"keys":"#] {
        assert_eq!(
            KeySet::parse(text.as_bytes()).err(),
            Some(KeySetError::Malformed),
            "{text}"
        );
    }
    let long = format!(r#"{{"keys":[],"x":"{}"}}"#, "x".repeat(512 * 1024));
    assert_eq!(
        KeySet::parse(long.as_bytes()).err(),
        Some(KeySetError::TooLong)
    );
    let many = json!({ "keys": vec![json!({}); MAX_KEYS + 1] }).to_string();
    assert_eq!(
        KeySet::parse(many.as_bytes()).err(),
        Some(KeySetError::TooManyKeys)
    );
    let deep = format!(
        r#"{{"keys":[{}{}]}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(
        KeySet::parse(deep.as_bytes()).err(),
        Some(KeySetError::Malformed)
    );
}

/// Bad input 6.
#[test]
fn an_unknown_key_may_cause_one_fetch_in_five_minutes() {
    let start = Now::at(NOW.0);
    assert!(may_refetch(None, &start));
    let last = start.stamp();
    assert!(!may_refetch(Some(&last), &start.later(299_999)));
    assert!(may_refetch(Some(&last), &start.later(300_000)));
    let mut set_back = start.later(300_000);
    set_back.wall = NOW + -86_400_000;
    assert!(
        may_refetch(Some(&last), &set_back),
        "the boot-time clock counts"
    );
}
