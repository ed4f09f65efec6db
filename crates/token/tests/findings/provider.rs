//! What the provider offers, and what the session may do.

use keyfob_token::findings::{Abilities, EvidenceValue, Severity};
use serde_json::json;

use crate::sample::{DAY, Sample, claims, good, header, texts, value};

#[test]
fn a_bearer_token_is_told_where_the_provider_binds() {
    let mut sample = good();
    sample.provider = Some(Abilities {
        dpop: true,
        mtls: true,
        revocation: true,
    });
    assert_eq!(
        texts(&sample.finding("not_bound"), "offered"),
        ["DPoP", "mTLS"]
    );
    sample.provider = Some(Abilities {
        revocation: true,
        ..Abilities::default()
    });
    assert!(sample.is_silent("not_bound"));
    sample.provider = None;
    assert!(sample.is_silent("not_bound"));
}

#[test]
fn a_token_with_a_key_in_it_is_bound() {
    let mut claims = claims();
    claims["cnf"] = json!({"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"});
    let mut sample = Sample::with(&header(), &claims);
    sample.provider = Some(Abilities {
        dpop: true,
        ..Abilities::default()
    });
    assert!(sample.is_fine("not_bound"));
}

#[test]
fn a_provider_that_cannot_revoke_is_told_once_it_is_known() {
    let mut sample = good();
    assert!(sample.is_fine("not_revocable"));
    sample.provider = Some(Abilities::default());
    sample.session.limits.can_revoke = false;
    assert!(sample.found().contains(&"not_revocable"));
    // An API of its own revokes too.
    sample.session.limits.can_revoke = true;
    assert!(sample.is_fine("not_revocable"));
    sample.provider = None;
    assert!(sample.is_silent("not_revocable"));
}

fn may(scopes: &[&str]) -> Sample {
    let mut sample = good();
    sample.session.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    sample
}

#[test]
fn power_is_a_notice_while_it_is_used_and_a_warning_when_it_lies_about() {
    let mut sample = may(&["openid", "admin:org"]);
    assert_eq!(sample.finding("wide_scopes").severity, Severity::Notice);
    sample.now = sample.now.later(31 * DAY);
    let finding = sample.finding("wide_scopes");
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(texts(&finding, "powerful"), ["admin:org"]);
    assert_eq!(*value(&finding, "scopes"), EvidenceValue::Count(2));
}

#[test]
fn writing_counts_only_where_nobody_uses_it() {
    let mut sample = may(&["openid", "billing.write"]);
    assert!(sample.is_fine("wide_scopes"));
    sample.now = sample.now.later(31 * DAY);
    sample.session.last_used_at = None;
    let finding = sample.finding("wide_scopes");
    assert_eq!(texts(&finding, "writing"), ["billing.write"]);
    assert_eq!(*value(&finding, "last_use"), EvidenceValue::Never);
}

#[test]
fn more_scopes_than_anybody_reads_are_told() {
    let many: Vec<String> = (0..25).map(|n| format!("thing{n}.read")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(may(&many).found().contains(&"wide_scopes"));
    assert!(may(&many[..20]).is_fine("wide_scopes"));
    assert!(may(&[]).is_silent("wide_scopes"));
}
