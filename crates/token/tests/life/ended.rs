//! What `invalid_grant` means, in order.

use keyfob_token::life::{Effect, Event, Notice, RefreshOutcome, Refusal, decide, due_in};
use keyfob_token::{Evidence, Origin, Phase, SignInReason, Spender, TokenKind};

use crate::sample::{
    HOUR, INVALID_GRANT, MINUTE, answer, answer_with, flying, reason, sent, start, token, tokens,
    uncertain,
};

#[test]
fn invalid_grant_after_uncertain_is_answer_lost_and_never_theft() {
    let now = start();
    let later = now.later(MINUTE);
    let replay = sent(&uncertain(&now), &later, Spender::Replay);
    let outcome = RefreshOutcome::InvalidGrant {
        provider_reported_reuse: true,
        grant_still_alive: Some(true),
        generation_advanced: false,
    };
    assert_eq!(
        reason(&answer(&replay, &later, outcome)),
        Some(SignInReason::AnswerLost)
    );
}

#[test]
fn where_nothing_rotates_a_lost_answer_explains_no_refusal_and_proves_no_theft() {
    let now = start();
    let mut session = uncertain(&now);
    session.limits.rotates = Some(false);
    let later = now.later(MINUTE);
    let again = sent(&session, &later, Spender::Replay);
    let outcome = RefreshOutcome::InvalidGrant {
        provider_reported_reuse: true,
        grant_still_alive: Some(true),
        generation_advanced: false,
    };
    let decision = answer(&again, &later, outcome);
    assert_eq!(reason(&decision), Some(SignInReason::EndedUnexpectedly));
}

#[test]
fn invalid_grant_after_being_turned_away_accuses_nobody() {
    let now = start();
    let turned_away = RefreshOutcome::TurnedAway {
        retry_after_ms: None,
    };
    let waiting = answer(&flying(&now), &now, turned_away).session;
    let later = now.later(HOUR);
    let outcome = RefreshOutcome::InvalidGrant {
        provider_reported_reuse: true,
        grant_still_alive: Some(true),
        generation_advanced: false,
    };
    let again = sent(&waiting, &later, Spender::Automation);
    let decision = answer(&again, &later, outcome);
    assert_eq!(reason(&decision), Some(SignInReason::EndedUnexpectedly));
}

#[test]
fn invalid_grant_with_a_newer_generation_takes_it() {
    let now = start();
    let outcome = RefreshOutcome::InvalidGrant {
        provider_reported_reuse: true,
        grant_still_alive: Some(true),
        generation_advanced: true,
    };
    let session = flying(&now);
    let decision = answer(&session, &now, outcome);
    assert_eq!(decision.effects, [Effect::TakeNewer]);
    assert_eq!(decision.session, session);
}

#[test]
fn invalid_grant_for_a_copy_is_a_stale_copy() {
    let now = start();
    let mut session = flying(&now);
    session.origin = Origin::TakenOver;
    assert_eq!(
        reason(&answer(&session, &now, INVALID_GRANT)),
        Some(SignInReason::StaleCopy)
    );
    let mut session = flying(&now);
    session.renewal.restored = true;
    assert_eq!(
        reason(&answer(&session, &now, INVALID_GRANT)),
        Some(SignInReason::StaleCopy)
    );
}

#[test]
fn invalid_grant_after_the_known_life_is_expired() {
    let now = start();
    let mut session = flying(&now);
    session.refresh = Some(token(TokenKind::Refresh, 1, &now, Some(HOUR)));
    let decision = answer(&session, &now.later(HOUR), INVALID_GRANT);
    assert_eq!(reason(&decision), Some(SignInReason::Expired));
}

#[test]
fn invalid_grant_without_any_reason_is_ended_unexpectedly() {
    let now = start();
    let decision = answer(&flying(&now), &now, INVALID_GRANT);
    assert_eq!(reason(&decision), Some(SignInReason::EndedUnexpectedly));
    let notice = Effect::Notify(Notice::SignInNeeded(SignInReason::EndedUnexpectedly));
    assert!(decision.effects.contains(&notice));
}

#[test]
fn possible_theft_needs_evidence_and_then_freezes_and_revokes_what_is_left() {
    let now = start();
    for (reuse, alive, evidence) in [
        (true, None, Evidence::ProviderReportedReuse),
        (false, Some(true), Evidence::NewestRefusedWhileAlive),
    ] {
        let outcome = RefreshOutcome::InvalidGrant {
            provider_reported_reuse: reuse,
            grant_still_alive: alive,
            generation_advanced: false,
        };
        let decision = answer(&flying(&now), &now, outcome);
        assert!(matches!(
            decision.session.phase,
            Phase::Frozen { evidence: found, remains: Some(_), .. } if found == evidence
        ));
        assert_eq!(
            decision.effects[..2],
            [Effect::Persist, Effect::RevokeRemains]
        );
        let copy = decide(&decision.session, &Event::Copied, &now, 0.5);
        assert_eq!(copy.refused, Some(Refusal::WrongPhase));
        assert_eq!(due_in(&decision.session, &now.later(HOUR), 0.0), None);
    }
}

#[test]
fn tokens_of_another_subject_are_saved_and_the_family_is_frozen() {
    let now = start();
    let outcome = RefreshOutcome::Granted {
        has_new_refresh: true,
        access_ok: true,
        other_subject: true,
    };
    let new = tokens(2, &now, HOUR);
    let decision = answer_with(&flying(&now), &now, outcome, new.clone());
    assert_eq!(decision.session.refresh, new.refresh);
    assert!(matches!(
        decision.session.phase,
        Phase::Frozen {
            evidence: Evidence::OtherSubject,
            ..
        }
    ));
}
