//! Policies: what they count, when they warn, and that no wrong clock ends a session by them.

use keyfob_token::life::policy::{LONGEST_MS, SHORTEST_MS, vouches_for_the_clock};
use keyfob_token::life::{
    Action, Cell, End, EndCause, Event, Policy, PolicyAction, PolicyLimit, PolicyScope, Reach,
    Standing, State, decide, display_state, policy_end, standing,
};
use keyfob_token::{
    BootTime, Marks, Now, Origin, Phase, Revoked, Session, SignInReason, TokenKind, UnixMillis,
    Verdict, Verification,
};
use proptest::prelude::*;

use crate::sample::{DAY, HOUR, MINUTE, YEAR, live, start, token};

fn policy(unused_ms: Option<i64>, total_ms: Option<i64>) -> Policy {
    Policy {
        scope: PolicyScope::All,
        unused_ms,
        total_ms,
        warn_ms: DAY,
        action: PolicyAction::Revoke,
    }
}

fn limit(standing: Standing) -> Option<PolicyLimit> {
    match standing {
        Standing::Over(end) => Some(end.limit),
        _ => None,
    }
}

/// The same wall clock after a reboot: what was noted before can't be compared by boot time.
fn rebooted(now: &Now) -> Now {
    Now {
        wall: now.wall,
        boot: BootTime {
            boot: "next".into(),
            millis: 1_000,
        },
    }
}

fn used(session: &Session, now: &Now) -> Session {
    let decision = decide(session, &Event::Copied, now, 0.5);
    assert_eq!(decision.refused, None);
    decision.session
}

#[test]
fn an_unused_session_is_over_after_the_limit_and_each_use_counts_anew() {
    let now = start();
    let session = live(&now, 60 * DAY);
    let policies = [policy(Some(30 * DAY), None)];
    let at = |later: i64, session: &Session| standing(&policies, session, &now.later(later), false);
    assert!(matches!(at(28 * DAY, &session), Standing::Lives(_)));
    assert!(matches!(at(29 * DAY, &session), Standing::Near(_)));
    assert_eq!(
        limit(at(30 * DAY, &session)),
        Some(PolicyLimit::Unused),
        "to the millisecond"
    );
    let session = used(&session, &now.later(20 * DAY));
    assert!(matches!(at(30 * DAY, &session), Standing::Lives(_)));
    assert!(limit(at(50 * DAY, &session)).is_some());
}

#[test]
fn a_use_does_not_move_the_end_of_a_whole_life_and_a_new_sign_in_does() {
    let now = start();
    let policies = [policy(None, Some(10 * DAY))];
    let later = now.later(9 * DAY);
    let session = used(&live(&now, 60 * DAY), &later);
    let end = policy_end(&policies, &session, &later, false).unwrap();
    assert_eq!((end.left_ms, end.limit), (DAY, PolicyLimit::Total));
    let again = Event::SignedInAgain {
        origin: Origin::Browser,
        tokens: crate::sample::tokens(2, &later, HOUR),
    };
    let session = decide(&session, &again, &later, 0.5).session;
    let end = policy_end(&policies, &session, &later, false).unwrap();
    assert_eq!(end.left_ms, 10 * DAY);
}

#[test]
fn of_several_policies_the_earliest_end_counts_with_its_own_action() {
    let now = start();
    let mut session = live(&now, HOUR);
    session.labels = vec!["ci".into()];
    let forget = |scope| Policy {
        scope,
        action: PolicyAction::Forget,
        ..policy(None, Some(DAY))
    };
    let issuer = |issuer: &str| PolicyScope::Issuer {
        issuer: issuer.into(),
    };
    let label = |label: &str| PolicyScope::Label {
        label: label.into(),
    };
    let action = |mine: Policy| {
        let all = [policy(None, Some(5 * DAY)), mine];
        let end = policy_end(&all, &session, &now, false).unwrap();
        (end.left_ms, end.action)
    };
    assert_eq!(action(forget(label("ci"))), (DAY, PolicyAction::Forget));
    assert_eq!(
        action(forget(issuer("https://sso.example.com"))),
        (DAY, PolicyAction::Forget)
    );
    for other in [label("c"), label("CI"), issuer("https://sso.example.com/")] {
        assert_eq!(action(forget(other)), (5 * DAY, PolicyAction::Revoke));
    }
}

#[test]
fn only_sessions_in_use_are_under_a_policy() {
    let now = start();
    let policies = [policy(Some(MINUTE), Some(MINUTE))];
    let later = now.later(YEAR);
    let mut session = live(&now, HOUR);
    assert!(limit(standing(&policies, &session, &later, true)).is_some());
    let over = |phase| {
        session.phase = phase;
        standing(&policies, &session, &later, true)
    };
    let phases = [
        Phase::Watched,
        Phase::SignInNeeded {
            reason: SignInReason::Expired,
            since: now.wall,
        },
        Phase::Revoked(Revoked {
            at: now.wall,
            verdict: Verdict::ConfirmedDead {
                offline_until: None,
            },
        }),
    ];
    assert!(phases.map(over).iter().all(|it| *it == Standing::Free));
}

#[test]
fn across_a_reboot_nothing_ends_until_something_vouches_for_the_wall_clock() {
    let now = start();
    let mut session = live(&now, HOUR);
    let policies = [policy(None, Some(DAY))];
    let later = rebooted(&now.later(2 * DAY));
    assert!(matches!(
        standing(&policies, &session, &later, false),
        Standing::Unsure(_)
    ));
    assert!(limit(standing(&policies, &session, &later, true)).is_some());
    // A row of an earlier version knows the wall clock alone.
    session.marks = Marks::default();
    assert!(matches!(
        standing(&policies, &session, &now.later(2 * DAY), false),
        Standing::Unsure(_)
    ));
    // A reading from before there was a Keyfob is no reading.
    session.signed_in_at = Some(UnixMillis(0));
    assert_eq!(standing(&policies, &session, &later, true), Standing::Free);
}

#[test]
fn an_id_token_vouches_for_the_clock_it_came_by_until_somebody_sets_it() {
    let now = start();
    let mut id = token(TokenKind::Id, 1, &now, Some(HOUR));
    assert!(!vouches_for_the_clock(&id, &now), "it was not verified");
    id.verification = Verification::Verified;
    assert!(vouches_for_the_clock(&id, &now.later(5 * DAY)));
    let mut set = now.later(HOUR);
    set.wall = set.wall + 2 * MINUTE;
    assert!(!vouches_for_the_clock(&id, &set), "the clock was set");
    assert!(!vouches_for_the_clock(&id, &rebooted(&now)));
    let mut ahead = id.clone();
    ahead.expires_at = ahead.expires_at.map(|end| end + (-HOUR));
    assert!(
        !vouches_for_the_clock(&ahead, &now),
        "ours is an hour ahead"
    );
    id.kind = TokenKind::Access;
    assert!(!vouches_for_the_clock(&id, &now), "its end is by our clock");
}

#[test]
fn a_row_shows_the_end_of_a_policy_when_it_is_the_earliest() {
    let now = start();
    let session = live(&now, 30 * DAY);
    let shown = |policies: &[Policy], now: &Now| {
        let reach = Reach {
            online: true,
            in_flight_since: None,
            policy: policy_end(policies, &session, now, false),
            held: None,
            paused: false,
        };
        display_state(&session, now, &reach)
    };
    let policies = [policy(Some(10 * DAY), None)];
    let early = shown(&policies, &now);
    assert_eq!(early.state, State::Active);
    assert!(matches!(
        early.end,
        End::HardEnd { left_ms, life_ms, why: EndCause::PolicyUnused, .. }
            if left_ms == 10 * DAY && life_ms == 10 * DAY
    ));
    let late = shown(&policies, &now.later(10 * DAY - HOUR));
    assert_eq!(
        (late.state, late.action),
        (State::Expiring, Some(Action::Copy))
    );
    let total = [policy(None, Some(10 * DAY))];
    let late = shown(&total, &now.later(10 * DAY - HOUR));
    assert_eq!(late.action, Some(Action::SignIn), "no use moves this end");
    // One that is over and not yet acted on is no end yet; one in doubt shows nothing.
    let over = shown(&total, &now.later(11 * DAY));
    assert_eq!(over.state, State::Expiring);
    assert!(matches!(over.cell, Cell::Life(End::HardEnd { .. })));
    let doubt = shown(&total, &rebooted(&now.later(11 * DAY)));
    assert!(matches!(doubt.end, End::RenewsItself { .. }));
}

#[test]
fn limits_are_bounded_and_a_policy_without_one_is_none() {
    assert_eq!(policy(None, None).bounded(), None);
    let wild = Policy {
        warn_ms: i64::MAX,
        ..policy(Some(-5), Some(i64::MAX))
    };
    let tame = wild.bounded().unwrap();
    assert_eq!(tame.unused_ms, Some(SHORTEST_MS));
    assert_eq!(tame.total_ms, Some(LONGEST_MS));
    assert_eq!(tame.warn_ms, SHORTEST_MS);
}

fn any_limit() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![Just(None), (SHORTEST_MS..YEAR).prop_map(Some)]
}

proptest! {
    /// Whatever the wall clock is set to, and however often: within one boot the boot clock alone
    /// decides, and across a reboot nothing ends that nothing vouches for.
    #[test]
    fn no_wall_clock_ends_a_session(
        unused in any_limit(), total in any_limit(), gone in 0..2 * YEAR, wall in any::<i64>(),
        reboot in any::<bool>(), use_at in 0..YEAR,
    ) {
        let now = start();
        let mut session = live(&now, 5 * YEAR);
        if use_at < gone {
            session = used(&session, &now.later(use_at));
        }
        let mut later = now.later(gone);
        if reboot {
            later = rebooted(&later);
        }
        later.wall = UnixMillis(wall);
        let policies = [policy(unused, total)];
        let standing = standing(&policies, &session, &later, false);
        let since_use = if use_at < gone { gone - use_at } else { gone };
        let over = unused.is_some_and(|limit| since_use >= limit)
            || total.is_some_and(|limit| gone >= limit);
        prop_assert_eq!(limit(standing).is_some(), over && !reboot);
    }

    /// Time only ever brings an end nearer, and it comes after its warning.
    #[test]
    fn an_end_comes_nearer_and_after_its_warning(
        unused in any_limit(), total in any_limit(), first in 0..YEAR, then in 0..YEAR, warn in 0..30 * DAY,
    ) {
        let now = start();
        let session = live(&now, HOUR);
        let Some(mine) = (Policy { warn_ms: warn, ..policy(unused, total) }).bounded() else {
            return Ok(());
        };
        let left = |at: i64| policy_end(std::slice::from_ref(&mine), &session, &now.later(at), false);
        let (before, after) = (left(first).unwrap(), left(first + then).unwrap());
        prop_assert!(after.left_ms <= before.left_ms);
        prop_assert_eq!(after.at, before.at);
        let just_before = before.left_ms + first - 1;
        if just_before >= 0 && mine.warn_ms > 0 {
            let standing = standing(std::slice::from_ref(&mine), &session, &now.later(just_before), false);
            prop_assert!(matches!(standing, Standing::Near(_)), "{:?}", standing);
        }
    }
}
