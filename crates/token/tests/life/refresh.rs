//! What the answers to a refresh mean.

use keyfob_token::life::{
    Decision, Effect, Event, Fact, NewTokens, Notice, Refusal, RefreshOutcome, decide, due_in,
};
use keyfob_token::{
    Evidence, FailureCode, Now, Origin, Phase, Session, SignInReason, Spender, TokenKind,
};

use crate::sample::{
    ATTEMPT, GRANTED, HOUR, INVALID_GRANT, MINUTE, SECOND, answer, answer_with, live, sent, start,
    token, tokens,
};

fn flying(now: &Now) -> Session {
    sent(&live(now, HOUR), now, Spender::Automation)
}

fn uncertain(now: &Now) -> Session {
    let session = flying(now);
    answer(&session, now, RefreshOutcome::Uncertain(FailureCode::Unreadable)).session
}

fn reason(decision: &Decision) -> Option<SignInReason> {
    match decision.session.phase {
        Phase::SignInNeeded { reason, .. } => Some(reason),
        _ => None,
    }
}

#[test]
fn the_intent_is_persisted_before_anything_is_sent() {
    let now = start();
    let session = live(&now, HOUR);
    let due = decide(&session, &Event::RefreshDue { sibling: false }, &now.later(HOUR), 0.5);
    assert_eq!(
        due.effects,
        [Effect::SendRefresh { generation: 1, by: Spender::Automation }]
    );
    let event = Event::RefreshSent { attempt: ATTEMPT, generation: 1, by: Spender::Automation };
    let gate = decide(&session, &event, &now, 0.5);
    assert_eq!(gate.effects, [Effect::Persist]);
    assert_eq!(gate.session.renewal.intent.as_ref().map(|intent| intent.attempt), Some(ATTEMPT));
}

#[test]
fn a_second_attempt_is_refused_while_one_is_on_its_way() {
    let now = start();
    let session = flying(&now);
    for event in [
        Event::RefreshDue { sibling: false },
        Event::RefreshWanted { min_left_ms: 2 * HOUR, sibling: false },
        Event::RefreshAsked,
        Event::RefreshSent { attempt: ATTEMPT, generation: 1, by: Spender::User },
    ] {
        let decision = decide(&session, &event, &now.later(HOUR), 0.5);
        assert_eq!(decision.refused, Some(Refusal::InFlight), "{event:?}");
        assert_eq!(decision.effects, []);
    }
}

#[test]
fn a_waiter_that_finds_the_session_renewed_sends_nothing() {
    let now = start();
    let renewed = answer_with(&flying(&now), &now, GRANTED, tokens(2, &now, HOUR)).session;
    let due = decide(&renewed, &Event::RefreshDue { sibling: false }, &now, 0.5);
    assert_eq!(due.refused, Some(Refusal::NotDue));
    let event = Event::RefreshSent { attempt: ATTEMPT, generation: 1, by: Spender::Automation };
    assert_eq!(decide(&renewed, &event, &now, 0.5).refused, Some(Refusal::StaleGeneration));
}

#[test]
fn a_waiter_that_finds_a_failed_attempt_respects_its_pause() {
    let now = start();
    let turned_away =
        RefreshOutcome::TurnedAway { retry_after_ms: Some(30 * SECOND) };
    let session = answer(&flying(&now), &now, turned_away).session;
    let event = Event::RefreshSent { attempt: ATTEMPT, generation: 1, by: Spender::Automation };
    let gate = decide(&session, &event, &now.later(SECOND), 0.5);
    assert!(matches!(gate.refused, Some(Refusal::Waiting { .. })));
}

#[test]
fn a_grant_renews_remembers_the_old_fingerprint_and_costs_no_budget() {
    let now = start();
    let session = flying(&now);
    let old = session.refresh.clone().unwrap().fingerprint;
    let decision = answer_with(&session, &now, GRANTED, tokens(2, &now, HOUR));
    assert_eq!(decision.effects, [Effect::Persist]);
    assert_eq!(decision.facts, [Fact::Renewed { generation: 2, rotated: true }]);
    let renewed = decision.session;
    assert_eq!(renewed.generation, 2);
    assert_eq!(renewed.lineage[0].fingerprint, old);
    assert_eq!(renewed.renewal.spent, []);
    assert_eq!(renewed.renewal.intent, None);
    assert_eq!(renewed.renewal.last_success, Some(now.stamp()));
}

#[test]
fn a_grant_without_a_refresh_token_keeps_the_old_one() {
    let now = start();
    let session = flying(&now);
    let new = NewTokens { refresh: None, ..tokens(2, &now, HOUR) };
    let renewed = answer_with(&session, &now, GRANTED, new).session;
    assert_eq!(renewed.refresh, session.refresh);
    assert_eq!(renewed.generation, 2);
    assert_eq!(renewed.lineage, []);
}

#[test]
fn a_new_refresh_token_beside_a_bad_access_token_is_saved_and_used_after_a_pause() {
    let now = start();
    let session = flying(&now);
    let outcome =
        RefreshOutcome::Granted { has_new_refresh: true, access_ok: false, other_subject: false };
    let new = NewTokens { access: None, ..tokens(2, &now, HOUR) };
    let after = answer_with(&session, &now, outcome, new.clone()).session;
    assert_eq!(after.refresh, new.refresh);
    assert_eq!(after.access, session.access);
    assert_eq!(after.generation, 2);
    assert_eq!(after.renewal.last_failure, Some(FailureCode::BadAnswer));
    assert_eq!(after.renewal.spent.len(), 1, "it brought no usable token");
    assert_eq!(after.phase, Phase::Live);
}

#[test]
fn an_answer_with_nothing_in_it_is_a_failure_that_keeps_everything() {
    let now = start();
    let session = flying(&now);
    let outcome =
        RefreshOutcome::Granted { has_new_refresh: false, access_ok: false, other_subject: false };
    let after = answer(&session, &now, outcome).session;
    assert_eq!((after.generation, &after.refresh), (1, &session.refresh));
    assert_eq!(after.renewal.last_failure, Some(FailureCode::BadAnswer));
}

#[test]
fn an_answer_that_arrives_after_its_attempt_was_given_up_is_still_saved() {
    let now = start();
    let died = decide(&flying(&now), &Event::ProcessDied, &now, 0.5).session;
    assert!(died.renewal.uncertain.is_some());
    let after = answer_with(&died, &now, GRANTED, tokens(2, &now, HOUR)).session;
    assert_eq!((after.generation, after.renewal.uncertain), (2, None));
}

#[test]
fn an_answer_for_an_older_generation_never_replaces_a_newer_token() {
    let now = start();
    let renewed = answer_with(&flying(&now), &now, GRANTED, tokens(2, &now, HOUR)).session;
    let late = Event::RefreshAnswered {
        attempt: ATTEMPT,
        generation: 1,
        outcome: GRANTED,
        tokens: tokens(9, &now, HOUR),
    };
    let decision = decide(&renewed, &late, &now, 0.5);
    assert_eq!(decision.session, renewed);
    assert_eq!(decision.effects, [Effect::TakeNewer]);
}

#[test]
fn being_offline_spends_nothing_however_long_it_lasts() {
    let mut now = start();
    let mut session = live(&now, MINUTE);
    for _ in 0..100 {
        now = now.later(16 * MINUTE);
        let flying = sent(&session, &now, Spender::Automation);
        session = answer(&flying, &now, RefreshOutcome::NotSent(FailureCode::NotReached)).session;
        assert_eq!(session.renewal.spent, []);
        assert_eq!(session.phase, Phase::Live);
    }
    let back = decide(&session, &Event::NetworkBack, &now, 0.5).session;
    assert!(due_in(&back, &now, 0.0).unwrap() <= 10 * SECOND);
}

#[test]
fn the_network_coming_back_does_not_shorten_a_retry_after() {
    let now = start();
    let told = RefreshOutcome::TurnedAway { retry_after_ms: Some(10 * MINUTE) };
    let session = answer(&flying(&now), &now, told).session;
    let back = decide(&session, &Event::NetworkBack, &now, 0.5);
    assert_eq!(back.session, session);
}

#[test]
fn no_failure_but_a_final_verdict_drops_the_refresh_token_or_the_session() {
    let now = start();
    let session = flying(&now);
    for outcome in [
        RefreshOutcome::NotSent(FailureCode::Tls),
        RefreshOutcome::NotSent(FailureCode::Blocked),
        RefreshOutcome::TurnedAway { retry_after_ms: None },
        RefreshOutcome::Uncertain(FailureCode::Unreadable),
        RefreshOutcome::Refused(FailureCode::InvalidClient),
        RefreshOutcome::Refused(FailureCode::Refused),
        RefreshOutcome::NotSaved,
    ] {
        let after = answer(&session, &now, outcome).session;
        assert_eq!(after.phase, Phase::Live, "{outcome:?}");
        assert_eq!(after.refresh, session.refresh, "{outcome:?}");
        assert!(after.renewal.last_failure.is_some(), "{outcome:?}");
        assert!(due_in(&after, &now, 0.0).is_some(), "{outcome:?}");
    }
}

#[test]
fn an_answer_that_cannot_be_written_is_held_and_its_death_is_uncertain() {
    let now = start();
    let decision = answer(&flying(&now), &now, RefreshOutcome::NotSaved);
    assert!(decision.effects.contains(&Effect::HoldAnswer));
    assert!(decision.session.renewal.intent.is_some());
    let died = decide(&decision.session, &Event::ProcessDied, &now, 0.5).session;
    assert!(died.renewal.uncertain.is_some());
}

#[test]
fn uncertain_with_a_provider_that_does_not_rotate_sends_the_same_token_again() {
    let now = start();
    let mut session = uncertain(&now);
    session.limits.rotates = Some(false);
    let later = now.later(HOUR);
    let due = decide(&session, &Event::RefreshDue { sibling: true }, &later, 0.5);
    assert_eq!(due.effects, [Effect::Replay { generation: 1, by: Spender::Replay }]);
}

#[test]
fn uncertain_within_a_grace_window_is_replayed_before_the_window_closes() {
    let now = start();
    let mut session = flying(&now);
    session.limits.grace_ms = Some(10 * SECOND);
    session.renewal.failures = 9;
    let outcome = RefreshOutcome::Uncertain(FailureCode::Unreadable);
    let after = decide(
        &session,
        &Event::RefreshAnswered {
            attempt: ATTEMPT,
            generation: 1,
            outcome,
            tokens: NewTokens::default(),
        },
        &now,
        1.0,
    )
    .session;
    assert!(due_in(&after, &now, 0.0).unwrap() <= 5 * SECOND);
    let due = decide(&after, &Event::RefreshDue { sibling: true }, &now.later(6 * SECOND), 0.5);
    assert_eq!(due.effects, [Effect::Replay { generation: 1, by: Spender::Replay }]);
}

#[test]
fn uncertain_with_introspection_asks_and_believes_both_answers() {
    let now = start();
    let mut session = uncertain(&now);
    session.limits.can_introspect = true;
    session.renewal.introspected_active = true;
    let later = now.later(MINUTE);
    let due = decide(&session, &Event::RefreshDue { sibling: true }, &later, 0.5);
    assert_eq!(due.effects, [Effect::AskIntrospection { generation: 1 }]);
    let event = Event::RefreshSent { attempt: ATTEMPT, generation: 1, by: Spender::User };
    assert_eq!(decide(&session, &event, &later, 0.5).refused, Some(Refusal::AskFirst));

    let alive = decide(&session, &Event::Introspected { active: Some(true) }, &later, 0.5);
    let due = decide(&alive.session, &Event::RefreshDue { sibling: true }, &later, 0.5);
    assert!(matches!(due.effects[..], [Effect::SendRefresh { .. }]));

    let dead = decide(&session, &Event::Introspected { active: Some(false) }, &later, 0.5);
    assert_eq!(reason(&dead), Some(SignInReason::AnswerLost));

    let silent = decide(&session, &Event::Introspected { active: None }, &later, 1.0);
    assert_eq!(silent.session.phase, Phase::Live);
    assert!(due_in(&silent.session, &later, 0.0).unwrap() > 0);
}

#[test]
fn a_token_confirmed_active_is_asked_about_again_after_another_lost_answer() {
    let now = start();
    let mut session = uncertain(&now);
    session.limits.can_introspect = true;
    session.renewal.introspected_active = true;
    let later = now.later(MINUTE);
    let alive = decide(&session, &Event::Introspected { active: Some(true) }, &later, 0.5).session;
    let flying = sent(&alive, &later, Spender::Automation);
    let lost = answer(&flying, &later, RefreshOutcome::Uncertain(FailureCode::Unreadable)).session;
    let due =
        decide(&lost, &Event::RefreshDue { sibling: false }, &later.later(MINUTE), 0.5);
    assert_eq!(due.effects, [Effect::AskIntrospection { generation: 1 }]);
}

#[test]
fn an_introspection_without_a_mark_ends_nothing() {
    let now = start();
    let mut session = live(&now, HOUR);
    session.renewal.introspected_active = true;
    let decision = decide(&session, &Event::Introspected { active: Some(false) }, &now, 0.5);
    assert_eq!(decision.session, session);
}

#[test]
fn a_strict_replay_waits_for_the_access_token_where_a_sibling_is_at_risk() {
    let now = start();
    let session = uncertain(&now);
    let soon = now.later(MINUTE);
    let due = decide(&session, &Event::RefreshDue { sibling: true }, &soon, 0.5);
    assert_eq!(due.refused, Some(Refusal::SiblingAtRisk));
    assert_eq!(due_in(&due.session, &soon, 0.0), Some(59 * MINUTE));
    let ended = now.later(HOUR);
    let due = decide(&due.session, &Event::RefreshDue { sibling: true }, &ended, 0.5);
    assert!(matches!(due.effects[..], [Effect::Replay { .. }]));

    let asked = decide(&session, &Event::RefreshAsked, &soon, 0.5);
    assert_eq!(asked.effects, [Effect::Replay { generation: 1, by: Spender::User }]);
}

#[test]
fn a_replay_without_a_verdict_stays_uncertain_and_backs_off() {
    let now = start();
    for outcome in [
        RefreshOutcome::NotSent(FailureCode::NotReached),
        RefreshOutcome::TurnedAway { retry_after_ms: None },
        RefreshOutcome::Uncertain(FailureCode::Unreadable),
    ] {
        let later = now.later(MINUTE);
        let replay = sent(&uncertain(&now), &later, Spender::Replay);
        let after = answer(&replay, &later, outcome).session;
        assert_eq!(after.phase, Phase::Live, "{outcome:?}");
        assert!(after.renewal.uncertain.is_some(), "{outcome:?}");
        assert!(due_in(&after, &later, 0.0).unwrap() > 0, "{outcome:?}");
    }
}

#[test]
fn a_process_that_died_after_the_intent_leaves_the_generation_uncertain() {
    let now = start();
    let died = decide(&flying(&now), &Event::ProcessDied, &now.later(MINUTE), 0.5).session;
    let mark = died.renewal.uncertain.clone().unwrap();
    assert_eq!((mark.generation, mark.since), (1, now.stamp()));
    assert_eq!(died.renewal.intent, None);
    assert_eq!(died.renewal.spent.len(), 1, "it may have been sent");
}

#[test]
fn an_open_intent_is_looked_into_once_no_answer_can_come_any_more() {
    let now = start();
    assert_eq!(due_in(&flying(&now), &now, 0.0), Some(150 * SECOND));
}

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
    assert_eq!(reason(&answer(&replay, &later, outcome)), Some(SignInReason::AnswerLost));
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
    assert_eq!(reason(&answer(&session, &now, INVALID_GRANT)), Some(SignInReason::StaleCopy));
    let mut session = flying(&now);
    session.renewal.restored = true;
    assert_eq!(reason(&answer(&session, &now, INVALID_GRANT)), Some(SignInReason::StaleCopy));
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
        assert_eq!(decision.effects[..2], [Effect::Persist, Effect::RevokeRemains]);
        let copy = decide(&decision.session, &Event::Copied, &now, 0.5);
        assert_eq!(copy.refused, Some(Refusal::WrongPhase));
        assert_eq!(due_in(&decision.session, &now.later(HOUR), 0.0), None);
    }
}

#[test]
fn tokens_of_another_subject_are_saved_and_the_family_is_frozen() {
    let now = start();
    let outcome =
        RefreshOutcome::Granted { has_new_refresh: true, access_ok: true, other_subject: true };
    let new = tokens(2, &now, HOUR);
    let decision = answer_with(&flying(&now), &now, outcome, new.clone());
    assert_eq!(decision.session.refresh, new.refresh);
    assert!(matches!(
        decision.session.phase,
        Phase::Frozen { evidence: Evidence::OtherSubject, .. }
    ));
}

#[test]
fn a_caller_that_wants_more_life_than_the_provider_gives_is_bounded_by_the_budget() {
    let mut now = start();
    let mut session = live(&now, 5 * MINUTE);
    let mut requests = 0;
    for value in 2..60 {
        now = now.later(11 * SECOND);
        let event = Event::RefreshWanted { min_left_ms: HOUR, sibling: false };
        let decision = decide(&session, &event, &now, 0.5);
        if let [Effect::SendRefresh { by, .. }] = decision.effects[..] {
            requests += 1;
            let flying = sent(&session, &now, by);
            session = answer_with(&flying, &now, GRANTED, tokens(value, &now, 5 * MINUTE)).session;
        }
    }
    assert!(requests <= 7, "{requests}");
}

#[test]
fn a_failure_with_little_life_left_is_notified() {
    let now = start();
    let session = sent(&live(&now, 2 * MINUTE), &now, Spender::Automation);
    let decision = answer(&session, &now, RefreshOutcome::TurnedAway { retry_after_ms: None });
    assert!(matches!(
        decision.effects.last(),
        Some(Effect::Notify(Notice::RefreshFailing { left_ms: 120_000, .. }))
    ));
}
