//! One session as a row.

use keyfob_secret::escape_untrusted;
use keyfob_token::{
    Account, Freshness, Now, Phase, Session, UnixMillis, Verdict,
    life::{
        self, Action, Cell, DisplayState, End,
        display::{can_copy, can_refresh, can_revoke},
    },
};

use crate::{
    error::host_of,
    view::{AccountRef, ActionKind, EndKind, EndView, RevokeStatus, Row, State},
};

/// Longest text of a row, characters.
const MOST: usize = 200;

/// The row of a session.
pub(crate) fn row_of(session: &Session, shown: &DisplayState, now: &Now) -> Row {
    Row {
        id: session.id.0.to_string(),
        state: state_of(shown.state),
        name: escape_untrusted(&session.name, MOST),
        labels: session.labels.clone(),
        account: session
            .account
            .label()
            .map(|text| escape_untrusted(text, MOST)),
        issuer: session.issuer.clone(),
        host: host_of(&session.issuer),
        scopes: session
            .scopes
            .iter()
            .map(|scope| escape_untrusted(scope, MOST))
            .collect(),
        end: end_view(shown, now),
        retry_at: match shown.cell {
            Cell::Retry { retry_in_ms, .. } => retry_in_ms.map(|ms| (now.wall + ms).0),
            _ => None,
        },
        revoke: revoke_status(shown.cell, now),
        action: action_of(shown.action),
        can_refresh: can_refresh(session, now),
        can_copy: can_copy(session, now),
        can_revoke: can_revoke(session),
        can_sign_in: !session.issuer.is_empty() && !session.client_id.is_empty(),
    }
}

pub(crate) fn state_of(state: life::State) -> State {
    match state {
        life::State::PossibleTheft => State::Theft,
        life::State::Revoking => State::Revoking,
        life::State::Revoked => State::Revoked,
        life::State::SignInAgain => State::Relogin,
        life::State::Watched => State::Watched,
        life::State::Refreshing => State::Refreshing,
        life::State::Expired => State::Expired,
        life::State::Failed => State::Failed,
        life::State::Offline => State::Offline,
        life::State::Expiring => State::Expiring,
        life::State::Active => State::Active,
    }
}

fn action_of(action: Option<Action>) -> ActionKind {
    match action {
        Some(Action::Review) => ActionKind::Review,
        Some(Action::Undo) => ActionKind::Undo,
        Some(Action::Cancel) => ActionKind::Cancel,
        Some(Action::Remove) => ActionKind::Remove,
        Some(Action::SignIn) => ActionKind::SignIn,
        Some(Action::TakeOver) => ActionKind::TakeOver,
        Some(Action::TryNow) => ActionKind::TryNow,
        Some(Action::Refresh) => ActionKind::Refresh,
        Some(Action::Copy) => ActionKind::Copy,
        None => ActionKind::None,
    }
}

/// Milliseconds until the effective end, for sorting and filtering; `None`: no end in sight.
pub(crate) fn left_ms(end: End, now: &Now) -> Option<i64> {
    match end {
        End::HardEnd { left_ms, .. } => Some(left_ms),
        End::Ended { at } => Some((at - now.wall).min(0)),
        End::RenewsItself { .. } | End::NoEndKnown => None,
    }
}

/// When the next refresh follows by itself, ms since 1970.
pub(super) fn refresh_at(shown: &DisplayState, now: &Now) -> Option<i64> {
    shown.refresh_in_ms.map(|ms| (now.wall + ms).0)
}

fn end_view(shown: &DisplayState, now: &Now) -> EndView {
    let refresh_at = refresh_at(shown, now);
    let view = |kind, at: Option<UnixMillis>, life_ms| EndView {
        kind,
        at: at.map(|at| at.0),
        life_ms,
        refresh_at,
        by_policy: shown.end.is_by_policy(),
    };
    match shown.end {
        End::HardEnd { at, life_ms, .. } => view(EndKind::Hard, Some(at), Some(life_ms)),
        End::RenewsItself {
            access_left_ms,
            access_life_ms,
            ..
        } => view(
            EndKind::Renews,
            Some(now.wall + access_left_ms),
            Some(access_life_ms),
        ),
        End::NoEndKnown => view(EndKind::Unknown, None, None),
        End::Ended { at } => view(EndKind::Ended, Some(at), None),
    }
}

fn revoke_status(cell: Cell, now: &Now) -> Option<RevokeStatus> {
    let offline = |until: Option<UnixMillis>| until.map(|at| at.0);
    Some(match cell {
        Cell::Held { left_ms, hold_ms } => RevokeStatus::Held {
            sends_at: (now.wall + left_ms).0,
            hold_ms,
        },
        Cell::WaitingForNetwork => RevokeStatus::WaitingForNetwork,
        Cell::SentWaiting { .. } => RevokeStatus::Sent,
        Cell::Revoked { at, verdict } => match verdict {
            Verdict::ConfirmedDead { offline_until } => RevokeStatus::ConfirmedDead {
                at: at.0,
                offline_until: offline(offline_until),
            },
            Verdict::Accepted { offline_until } => RevokeStatus::Accepted {
                at: at.0,
                offline_until: offline(offline_until),
            },
            Verdict::ValidUntil { until } => RevokeStatus::ValidUntil {
                at: at.0,
                until: offline(until),
            },
        },
        _ => return None,
    })
}

/// The account with every text escaped and bounded.
pub(crate) fn account_ref(account: &Account) -> AccountRef {
    let shown = |text: &Option<String>| text.as_ref().map(|text| escape_untrusted(text, MOST));
    AccountRef {
        subject: shown(&account.subject),
        name: shown(&account.name),
        username: shown(&account.username),
        email: shown(&account.email),
    }
}

/// When the access token ends, ms since 1970; `None` when unknown or there is none.
pub(crate) fn access_ends_at(session: &Session, now: &Now) -> Option<i64> {
    match session
        .access
        .as_ref()
        .map(|access| life::remaining(access, now))
    {
        Some(Freshness::Left(left)) => Some((now.wall + left).0),
        _ => None,
    }
}

/// Whether a session is over and only its tombstone is left.
pub(crate) fn is_over(session: &Session) -> bool {
    matches!(session.phase, Phase::Revoked(_))
}
