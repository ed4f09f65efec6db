//! What a row says.

use keyfob_token::life::{
    Action, Cell, End, EndCause, Event, Held, Reach, Reason, RefreshOutcome, State, decide,
    display_state, effective_end,
};
use keyfob_token::{
    Evidence, FailureCode, Now, Phase, Revoked, Session, SignInReason, Spender, TokenKind, Verdict,
};

use crate::sample::{
    DAY, GRANTED, HOUR, MINUTE, SECOND, answer, answer_with, live, sent, start, token, tokens,
};

const ONLINE: Reach = Reach {
    online: true,
    in_flight_since: None,
    policy: None,
    held: None,
    paused: false,
};
const OFFLINE: Reach = Reach {
    online: false,
    in_flight_since: None,
    policy: None,
    held: None,
    paused: false,
};

fn state(session: &Session, now: &Now, reach: &Reach) -> (State, Option<Action>) {
    let shown = display_state(session, now, reach);
    (shown.state, shown.action)
}

#[test]
fn a_session_that_renews_itself_is_active_and_never_expires_soon() {
    let now = start();
    let session = live(&now, 6 * MINUTE);
    let late = now.later(6 * MINUTE - 1);
    assert_eq!(
        state(&session, &late, &ONLINE),
        (State::Active, Some(Action::Copy))
    );
    assert_eq!(
        effective_end(&session, &now),
        End::RenewsItself {
            access_left_ms: 6 * MINUTE,
            access_life_ms: 6 * MINUTE,
            next_refresh_in_ms: Some(288 * SECOND),
        }
    );
}

#[test]
fn a_known_refresh_token_life_is_the_hard_end() {
    let now = start();
    let mut session = live(&now, HOUR);
    session.refresh = Some(token(TokenKind::Refresh, 1, &now, Some(DAY)));
    assert_eq!(
        effective_end(&session, &now.later(HOUR)),
        End::HardEnd {
            at: now.wall + DAY,
            left_ms: 23 * HOUR,
            life_ms: DAY,
            why: EndCause::RefreshToken
        }
    );
}

#[test]
fn an_access_token_that_outlives_its_refresh_token_is_the_end() {
    let now = start();
    let mut session = live(&now, HOUR);
    session.refresh = Some(token(TokenKind::Refresh, 1, &now, Some(10 * MINUTE)));
    let later = now.later(30 * MINUTE);
    assert_eq!(
        effective_end(&session, &later),
        End::HardEnd {
            at: now.wall + HOUR,
            left_ms: 30 * MINUTE,
            life_ms: HOUR,
            why: EndCause::AccessToken
        }
    );
    assert_eq!(state(&session, &later, &ONLINE).0, State::Active);
    let ended = now.later(HOUR);
    assert_eq!(
        state(&session, &ended, &ONLINE),
        (State::Expired, Some(Action::SignIn))
    );
}

#[test]
fn expiring_begins_at_10_percent_of_the_life_at_least_5_minutes_at_most_a_day() {
    let now = start();
    for (life, begins) in [
        (20 * MINUTE, 5 * MINUTE),
        (10 * HOUR, HOUR),
        (30 * DAY, DAY),
    ] {
        let mut session = live(&now, life);
        session.refresh = None;
        let before = now.later(life - begins - 1);
        let after = now.later(life - begins);
        assert_eq!(state(&session, &before, &ONLINE).0, State::Active, "{life}");
        assert_eq!(
            state(&session, &after, &ONLINE),
            (State::Expiring, Some(Action::SignIn)),
            "{life}"
        );
    }
}

#[test]
fn nothing_that_can_still_be_renewed_is_called_expired() {
    let now = start();
    let session = live(&now, MINUTE);
    let later = now.later(HOUR);
    assert_eq!(state(&session, &later, &OFFLINE).0, State::Offline);
    let flying = sent(&session, &later, Spender::Automation);
    let failed = answer(
        &flying,
        &later,
        RefreshOutcome::TurnedAway {
            retry_after_ms: None,
        },
    );
    let shown = display_state(&failed.session, &later, &ONLINE);
    assert_eq!(
        (shown.state, shown.action),
        (State::Failed, Some(Action::TryNow))
    );
    assert_eq!(shown.reason, Some(Reason::Failure(FailureCode::TurnedAway)));
    assert!(matches!(
        shown.cell,
        Cell::Retry {
            retry_in_ms: Some(_),
            ..
        }
    ));
}

#[test]
fn what_nothing_renews_has_ended_when_its_access_token_has() {
    let now = start();
    let mut session = live(&now, MINUTE);
    session.refresh = None;
    let shown = display_state(&session, &now.later(HOUR), &ONLINE);
    assert_eq!(
        (shown.state, shown.action),
        (State::Expired, Some(Action::SignIn))
    );
    assert_eq!(
        shown.cell,
        Cell::Ended {
            at: now.wall + MINUTE
        }
    );
}

#[test]
fn refreshing_shows_only_after_400_ms() {
    let now = start();
    let session = live(&now, HOUR);
    let reach = Reach {
        online: true,
        in_flight_since: Some(now.stamp()),
        policy: None,
        held: None,
        paused: false,
    };
    assert_eq!(state(&session, &now.later(399), &reach).0, State::Active);
    assert_eq!(
        state(&session, &now.later(400), &reach),
        (State::Refreshing, None)
    );
}

#[test]
fn a_session_without_a_living_token_is_never_active_while_its_turn_has_not_come() {
    let now = start();
    let session = live(&now, HOUR);
    let ended = now.later(HOUR);
    let held = |why| Reach {
        held: Some(Held {
            left_ms: 5 * MINUTE,
            why,
        }),
        ..ONLINE
    };
    assert_eq!(
        state(&session, &ended, &ONLINE),
        (State::Refreshing, None),
        "it is due and goes by itself"
    );
    assert_eq!(state(&session, &ended, &held(None)).0, State::Refreshing);
    let code = FailureCode::TurnedAway;
    let shown = display_state(&session, &ended, &held(Some(code)));
    assert_eq!(shown.state, State::Failed);
    assert_eq!(shown.reason, Some(Reason::Failure(code)));
    assert_eq!(shown.refresh_in_ms, Some(5 * MINUTE), "not when it was due");
    let paused = Reach {
        paused: true,
        ..ONLINE
    };
    let shown = display_state(&session, &ended, &paused);
    assert_eq!(
        (shown.state, shown.action, shown.refresh_in_ms),
        (State::Expired, Some(Action::Refresh), None),
        "nothing goes by itself"
    );
    let living = display_state(&session, &now.later(55 * MINUTE), &held(Some(code)));
    assert_eq!(living.state, State::Active);
    assert_eq!(living.refresh_in_ms, Some(5 * MINUTE));
}

#[test]
fn a_network_failure_is_offline_without_a_network_and_failed_with_one() {
    let now = start();
    let flying = sent(&live(&now, HOUR), &now, Spender::Automation);
    let code = FailureCode::NotReached;
    let session = answer(&flying, &now, RefreshOutcome::NotSent(code)).session;
    assert_eq!(state(&session, &now, &OFFLINE).0, State::Offline);
    assert_eq!(state(&session, &now, &ONLINE).0, State::Failed);
}

#[test]
fn no_end_known_is_said_and_offline_needs_no_renewal_there() {
    let now = start();
    let mut session = live(&now, HOUR);
    session.access = Some(token(TokenKind::Access, 1, &now, None));
    session.refresh = None;
    assert_eq!(effective_end(&session, &now), End::NoEndKnown);
    assert_eq!(state(&session, &now, &OFFLINE).0, State::Active);
}

#[test]
fn the_steps_of_a_revocation_are_told_apart() {
    let now = start();
    let held = decide(
        &live(&now, HOUR),
        &Event::RevokeClicked { hold_ms: 5_000 },
        &now,
        0.5,
    );
    let shown = display_state(&held.session, &now.later(SECOND), &ONLINE);
    assert_eq!(shown.action, Some(Action::Undo));
    assert_eq!(
        shown.cell,
        Cell::Held {
            left_ms: 4_000,
            hold_ms: 5_000
        }
    );
    let gate = Event::RevokeSent {
        refresh_alive: None,
        access_alive: None,
    };
    let sent = decide(&held.session, &gate, &now.later(5_000), 0.5);
    let shown = display_state(&sent.session, &now.later(5_000), &ONLINE);
    assert_eq!((shown.state, shown.action), (State::Revoking, None));
    assert_eq!(shown.cell, Cell::SentWaiting { retry_in_ms: 0 });
}

#[test]
fn the_phases_have_their_state_reason_and_way_out() {
    let now = start();
    let at = now.wall;
    let cases = [
        (
            Phase::Frozen {
                evidence: Evidence::OtherSubject,
                since: at,
                remains: None,
                verdict: None,
            },
            State::PossibleTheft,
            Action::Review,
            Some(Reason::Theft(Evidence::OtherSubject)),
        ),
        (
            Phase::Revoked(Revoked {
                at,
                verdict: Verdict::Accepted {
                    offline_until: None,
                },
            }),
            State::Revoked,
            Action::Remove,
            None,
        ),
        (
            Phase::SignInNeeded {
                reason: SignInReason::AnswerLost,
                since: at,
            },
            State::SignInAgain,
            Action::SignIn,
            Some(Reason::SignIn(SignInReason::AnswerLost)),
        ),
        (Phase::Watched, State::Watched, Action::TakeOver, None),
    ];
    for (phase, state, action, reason) in cases {
        let mut session = live(&now, HOUR);
        session.phase = phase;
        for reach in [ONLINE, OFFLINE] {
            let shown = display_state(&session, &now, &reach);
            assert_eq!(
                (shown.state, shown.action, shown.reason),
                (state, Some(action), reason)
            );
        }
    }
}

#[test]
fn a_restored_session_says_so_and_waits_for_the_user() {
    let now = start();
    let mut session = live(&now, HOUR);
    session.renewal.restored = true;
    let shown = display_state(&session, &now, &ONLINE);
    assert_eq!(
        (shown.state, shown.action, shown.reason),
        (State::Failed, Some(Action::TryNow), Some(Reason::Restored))
    );
    let flying = sent(&session, &now, Spender::User);
    let renewed = answer_with(&flying, &now, GRANTED, tokens(2, &now, HOUR)).session;
    assert_eq!(state(&renewed, &now, &ONLINE).0, State::Active);
}
