//! An uncertain generation: the provider may have used up its refresh token without our knowing.
//!
//! The mark stays until the next success, and never ends a session by itself.

use crate::life::clock;
use crate::life::due::uncertain_now;
use crate::session::{Session, Uncertain};
use crate::time::{Now, Stamp};

/// How an uncertain generation is cleared up: the first that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// (a) The provider is known not to rotate, or its grace window is open: the same token again.
    SameToken,
    /// (b) Introspection has called a refresh token of this session active before: ask it.
    Introspection,
    /// (c) One replay at a time, until one is answered. A replay without an answer proves nothing;
    /// a provider that counts it as reuse has done so by the first.
    OneReplay,
}

/// The class of the session's uncertain generation; `None` when it is not uncertain.
pub fn class(session: &Session, now: &Now) -> Option<Class> {
    let uncertain = session
        .renewal
        .uncertain
        .as_ref()
        .filter(|_| uncertain_now(session))?;
    if session.limits.rotates == Some(false) || grace_left(session, uncertain, now) > 0 {
        Some(Class::SameToken)
    } else if session.renewal.introspected_active && session.limits.can_introspect {
        Some(Class::Introspection)
    } else {
        Some(Class::OneReplay)
    }
}

/// Milliseconds for which the provider still honours the used token. A clock that can't be
/// compared counts as closed.
pub fn grace_left(session: &Session, uncertain: &Uncertain, now: &Now) -> i64 {
    let window = session.limits.grace_ms.unwrap_or(0);
    clock::elapsed(now, &uncertain.since).map_or(0, |gone| window.saturating_sub(gone).max(0))
}

/// Marks the generation in hand, whose token was presented at `presented`. Of two attempts the
/// first counts: a grace window opens with it.
pub(crate) fn mark(session: &mut Session, presented: Stamp) {
    let generation = session.generation;
    let earlier = session
        .renewal
        .uncertain
        .take()
        .filter(|mark| mark.generation == generation);
    session.renewal.uncertain = Some(match earlier {
        Some(mark) => Uncertain {
            replayed: true,
            confirmed_active: false,
            ..mark
        },
        None => Uncertain {
            generation,
            since: presented,
            replayed: false,
            confirmed_active: false,
        },
    });
}
