//! Wrong clocks, long sleeps, absurd lives.

use keyfob_token::life::{Event, Refusal, decide, due_in, may_hand_out, remaining};
use keyfob_token::{BootTime, Freshness, Now, Stamp, TokenKind, UnixMillis};

use crate::sample::{
    DAY, GRANTED, HOUR, MINUTE, SECOND, YEAR, answer_with, live, sent, start, token, tokens,
};
use keyfob_token::Spender;

const JUMPS: [i64; 6] = [HOUR, -HOUR, 10 * YEAR, -10 * YEAR, DAY, -56 * YEAR];

fn with_wall(now: &Now, jump: i64) -> Now {
    Now {
        wall: now.wall + jump,
        boot: now.boot.clone(),
    }
}

fn rebooted(wall: UnixMillis) -> Now {
    Now {
        wall,
        boot: BootTime {
            boot: "next".into(),
            millis: 5 * SECOND,
        },
    }
}

#[test]
fn a_wall_clock_that_jumps_moves_neither_the_end_nor_the_next_refresh() {
    let now = start();
    let session = live(&now, HOUR);
    let later = now.later(20 * MINUTE);
    for jump in JUMPS {
        let jumped = with_wall(&later, jump);
        let access = session.access.as_ref().unwrap();
        assert_eq!(
            remaining(access, &jumped),
            Freshness::Left(40 * MINUTE),
            "{jump}"
        );
        assert_eq!(due_in(&session, &jumped, 0.0), Some(28 * MINUTE), "{jump}");
    }
}

#[test]
fn a_wall_clock_that_jumps_causes_no_storm() {
    for jump in JUMPS {
        let mut now = start();
        let mut session = live(&now, 5 * MINUTE);
        let mut requests = 0;
        for minute in 0..240 {
            now = now.later(MINUTE);
            let read = if minute >= 60 {
                with_wall(&now, jump)
            } else {
                now.clone()
            };
            if due_in(&session, &read, 0.0) == Some(0) {
                let flying = sent(&session, &read, Spender::Automation);
                let new = tokens(u64::try_from(minute).unwrap() + 2, &read, 5 * MINUTE);
                session = answer_with(&flying, &read, GRANTED, new).session;
                requests += 1;
            }
        }
        assert_eq!(requests, 60, "{jump}");
    }
}

#[test]
fn eight_hours_of_suspend_end_a_token_of_one_hour_and_make_its_refresh_due_at_once() {
    let now = start();
    let session = live(&now, HOUR);
    let mut awake = now.later(8 * HOUR);
    // Even where the wall clock is read before it has caught up.
    awake.wall = now.wall;
    let access = session.access.as_ref().unwrap();
    assert_eq!(remaining(access, &awake), Freshness::Left(-7 * HOUR));
    assert!(!may_hand_out(access, &awake));
    assert_eq!(due_in(&session, &awake, 0.0), Some(0));
}

#[test]
fn across_a_reboot_the_wall_clock_counts() {
    let now = start();
    let session = live(&now, HOUR);
    let access = session.access.as_ref().unwrap();
    let up = rebooted(now.wall + 10 * MINUTE);
    assert_eq!(remaining(access, &up), Freshness::Left(50 * MINUTE));
    assert_eq!(due_in(&session, &up, 0.0), Some(38 * MINUTE));
}

#[test]
fn a_machine_that_boots_in_1970_hands_nothing_out_and_refreshes_once() {
    let now = start();
    let session = live(&now, HOUR);
    let up = rebooted(UnixMillis(30 * SECOND));
    let access = session.access.as_ref().unwrap();
    assert_eq!(remaining(access, &up), Freshness::Unknown);
    assert!(!may_hand_out(access, &up));
    let copied = decide(&session, &Event::Copied, &up, 0.5);
    assert_eq!(copied.refused, Some(Refusal::ClockUnsure));
    assert_eq!(due_in(&session, &up, 0.0), Some(0));

    let flying = sent(&session, &up, Spender::Automation);
    let renewed = answer_with(&flying, &up, GRANTED, tokens(2, &up, HOUR)).session;
    let access = renewed.access.as_ref().unwrap();
    assert_eq!(remaining(access, &up), Freshness::Left(HOUR));
    assert_eq!(due_in(&renewed, &up, 0.0), Some(48 * MINUTE));
}

#[test]
fn a_pause_from_before_a_clock_was_set_back_holds_nothing_up() {
    let now = start();
    let mut session = live(&now, HOUR);
    session.renewal.waiting_since = Some(now.stamp());
    session.renewal.wait_ms = 10 * MINUTE;
    session.renewal.last_success = Some(now.stamp());
    for _ in 0..5 {
        keyfob_token::life::spend(&mut session.renewal, &now, Spender::User);
    }
    let up = rebooted(now.wall + -YEAR);
    assert_eq!(due_in(&session, &up, 0.0), Some(0));
}

#[test]
fn an_import_counts_from_its_arrival_by_the_boot_clock() {
    let now = start();
    let mut facts = token(TokenKind::Access, 9, &now, None);
    facts.expires_at = Some(now.wall + HOUR);
    let jumped = with_wall(&now.later(10 * MINUTE), 10 * YEAR);
    assert_eq!(remaining(&facts, &jumped), Freshness::Left(50 * MINUTE));
}

#[test]
fn a_life_beyond_ten_years_is_unknown_and_one_of_zero_has_ended() {
    let now = start();
    let far = token(TokenKind::Access, 1, &now, Some(11 * YEAR));
    assert_eq!(remaining(&far, &now), Freshness::Unknown);
    assert!(may_hand_out(&far, &now), "nobody ever knew an end of it");
    for life in [0, -5 * SECOND, i64::MIN] {
        let mut ended = token(TokenKind::Access, 1, &now, Some(life));
        ended.expires_at = None;
        assert!(
            matches!(remaining(&ended, &now), Freshness::Left(left) if left <= 0),
            "{life}"
        );
        assert!(!may_hand_out(&ended, &now));
    }
}

#[test]
fn a_token_that_arrives_ended_is_tried_again_after_a_minute_not_before() {
    let now = start();
    let mut session = live(&now, 0);
    session.renewal.last_success = Some(now.stamp());
    assert_eq!(due_in(&session, &now, 1.0), Some(MINUTE));
    assert_eq!(due_in(&session, &now.later(59 * SECOND), 1.0), Some(SECOND));
    assert_eq!(due_in(&session, &now.later(MINUTE), 0.0), Some(0));
}

#[test]
fn clocks_at_the_edge_of_their_range_do_not_overflow() {
    let now = start();
    let session = live(&now, HOUR);
    for wall in [i64::MIN, i64::MAX] {
        for millis in [i64::MIN, i64::MAX] {
            for boot in ["boot", "next"] {
                let edge = Now {
                    wall: UnixMillis(wall),
                    boot: BootTime {
                        boot: boot.into(),
                        millis,
                    },
                };
                let stamp: Stamp = edge.stamp();
                assert_eq!(edge.since(&stamp), 0);
                let access = session.access.as_ref().unwrap();
                assert!(!matches!(remaining(access, &edge), Freshness::Left(left) if left > HOUR));
                assert!(due_in(&session, &edge, 1.0).is_some());
            }
        }
    }
}
