//! The validator: ID tokens are relied on.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256};
use keyfob_secret::IdToken;
use keyfob_token::UnixMillis;
use keyfob_token::jwt::{
    Expected, ValidationError as Wrong, verify_id_token, verify_id_token_by_its_own_clock,
};
use serde_json::{Value, json};

use crate::keys::*;

fn verify_claims(claims: &Value) -> Result<(), Wrong> {
    verify(rs256(claims)).map(drop)
}

#[test]
fn takes_a_good_token_under_every_accepted_algorithm() {
    let claims = verify(rs256(&good_claims())).unwrap();
    assert_eq!(claims.sub(), "alice");
    assert_eq!(claims.account.email.as_deref(), Some("alice@example.org"));
    assert_eq!(claims.account.name.as_deref(), Some("Alice"));
    assert_eq!(claims.account.username.as_deref(), Some("al"));
    assert_eq!(claims.sid.as_deref(), Some("s-1"));
    assert_eq!(claims.exp, NOW + 300_000);
    assert_eq!(claims.iat, NOW);
    assert_eq!(claims.auth_time, Some(NOW + -60_000));
    for (algorithm, token) in signed_otherwise(&good_claims()) {
        assert_eq!(
            verify(token).as_ref().map(|c| c.sub()),
            Ok("alice"),
            "{algorithm}"
        );
    }
}

#[test]
fn refuses_an_altered_token() {
    let token = rs256(&good_claims());
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = message.split_once('.').unwrap();
    let other = format!(
        "{header}.{}.{signature}",
        b64(with("sub", json!("mallory")).to_string())
    );
    assert_eq!(verify(other), Err(Wrong::BadSignature));
    assert_eq!(verify(format!("{message}.")), Err(Wrong::BadSignature));
    assert_eq!(verify(format!("{message}.!!!!")), Err(Wrong::BadSignature));
    assert_eq!(verify(message.to_owned()), Err(Wrong::NotAJwt));
}

/// Bad input 1.
#[test]
fn refuses_alg_none_in_any_spelling() {
    for alg in ["none", "noNe", "NONE"] {
        let text = message(
            &json!({ "alg": alg }).to_string(),
            &good_claims().to_string(),
        );
        assert_eq!(verify(format!("{text}.")), Err(Wrong::Unsigned), "{alg}");
        assert_eq!(
            verify(format!("{text}.c2ln")),
            Err(Wrong::Unsigned),
            "{alg}"
        );
    }
    for alg in [
        json!("rs256"),
        json!("RS256 "),
        json!("ES512"),
        json!(1),
        json!(["RS256"]),
    ] {
        let header = json!({"alg": alg, "kid": "r"}).to_string();
        assert_eq!(
            verify(rs256_raw(&header, &good_claims().to_string())),
            Err(Wrong::AlgorithmNotAllowed)
        );
    }
}

/// Bad input 2.
#[test]
fn refuses_an_hmac_made_with_the_public_key() {
    let public = RSA.public_key();
    let modulus = public.modulus().big_endian_without_leading_zero().to_vec();
    let text = message(r#"{"alg":"HS256","kid":"r"}"#, &good_claims().to_string());
    for secret in [modulus, public.as_ref().to_vec()] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let tag = hmac::sign(&key, text.as_bytes());
        assert_eq!(
            verify(format!("{text}.{}", b64(tag))),
            Err(Wrong::AlgorithmNotAllowed)
        );
    }
    // Not even where the issuer publishes a symmetric key.
    let keys = key_set(&[json!({"kty": "oct", "kid": "r", "k": b64("secret"), "alg": "HS256"})]);
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, b"secret"),
        text.as_bytes(),
    );
    assert_eq!(
        verify_with(format!("{text}.{}", b64(tag)), &keys),
        Err(Wrong::AlgorithmNotAllowed)
    );
}

/// Bad input 2: one key, one algorithm.
#[test]
fn refuses_a_key_for_another_algorithm() {
    let mut jwk = rsa_jwk(&RSA, Some("r"));
    jwk["alg"] = "PS256".into();
    assert_eq!(
        verify_with(rs256(&good_claims()), &key_set(&[jwk])),
        Err(Wrong::KeyNotForAlgorithm)
    );
    let header = r#"{"alg":"RS256","kid":"p256"}"#;
    let token = rs256_raw(header, &good_claims().to_string());
    assert_eq!(verify(token), Err(Wrong::KeyNotForAlgorithm));
}

/// Bad input 3.
#[test]
fn a_key_id_is_opaque_and_short() {
    let under = |kid: Value| {
        rs256_raw(
            &json!({"alg": "RS256", "kid": kid}).to_string(),
            &good_claims().to_string(),
        )
    };
    for kid in ["../../x", "' OR 1=1 --", "", "r\u{0}", "R"] {
        assert_eq!(verify(under(kid.into())), Err(Wrong::UnknownKey), "{kid:?}");
    }
    let odd = key_set(&[rsa_jwk(&RSA, Some("../../x"))]);
    assert!(verify_with(under("../../x".into()), &odd).is_ok());
    for kid in [
        json!("k".repeat(65_536)),
        json!("k".repeat(257)),
        json!(7),
        json!(null),
    ] {
        assert_eq!(verify(under(kid)), Err(Wrong::BadKeyId));
    }
}

/// Bad input 4.
#[test]
fn without_a_key_id_a_single_fitting_key_will_do() {
    let token = || rs256_raw(r#"{"alg":"RS256"}"#, &good_claims().to_string());
    assert!(verify(token()).is_ok(), "one RSA key among others");
    let two = key_set(&[rsa_jwk(&OTHER_RSA, Some("a")), rsa_jwk(&RSA, Some("b"))]);
    assert_eq!(verify_with(token(), &two), Err(Wrong::AmbiguousKey));
    assert_eq!(verify_with(token(), &key_set(&[])), Err(Wrong::UnknownKey));
    let twins = key_set(&[rsa_jwk(&OTHER_RSA, Some("r")), rsa_jwk(&RSA, Some("r"))]);
    assert_eq!(
        verify_with(rs256(&good_claims()), &twins),
        Err(Wrong::AmbiguousKey)
    );
}

/// Bad input 5.
#[test]
fn keys_and_addresses_in_the_header_are_ignored() {
    let mallory = json!({
        "alg": "RS256", "kid": "r", "jwk": rsa_jwk(&OTHER_RSA, Some("r")),
        "jku": "https://evil.example/jwks", "x5u": "https://evil.example/cert",
    });
    let text = message(&mallory.to_string(), &good_claims().to_string());
    let token = rsa_signed(&OTHER_RSA, &RSA_PKCS1_SHA256, &text);
    assert_eq!(verify(token), Err(Wrong::BadSignature));
    assert!(verify(rs256_raw(&mallory.to_string(), &good_claims().to_string())).is_ok());
}

/// Bad input 8, 9 and 11.
#[test]
fn refuses_what_is_no_signed_token() {
    assert_eq!(verify("a.b.c.d.e".into()), Err(Wrong::Encrypted));
    assert_eq!(verify("opaque".into()), Err(Wrong::NotAJwt));
    assert_eq!(
        verify("..".into()),
        Err(Wrong::Unreadable(keyfob_token::jwt::JsonError::Malformed))
    );
    assert_eq!(verify(".".repeat(1_000_000)), Err(Wrong::TooLong));
    assert_eq!(verify(".".repeat(200_000)), Err(Wrong::NotAJwt));
}

/// Bad input 12.
#[test]
fn a_fraction_of_a_second_is_rounded() {
    let claims = verify(rs256(&with("exp", json!(NOW_S as f64 + 300.5)))).unwrap();
    assert_eq!(claims.exp, NOW + 301_000);
    let text = good_claims()
        .to_string()
        .replace(&(NOW_S + 300).to_string(), "1e999");
    let token = rs256_raw(r#"{"alg":"RS256","kid":"r"}"#, &text);
    assert!(
        matches!(verify(token), Err(Wrong::Unreadable(_))),
        "no number of JSON is infinite"
    );
}

/// Bad input 13 and 14.
#[test]
fn exp_must_be_a_number() {
    assert_eq!(
        verify_claims(&with("exp", json!("1800000300"))),
        Err(Wrong::Malformed("exp"))
    );
    assert_eq!(
        verify_claims(&with("exp", json!([1]))),
        Err(Wrong::Malformed("exp"))
    );
    assert_eq!(
        verify_claims(&with("exp", Value::Null)),
        Err(Wrong::Missing("exp"))
    );
    assert_eq!(
        verify_claims(&with("iat", Value::Null)),
        Err(Wrong::Missing("iat"))
    );
    assert_eq!(
        verify_claims(&with("iat", json!("now"))),
        Err(Wrong::Malformed("iat"))
    );
    assert_eq!(
        verify_claims(&with("nbf", json!("now"))),
        Err(Wrong::Malformed("nbf"))
    );
}

/// Bad input 15.
#[test]
fn refuses_an_end_more_than_ten_years_ahead() {
    for exp in [
        json!((NOW_S + 300) * 1_000),
        json!(NOW_S + 320_000_000),
        json!(u64::MAX),
        json!(1e300),
    ] {
        assert_eq!(verify_claims(&with("exp", exp)), Err(Wrong::TooFar("exp")));
    }
}

#[test]
fn sixty_seconds_of_leeway_and_no_more() {
    assert_eq!(verify_claims(&with("exp", json!(NOW_S - 59))), Ok(()));
    assert_eq!(
        verify_claims(&with("exp", json!(NOW_S - 60))),
        Err(Wrong::Expired)
    );
    assert_eq!(verify_claims(&with("exp", json!(-1))), Err(Wrong::Expired));
}

/// Bad input 16.
#[test]
fn what_has_not_begun_is_told_apart() {
    for name in ["nbf", "iat"] {
        assert_eq!(
            verify_claims(&with(name, json!(NOW_S + 60))),
            Ok(()),
            "{name}"
        );
        assert_eq!(
            verify_claims(&with(name, json!(NOW_S + 61))),
            Err(Wrong::NotYetValid(name))
        );
    }
}

#[test]
fn by_its_own_clock_a_wrong_clock_here_changes_nothing_and_a_life_must_still_make_sense() {
    let verify = |claims: &Value, now| {
        let expected = Expected {
            issuer: ISSUER,
            client_id: CLIENT,
            nonce: Some("n-1"),
            now: UnixMillis(now),
        };
        let token = IdToken::new(rs256(claims));
        verify_id_token_by_its_own_clock(&token, &key_set(&jwks()), &expected).map(drop)
    };
    for now in [0, i64::MAX, NOW.0 - 3_600_000, NOW.0 + 3_600_000] {
        assert_eq!(verify(&good_claims(), now), Ok(()), "{now}");
    }
    let ended = with("exp", json!(NOW_S - 61));
    assert_eq!(verify(&ended, NOW.0), Err(Wrong::Expired));
    let nonce = with("nonce", json!("another"));
    assert_eq!(verify(&nonce, NOW.0), Err(Wrong::WrongNonce));
}

/// Bad input 17.
#[test]
fn the_audience_is_this_client() {
    let check = |aud: Value, azp: Value| {
        let mut claims = with("aud", aud);
        if !azp.is_null() {
            claims["azp"] = azp;
        }
        verify_claims(&claims)
    };
    assert_eq!(check(json!([CLIENT]), Value::Null), Ok(()));
    assert_eq!(check(json!([CLIENT, "api"]), json!(CLIENT)), Ok(()));
    assert_eq!(
        check(json!([CLIENT, "api"]), Value::Null),
        Err(Wrong::WrongAuthorizedParty)
    );
    assert_eq!(
        check(json!([CLIENT, "api"]), json!("api")),
        Err(Wrong::WrongAuthorizedParty)
    );
    assert_eq!(
        check(json!(CLIENT), json!("api")),
        Err(Wrong::WrongAuthorizedParty)
    );
    assert_eq!(check(json!(CLIENT), json!(1)), Err(Wrong::Malformed("azp")));
    assert_eq!(
        check(json!("other"), Value::Null),
        Err(Wrong::WrongAudience)
    );
    assert_eq!(
        check(json!("keyfob "), Value::Null),
        Err(Wrong::WrongAudience)
    );
    assert_eq!(check(json!([]), Value::Null), Err(Wrong::WrongAudience));
    assert_eq!(
        check(json!([CLIENT, 1]), Value::Null),
        Err(Wrong::Malformed("aud"))
    );
    assert_eq!(
        check(json!({"a": CLIENT}), Value::Null),
        Err(Wrong::Malformed("aud"))
    );
    assert_eq!(
        verify_claims(&with("aud", Value::Null)),
        Err(Wrong::Missing("aud"))
    );
}

#[test]
fn the_issuer_is_compared_character_by_character() {
    for iss in [
        "https://id.example/",
        "https://ID.example",
        "http://id.example",
        "",
    ] {
        assert_eq!(
            verify_claims(&with("iss", json!(iss))),
            Err(Wrong::WrongIssuer),
            "{iss}"
        );
    }
    assert_eq!(
        verify_claims(&with("iss", json!([ISSUER]))),
        Err(Wrong::Malformed("iss"))
    );
    assert_eq!(
        verify_claims(&with("iss", Value::Null)),
        Err(Wrong::Missing("iss"))
    );
}

#[test]
fn the_nonce_is_that_of_the_request_if_there_was_one() {
    assert_eq!(
        verify_claims(&with("nonce", json!("n-2"))),
        Err(Wrong::WrongNonce)
    );
    assert_eq!(
        verify_claims(&with("nonce", json!(["n-1"]))),
        Err(Wrong::WrongNonce)
    );
    assert_eq!(
        verify_claims(&with("nonce", Value::Null)),
        Err(Wrong::Missing("nonce"))
    );
    let expected = Expected {
        issuer: ISSUER,
        client_id: CLIENT,
        nonce: None,
        now: NOW,
    };
    let token = IdToken::new(rs256(&with("nonce", Value::Null)));
    assert!(verify_id_token(&token, &key_set(&jwks()), &expected).is_ok());
}

/// Bad input 18.
#[test]
fn refuses_anything_that_stands_twice() {
    let header = r#"{"alg":"RS256","kid":"r"}"#;
    let claims = good_claims().to_string();
    let twice = format!(r#"{{"sub":"mallory",{}"#, &claims[1..]);
    assert_eq!(verify(rs256_raw(header, &twice)), Err(Wrong::Duplicate));
    let escaped = format!(r#"{{"\u0073ub":"mallory",{}"#, &claims[1..]);
    assert_eq!(verify(rs256_raw(header, &escaped)), Err(Wrong::Duplicate));
    let inside = format!(r#"{{"act":{{"sub":1,"sub":2}},{}"#, &claims[1..]);
    assert_eq!(verify(rs256_raw(header, &inside)), Err(Wrong::Duplicate));
    let twice = r#"{"alg":"RS256","kid":"r","alg":"RS256"}"#;
    assert_eq!(verify(rs256_raw(twice, &claims)), Err(Wrong::Duplicate));
}

/// Bad input 19.
#[test]
fn refuses_text_that_is_no_unicode() {
    let header = r#"{"alg":"RS256","kid":"r"}"#;
    let lone = good_claims().to_string().replace("Alice", r"\ud800");
    assert!(matches!(
        verify(rs256_raw(header, &lone)),
        Err(Wrong::Unreadable(_))
    ));
    let mut bytes = good_claims().to_string().into_bytes();
    let at = bytes.windows(5).position(|part| part == b"Alice").unwrap();
    bytes[at] = 0xff;
    let text = format!("{}.{}", b64(header), b64(bytes));
    assert!(matches!(
        verify(rsa_signed(&RSA, &RSA_PKCS1_SHA256, &text)),
        Err(Wrong::Unreadable(_))
    ));
    let bidi = verify(rs256(&with("name", json!("\u{202e}ecilA")))).unwrap();
    assert_eq!(
        bidi.account.name.as_deref(),
        Some("\u{202e}ecilA"),
        "kept as it is, escaped when shown"
    );
}

/// Bad input 20.
#[test]
fn refuses_deep_nesting() {
    let deep: Value = (0..100).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(verify_claims(&with("deep", deep)), Err(Wrong::TooDeep));
}

#[test]
fn refuses_other_kinds_of_token_and_unknown_extensions() {
    let under = |header: Value| verify(rs256_raw(&header.to_string(), &good_claims().to_string()));
    for typ in ["at+jwt", "application/at+JWT", "logout+jwt"] {
        assert_eq!(
            under(json!({"alg": "RS256", "kid": "r", "typ": typ})),
            Err(Wrong::OtherType)
        );
    }
    assert!(under(json!({"alg": "RS256", "kid": "r", "typ": "JWT"})).is_ok());
    let critical = json!({"alg": "RS256", "kid": "r", "crit": ["b64"], "b64": false});
    assert_eq!(under(critical), Err(Wrong::CriticalHeader));
}

#[test]
fn the_subject_is_text_of_reasonable_length() {
    assert_eq!(
        verify_claims(&with("sub", Value::Null)),
        Err(Wrong::Missing("sub"))
    );
    for sub in [json!(""), json!(7), json!("s".repeat(2_000))] {
        assert_eq!(
            verify_claims(&with("sub", sub)),
            Err(Wrong::Malformed("sub"))
        );
    }
}

#[test]
fn an_extreme_clock_does_no_harm() {
    for now in [i64::MIN, 0, i64::MAX] {
        let expected = Expected {
            issuer: ISSUER,
            client_id: CLIENT,
            nonce: None,
            now: UnixMillis(now),
        };
        let token = IdToken::new(rs256(&good_claims()));
        assert!(verify_id_token(&token, &key_set(&jwks()), &expected).is_err());
    }
}
