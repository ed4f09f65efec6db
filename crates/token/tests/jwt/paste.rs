//! Text from the clipboard or a file.

use keyfob_secret::PastedText;
use keyfob_token::recognise::{Oddity, RecogniseError, Recognised, recognise};
use keyfob_token::{TokenKind, UnixMillis};
use serde_json::{Value, json};

use crate::keys::*;

const OPAQUE: &str = "b7f3c1d2e4a5968778695a4b3c2d1e0f";

fn read(text: impl Into<String>) -> Result<Recognised, RecogniseError> {
    recognise(PastedText::new(text.into()))
}

fn read_json(answer: &Value) -> Result<Recognised, RecogniseError> {
    read(answer.to_string())
}

fn access(found: &Recognised) -> Option<&str> {
    found.access.as_ref().map(|token| token.expose())
}

#[test]
fn an_opaque_token_is_an_access_token_until_somebody_says_otherwise() {
    let found = read(format!("\u{feff} {OPAQUE}\r\n")).unwrap();
    assert_eq!(access(&found), Some(OPAQUE));
    assert_eq!(found.issuer, None);
    assert!(read(format!("ghr_{OPAQUE}")).unwrap().refresh.is_some());
}

#[test]
fn a_header_line_and_quotes_are_taken_off() {
    for text in [
        format!("Bearer {OPAQUE}"),
        format!("bearer   {OPAQUE}\n"),
        format!("Authorization: Bearer {OPAQUE}"),
        format!("\"{OPAQUE}\""),
        format!("'{OPAQUE}'"),
    ] {
        assert_eq!(access(&read(text.clone()).unwrap()), Some(OPAQUE), "{text}");
    }
}

#[test]
fn an_id_token_is_known_by_what_only_it_has() {
    let found = read(rs256(&good_claims())).unwrap();
    assert!(found.id_token.is_some() && found.access.is_none());
    assert_eq!(found.issuer.as_deref(), Some(ISSUER));
    assert_eq!(found.client_id.as_deref(), Some(CLIENT));
    assert_eq!(found.account.subject.as_deref(), Some("alice"));
    assert_eq!(found.account.label(), Some("alice@example.org"));
    assert_eq!(found.provider_session.as_deref(), Some("s-1"));
}

#[test]
fn an_access_token_tells_client_and_scopes_and_its_audience_is_no_client() {
    let claims =
        json!({"iss": ISSUER, "sub": "alice", "aud": "https://api.example", "scope": "a b"});
    let found = read(rs256(&claims)).unwrap();
    assert!(found.access.is_some());
    assert_eq!(found.scopes, ["a", "b"]);
    assert_eq!(found.client_id, None);
}

#[test]
fn kinds_are_told_apart() {
    let kind = |header: Value, claims: Value| {
        let token = rs256_raw(&header.to_string(), &claims.to_string());
        let found = read(token).unwrap();
        match (
            found.access.is_some(),
            found.refresh.is_some(),
            found.id_token.is_some(),
        ) {
            (true, false, false) => TokenKind::Access,
            (false, true, false) => TokenKind::Refresh,
            (false, false, true) => TokenKind::Id,
            other => panic!("{other:?}"),
        }
    };
    let header = json!({"alg": "RS256"});
    assert_eq!(
        kind(
            json!({"alg": "RS256", "typ": "at+jwt"}),
            json!({"nonce": "n"})
        ),
        TokenKind::Access
    );
    for (typ, expected) in [
        ("ID", TokenKind::Id),
        ("Bearer", TokenKind::Access),
        ("Refresh", TokenKind::Refresh),
        ("Offline", TokenKind::Refresh),
    ] {
        assert_eq!(kind(header.clone(), json!({ "typ": typ })), expected);
    }
    assert_eq!(
        kind(header.clone(), json!({"aud": "c", "azp": "c"})),
        TokenKind::Id
    );
    assert_eq!(
        kind(
            header.clone(),
            json!({"aud": "c", "azp": "c", "scope": "x"})
        ),
        TokenKind::Access
    );
    assert_eq!(kind(header, json!({"sub": "x"})), TokenKind::Access);
}

#[test]
fn unsigned_and_encrypted_tokens_are_recognised_too() {
    let unsigned = format!(
        "{}.",
        message(r#"{"alg":"none"}"#, r#"{"iss":"https://id.example"}"#)
    );
    assert_eq!(read(unsigned).unwrap().issuer.as_deref(), Some(ISSUER));
    let jwe = format!("{}.a.b.c.d", b64(r#"{"alg":"dir","enc":"A256GCM"}"#));
    assert_eq!(access(&read(jwe.clone()).unwrap()), Some(jwe.as_str()));
}

/// Bad input 21 and 22, as they appear in files.
#[test]
fn a_token_answer_gives_all_its_tokens() {
    let found = read_json(&json!({
        "access_token": OPAQUE, "refresh_token": "r".repeat(40), "id_token": rs256(&good_claims()),
        "expires_in": "3599", "expires_at": NOW_S, "scope": "openid email", "token_type": "bearer",
    }))
    .unwrap();
    assert!(access(&found).is_some() && found.refresh.is_some() && found.id_token.is_some());
    assert_eq!(found.expires_in_ms, Some(3_599_000));
    assert_eq!(found.expires_at, Some(NOW));
    assert_eq!(found.scopes, ["openid", "email"]);
    assert_eq!(found.issuer.as_deref(), Some(ISSUER));
    assert_eq!(found.oddities, [Oddity::OddLife], "the life is a string");
    assert_eq!(found.said_end(UnixMillis(0)), Some(NOW));
    let ended = read_json(&json!({"access_token": OPAQUE, "expires_in": -1})).unwrap();
    assert_eq!(ended.expires_in_ms, Some(0));
    assert_eq!(ended.said_end(NOW), Some(NOW));
    let huge = read_json(&json!({"access_token": OPAQUE, "expires_in": 1e12})).unwrap();
    assert_eq!(huge.expires_in_ms, None);
    let millis = read_json(&json!({"access_token": OPAQUE, "expires_at": NOW.0})).unwrap();
    assert_eq!(
        (millis.expires_at, &millis.oddities[..]),
        (Some(NOW), &[Oddity::OddLife][..])
    );
    let past = read_json(&json!({"access_token": OPAQUE, "expires_at": 1.5})).unwrap();
    assert_eq!(past.expires_at, Some(UnixMillis(2_000)));
}

/// Bad input 10 and 30.
#[test]
fn a_good_refresh_token_outlives_a_bad_access_token() {
    let refresh = "r".repeat(40);
    let long = json!({"access_token": "a".repeat(300_000), "refresh_token": refresh});
    let found = read_json(&long).unwrap();
    assert!(found.access.is_none() && found.refresh.is_some());
    assert_eq!(found.oddities, [Oddity::TokenRefused(TokenKind::Access)]);
    for kind in [json!("mac"), json!("DPoP"), json!(1)] {
        let answer = json!({"access_token": OPAQUE, "refresh_token": refresh, "token_type": kind});
        let found = read_json(&answer).unwrap();
        assert!(found.access.is_none() && found.refresh.is_some());
        assert_eq!(found.oddities, [Oddity::OtherTokenType]);
    }
}

/// Bad input 23 and 24, as they appear in files.
#[test]
fn empty_null_and_error_answers_hold_nothing() {
    let found = read_json(&json!({"access_token": OPAQUE, "refresh_token": ""})).unwrap();
    assert!(found.refresh.is_none() && found.oddities.is_empty());
    assert!(
        read_json(&json!({"access_token": OPAQUE, "refresh_token": null}))
            .unwrap()
            .refresh
            .is_none()
    );
    for (answer, error) in [
        (
            json!({"error": "invalid_grant"}),
            RecogniseError::ErrorAnswer,
        ),
        (json!({}), RecogniseError::NoToken),
        (json!([OPAQUE]), RecogniseError::NoToken),
        (json!({"access_token": 7}), RecogniseError::NoToken),
        (
            json!({"access_token": "has space in it"}),
            RecogniseError::NoToken,
        ),
    ] {
        assert_eq!(read_json(&answer).err(), Some(error), "{answer}");
    }
    let twice = format!(r#"{{"access_token":"{OPAQUE}","access_token":"{OPAQUE}x"}}"#);
    assert_eq!(read(twice).err(), Some(RecogniseError::Duplicate));
    assert_eq!(
        read(r#"{"access_token":"#).err(),
        Some(RecogniseError::BrokenJson)
    );
    assert_eq!(
        read("[".repeat(100_000)).err(),
        Some(RecogniseError::BrokenJson)
    );
}

#[test]
fn rubbish_is_named() {
    let cases = [
        (String::new(), RecogniseError::Empty),
        (" \n\t".to_owned(), RecogniseError::Empty),
        ("Bearer ".to_owned(), RecogniseError::TooShort),
        (
            "Dear Alice, here is the token you asked for.".to_owned(),
            RecogniseError::Prose,
        ),
        (format!("{OPAQUE}\n{OPAQUE}"), RecogniseError::Prose),
        (
            "<!doctype html><title>Sign in</title>".to_owned(),
            RecogniseError::Html,
        ),
        (
            "https://id.example/callback?code=abc".to_owned(),
            RecogniseError::Address,
        ),
        ("hello".to_owned(), RecogniseError::TooShort),
        (format!("{OPAQUE}\u{7}"), RecogniseError::ForeignCharacters),
        (
            format!("{OPAQUE}\u{202e}"),
            RecogniseError::ForeignCharacters,
        ),
        (
            "пароль-пароль-пароль".to_owned(),
            RecogniseError::ForeignCharacters,
        ),
        ("x".repeat(300_000), RecogniseError::TokenTooLong),
        ("x".repeat(2_000_000), RecogniseError::TooLong),
        (".".repeat(1_000_000), RecogniseError::TokenTooLong),
    ];
    for (text, error) in cases {
        let shown: String = text.chars().take(40).collect();
        assert_eq!(read(text).err(), Some(error), "{shown}");
    }
}

#[test]
fn what_was_found_never_prints() {
    let found = read_json(&json!({"access_token": OPAQUE, "refresh_token": format!("r{OPAQUE}")}));
    assert!(!format!("{:?}", found.unwrap()).contains(OPAQUE));
}
