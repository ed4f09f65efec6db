//! No text of a finding holds a part of a token, whatever the token says.

use keyfob_token::findings::EvidenceValue;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::sample::{DAY, Sample, claims, header};

/// So many characters in a row are no accident in base64url.
const PART: usize = 12;

fn hostile() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "\\PC{0,40}",
        "[a-z]{1,8}@[a-z]{1,8}\\.example",
        Just("<script>alert(1)</script>".to_owned()),
        Just("\u{202e}\u{0}\u{1F1E9}\u{1F1EA}".repeat(50)),
        Just("x".repeat(4_000)),
    ];
    let leaf = prop_oneof![
        text.prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null),
    ];
    prop_oneof![
        leaf.clone(),
        proptest::collection::vec(leaf, 0..5).prop_map(Value::from),
    ]
}

fn shown(sample: &Sample) -> Vec<String> {
    let mut all = Vec::new();
    for finding in sample.checkup().findings {
        for evidence in finding.evidence {
            if let EvidenceValue::Texts(texts) = evidence.value {
                all.extend(texts);
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_token_claims(
        aud in hostile(), email in hostile(), other in hostile(), name in "\\PC{0,20}",
        alg in prop_oneof![Just("none"), Just("RS256"), Just("HS256"), Just("eyJhbGciOiJub25lIn0")],
        scopes in proptest::collection::vec("[a-z.:]{0,12}", 0..30), days in 0..400_i64,
    ) {
        let mut claims = claims();
        claims["aud"] = aud;
        claims["email"] = email;
        claims[name.as_str()] = other;
        claims["jti"] = json!("canary-of-the-token-id");
        let mut header = header();
        header["alg"] = json!(alg);
        let mut sample = Sample::with(&header, &claims);
        sample.session.scopes = scopes;
        sample.session.last_used_at = None;
        sample.now = sample.now.later(days * DAY);
        let raw = sample.access.clone().unwrap_or_default();
        for text in shown(&sample) {
            // The algorithm is a word of the header that is stored with the facts anyway.
            if text == alg { continue; }
            prop_assert!(text.chars().count() <= 2_000, "bounded");
            prop_assert!(!text.contains("canary"));
            let hidden = text.chars().any(|c| c.is_control() || c == '\u{202e}');
            prop_assert!(!hidden);
            for part in raw.as_bytes().windows(PART) {
                let part = std::str::from_utf8(part).unwrap_or_default();
                prop_assert!(!text.contains(part), "{text} holds {part}");
            }
        }
    }

    #[test]
    fn no_token_makes_a_check_panic(raw in "\\PC{0,80}") {
        let _ = Sample::holding(raw).checkup();
    }
}
