//! The effective end of a session: what its row shows.

use crate::life::policy::{PolicyEnd, PolicyLimit};
use crate::life::{clock, due};
use crate::session::{Freshness, Phase, Session, TokenFacts};
use crate::time::{Now, UnixMillis};

/// How a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// A known end that no refresh moves by itself.
    HardEnd {
        /// When, by the wall clock as it reads now.
        at: UnixMillis,
        /// Milliseconds until then, more than zero.
        left_ms: i64,
        /// The whole life that ends then, in milliseconds, for the bar.
        life_ms: i64,
        /// Whose end it is.
        why: EndCause,
    },
    /// No hard end is known and refresh goes on.
    RenewsItself {
        /// Milliseconds the access token has left; zero or less when it has ended.
        access_left_ms: i64,
        /// The access token's whole life in milliseconds, zero when there is no access token.
        access_life_ms: i64,
        /// Milliseconds until the next refresh; `None` when none comes by itself.
        next_refresh_in_ms: Option<i64>,
    },
    /// Nobody knows an end.
    NoEndKnown,
    /// It has ended.
    Ended {
        /// When, by the wall clock as it reads now.
        at: UnixMillis,
    },
}

/// Whose end is the end of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndCause {
    /// The access token's: nothing renews it.
    AccessToken,
    /// The refresh token's: `refresh_expires_in`, or the `exp` of an introspection.
    RefreshToken,
    /// A policy's: it was not used for as long as that allows.
    PolicyUnused,
    /// A policy's: it has lived as long as that allows.
    PolicyTotal,
}

impl End {
    /// Whether it is a policy of the user, and nobody else, that ends it.
    pub fn is_by_policy(self) -> bool {
        matches!(
            self,
            Self::HardEnd {
                why: EndCause::PolicyUnused | EndCause::PolicyTotal,
                ..
            }
        )
    }
}

/// The earliest known hard end; else that the session renews itself; else that nobody knows.
pub fn effective_end(session: &Session, now: &Now) -> End {
    match &session.phase {
        Phase::Revoked(revoked) => End::Ended { at: revoked.at },
        Phase::Frozen { since, .. } => End::Ended { at: *since },
        Phase::SignInNeeded { since, .. } => match by_access(session, now) {
            hard @ End::HardEnd { .. } => hard,
            _ => End::Ended { at: *since },
        },
        Phase::Watched => by_access(session, now),
        Phase::Live | Phase::Revoking(_) => by_refresh(session, now),
    }
}

/// The effective end, where a policy may set an earlier one. A policy that a doubtful clock calls
/// over is not shown as an end.
pub fn end_under(session: &Session, now: &Now, policy: Option<&PolicyEnd>) -> End {
    let end = effective_end(session, now);
    let Some(policy) = policy.filter(|policy| policy.is_sure || policy.left_ms > 0) else {
        return end;
    };
    match end {
        End::Ended { .. } => end,
        End::HardEnd { left_ms, .. } if left_ms <= policy.left_ms => end,
        // One that is over is about to be acted on; until then it lives.
        _ => End::HardEnd {
            at: policy.at,
            left_ms: policy.left_ms.max(1),
            life_ms: policy.limit_ms.max(policy.left_ms),
            why: match policy.limit {
                PolicyLimit::Unused => EndCause::PolicyUnused,
                PolicyLimit::Total => EndCause::PolicyTotal,
            },
        },
    }
}

/// Whether a session in use can still be renewed, as far as the clock tells.
pub(crate) fn can_renew(session: &Session, now: &Now) -> bool {
    let alive = |facts| !matches!(clock::remaining(facts, now), Freshness::Left(left) if left <= 0);
    session.phase == Phase::Live && session.refresh.as_ref().is_some_and(alive)
}

fn by_refresh(session: &Session, now: &Now) -> End {
    let Some(refresh) = &session.refresh else {
        return by_access(session, now);
    };
    match hard_end(refresh, now, EndCause::RefreshToken) {
        Some(End::Ended { at }) => match by_access(session, now) {
            End::NoEndKnown => End::Ended { at },
            access => access,
        },
        Some(hard) => hard,
        None => renews_itself(session, now),
    }
}

fn renews_itself(session: &Session, now: &Now) -> End {
    let next_refresh_in_ms = due::due_in(session, now, 0.0);
    let Some(access) = &session.access else {
        return End::RenewsItself {
            access_left_ms: 0,
            access_life_ms: 0,
            next_refresh_in_ms,
        };
    };
    match clock::remaining(access, now) {
        Freshness::Left(access_left_ms) => End::RenewsItself {
            access_left_ms,
            access_life_ms: clock::life_ms(access).unwrap_or(0),
            next_refresh_in_ms,
        },
        Freshness::Unknown => End::NoEndKnown,
    }
}

fn by_access(session: &Session, now: &Now) -> End {
    let end = session
        .access
        .as_ref()
        .map(|facts| hard_end(facts, now, EndCause::AccessToken));
    match (end, &session.refresh) {
        (Some(Some(end)), _) => end,
        // A refresh token alone, watched: its own end is all there is to count.
        (None, Some(refresh)) => {
            hard_end(refresh, now, EndCause::RefreshToken).unwrap_or(End::NoEndKnown)
        }
        _ => End::NoEndKnown,
    }
}

fn hard_end(facts: &TokenFacts, now: &Now, why: EndCause) -> Option<End> {
    let Freshness::Left(left_ms) = clock::remaining(facts, now) else {
        return None;
    };
    let at = now.wall + left_ms;
    if left_ms <= 0 {
        return Some(End::Ended { at });
    }
    let life_ms = clock::life_ms(facts).unwrap_or(left_ms).max(left_ms);
    Some(End::HardEnd {
        at,
        left_ms,
        life_ms,
        why,
    })
}
