//! Random histories: whatever happens in whatever order, a session is neither lost nor abused.

use keyfob_token::life::{Event, RefreshOutcome, StepResult};
use keyfob_token::{FailureCode, IssuerLimits, Origin, Phase};
use proptest::prelude::*;

use crate::sample::{DAY, HOUR, MINUTE, SECOND, YEAR};
use crate::world::{Came, Deed, Fate, World};

fn life_of_the_session() -> impl Strategy<Value = i64> {
    prop_oneof![Just(2 * SECOND), Just(MINUTE), Just(5 * MINUTE), Just(HOUR)]
}

fn limits() -> impl Strategy<Value = IssuerLimits> {
    let rotates = prop_oneof![Just(None), Just(Some(true)), Just(Some(false))];
    let grace = prop_oneof![Just(None), Just(Some(30 * SECOND))];
    (rotates, grace, any::<bool>()).prop_map(|(rotates, grace_ms, can_introspect)| IssuerLimits {
        rotates,
        grace_ms,
        can_introspect,
        can_revoke: true,
    })
}

fn failure() -> impl Strategy<Value = RefreshOutcome> {
    prop_oneof![
        3 => Just(RefreshOutcome::NotSent(FailureCode::NotReached)),
        2 => proptest::option::of(0..HOUR)
            .prop_map(|retry_after_ms| RefreshOutcome::TurnedAway { retry_after_ms }),
        4 => Just(RefreshOutcome::Uncertain(FailureCode::Unreadable)),
        2 => (any::<bool>(), any::<Option<bool>>()).prop_map(|(reuse, alive)| {
            RefreshOutcome::InvalidGrant {
                provider_reported_reuse: reuse,
                grant_still_alive: alive,
                generation_advanced: false,
            }
        }),
        1 => Just(RefreshOutcome::Refused(FailureCode::InvalidClient)),
        1 => Just(RefreshOutcome::NotSaved),
    ]
}

fn came() -> impl Strategy<Value = Came> {
    prop_oneof![
        (any::<bool>(), any::<bool>(), proptest::bool::weighted(0.05)).prop_map(
            |(refresh, access, other_subject)| Came::Tokens {
                refresh,
                access,
                other_subject
            }
        ),
        failure().prop_map(Came::Failure),
    ]
}

fn step_result() -> impl Strategy<Value = StepResult> {
    prop_oneof![
        3 => Just(StepResult::Accepted),
        1 => Just(StepResult::Skipped),
        1 => Just(StepResult::Unsupported),
        2 => Just(StepResult::NotApplicable),
        1 => Just(StepResult::NotSent(FailureCode::NotReached)),
        1 => Just(StepResult::TurnedAway { retry_after_ms: Some(MINUTE) }),
        1 => Just(StepResult::NoAnswer(FailureCode::Unreadable)),
        1 => Just(StepResult::Refused(FailureCode::InvalidClient)),
    ]
}

fn jump() -> impl Strategy<Value = i64> {
    prop_oneof![
        Just(HOUR),
        Just(-HOUR),
        Just(10 * YEAR),
        Just(-10 * YEAR),
        Just(-56 * YEAR),
        -DAY..DAY,
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    let probe = any::<Option<bool>>;
    prop_oneof![
        6 => (0..10 * MINUTE).prop_map(Deed::Wait),
        1 => Just(Deed::Wait(8 * HOUR)),
        2 => jump().prop_map(Deed::SetWallClock),
        1 => jump().prop_map(Deed::Reboot),
        2 => Just(Deed::Die),
        8 => any::<bool>().prop_map(|sibling| Deed::Due { sibling }),
        2 => (0..HOUR).prop_map(Deed::Wanted),
        3 => Just(Deed::Asked),
        12 => came().prop_map(Deed::Answer),
        1 => Just(Deed::LateAnswer),
        3 => probe().prop_map(Deed::Introspect),
        2 => Just(Deed::NetworkBack),
        1 => (0..10 * SECOND).prop_map(Deed::Click),
        1 => Just(Deed::Undo),
        1 => Just(Deed::RevokeNow),
        2 => (probe(), probe())
            .prop_map(|(refresh, access)| Deed::HoldOver { refresh, access }),
        2 => (proptest::array::uniform3(step_result()), probe(), probe())
            .prop_map(|(steps, refresh, access)| Deed::RevokeAnswer(steps, refresh, access)),
        1 => Just(Deed::SignInAgain),
        2 => Just(Deed::Copy),
        1 => Just(Deed::TakeOver),
    ]
}

fn origin() -> impl Strategy<Value = Origin> {
    prop_oneof![4 => Just(Origin::Browser), 1 => Just(Origin::Imported)]
}

/// Four times the usual number of histories; `PROPTEST_CASES` scales it.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: usual.cases * 4,
        failure_persistence: None,
        ..usual
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_history_loses_or_abuses_a_session(
        limits in limits(),
        origin in origin(),
        life in life_of_the_session(),
        deeds in proptest::collection::vec((deed(), 0.0_f64..=1.0), 1..80),
    ) {
        let mut world = World::new(limits, origin, life);
        for (deed, rand) in &deeds {
            world.live_through(deed, *rand);
        }
    }

    /// Left alone with a provider that works again, a live session finds its way back, and asks
    /// nobody to sign in.
    #[test]
    fn a_session_survives_an_outage(
        limits in limits(),
        failures in proptest::collection::vec(
            prop_oneof![
                Just(RefreshOutcome::NotSent(FailureCode::NotReached)),
                Just(RefreshOutcome::TurnedAway { retry_after_ms: None }),
                Just(RefreshOutcome::Uncertain(FailureCode::Unreadable)),
            ],
            1..8,
        ),
        rand in 0.0_f64..=1.0,
    ) {
        let mut world = World::new(limits, Origin::Browser, 5 * MINUTE);
        let mut left = failures.into_iter();
        for _ in 0..24 * 60 {
            world.live_through(&Deed::Wait(MINUTE), rand);
            world.start_refresh(&Event::RefreshDue { sibling: false }, rand);
            if world.flight.is_some() {
                match left.next() {
                    Some(outcome) => world.answered(Came::Failure(outcome), rand),
                    None => {
                        let good = Came::Tokens { refresh: true, access: true, other_subject: false };
                        world.answered(good, rand);
                        break;
                    }
                }
            }
        }
        prop_assert_eq!(&world.session.phase, &Phase::Live);
        prop_assert_eq!(world.session.generation, 2);
        prop_assert_eq!(&world.session.renewal.uncertain, &None);
    }
}

#[test]
fn the_world_would_see_a_dead_token_presented_again() {
    let result = std::panic::catch_unwind(|| {
        let mut world = World::new(IssuerLimits::default(), Origin::Browser, HOUR);
        let hand = world.hand();
        world.fates.insert(hand, Fate::Gone);
        world.start_refresh(&Event::RefreshAsked, 0.5);
    });
    assert!(result.is_err());
}

#[test]
fn the_world_would_see_a_lost_revocation() {
    let result = std::panic::catch_unwind(|| {
        let mut world = World::new(IssuerLimits::default(), Origin::Browser, HOUR);
        world.live_through(&Deed::Click(SECOND), 0.5);
        world.session.phase = Phase::Live;
        world.live_through(&Deed::NetworkBack, 0.5);
    });
    assert!(result.is_err());
}
