//! What the access token says, and who signed it.

use keyfob_token::Verification;
use keyfob_token::findings::{EvidenceValue, Severity};
use serde_json::{Value, json};

use crate::sample::{Sample, claims, good, header, rsa_key, texts, value};

fn claiming(name: &str, value: Value) -> Sample {
    let mut claims = claims();
    claims[name] = value;
    Sample::with(&header(), &claims)
}

fn signed_with(alg: &str) -> Sample {
    let mut header = header();
    header["alg"] = json!(alg);
    Sample::with(&header, &claims())
}

#[test]
fn an_audience_is_named() {
    assert!(good().is_fine("no_audience"));
    for none in [json!(null), json!(""), json!([]), json!(7)] {
        assert!(claiming("aud", none).found().contains(&"no_audience"));
    }
    assert!(Sample::opaque(Some(1)).is_silent("no_audience"));
}

#[test]
fn three_audiences_are_too_many_and_a_star_is_everybody() {
    assert!(claiming("aud", json!(["a", "b"])).is_fine("wide_audience"));
    let three = claiming("aud", json!(["billing-api", "ledger-api", "account"]));
    let finding = three.finding("wide_audience");
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(
        texts(&finding, "audiences"),
        ["billing-api", "ledger-api", "account"]
    );
    assert_eq!(
        claiming("aud", json!("*"))
            .finding("wide_audience")
            .severity,
        Severity::Serious
    );
}

#[test]
fn hundreds_of_audiences_are_counted_and_a_dozen_shown() {
    let many: Vec<String> = (0..500)
        .map(|n| format!("{n}\u{202e}{}", "x".repeat(300)))
        .collect();
    let finding = claiming("aud", json!(many)).finding("wide_audience");
    assert_eq!(*value(&finding, "count"), EvidenceValue::Count(500));
    let shown = texts(&finding, "audiences");
    assert_eq!(shown.len(), 12);
    assert!(
        shown
            .iter()
            .all(|text| text.len() < 200 && !text.contains('\u{202e}'))
    );
}

#[test]
fn an_unsigned_token_is_serious() {
    let sample = signed_with("none");
    assert_eq!(sample.finding("not_signed").severity, Severity::Serious);
    assert!(good().is_fine("not_signed"));
    assert!(Sample::opaque(Some(1)).is_silent("not_signed"));
}

#[test]
fn a_signature_is_by_a_public_key_of_today() {
    for strong in ["RS256", "PS512", "ES256", "EdDSA"] {
        assert!(signed_with(strong).is_fine("weak_signature"), "{strong}");
    }
    assert_eq!(
        signed_with("HS256").finding("weak_signature").severity,
        Severity::Warning
    );
    for weak in ["RS1", "", "MD5<script>"] {
        let finding = signed_with(weak).finding("weak_signature");
        assert_eq!(finding.severity, Severity::Serious, "{weak}");
    }
    assert!(Sample::opaque(Some(1)).is_silent("weak_signature"));
}

#[test]
fn a_short_key_is_weak_where_the_keys_are_known() {
    let mut sample = good();
    sample.keys = Some(json!({"keys": [rsa_key("k0", 4_096), rsa_key("k1", 1_024)]}));
    let finding = sample.finding("weak_signature");
    assert_eq!(*value(&finding, "key_bits"), EvidenceValue::Count(1_024));
    for other in [
        json!({"keys": [rsa_key("k0", 1_024)]}),
        json!({"keys": [rsa_key("k1", 1_024), rsa_key("k1", 2_048)]}),
        json!({"keys": "none"}),
        json!({"keys": [{"kty": "RSA", "kid": "k1", "n": "§"}]}),
        json!(null),
    ] {
        sample.keys = Some(other);
        assert!(
            sample.is_fine("weak_signature"),
            "it can't be told which key signed it"
        );
    }
}

#[test]
fn a_check_of_the_signature_that_failed_is_serious() {
    let mut sample = good();
    assert!(sample.is_fine("signature_failed"));
    sample.access().verification = Verification::Failed;
    assert_eq!(
        sample.finding("signature_failed").severity,
        Severity::Serious
    );
    sample.access().verification = Verification::KeysUnknown;
    assert!(sample.is_silent("signature_failed"));
}

#[test]
fn personal_data_is_told_by_the_names_of_claims_only() {
    let mut claims = claims();
    claims["email"] = json!("ana@example.com");
    claims["https://corp.example/mail"] = json!("ana.costa@corp.example");
    claims["note"] = json!("see docs @ example.com");
    let finding = Sample::with(&header(), &claims).finding("personal_data");
    let mut names = texts(&finding, "claims");
    names.sort();
    assert_eq!(names, ["email", "https://corp.example/mail"]);
    assert!(!format!("{finding:?}").contains("ana"));
    assert!(good().is_fine("personal_data"));
    // Service accounts are no people.
    assert!(claiming("azp", json!("robot@project.iam.example.com")).is_fine("personal_data"));
}

#[test]
fn a_claim_that_stands_twice_is_named() {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let claims = r#"{"aud":"a","exp":1795600600,"iat":1795600000,"sub":"x","sub":"y"}"#;
    let raw = format!("{}.{}.c2ln", encode(&header().to_string()), encode(claims));
    let finding = Sample::holding(raw).finding("claim_twice");
    assert_eq!(texts(&finding, "claims"), ["sub"]);
    assert!(good().is_fine("claim_twice"));
}

#[test]
fn of_an_unsigned_token_no_name_of_its_own_is_shown() {
    let mut claims = claims();
    claims["canary-name"] = json!("ana@example.com");
    let mut header = header();
    header["alg"] = json!("none");
    let checkup = Sample::with(&header, &claims).checkup();
    assert!(!format!("{:?}", checkup.findings).contains("canary"));
}
