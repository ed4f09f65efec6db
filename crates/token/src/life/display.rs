//! What a row says of a session: the first state that applies, its button, its right cell.

use crate::life::due::due_in;
use crate::life::end::{End, EndCause, can_renew, end_under};
use crate::life::policy::PolicyEnd;
use crate::life::{budget, clock, revoke};
use crate::session::{
    Evidence, FailureCode, Freshness, Phase, Revocation, Session, SignInReason, Spender, Verdict,
};
use crate::time::{Now, Stamp, UnixMillis};

/// A refresh shows only after this long: most are over before.
const SHOW_REFRESHING_MS: i64 = 400;
const EXPIRING_AT_LEAST_MS: i64 = 5 * 60_000;
const EXPIRING_AT_MOST_MS: i64 = 24 * 3_600_000;

/// What is known from outside the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Whether the network is there.
    pub online: bool,
    /// Since when a refresh of this session is on its way, here or in another process.
    pub in_flight_since: Option<Stamp>,
    /// The end that the user's policies set for it.
    pub policy: Option<PolicyEnd>,
    /// What keeps its refresh back although its own rules would let it go.
    pub held: Option<Held>,
    /// Whether nothing is refreshed by itself, because the user said so or has to decide first.
    pub paused: bool,
}

/// A refresh that waits for its issuer, or for its turn there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Milliseconds until it may go.
    pub left_ms: i64,
    /// What its issuer failed with, where that is why.
    pub why: Option<FailureCode>,
}

/// The states, top wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Possible theft.
    PossibleTheft,
    /// Revoking.
    Revoking,
    /// Revoked.
    Revoked,
    /// Sign in again.
    SignInAgain,
    /// Imported and watched.
    Watched,
    /// Refreshing, for more than 400 ms.
    Refreshing,
    /// Ended, and nothing renews it by itself.
    Expired,
    /// The last refresh failed.
    Failed,
    /// The network is away, and it would be needed.
    Offline,
    /// Its effective end is near.
    Expiring,
    /// All is well.
    Active,
}

/// What the row's own button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See the evidence.
    Review,
    /// Take back a held revocation.
    Undo,
    /// Take back one that waits for the network.
    Cancel,
    /// Remove the tombstone.
    Remove,
    /// Sign in.
    SignIn,
    /// Make an import Keyfob's own.
    TakeOver,
    /// Refresh although a pause is on.
    TryNow,
    /// Refresh.
    Refresh,
    /// Copy the access token.
    Copy,
}

/// The right cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// "stopped".
    Stopped,
    /// "in 5 s".
    Held {
        /// Milliseconds left.
        left_ms: i64,
        /// The whole hold in milliseconds.
        hold_ms: i64,
    },
    /// "waiting for network".
    WaitingForNetwork,
    /// "sent, waiting".
    SentWaiting {
        /// Milliseconds until it is tried again.
        retry_in_ms: i64,
    },
    /// "revoked 09:02".
    Revoked {
        /// When.
        at: UnixMillis,
        /// What is known.
        verdict: Verdict,
    },
    /// "ended 09:40".
    Ended {
        /// When.
        at: UnixMillis,
    },
    /// A bar and a time.
    Life(End),
    /// A time, and when the next attempt follows.
    Retry {
        /// The time.
        end: End,
        /// Milliseconds until the next attempt; `None`: none comes by itself.
        retry_in_ms: Option<i64>,
    },
}

/// Why it is in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Why a sign-in is needed.
    SignIn(SignInReason),
    /// Why the last attempt failed.
    Failure(FailureCode),
    /// What speaks for theft.
    Theft(Evidence),
    /// It came back with an older copy of the vault, and is not refreshed by itself.
    Restored,
}

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DisplayState {
    /// The state.
    pub state: State,
    /// The primary action; `None`: nothing to do but wait.
    pub action: Option<Action>,
    /// The right cell.
    pub cell: Cell,
    /// The effective end.
    pub end: End,
    /// Milliseconds until the next refresh follows by itself; `None`: none does.
    pub refresh_in_ms: Option<i64>,
    /// Why.
    pub reason: Option<Reason>,
}

/// The state of a session as its row shows it.
pub fn display_state(session: &Session, now: &Now, reach: &Reach) -> DisplayState {
    let end = end_under(session, now, reach.policy.as_ref());
    let refresh_in_ms = refresh_in(session, now, reach);
    let shown = |state, action, cell, reason| DisplayState {
        state,
        action,
        cell,
        end,
        refresh_in_ms,
        reason,
    };
    match &session.phase {
        Phase::Frozen { evidence, .. } => shown(
            State::PossibleTheft,
            Some(Action::Review),
            Cell::Stopped,
            Some(Reason::Theft(*evidence)),
        ),
        Phase::Revoking(revocation) => {
            let (action, cell) = revoking(session, revocation, now);
            let reason = revocation.last_failure.map(Reason::Failure);
            shown(State::Revoking, action, cell, reason)
        }
        Phase::Revoked(revoked) => {
            let cell = Cell::Revoked {
                at: revoked.at,
                verdict: revoked.verdict,
            };
            shown(State::Revoked, Some(Action::Remove), cell, None)
        }
        Phase::SignInNeeded { reason, since } => shown(
            State::SignInAgain,
            Some(Action::SignIn),
            Cell::Ended { at: *since },
            Some(Reason::SignIn(*reason)),
        ),
        Phase::Watched => {
            let (action, cell) = watched(session, now, end);
            shown(State::Watched, action, cell, None)
        }
        Phase::Live => live(session, now, reach, end),
    }
}

/// Whether the user may ask for a refresh now.
pub fn can_refresh(session: &Session, now: &Now) -> bool {
    session.phase == Phase::Live
        && session.refresh.is_some()
        && session.renewal.intent.is_none()
        && budget::allows(&session.renewal, now, Spender::User)
}

/// Whether the access token may be copied now.
pub fn can_copy(session: &Session, now: &Now) -> bool {
    matches!(
        session.phase,
        Phase::Live | Phase::Watched | Phase::SignInNeeded { .. }
    ) && session
        .access
        .as_ref()
        .is_some_and(|access| clock::may_hand_out(access, now))
}

/// Whether a click on Revoke would be followed.
pub fn can_revoke(session: &Session) -> bool {
    !matches!(session.phase, Phase::Revoking(_) | Phase::Revoked(_))
}

fn revoking(session: &Session, revocation: &Revocation, now: &Now) -> (Option<Action>, Cell) {
    let left_ms = revoke::hold_left(revocation, now);
    if revocation.sent {
        let retry_in_ms = revoke::due_in(session, now).unwrap_or(0);
        (None, Cell::SentWaiting { retry_in_ms })
    } else if revocation.waiting_for_network && left_ms == 0 {
        (Some(Action::Cancel), Cell::WaitingForNetwork)
    } else {
        (
            Some(Action::Undo),
            Cell::Held {
                left_ms,
                hold_ms: revocation.hold_ms,
            },
        )
    }
}

fn watched(session: &Session, now: &Now, end: End) -> (Option<Action>, Cell) {
    let action = if session.refresh.is_some() {
        Action::TakeOver
    } else if can_copy(session, now) {
        Action::Copy
    } else {
        Action::Remove
    };
    let cell = match end {
        End::Ended { at } => Cell::Ended { at },
        _ => Cell::Life(end),
    };
    (Some(action), cell)
}

fn live(session: &Session, now: &Now, reach: &Reach, end: End) -> DisplayState {
    let failure = session.renewal.last_failure;
    let refresh_in_ms = refresh_in(session, now, reach);
    let shown = |state, action, cell, reason| DisplayState {
        state,
        action,
        cell,
        end,
        refresh_in_ms,
        reason,
    };
    let failed = |code| {
        let cell = Cell::Retry {
            end,
            retry_in_ms: refresh_in_ms,
        };
        let reason = Some(Reason::Failure(code));
        shown(State::Failed, Some(Action::TryNow), cell, reason)
    };
    let in_flight = reach
        .in_flight_since
        .as_ref()
        .and_then(|since| clock::elapsed(now, since))
        .is_some_and(|gone| gone >= SHOW_REFRESHING_MS);
    if in_flight {
        return shown(State::Refreshing, None, Cell::Life(end), None);
    }
    if let End::Ended { at } = end {
        let reason = failure.map(Reason::Failure);
        return shown(
            State::Expired,
            Some(Action::SignIn),
            Cell::Ended { at },
            reason,
        );
    }
    let renewable = session.refresh.is_some();
    if renewable && session.renewal.restored {
        let cell = Cell::Retry {
            end,
            retry_in_ms: None,
        };
        return shown(
            State::Failed,
            Some(Action::TryNow),
            cell,
            Some(Reason::Restored),
        );
    }
    let counts = |code: &FailureCode| renewable && (reach.online || !is_network(*code));
    if let Some(code) = failure.filter(counts) {
        return failed(code);
    }
    if renewable && !reach.online {
        return shown(State::Offline, None, Cell::Life(end), None);
    }
    let ended = access_left(session, now).filter(|left| *left <= 0);
    if let (true, true, Some(left)) = (renewable, reach.paused, ended) {
        let at = now.wall + left;
        return shown(
            State::Expired,
            Some(Action::Refresh),
            Cell::Ended { at },
            None,
        );
    }
    if renewable && ended.is_some() {
        return match reach.held.and_then(|held| held.why) {
            Some(code) => failed(code),
            None => shown(State::Refreshing, None, Cell::Life(end), None),
        };
    }
    if is_expiring(end) {
        let action = match end {
            // A use counts anew; no refresh moves this end.
            End::HardEnd {
                why: EndCause::PolicyUnused,
                ..
            } if can_copy(session, now) => Action::Copy,
            End::HardEnd {
                why: EndCause::PolicyUnused | EndCause::PolicyTotal,
                ..
            } => Action::SignIn,
            _ if can_renew(session, now) => Action::Refresh,
            _ => Action::SignIn,
        };
        return shown(State::Expiring, Some(action), Cell::Life(end), None);
    }
    let action = if can_copy(session, now) {
        Some(Action::Copy)
    } else {
        renewable.then_some(Action::Refresh)
    };
    shown(State::Active, action, Cell::Life(end), None)
}

/// Milliseconds until its refresh goes by itself: not before it is due, nor before its turn.
fn refresh_in(session: &Session, now: &Now, reach: &Reach) -> Option<i64> {
    let due = due_in(session, now, 0.0).filter(|_| !reach.paused)?;
    Some(reach.held.map_or(due, |held| due.max(held.left_ms)))
}

fn is_network(code: FailureCode) -> bool {
    matches!(code, FailureCode::NotReached | FailureCode::Tls)
}

/// Within max(5 min, 10 % of its life) of a hard end, at most 24 h.
fn is_expiring(end: End) -> bool {
    match end {
        End::HardEnd {
            left_ms, life_ms, ..
        } => {
            left_ms
                <= EXPIRING_AT_LEAST_MS
                    .max(life_ms / 10)
                    .min(EXPIRING_AT_MOST_MS)
        }
        _ => false,
    }
}

/// Milliseconds of the access token for the bar of a row; `None` when there is none or no end.
pub fn access_left(session: &Session, now: &Now) -> Option<i64> {
    match session
        .access
        .as_ref()
        .map(|access| clock::remaining(access, now))
    {
        Some(Freshness::Left(left)) => Some(left),
        _ => None,
    }
}
