//! What may be said of a revocation. A 200 proves nothing (RFC 7009 §2.2 gives it for unknown
//! tokens too): proof is a change, the same probe alive before and dead after.

use crate::life::clock;
use crate::session::{Freshness, Revocation, Session, StepState, TokenFacts, TokenFormat, Verdict};
use crate::time::{Now, UnixMillis};

/// The verdict, once every step is settled.
pub fn verdict(session: &Session, revocation: &Revocation, now: &Now) -> Option<Verdict> {
    let steps = [revocation.refresh, revocation.access, revocation.provider];
    if steps
        .iter()
        .any(|step| matches!(step, StepState::Open | StepState::Sent))
    {
        return None;
    }
    let offline_until = offline_until(session, revocation, now);
    if is_proved(session, revocation) {
        return Some(Verdict::ConfirmedDead { offline_until });
    }
    let main = if session.refresh.is_some() {
        revocation.refresh
    } else {
        revocation.access
    };
    if main == StepState::Accepted || revocation.provider == StepState::Accepted {
        return Some(Verdict::Accepted { offline_until });
    }
    let main = session.refresh.as_ref().or(session.access.as_ref());
    Some(Verdict::ValidUntil {
        until: main.and_then(|facts| end_of(facts, now)),
    })
}

/// A session is confirmed dead only by its refresh token, or by its only token; and never while a
/// probe still calls its access token alive.
fn is_proved(session: &Session, revocation: &Revocation) -> bool {
    let refresh = (revocation.refresh_was_alive, revocation.refresh_is_alive);
    let access = (revocation.access_was_alive, revocation.access_is_alive);
    let main = if session.refresh.is_some() {
        refresh
    } else {
        access
    };
    main == (Some(true), Some(false)) && access.1 != Some(true)
}

/// Until when the access token may be taken by somebody who doesn't ask the provider, or whom the
/// provider still answers.
fn offline_until(session: &Session, revocation: &Revocation, now: &Now) -> Option<UnixMillis> {
    let access = session.access.as_ref()?;
    let self_contained = access.format != TokenFormat::Opaque;
    let not_accepted = revocation.access != StepState::Accepted
        && revocation.provider != StepState::Accepted
        && revocation.access_is_alive != Some(false);
    let still_alive = revocation.access_is_alive == Some(true);
    if self_contained || not_accepted || still_alive {
        end_of(access, now)
    } else {
        None
    }
}

fn end_of(facts: &TokenFacts, now: &Now) -> Option<UnixMillis> {
    match clock::remaining(facts, now) {
        Freshness::Left(left) if left > 0 => Some(now.wall + left),
        _ => None,
    }
}
