//! Among many sessions: the queue, the breaker, and coming back after an outage.

use keyfob_token::life::{
    Breaker, DueQueue, RefreshOutcome, Turn, breaker, catch_up, decide, due_in, jitter,
};
use keyfob_token::life::{Event, NewTokens, OnTheft};
use keyfob_token::{FailureCode, Now, Session, SessionId, Spender};
use proptest::prelude::*;
use uuid::Uuid;

use crate::sample::{ATTEMPT, HOUR, MINUTE, SECOND, live, start, tokens};

const DOWN: FailureCode = FailureCode::NotReached;

/// One thing that happens to a set of sessions.
#[derive(Clone, Debug)]
enum Step {
    Wait(i64),
    Refresh(usize, Option<RefreshOutcome>),
}

fn step() -> impl Strategy<Value = Step> {
    let failure = prop_oneof![
        Just(RefreshOutcome::NotSent(DOWN)),
        Just(RefreshOutcome::Uncertain(FailureCode::Unreadable)),
        proptest::option::of(0..HOUR)
            .prop_map(|retry_after_ms| RefreshOutcome::TurnedAway { retry_after_ms }),
        Just(RefreshOutcome::InvalidGrant {
            provider_reported_reuse: false,
            grant_still_alive: None,
            generation_advanced: false,
        }),
    ];
    prop_oneof![
        3 => prop_oneof![0..30 * SECOND, 0..10 * MINUTE].prop_map(Step::Wait),
        2 => (0..20_usize, proptest::option::of(failure))
            .prop_map(|(index, failure)| Step::Refresh(index, failure)),
    ]
}

fn many(now: &Now) -> Vec<Session> {
    (0..20)
        .map(|index| {
            // Signed in at different times, some of them before the last boot.
            let mut then = now.later(-index * 20 * SECOND);
            if index % 3 == 0 {
                then.boot.boot = "before".into();
            }
            let mut session = live(&then, [30 * SECOND, 5 * MINUTE, HOUR][index as usize % 3]);
            session.id = SessionId(Uuid::from_u128(index as u128 + 1));
            session
        })
        .collect()
}

fn refreshed(session: &Session, now: &Now, failure: Option<RefreshOutcome>) -> Session {
    let event = Event::RefreshSent {
        attempt: ATTEMPT,
        generation: session.generation,
        by: Spender::Automation,
    };
    let sent = decide(session, &event, now, 0.5);
    if sent.refused.is_some() {
        return sent.session;
    }
    let granted = RefreshOutcome::Granted {
        has_new_refresh: true,
        access_ok: true,
        other_subject: false,
    };
    let event = Event::RefreshAnswered {
        attempt: ATTEMPT,
        generation: session.generation,
        outcome: failure.unwrap_or(granted),
        tokens: match failure {
            Some(_) => NewTokens::default(),
            None => tokens(session.generation + 1_000, now, 5 * MINUTE),
        },
        on_theft: OnTheft::Revoke,
    };
    decide(&sent.session, &event, now, 0.5).session
}

fn moment(session: &Session, now: &Now) -> Option<i64> {
    due_in(session, now, jitter(session)).map(|left| now.boot.millis + left)
}

proptest! {
    #[test]
    fn the_queue_finds_what_looking_at_every_session_finds(
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        let mut now = start();
        let mut sessions = many(&now);
        let mut queue = DueQueue::default();
        for (index, session) in sessions.iter().enumerate() {
            queue.put(index, moment(session, &now));
        }
        for step in steps {
            match step {
                Step::Wait(millis) => now = now.later(millis),
                Step::Refresh(index, failure) => {
                    sessions[index] = refreshed(&sessions[index], &now, failure);
                    queue.put(index, moment(&sessions[index], &now));
                }
            }
            let naive: Vec<usize> = (0..sessions.len())
                .filter(|index| moment(&sessions[*index], &now) == Some(now.boot.millis))
                .collect();
            let soonest = sessions.iter().filter_map(|it| moment(it, &now)).min();
            prop_assert_eq!(queue.next_at().map(|at| at.max(now.boot.millis)), soonest);
            let mut found: Vec<usize> =
                std::iter::from_fn(|| queue.take_due(now.boot.millis)).collect();
            found.sort_unstable();
            prop_assert_eq!(&found, &naive);
            for index in found {
                queue.put(index, moment(&sessions[index], &now));
            }
        }
    }

    #[test]
    fn catching_up_is_spread_in_the_order_of_the_ends_and_costs_no_token_its_life(
        left in proptest::collection::vec(-HOUR..HOUR, 0..200),
        away in 0_i64..10 * HOUR,
        unit in 0.0_f64..=1.0,
    ) {
        let waits = catch_up(&left, away, unit);
        prop_assert_eq!(waits.len(), left.len());
        let spread = away.min(15 * MINUTE);
        let step = spread / left.len().max(1) as i64;
        for (wait, left) in waits.iter().zip(&left) {
            prop_assert!(*wait >= 0 && *wait <= spread);
            prop_assert!(*left <= 0 || *wait <= left / 2, "{wait} of {left}");
        }
        // Of those that have ended, each has a step of its own.
        let mut ended: Vec<_> = left.iter().zip(&waits).filter(|it| *it.0 <= 0).collect();
        ended.sort_by_key(|(left, wait)| (**left, **wait));
        for pair in ended.windows(2) {
            prop_assert!(pair[1].1 - pair[0].1 >= step);
        }
    }

    #[test]
    fn an_open_breaker_lets_one_probe_go_in_each_pause_and_pauses_stay_within_5_minutes(
        chances in proptest::collection::vec(0.0_f64..=1.0, 1..40),
    ) {
        let mut breaker = broken(0);
        let mut now = 0;
        for unit in chances {
            let Turn::Wait { until } = breaker.turn(now) else {
                return Err(TestCaseError::fail("no pause"));
            };
            prop_assert!(until - now >= 15 * SECOND && until - now <= 5 * MINUTE);
            now = until;
            prop_assert_eq!(breaker.turn(now), Turn::Probe);
            breaker.probe();
            prop_assert_eq!(breaker.turn(now + HOUR), Turn::Probing);
            breaker.failed(now, DOWN, unit, None);
        }
        prop_assert_eq!(breaker.answered(now), Some(now));
        prop_assert_eq!(breaker.turn(now), Turn::Free);
    }
}

fn broken(now: i64) -> Breaker {
    let mut breaker = Breaker::default();
    for _ in 0..5 {
        breaker.failed(now, DOWN, 1.0, None);
    }
    breaker
}

#[test]
fn five_failures_in_a_row_open_the_breaker_and_an_answer_between_them_does_not() {
    let mut breaker = Breaker::default();
    for round in 0..3 {
        for _ in 0..4 {
            breaker.failed(round, DOWN, 0.5, None);
        }
        assert_eq!(breaker.turn(round + MINUTE), Turn::Free);
        assert_eq!(breaker.why(), None);
        assert_eq!(breaker.answered(round), None, "it was not open");
    }
    assert!(matches!(broken(7).turn(7), Turn::Wait { .. }));
    assert_eq!(broken(7).why(), Some(DOWN));
}

#[test]
fn one_failure_holds_up_nobody_else_and_more_of_them_do_for_moments() {
    let mut breaker = Breaker::default();
    let mut longest = Vec::new();
    for _ in 0..4 {
        breaker.failed(0, DOWN, 1.0, None);
        longest.push(match breaker.turn(0) {
            Turn::Wait { until } => until,
            _ => 0,
        });
    }
    assert_eq!(longest, [0, 15 * SECOND, 30 * SECOND, MINUTE]);
}

#[test]
fn an_outage_counts_from_its_first_failure() {
    let mut breaker = Breaker::default();
    for minute in 10..20 {
        breaker.failed(minute * MINUTE, DOWN, 0.5, None);
    }
    assert_eq!(breaker.answered(40 * MINUTE), Some(30 * MINUTE));
}

#[test]
fn a_probe_without_a_verdict_lets_the_next_one_go() {
    let mut breaker = broken(0);
    breaker.probe();
    breaker.probe_ended();
    assert_eq!(breaker.turn(HOUR), Turn::Probe);
}

#[test]
fn retry_after_holds_all_sessions_of_an_issuer_but_not_for_long() {
    let mut breaker = broken(0);
    breaker.failed(0, FailureCode::TurnedAway, 0.0, Some(10 * MINUTE));
    assert!(matches!(breaker.turn(0), Turn::Wait { until } if until >= 10 * MINUTE));
    breaker.failed(0, FailureCode::TurnedAway, 1.0, Some(24 * HOUR));
    assert!(matches!(breaker.turn(0), Turn::Wait { until } if until <= 20 * MINUTE));
}

#[test]
fn what_one_session_is_told_is_no_trouble_of_its_issuer() {
    for code in [
        FailureCode::InvalidGrant,
        FailureCode::InvalidClient,
        FailureCode::Refused,
        FailureCode::BadAnswer,
    ] {
        assert!(!breaker::is_trouble(code), "{code:?}");
    }
    assert!(breaker::is_trouble(FailureCode::Unreadable));
}

#[test]
fn a_single_session_comes_back_somewhere_in_the_spread() {
    assert_eq!(catch_up(&[-1], 30 * MINUTE, 0.0), [0]);
    assert_eq!(catch_up(&[-1], 30 * MINUTE, 1.0), [15 * MINUTE]);
    assert_eq!(catch_up(&[-1], 30 * SECOND, 1.0), [30 * SECOND]);
}

#[test]
fn what_ended_first_goes_first() {
    let left = [10 * MINUTE, -MINUTE, -HOUR, HOUR];
    assert_eq!(
        catch_up(&left, HOUR, 0.0),
        [5 * MINUTE, 15 * MINUTE / 4, 0, 45 * MINUTE / 4]
    );
}
