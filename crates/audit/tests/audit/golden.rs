//! Golden vectors: they never change while the format has this version.

use keyfob_audit::{Digest, Event, Head, key_fingerprint, verify, verify_chain};

use super::sample::{LOG_ID, signer, verified};

/// A stored event, as the vault seals it.
const EVENT: &str = include_str!("vectors/event.json");
const EXPORT_JSONL: &[u8] = include_bytes!("vectors/export.jsonl");
const EXPORT_CSV: &[u8] = include_bytes!("vectors/export.csv");

#[test]
fn the_first_leaf_and_link_stay() {
    let event: Event = serde_json::from_str(EVENT).unwrap();
    let head = verify_chain(LOG_ID, [&event]).unwrap();
    assert_eq!(
        event.leaf.to_string(),
        "2f44f22877632b4c4336b44f75e82678df42d7518e69b5fbabfd3efb2495ddb6"
    );
    assert_eq!(
        head.chain.to_string(),
        "5a8ffe7880f3104c6e11712c197c31fa15dd68392eba085f3fc3dd0b469366e9"
    );
    assert_eq!(Head::EMPTY.after(LOG_ID, event.leaf), head);
}

#[test]
fn the_key_fingerprint_stays() {
    assert_eq!(
        signer().fingerprint(),
        "536Q-ZFMK-PNNI-JXAU-AP6R-IQBZ-RI5Q-FKGH"
    );
    assert_eq!(key_fingerprint(&Digest([0; 32])).len(), 39);
}

#[test]
fn exports_of_this_version_verify_for_ever() {
    for file in [EXPORT_JSONL, EXPORT_CSV] {
        let report = verified(file);
        assert_eq!(
            (
                report.events,
                report.hidden,
                report.checkpoints,
                report.last
            ),
            (4, 1, 1, 5),
            "{report:?}"
        );
        assert_eq!(
            report.finding,
            keyfob_audit::Finding::Intact(keyfob_audit::SignedBy::ExpectedKey)
        );
    }
}

#[test]
fn a_newer_format_is_said_to_be_newer() {
    for file in [EXPORT_JSONL, EXPORT_CSV] {
        let text = std::str::from_utf8(file).unwrap();
        let newer = text
            .replacen(
                r#""keyfob_audit_export":1"#,
                r#""keyfob_audit_export":2,"more":0"#,
                1,
            )
            .replacen(
                r#"""keyfob_audit_export"":1"#,
                r#"""keyfob_audit_export"":2"#,
                1,
            );
        assert_ne!(newer, text);
        let error = verify(newer.as_bytes(), None).unwrap_err();
        assert!(error.to_string().contains("format version 2"), "{error}");
    }
}
