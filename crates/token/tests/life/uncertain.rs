//! A generation that the provider may have used up.

use keyfob_token::life::{
    Effect, Event, NewTokens, OnTheft, RefreshOutcome, Refusal, decide, due_in,
};
use keyfob_token::{FailureCode, Phase, SignInReason, Spender};

use crate::sample::{
    ATTEMPT, HOUR, MINUTE, SECOND, answer, flying, live, reason, sent, start, uncertain,
};

#[test]
fn uncertain_with_a_provider_that_does_not_rotate_sends_the_same_token_again() {
    let now = start();
    let mut session = uncertain(&now);
    session.limits.rotates = Some(false);
    let later = now.later(HOUR);
    let due = decide(&session, &Event::RefreshDue { sibling: true }, &later, 0.5);
    assert_eq!(
        due.effects,
        [Effect::Replay {
            generation: 1,
            by: Spender::Replay
        }]
    );
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
            on_theft: OnTheft::Revoke,
        },
        &now,
        1.0,
    )
    .session;
    assert!(due_in(&after, &now, 0.0).unwrap() <= 5 * SECOND);
    let due = decide(
        &after,
        &Event::RefreshDue { sibling: true },
        &now.later(6 * SECOND),
        0.5,
    );
    assert_eq!(
        due.effects,
        [Effect::Replay {
            generation: 1,
            by: Spender::Replay
        }]
    );
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
    let event = Event::RefreshSent {
        attempt: ATTEMPT,
        generation: 1,
        by: Spender::User,
    };
    assert_eq!(
        decide(&session, &event, &later, 0.5).refused,
        Some(Refusal::AskFirst)
    );

    let alive = decide(
        &session,
        &Event::Introspected { active: Some(true) },
        &later,
        0.5,
    );
    let due = decide(
        &alive.session,
        &Event::RefreshDue { sibling: true },
        &later,
        0.5,
    );
    assert!(matches!(due.effects[..], [Effect::SendRefresh { .. }]));

    let dead = decide(
        &session,
        &Event::Introspected {
            active: Some(false),
        },
        &later,
        0.5,
    );
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
    let alive = decide(
        &session,
        &Event::Introspected { active: Some(true) },
        &later,
        0.5,
    )
    .session;
    let flying = sent(&alive, &later, Spender::Automation);
    let lost = answer(
        &flying,
        &later,
        RefreshOutcome::Uncertain(FailureCode::Unreadable),
    )
    .session;
    let due = decide(
        &lost,
        &Event::RefreshDue { sibling: false },
        &later.later(MINUTE),
        0.5,
    );
    assert_eq!(due.effects, [Effect::AskIntrospection { generation: 1 }]);
}

#[test]
fn an_introspection_without_a_mark_ends_nothing() {
    let now = start();
    let mut session = live(&now, HOUR);
    session.renewal.introspected_active = true;
    let decision = decide(
        &session,
        &Event::Introspected {
            active: Some(false),
        },
        &now,
        0.5,
    );
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
    let due = decide(
        &due.session,
        &Event::RefreshDue { sibling: true },
        &ended,
        0.5,
    );
    assert!(matches!(due.effects[..], [Effect::Replay { .. }]));

    let asked = decide(&session, &Event::RefreshAsked, &soon, 0.5);
    assert_eq!(
        asked.effects,
        [Effect::Replay {
            generation: 1,
            by: Spender::User
        }]
    );
}

#[test]
fn a_replay_without_a_verdict_stays_uncertain_and_backs_off() {
    let now = start();
    for outcome in [
        RefreshOutcome::NotSent(FailureCode::NotReached),
        RefreshOutcome::TurnedAway {
            retry_after_ms: None,
        },
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
fn after_a_process_died_the_next_goes_on_at_once_but_for_a_pause_that_was_there() {
    let now = start();
    let died = decide(&flying(&now), &Event::ProcessDied, &now, 1.0).session;
    assert_eq!(due_in(&died, &now, 0.0), Some(0));
    let wanted = Event::RefreshWanted {
        min_left_ms: 24 * HOUR,
        sibling: false,
    };
    let effects = decide(&died, &wanted, &now, 1.0).effects;
    assert!(
        matches!(effects[..], [Effect::Replay { .. }]),
        "{effects:?}"
    );

    let outcome = RefreshOutcome::TurnedAway {
        retry_after_ms: Some(HOUR),
    };
    let told = answer(&flying(&now), &now, outcome).session;
    let by_hand = sent(&told, &now, Spender::User);
    let died = decide(&by_hand, &Event::ProcessDied, &now, 0.0).session;
    assert!(due_in(&died, &now, 0.0).unwrap() >= HOUR);
}

#[test]
fn an_open_intent_is_looked_into_once_no_answer_can_come_any_more() {
    let now = start();
    assert_eq!(due_in(&flying(&now), &now, 0.0), Some(150 * SECOND));
}
