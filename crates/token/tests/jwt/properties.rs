//! Arbitrary text, and the worst that fits within the bounds.

use std::time::{Duration, Instant};

use keyfob_secret::{AccessToken, PastedText};
use keyfob_token::expires_in::{LONGEST_LIFE_MS, parse_expires_in};
use keyfob_token::jwks::KeySet;
use keyfob_token::jwt::{MAX_TOKEN_BYTES, inspect, verify_access_token};
use keyfob_token::recognise::recognise;
use keyfob_token::{UnixMillis, Verification, claims};
use proptest::prelude::*;
use serde_json::Value;

use crate::keys::*;

/// Goes through everything that reads a token.
fn read_all(token: &str, now: UnixMillis) {
    if let Ok(inspection) = inspect(token) {
        let rows = claims::table(&inspection, Verification::KeysUnknown, now);
        assert!(rows.len() <= claims::MAX_ROWS);
        for row in rows.iter().chain(&claims::header_table(&inspection)) {
            let shown = format!("{}{}", row.name, row.display);
            assert!(
                !shown.chars().any(|c| c.is_control() && c != '\n'),
                "{shown:?}"
            );
        }
        drop(inspection.claims_text());
    }
    let check = verify_access_token(
        &AccessToken::new(token.to_owned()),
        &key_set(&jwks()),
        ISSUER,
        now,
    );
    assert_ne!(
        check.verification,
        Verification::Verified,
        "nobody signed this"
    );
    drop(recognise(PastedText::new(token.to_owned())));
}

fn arbitrary_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let name = prop_oneof![
        "exp|iat|nbf|aud|iss|sub|alg|kid|typ|scope|azp",
        any::<String>()
    ];
    leaf.prop_recursive(5, 40, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(text in any::<String>(), now in any::<i64>()) {
        read_all(&text, UnixMillis(now));
    }

    #[test]
    fn no_bytes_in_the_parts_make_a_reader_panic(
        header in any::<Vec<u8>>(), claims in any::<Vec<u8>>(), rest in "[a-zA-Z0-9_.=-]{0,20}",
    ) {
        read_all(&format!("{}.{}.{rest}", b64(header), b64(claims)), NOW);
    }

    #[test]
    fn no_json_makes_a_reader_panic(
        header in arbitrary_json(), claims in arbitrary_json(), now in any::<i64>(),
    ) {
        let text = message(&header.to_string(), &claims.to_string());
        read_all(&format!("{text}.c2ln"), UnixMillis(now));
        read_all(&format!("{text}."), UnixMillis(now));
        read_all(&claims.to_string(), UnixMillis(now));
    }

    #[test]
    fn no_json_makes_the_key_set_panic(keys in prop::collection::vec(arbitrary_json(), 0..9), text in any::<Vec<u8>>()) {
        let count = keys.len();
        let set = key_set(&keys);
        prop_assert_eq!(set.len() + set.skipped(), count);
        drop(KeySet::parse(&text));
    }

    #[test]
    fn a_life_is_never_beyond_its_bounds(value in arbitrary_json()) {
        if let Some(life) = parse_expires_in(&value).life_ms() {
            prop_assert!((0..=LONGEST_LIFE_MS).contains(&life));
        }
    }

    #[test]
    fn one_changed_bit_is_noticed(at in 0_usize..400, bit in 0_u8..6) {
        let mut token = rs256(&good_claims()).into_bytes();
        let at = at % token.len();
        token[at] ^= 1 << bit;
        prop_assert!(verify(String::from_utf8(token).unwrap()).is_err());
    }
}

/// A quadratic reader would need minutes for any of these; a linear one is done at once even
/// without optimization and on a busy machine.
#[test]
fn the_worst_within_the_bounds_is_read_in_linear_time() {
    let size = MAX_TOKEN_BYTES * 3 / 4 - 200;
    let claims = [
        format!("{{\"a\":{}", "[".repeat(size - 10)),
        format!(
            "{{\"a\":{}{}}}",
            "[".repeat(size / 2 - 10),
            "]".repeat(size / 2 - 10)
        ),
        format!("{{{}\"z\":1}}", "\"a\":1,".repeat(size / 6 - 2)),
        format!("{{\"a\":\"{}\"}}", "\\\"".repeat(size / 2 - 10)),
        format!("{{\"a\":\"{}\"}}", "\u{202e}".repeat(size / 3 - 10)),
        format!("{{\"{}\":1}}", "n".repeat(size - 10)),
        format!("{{\"exp\":{}}}", "9".repeat(size - 10)),
        " ".repeat(size),
    ];
    for claims in claims {
        let token = format!("{}.c2ln", message(r#"{"alg":"RS256"}"#, &claims));
        assert!(token.len() <= MAX_TOKEN_BYTES && token.len() > MAX_TOKEN_BYTES * 9 / 10);
        let start = Instant::now();
        read_all(&token, NOW);
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{}…",
            &claims[..20]
        );
    }
}
