//! The inspector: for display, never an error where something can be shown.

use keyfob_token::claims::{self, ClaimKind, ClaimProblem, ClaimRow};
use keyfob_token::jwt::{ClaimsProblem, Flag, InspectError, Inspection, inspect};
use keyfob_token::{TokenFormat, UnixMillis, Verification};
use serde_json::json;

use crate::keys::*;

fn signed(header: &str, claims: &str) -> String {
    format!("{}.c2ln", message(header, claims))
}

fn inspected(claims: &str) -> Inspection {
    inspect(&signed(r#"{"alg":"RS256"}"#, claims)).unwrap()
}

fn rows(claims: &str) -> Vec<ClaimRow> {
    claims::table(&inspected(claims), Verification::KeysUnknown, NOW)
}

fn row(claims: &str, name: &str) -> ClaimRow {
    rows(claims)
        .into_iter()
        .find(|row| row.name == name)
        .unwrap()
}

/// Bad input 1.
#[test]
fn says_unsigned_for_every_spelling_of_none_and_for_no_signature() {
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"noNe"}"#,
        r#"{"alg":"RS256","alg":"None"}"#,
    ] {
        for signature in ["", "c2ln"] {
            let token = format!("{}.{signature}", message(header, "{}"));
            let inspection = inspect(&token).unwrap();
            assert_eq!(inspection.format(), &TokenFormat::UnsignedJwt);
            assert!(inspection.flags().contains(&Flag::Unsigned));
        }
    }
    let bare = inspect(&format!("{}.", message(r#"{"alg":"RS256"}"#, "{}"))).unwrap();
    assert_eq!(bare.format(), &TokenFormat::UnsignedJwt);
}

#[test]
fn the_content_of_an_unsigned_token_is_kept_back() {
    let claims = r#"{"sub":"alice","jti":"canary-1","secret":"canary-2","nonce":"canary-3"}"#;
    let token = format!("{}.", message(r#"{"alg":"none","x":"canary-4"}"#, claims));
    let inspection = inspect(&token).unwrap();
    assert!(inspection.content_is_the_token());
    assert_eq!(inspection.claims_text(), None);
    assert_eq!(claims::header_table(&inspection), []);
    let rows = claims::table(&inspection, Verification::Unsigned, NOW);
    assert_eq!(rows[0].display, "alice");
    assert_eq!(
        rows.iter()
            .filter(|r| r.problem == Some(ClaimProblem::Withheld))
            .count(),
        3
    );
    assert!(!format!("{rows:?} {inspection:?}").contains("canary"));
}

#[test]
fn shows_tokens_of_algorithms_that_nobody_here_can_check() {
    for alg in ["ES512", "HS256", "X-2040"] {
        let inspection = inspect(&signed(&json!({ "alg": alg }).to_string(), "{}")).unwrap();
        assert_eq!(
            inspection.format(),
            &TokenFormat::Jwt {
                alg: alg.to_owned()
            }
        );
        assert!(inspection.flags().is_empty());
    }
    let long = inspect(&signed(
        &json!({"alg": "\u{202e}x".repeat(50)}).to_string(),
        "{}",
    ))
    .unwrap();
    let TokenFormat::Jwt { alg } = long.format() else {
        panic!("it is a JWT")
    };
    assert!(alg.starts_with("\\u{202e}x") && alg.ends_with('…'));
    let none = inspect(&signed("{}", "{}")).unwrap();
    assert_eq!(none.flags(), [Flag::NoAlgorithm]);
}

/// Bad input 8.
#[test]
fn says_encrypted_for_five_parts() {
    let header = b64(r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#);
    let inspection = inspect(&format!("{header}.a.b.c.d")).unwrap();
    assert_eq!(inspection.format(), &TokenFormat::Jwe);
    assert_eq!(inspection.claims_problem(), Some(ClaimsProblem::Encrypted));
    assert_eq!(
        claims::table(&inspection, Verification::NotApplicable, NOW),
        []
    );
    assert_eq!(claims::header_table(&inspection)[1].display, "A256GCM");
}

/// Bad input 9 and 11.
#[test]
fn leaves_opaque_tokens_alone() {
    let opaque = [
        "",
        "opaque",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "a.b.c.d.e",
        "ya29.a0-b_c.d",
        "ü.ü.ü",
    ];
    for token in opaque {
        assert_eq!(inspect(token).err(), Some(InspectError::NotAJwt), "{token}");
    }
    assert_eq!(
        inspect(&".".repeat(200_000)).err(),
        Some(InspectError::NotAJwt)
    );
    assert_eq!(
        inspect(&".".repeat(1_000_000)).err(),
        Some(InspectError::TooLong)
    );
}

#[test]
fn broken_claims_do_not_hide_the_header() {
    let cases = [
        ("not json".as_bytes(), "claims_unreadable"),
        (b"[1]", "claims_unreadable"),
        (b"\xff{}", "claims_unreadable"),
        (br#"{"a":"\ud800"}"#, "claims_unreadable"),
    ];
    for (claims, code) in cases {
        let token = format!("{}.{}.c2ln", b64(r#"{"alg":"RS256"}"#), b64(claims));
        let inspection = inspect(&token).unwrap();
        assert_eq!(inspection.flags()[0].code(), code);
        assert_eq!(claims::header_table(&inspection)[0].display, "RS256");
    }
    let token = format!("{}.!!!.c2ln", b64(r#"{"alg":"RS256"}"#));
    assert_eq!(
        inspect(&token).unwrap().claims_problem(),
        Some(ClaimsProblem::NotBase64)
    );
}

#[test]
fn reads_padded_base64_and_says_so() {
    let token = format!(
        "{}==.{}.c2ln",
        b64(r#"{"alg":"RS256" }"#),
        b64(r#"{"a":1}"#)
    );
    let inspection = inspect(&token).unwrap();
    assert_eq!(inspection.flags(), [Flag::LooseEncoding]);
    assert_eq!(
        claims::table(&inspection, Verification::KeysUnknown, NOW)[0].display,
        "1"
    );
}

/// Bad input 13 and 15.
#[test]
fn says_what_is_odd_about_a_time() {
    let claims = r#"{"exp":1800000300000,"iat":"1800000000","nbf":null}"#;
    assert_eq!(
        inspected(claims).flags(),
        [
            Flag::LooksLikeMilliseconds("exp"),
            Flag::TimeNotANumber("nbf"),
            Flag::TimeNotANumber("iat")
        ]
    );
    assert_eq!(
        row(claims, "exp").problem,
        Some(ClaimProblem::LooksLikeMilliseconds)
    );
    assert_eq!(row(claims, "exp").kind, ClaimKind::Number);
    assert_eq!(row(claims, "iat").problem, Some(ClaimProblem::NotANumber));
    assert_eq!(
        row(r#"{"exp":99999999999}"#, "exp").problem,
        Some(ClaimProblem::TooFar)
    );
}

/// Bad input 12 and 16.
#[test]
fn times_are_times_and_are_compared_with_now() {
    let claims = format!(
        r#"{{"exp":{},"nbf":{},"iat":{},"auth_time":{}.5,"updated_at":1}}"#,
        NOW_S - 1,
        NOW_S + 61,
        NOW_S + 60,
        NOW_S
    );
    assert_eq!(row(&claims, "exp").problem, Some(ClaimProblem::Ended));
    assert_eq!(
        row(&claims, "exp").kind,
        ClaimKind::Time { at: NOW + -1_000 }
    );
    assert_eq!(row(&claims, "nbf").problem, Some(ClaimProblem::NotYetValid));
    assert_eq!(row(&claims, "iat").problem, None);
    assert_eq!(
        row(&claims, "auth_time").kind,
        ClaimKind::Time { at: NOW + 1_000 }
    );
    assert_eq!(
        row(&claims, "updated_at").kind,
        ClaimKind::Time {
            at: UnixMillis(1_000)
        }
    );
}

/// Bad input 18.
#[test]
fn shows_both_of_a_claim_that_stands_twice() {
    let claims = r#"{"sub":"alice","x":1,"sub":"mallory"}"#;
    assert_eq!(
        inspected(claims).flags(),
        [Flag::DuplicateClaim("sub".into())]
    );
    let rows = rows(claims);
    let shown: Vec<_> = rows
        .iter()
        .map(|row| (row.display.as_str(), row.problem))
        .collect();
    let twice = Some(ClaimProblem::Duplicate);
    assert_eq!(shown, [("alice", twice), ("1", None), ("mallory", twice)]);
}

/// Bad input 19 and 33.
#[test]
fn hostile_text_is_shown_escaped_and_whole() {
    let claims = json!({
        "bidi": "a\u{202e}b\u{0}c", "sheet": "=HYPERLINK(1)", "tag": "<img onerror=x>",
        "\u{200b}name\u{7}": {"in\u{2066}ner": "\u{1b}[31m"},
    });
    let claims = claims.to_string();
    assert_eq!(row(&claims, "bidi").display, "a\\u{202e}b\\u{0}c");
    assert_eq!(row(&claims, "sheet").display, "=HYPERLINK(1)");
    assert_eq!(row(&claims, "tag").display, "<img onerror=x>");
    let inner = row(&claims, "\\u{200b}name\\u{7}");
    assert_eq!(inner.display, "{\n  \"in\\u{2066}ner\": \"\\u001b[31m\"\n}");
}

/// Bad input 20.
#[test]
fn what_is_nested_too_deep_does_not_hide_the_rest() {
    let claims = format!(
        r#"{{"deep":{}1{},"sub":"alice"}}"#,
        "[".repeat(200),
        "]".repeat(200)
    );
    assert_eq!(inspected(&claims).flags(), [Flag::TooDeep]);
    assert_eq!(row(&claims, "deep").problem, Some(ClaimProblem::TooDeep));
    assert_eq!(row(&claims, "sub").display, "alice");
}

#[test]
fn long_values_are_cut_and_many_claims_are_not_listed() {
    let long = json!({ "long": "x".repeat(5_000), "list": vec![1; 5_000] }).to_string();
    for name in ["long", "list"] {
        assert_eq!(row(&long, name).problem, Some(ClaimProblem::Cut));
        assert!(row(&long, name).display.len() < 2_100);
    }
    let members: Vec<_> = (0..300).map(|n| format!(r#""c{n}":{n}"#)).collect();
    let many = format!("{{{}}}", members.join(","));
    assert_eq!(inspected(&many).flags(), [Flag::TooManyClaims]);
    assert_eq!(rows(&many).len(), claims::MAX_ROWS);
}

#[test]
fn explains_registered_claims_and_says_what_was_verified() {
    let inspection = inspected(r#"{"iss":"https://id.example","x":true,"cnf":{"jkt":"a"}}"#);
    let rows = claims::table(&inspection, Verification::Verified, NOW);
    assert_eq!(rows[0].meaning.map(|meaning| meaning.key), Some("iss"));
    assert_eq!((rows[1].meaning, rows[1].kind), (None, ClaimKind::Bool));
    assert_eq!(rows[2].kind, ClaimKind::Object);
    assert!(rows.iter().all(|row| row.verified));
    let unverified = claims::table(&inspection, Verification::Failed, NOW);
    assert!(unverified.iter().all(|row| !row.verified));
    assert!(inspection.claims_text().unwrap().contains("\"jkt\": \"a\""));
}
