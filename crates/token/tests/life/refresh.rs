//! What the answers to a refresh mean.

use keyfob_token::life::{
    Effect, Event, Fact, NewTokens, Notice, OnTheft, RefreshOutcome, Refusal, decide, due_in,
};
use keyfob_token::{FailureCode, Phase, Spender};

use crate::sample::{
    ATTEMPT, GRANTED, HOUR, MINUTE, SECOND, answer, answer_with, flying, live, sent, start, tokens,
};

#[test]
fn the_intent_is_persisted_before_anything_is_sent() {
    let now = start();
    let session = live(&now, HOUR);
    let due = decide(
        &session,
        &Event::RefreshDue { sibling: false },
        &now.later(HOUR),
        0.5,
    );
    assert_eq!(
        due.effects,
        [Effect::SendRefresh {
            generation: 1,
            by: Spender::Automation
        }]
    );
    let event = Event::RefreshSent {
        attempt: ATTEMPT,
        generation: 1,
        by: Spender::Automation,
    };
    let gate = decide(&session, &event, &now, 0.5);
    assert_eq!(gate.effects, [Effect::Persist]);
    assert_eq!(
        gate.session
            .renewal
            .intent
            .as_ref()
            .map(|intent| intent.attempt),
        Some(ATTEMPT)
    );
}

#[test]
fn a_second_attempt_is_refused_while_one_is_on_its_way() {
    let now = start();
    let session = flying(&now);
    for event in [
        Event::RefreshDue { sibling: false },
        Event::RefreshWanted {
            min_left_ms: 2 * HOUR,
            sibling: false,
        },
        Event::RefreshAsked,
        Event::RefreshSent {
            attempt: ATTEMPT,
            generation: 1,
            by: Spender::User,
        },
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
    let event = Event::RefreshSent {
        attempt: ATTEMPT,
        generation: 1,
        by: Spender::Automation,
    };
    assert_eq!(
        decide(&renewed, &event, &now, 0.5).refused,
        Some(Refusal::StaleGeneration)
    );
}

#[test]
fn a_waiter_that_finds_a_failed_attempt_respects_its_pause() {
    let now = start();
    let turned_away = RefreshOutcome::TurnedAway {
        retry_after_ms: Some(30 * SECOND),
    };
    let session = answer(&flying(&now), &now, turned_away).session;
    let event = Event::RefreshSent {
        attempt: ATTEMPT,
        generation: 1,
        by: Spender::Automation,
    };
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
    assert_eq!(
        decision.facts,
        [Fact::Renewed {
            generation: 2,
            rotated: true
        }]
    );
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
    let new = NewTokens {
        refresh: None,
        ..tokens(2, &now, HOUR)
    };
    let renewed = answer_with(&session, &now, GRANTED, new).session;
    assert_eq!(renewed.refresh, session.refresh);
    assert_eq!(renewed.generation, 2);
    assert_eq!(renewed.lineage, []);
}

#[test]
fn a_new_refresh_token_beside_a_bad_access_token_is_saved_and_used_after_a_pause() {
    let now = start();
    let session = flying(&now);
    let outcome = RefreshOutcome::Granted {
        has_new_refresh: true,
        access_ok: false,
        other_subject: false,
    };
    let new = NewTokens {
        access: None,
        ..tokens(2, &now, HOUR)
    };
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
    let outcome = RefreshOutcome::Granted {
        has_new_refresh: false,
        access_ok: false,
        other_subject: false,
    };
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
        on_theft: OnTheft::Revoke,
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
        session = answer(
            &flying,
            &now,
            RefreshOutcome::NotSent(FailureCode::NotReached),
        )
        .session;
        assert_eq!(session.renewal.spent, []);
        assert_eq!(session.phase, Phase::Live);
    }
    let back = decide(&session, &Event::NetworkBack, &now, 0.5).session;
    assert!(due_in(&back, &now, 0.0).unwrap() <= 10 * SECOND);
}

#[test]
fn the_network_coming_back_does_not_shorten_a_retry_after() {
    let now = start();
    let told = RefreshOutcome::TurnedAway {
        retry_after_ms: Some(10 * MINUTE),
    };
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
        RefreshOutcome::TurnedAway {
            retry_after_ms: None,
        },
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
fn a_caller_that_wants_more_life_than_the_provider_gives_is_bounded_by_the_budget() {
    let mut now = start();
    let mut session = live(&now, 5 * MINUTE);
    let mut requests = 0;
    for value in 2..60 {
        now = now.later(11 * SECOND);
        let event = Event::RefreshWanted {
            min_left_ms: HOUR,
            sibling: false,
        };
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
    let decision = answer(
        &session,
        &now,
        RefreshOutcome::TurnedAway {
            retry_after_ms: None,
        },
    );
    assert!(matches!(
        decision.effects.last(),
        Some(Effect::Notify(Notice::RefreshFailing {
            left_ms: 120_000,
            ..
        }))
    ));
}

#[test]
fn no_generation_is_forgotten_what_leaves_the_list_is_handed_over_once_and_in_order() {
    let now = start();
    let mut session = flying(&now);
    let (mut presented, mut handed) = (Vec::new(), Vec::new());
    for value in 2..300 {
        presented.push(session.refresh.as_ref().map(|it| it.fingerprint));
        let decision = answer_with(&session, &now, GRANTED, tokens(value, &now, HOUR));
        for effect in &decision.effects {
            if let Effect::KeepAncestors(older) = effect {
                handed.extend(older.iter().copied().map(Some));
            }
        }
        session = sent(&decision.session, &now.later(HOUR), Spender::Automation);
        session.renewal.spent.clear();
        session.renewal.intent = flying(&now).renewal.intent;
        assert!(session.lineage.len() <= 64);
    }
    let listed = session.lineage.iter().map(|it| Some(it.fingerprint));
    handed.extend(listed);
    assert_eq!(handed, presented);
}
