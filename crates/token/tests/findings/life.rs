//! Lives, renewals and use.

use keyfob_token::findings::{EvidenceValue, Severity};
use keyfob_token::life::policy::{PolicyAction, PolicyEnd, PolicyLimit};
use keyfob_token::{Ancestor, ClientAuth, Phase, TokenKind, UnixMillis, Verification};
use serde_json::json;

use crate::sample::{
    ARRIVED, DAY, HOUR, MINUTE, SECOND, Sample, claims, good, header, jwt, token, value,
};

#[test]
fn an_access_token_may_live_for_an_hour() {
    for (life, expected) in [
        (10 * MINUTE, None),
        (HOUR, None),
        (HOUR + 2 * MINUTE, Some(Severity::Warning)),
        (24 * HOUR, Some(Severity::Warning)),
        (25 * HOUR, Some(Severity::Serious)),
    ] {
        let sample = Sample::opaque(Some(life));
        let found = sample
            .checkup()
            .findings
            .into_iter()
            .find(|it| it.rule.code == "long_lived");
        assert_eq!(found.as_ref().map(|it| it.severity), expected, "{life}");
        match found {
            Some(finding) => assert_eq!(*value(&finding, "life"), EvidenceValue::Duration(life)),
            None => assert!(sample.is_fine("long_lived")),
        }
    }
    assert!(Sample::opaque(None).is_silent("long_lived"));
}

#[test]
fn what_is_left_of_an_import_is_the_least_that_its_life_can_be() {
    let mut sample = Sample::opaque(Some(30 * MINUTE));
    sample.access().life_ms = None;
    assert!(sample.is_silent("long_lived"));
    sample.access().expires_at = Some(sample.now.wall + 3 * HOUR);
    assert_eq!(sample.finding("long_lived").severity, Severity::Warning);
}

#[test]
fn an_access_token_without_a_known_end_is_serious() {
    assert_eq!(
        Sample::opaque(None).finding("no_end").severity,
        Severity::Serious
    );
    assert!(Sample::opaque(Some(MINUTE)).is_fine("no_end"));
    let mut none = good();
    none.session.access = None;
    assert!(none.is_silent("no_end"));
}

#[test]
fn a_refresh_token_that_stays_is_seen_after_three_renewals() {
    let mut sample = good();
    sample.session.generation = 3;
    assert!(sample.is_silent("not_rotated"));
    sample.session.generation = 4;
    let finding = sample.finding("not_rotated");
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(*value(&finding, "renewals"), EvidenceValue::Count(3));
    sample.session.client_auth = ClientAuth::Basic;
    assert_eq!(sample.finding("not_rotated").severity, Severity::Notice);
}

#[test]
fn a_refresh_token_that_was_just_replaced_rotates() {
    let mut sample = good();
    sample.session.generation = 9;
    sample.session.lineage = vec![ancestor(&sample, 8, "refresh-token-0")];
    assert!(sample.is_fine("not_rotated"));
    // Replaced once and then kept: a new sign-in, and no rotation since.
    sample.session.generation = 13;
    let finding = sample.finding("not_rotated");
    assert_eq!(*value(&finding, "renewals"), EvidenceValue::Count(4));
}

#[test]
fn the_same_token_sent_again_is_no_rotation() {
    let mut sample = good();
    sample.session.generation = 5;
    sample.session.lineage = (1..5)
        .map(|number| ancestor(&sample, number, "refresh-token-1"))
        .collect();
    assert_eq!(
        *value(&sample.finding("not_rotated"), "renewals"),
        EvidenceValue::Count(4)
    );
}

fn ancestor(sample: &Sample, generation: u64, raw: &str) -> Ancestor {
    Ancestor {
        generation,
        fingerprint: token(
            TokenKind::Refresh,
            raw,
            &sample.now,
            Verification::NotApplicable,
        )
        .fingerprint,
        replaced_at: sample.now.wall,
    }
}

#[test]
fn a_sign_in_that_is_still_renewed_after_half_a_year_has_no_end() {
    let mut sample = good();
    sample.now = sample.now.later(200 * DAY);
    sample.session.last_used_at = Some(sample.now.wall);
    assert!(sample.is_fine("endless"), "not renewed since");
    sample.session.renewal.last_success = Some(sample.now.stamp());
    let finding = sample.finding("endless");
    assert_eq!(
        *value(&finding, "signed_in_for"),
        EvidenceValue::Duration(200 * DAY)
    );
    sample.session.refresh.as_mut().unwrap().life_ms = Some(30 * DAY);
    assert!(sample.is_fine("endless"), "its end is known");
    assert!(good().is_silent("endless"));
}

#[test]
fn ninety_days_without_a_use_are_told_with_the_last_one() {
    let mut sample = good();
    sample.now = sample.now.later(89 * DAY);
    assert!(sample.is_fine("unused"));
    sample.now = sample.now.later(2 * DAY);
    let finding = sample.finding("unused");
    assert_eq!(
        *value(&finding, "unused_for"),
        EvidenceValue::Duration(91 * DAY)
    );
    assert_eq!(
        *value(&finding, "last_use"),
        EvidenceValue::At(UnixMillis(ARRIVED * SECOND))
    );
    sample.session.last_used_at = None;
    assert_eq!(
        *value(&sample.finding("unused"), "last_use"),
        EvidenceValue::Never
    );
    sample.session.phase = Phase::Watched;
    assert!(sample.is_silent("unused"), "another program uses it");
}

/// An access token whose clock is `seconds` ahead of ours.
fn ahead(seconds: i64) -> Sample {
    let mut claims = claims();
    claims["iat"] = json!(ARRIVED + seconds);
    claims["exp"] = json!(ARRIVED + seconds + 600);
    Sample::with(&header(), &claims)
}

#[test]
fn clocks_may_differ_by_a_minute() {
    for seconds in [0, 60, -60, 59] {
        assert!(ahead(seconds).is_fine("clock_off"), "{seconds}");
    }
    for seconds in [61, -61, 3_600, -86_400] {
        let finding = ahead(seconds).finding("clock_off");
        assert_eq!(
            *value(&finding, "off_by"),
            EvidenceValue::Duration(seconds * SECOND)
        );
    }
}

#[test]
fn a_token_that_was_kept_for_a_while_or_dated_back_is_no_wrong_clock() {
    // Issued five minutes ago with ten of life; `expires_in` says that five are left.
    let mut sample = ahead(-300);
    sample.access().life_ms = Some(300 * SECOND);
    assert!(sample.is_fine("clock_off"));
}

#[test]
fn of_an_opaque_access_token_the_id_token_tells_a_clock_that_is_ahead() {
    let with_id = |seconds: i64| {
        let mut sample = Sample::opaque(Some(HOUR));
        let raw = jwt(
            &header(),
            &json!({"iat": ARRIVED + seconds, "exp": ARRIVED + seconds + 600}),
        );
        sample.session.id_token = Some(token(
            TokenKind::Id,
            &raw,
            &sample.now,
            Verification::Verified,
        ));
        sample.id_token = Some(raw);
        sample
    };
    assert!(with_id(120).found().contains(&"clock_off"));
    assert!(with_id(-300).is_fine("clock_off"), "dated back on purpose");
    assert!(Sample::opaque(Some(HOUR)).is_silent("clock_off"));
}

#[test]
fn an_import_tells_nothing_of_clocks() {
    let mut sample = ahead(600);
    sample.access().life_ms = None;
    assert!(sample.is_silent("clock_off"));
}

#[test]
fn a_session_past_its_policy_is_told_with_the_limit() {
    let mut sample = good();
    let end = |sample: &Sample, left_ms: i64| PolicyEnd {
        at: sample.now.wall + left_ms,
        left_ms,
        limit_ms: 30 * DAY,
        limit: PolicyLimit::Total,
        action: PolicyAction::Revoke,
        warn_ms: 0,
        is_sure: false,
    };
    assert!(sample.is_silent("past_policy"));
    sample.policy_end = Some(end(&sample, HOUR));
    assert!(sample.is_fine("past_policy"));
    sample.policy_end = Some(end(&sample, -HOUR));
    let finding = sample.finding("past_policy");
    assert_eq!(
        *value(&finding, "total_limit"),
        EvidenceValue::Duration(30 * DAY)
    );
}
