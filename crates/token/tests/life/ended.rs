//! What `invalid_grant` means, in order.

use keyfob_token::life::{
    Effect, Event, NewTokens, Notice, OnTheft, RefreshOutcome, Refusal, decide, due_in,
    hangs_on_the_grant, is_undecided, revocation_due_in,
};
use keyfob_token::{Evidence, FailureCode, Origin, Phase, SignInReason, Spender, TokenKind};

use crate::sample::{
    ATTEMPT, HOUR, INVALID_GRANT, MINUTE, answer, answer_with, flying, reason, sent, start, token,
    tokens, uncertain,
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

const ALIVE: RefreshOutcome = RefreshOutcome::InvalidGrant {
    provider_reported_reuse: false,
    grant_still_alive: Some(true),
    generation_advanced: false,
};

/// The newest refresh token was refused, the grant lives, and the user wants to be asked.
fn undecided(
    session: &keyfob_token::Session,
    now: &keyfob_token::Now,
) -> keyfob_token::life::Decision {
    let event = Event::RefreshAnswered {
        attempt: ATTEMPT,
        generation: session.generation,
        outcome: ALIVE,
        tokens: NewTokens::default(),
        on_theft: OnTheft::Ask,
    };
    decide(session, &event, now, 0.5)
}

#[test]
fn who_wants_to_be_asked_is_told_and_nothing_is_sent_or_used_before_the_answer() {
    let now = start();
    let decision = undecided(&flying(&now), &now);
    assert!(is_undecided(&decision.session));
    assert_eq!(
        decision.effects,
        [
            Effect::Persist,
            Effect::Notify(Notice::PossibleTheft(Evidence::NewestRefusedWhileAlive))
        ]
    );
    let later = now.later(HOUR);
    assert_eq!(revocation_due_in(&decision.session, &later), None);
    assert_eq!(due_in(&decision.session, &later, 0.0), None);
    for event in [
        Event::HoldOver,
        Event::RevokeNow,
        Event::Copied,
        Event::RefreshAsked,
    ] {
        let after = decide(&decision.session, &event, &later, 0.5);
        assert!(after.refused.is_some(), "{event:?}");
        assert_eq!(after.session, decision.session);
    }
    for event in [Event::ProcessDied, Event::NetworkBack] {
        let after = decide(&decision.session, &event, &later, 0.5);
        assert_eq!(after.session, decision.session, "{event:?}");
    }
}

#[test]
fn revoke_what_is_left_is_sent_at_once_and_signing_in_again_brings_an_undecided_session_back() {
    let now = start();
    let frozen = undecided(&flying(&now), &now).session;
    let click = Event::RevokeClicked { hold_ms: 5_000 };
    let revoked = decide(&frozen, &click, &now, 0.5);
    assert!(revoked.effects.contains(&Effect::SendRevocation));
    assert_eq!(revocation_due_in(&revoked.session, &now), Some(0));
    let again = Event::SignedInAgain {
        origin: Origin::Browser,
        tokens: tokens(2, &now, HOUR),
    };
    let back = decide(&frozen, &again, &now, 0.5);
    assert_eq!((back.refused, back.session.phase), (None, Phase::Live));
}

#[test]
fn tokens_that_come_late_to_an_undecided_session_are_saved_and_change_nothing_else() {
    let now = start();
    let frozen = undecided(&flying(&now), &now).session;
    let new = tokens(2, &now, HOUR);
    let late = answer_with(
        &frozen,
        &now,
        RefreshOutcome::Granted {
            has_new_refresh: true,
            access_ok: true,
            other_subject: false,
        },
        new.clone(),
    );
    assert_eq!(late.session.refresh, new.refresh);
    assert!(is_undecided(&late.session));
}

#[test]
fn the_grant_is_asked_for_only_where_the_answer_would_change_what_is_said() {
    let now = start();
    assert!(hangs_on_the_grant(&flying(&now), &now));
    let lost = sent(&uncertain(&now), &now.later(MINUTE), Spender::Replay);
    assert!(!hangs_on_the_grant(&lost, &now.later(MINUTE)));
    let mut copy = flying(&now);
    copy.origin = Origin::TakenOver;
    assert!(!hangs_on_the_grant(&copy, &now));
    let mut turned_away = flying(&now);
    turned_away.renewal.last_failure = Some(FailureCode::TurnedAway);
    assert!(!hangs_on_the_grant(&turned_away, &now));
}
