//! The due rule, the backoff, the budget.

use keyfob_token::life::{allows, backoff, due_in, spend};
use keyfob_token::{Phase, Renewal, Spender, TokenKind};
use proptest::prelude::*;

use crate::sample::{DAY, HOUR, MINUTE, SECOND, live, start, token};

#[test]
fn long_lives_are_renewed_60_s_before_the_end_or_at_80_percent_whichever_is_earlier() {
    let now = start();
    for (life, due) in [
        (HOUR, 48 * MINUTE),
        (10 * MINUTE, 8 * MINUTE),
        (5 * MINUTE, 4 * MINUTE),
        (4 * MINUTE, 3 * MINUTE),
        (2 * MINUTE, MINUTE),
    ] {
        assert_eq!(due_in(&live(&now, life), &now, 0.0), Some(due), "{life}");
    }
}

#[test]
fn lives_under_two_minutes_are_renewed_at_half() {
    let now = start();
    for life in [119 * SECOND, 30 * SECOND, 2 * SECOND] {
        assert_eq!(
            due_in(&live(&now, life), &now, 0.0),
            Some(life / 2),
            "{life}"
        );
    }
}

#[test]
fn a_known_refresh_token_life_comes_first_when_it_is_shorter() {
    let now = start();
    let mut session = live(&now, HOUR);
    session.refresh = Some(token(TokenKind::Refresh, 1, &now, Some(30 * MINUTE)));
    assert_eq!(due_in(&session, &now, 0.0), Some(24 * MINUTE));
}

#[test]
fn an_access_token_without_a_known_end_is_renewed_only_for_its_refresh_token() {
    let now = start();
    let mut session = live(&now, HOUR);
    session.access = Some(token(TokenKind::Access, 1, &now, None));
    assert_eq!(due_in(&session, &now, 0.0), None);
    session.refresh = Some(token(TokenKind::Refresh, 1, &now, Some(DAY)));
    assert_eq!(due_in(&session, &now, 0.0), Some(DAY / 5 * 4));
}

#[test]
fn after_a_success_there_is_a_rest_of_10_s_or_half_a_life() {
    let now = start();
    for (life, rest) in [(15 * SECOND, 7_500), (25 * SECOND, 10 * SECOND)] {
        let mut session = live(&now, life);
        session.renewal.last_success = Some(now.later(life).stamp());
        assert_eq!(
            due_in(&session, &now.later(life), 0.0),
            Some(rest),
            "{life}"
        );
    }
}

#[test]
fn a_session_that_is_not_live_is_never_due() {
    let now = start();
    let mut session = live(&now, HOUR);
    session.phase = Phase::Watched;
    assert_eq!(due_in(&session, &now.later(DAY), 0.0), None);
    session.phase = Phase::Live;
    session.refresh = None;
    assert_eq!(due_in(&session, &now.later(DAY), 0.0), None);
}

#[test]
fn a_restored_session_is_left_to_the_user() {
    let now = start();
    let mut session = live(&now, HOUR);
    session.renewal.restored = true;
    assert_eq!(due_in(&session, &now.later(DAY), 0.0), None);
}

#[test]
fn the_backoff_doubles_up_to_15_minutes() {
    let windows: Vec<i64> = (0..12)
        .map(|failures| backoff(failures, 1.0, None))
        .collect();
    assert_eq!(windows[..4], [2_000, 4_000, 8_000, 16_000]);
    assert_eq!(windows[9..], [15 * MINUTE; 3]);
    assert_eq!(backoff(u32::MAX, 1.0, None), 15 * MINUTE);
    assert_eq!(backoff(5, 0.0, None), 0);
}

#[test]
fn retry_after_is_waited_for_in_full_and_a_hostile_one_is_capped_at_a_day() {
    assert!(backoff(0, 0.0, Some(30 * SECOND)) >= 30 * SECOND);
    assert!(backoff(0, 1.0, Some(i64::MAX)) <= DAY + 2 * SECOND);
    assert_eq!(backoff(0, 0.0, Some(-5)), 0);
}

#[test]
fn automation_uses_three_of_five_a_replay_one_and_one_is_left_for_the_user() {
    let now = start();
    let mut renewal = Renewal::default();
    for _ in 0..3 {
        assert!(allows(&renewal, &now, Spender::Automation));
        spend(&mut renewal, &now, Spender::Automation);
    }
    assert!(!allows(&renewal, &now, Spender::Automation));
    assert!(allows(&renewal, &now, Spender::Replay));
    spend(&mut renewal, &now, Spender::Replay);
    assert!(!allows(&renewal, &now, Spender::Replay));
    assert!(allows(&renewal, &now, Spender::User));
    spend(&mut renewal, &now, Spender::User);
    assert!(!allows(&renewal, &now, Spender::User));
    assert!(allows(
        &renewal,
        &now.later(15 * MINUTE),
        Spender::Automation
    ));
}

#[test]
fn refreshes_by_hand_do_not_starve_the_schedule() {
    let now = start();
    let mut renewal = Renewal::default();
    for _ in 0..4 {
        spend(&mut renewal, &now, Spender::User);
    }
    assert!(allows(&renewal, &now, Spender::Automation));
}

#[test]
fn a_spent_budget_moves_the_due_time_to_the_end_of_its_window() {
    let now = start();
    let mut session = live(&now, MINUTE);
    for minute in 0..3 {
        spend(
            &mut session.renewal,
            &now.later(minute * MINUTE),
            Spender::Automation,
        );
    }
    let later = now.later(5 * MINUTE);
    assert_eq!(due_in(&session, &later, 0.0), Some(10 * MINUTE));
}

#[test]
fn what_is_remembered_of_the_budget_is_bounded() {
    let now = start();
    let mut renewal = Renewal::default();
    for _ in 0..1_000 {
        spend(&mut renewal, &now, Spender::User);
    }
    assert!(renewal.spent.len() <= 16);
}

proptest! {
    #[test]
    fn jitter_only_makes_it_earlier_and_by_5_percent_at_most(
        life in 1_000_i64..30 * DAY,
        jitter in 0.0_f64..=1.0,
    ) {
        let now = start();
        let session = live(&now, life);
        let plain = due_in(&session, &now, 0.0).unwrap();
        let jittered = due_in(&session, &now, jitter).unwrap();
        prop_assert!(jittered <= plain);
        prop_assert!(plain - jittered <= plain / 20 + 1);
    }

    #[test]
    fn it_is_due_before_the_token_ends(life in 1_000_i64..30 * DAY) {
        let now = start();
        let due = due_in(&live(&now, life), &now, 0.0).unwrap();
        prop_assert!(due < life);
        prop_assert!(due > 0);
    }

    #[test]
    fn the_backoff_stays_in_its_window(failures: u32, unit: f64, retry in proptest::option::of(any::<i64>())) {
        let wait = backoff(failures, unit, retry);
        prop_assert!(wait >= retry.unwrap_or(0).clamp(0, DAY));
        prop_assert!(wait <= DAY + 15 * MINUTE);
    }
}
