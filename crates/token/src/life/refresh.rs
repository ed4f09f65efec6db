//! The refresh of a session: whether, when and how its refresh token may be presented.
//!
//! A refresh token is presented only through [`about_to_send`]. What comes back is in `answer`.

use uuid::Uuid;

use crate::life::backoff::share;
use crate::life::decision::{Decision, Effect, Fact, Refusal};
use crate::life::uncertain::{self, Class};
use crate::life::{budget, clock, due};
use crate::session::{FailureCode, Freshness, Intent, Phase, Session, Spender};
use crate::time::Now;

/// One desktop's sessions come back spread over this much, when its own network was away.
const NETWORK_BACK_SPREAD_MS: i64 = 10_000;
/// The pause where a replay waits for an end that nobody knows; the user may always ask.
const LONGEST_PAUSE_MS: i64 = 24 * 3_600_000;

/// The schedule finds it due.
pub(crate) fn when_due(session: &Session, now: &Now, sibling: bool) -> Decision {
    match due::due_in(session, now, 1.0) {
        Some(0) => automatic(session, now, due::automatic_spender(session), sibling),
        Some(left_ms) => match may_start(session) {
            Err(refusal) => Decision::refused(session, refusal),
            Ok(()) => Decision::refused(session, why_not_yet(session, now, left_ms)),
        },
        None => {
            let refusal = may_start(session).err().unwrap_or(Refusal::NotDue);
            let restored = refusal == Refusal::NotDue && session.renewal.restored;
            Decision::refused(session, if restored { Refusal::Restored } else { refusal })
        }
    }
}

/// A caller needs a token that lives longer.
pub(crate) fn when_wanted(
    session: &Session,
    now: &Now,
    min_left_ms: i64,
    sibling: bool,
) -> Decision {
    if let Err(refusal) = may_start(session) {
        return Decision::refused(session, refusal);
    }
    if session.renewal.restored {
        return Decision::refused(session, Refusal::Restored);
    }
    let enough =
        session
            .access
            .as_ref()
            .is_some_and(|access| match clock::remaining(access, now) {
                Freshness::Left(left) => left >= min_left_ms.max(1),
                Freshness::Unknown => clock::life_ms(access).is_none(),
            });
    if enough || due::rest_left(session, now) > 0 {
        return Decision::refused(session, Refusal::NotDue);
    }
    // Ahead of its time it is somebody's wish and counts like one: a script that asks for more
    // life than the provider gives must not refresh without bound.
    let due = due::due_in(session, now, 1.0) == Some(0);
    let by = if due {
        due::automatic_spender(session)
    } else {
        Spender::User
    };
    automatic(session, now, by, sibling)
}

/// The user asks: no due time and no pause stand in the way, only the budget.
pub(crate) fn when_asked(session: &Session, now: &Now) -> Decision {
    match next_step(session, now, Spender::User) {
        Ok(effect) => Decision::unchanged(session).then(effect),
        Err(refusal) => Decision::refused(session, refusal),
    }
}

/// The gate before the intent.
pub(crate) fn about_to_send(
    session: &Session,
    now: &Now,
    attempt: Uuid,
    generation: u64,
    by: Spender,
) -> Decision {
    if generation != session.generation {
        return Decision::refused(session, Refusal::StaleGeneration);
    }
    // Another process may have tried and failed while this one waited for the lock.
    let paused = pause_left(session, now);
    if by != Spender::User && paused > 0 {
        return Decision::refused(session, Refusal::Waiting { left_ms: paused });
    }
    let step = match next_step(session, now, by) {
        Ok(step) => step,
        Err(refusal) => return Decision::refused(session, refusal),
    };
    if matches!(step, Effect::AskIntrospection { .. }) {
        return Decision::refused(session, Refusal::AskFirst);
    }
    let again = due::uncertain_now(session);
    let mut decision = Decision::changed(session).noting(Fact::RefreshStarted {
        generation,
        by,
        again,
    });
    let renewal = &mut decision.session.renewal;
    budget::spend(renewal, now, by);
    renewal.intent = Some(Intent {
        generation,
        attempt,
        at: now.stamp(),
        by,
    });
    decision
}

/// The network is back: what only waited for it starts soon, a little spread.
pub(crate) fn network_back(session: &Session, now: &Now, rand: f64) -> Option<Decision> {
    let waited_for_it = matches!(
        session.renewal.last_failure,
        Some(FailureCode::NotReached | FailureCode::Tls)
    );
    let left = pause_left(session, now);
    let spread = share(NETWORK_BACK_SPREAD_MS, rand);
    if session.phase != Phase::Live || !waited_for_it || left <= spread {
        return None;
    }
    let mut decision = Decision::changed(session);
    pause(&mut decision.session, now, spread);
    Some(decision)
}

fn automatic(session: &Session, now: &Now, by: Spender, sibling: bool) -> Decision {
    let waits = pause_left(session, now);
    if waits > 0 {
        return Decision::refused(session, Refusal::Waiting { left_ms: waits });
    }
    let effect = match next_step(session, now, by) {
        Ok(effect) => effect,
        Err(refusal) => return Decision::refused(session, refusal),
    };
    let strict = uncertain::class(session, now) == Some(Class::OneReplay);
    if sibling
        && strict
        && let Some(wait) = access_outlives(session, now)
    {
        let mut decision = Decision::changed(session);
        pause(&mut decision.session, now, wait);
        decision.refused = Some(Refusal::SiblingAtRisk);
        return decision;
    }
    Decision::unchanged(session).then(effect)
}

/// Milliseconds for which the access token still does; `None` when it has ended.
fn access_outlives(session: &Session, now: &Now) -> Option<i64> {
    let access = session.access.as_ref()?;
    match clock::remaining(access, now) {
        Freshness::Left(left) => (left > 0).then_some(left),
        Freshness::Unknown => Some(LONGEST_PAUSE_MS),
    }
}

fn may_start(session: &Session) -> Result<(), Refusal> {
    if session.phase != Phase::Live {
        return Err(Refusal::WrongPhase);
    }
    if session.refresh.is_none() {
        return Err(Refusal::NoRefreshToken);
    }
    if session.renewal.intent.is_some() {
        return Err(Refusal::InFlight);
    }
    Ok(())
}

/// How the refresh token in hand may be used next.
fn next_step(session: &Session, now: &Now, by: Spender) -> Result<Effect, Refusal> {
    may_start(session)?;
    let generation = session.generation;
    let confirmed = session
        .renewal
        .uncertain
        .as_ref()
        .is_some_and(|mark| mark.confirmed_active);
    let effect = match uncertain::class(session, now) {
        Some(Class::Introspection) if !confirmed => {
            return Ok(Effect::AskIntrospection { generation });
        }
        None | Some(Class::Introspection) => Effect::SendRefresh { generation, by },
        Some(Class::SameToken | Class::OneReplay) => Effect::Replay { generation, by },
    };
    if budget::allows(&session.renewal, now, by) {
        Ok(effect)
    } else {
        let left_ms = budget::wait_ms(&session.renewal, now, by);
        Err(Refusal::Budget { left_ms })
    }
}

fn why_not_yet(session: &Session, now: &Now, due_in: i64) -> Refusal {
    let renewal = &session.renewal;
    let paused = pause_left(session, now);
    let budget = budget::wait_ms(renewal, now, due::automatic_spender(session));
    if paused == due_in {
        Refusal::Waiting { left_ms: paused }
    } else if budget == due_in {
        Refusal::Budget { left_ms: budget }
    } else {
        Refusal::NotDue
    }
}

/// Nothing by itself before `wait_ms` have passed.
pub(crate) fn pause(session: &mut Session, now: &Now, wait_ms: i64) {
    session.renewal.waiting_since = Some(now.stamp());
    session.renewal.wait_ms = wait_ms;
}

fn pause_left(session: &Session, now: &Now) -> i64 {
    clock::wait_left(
        now,
        session.renewal.waiting_since.as_ref(),
        session.renewal.wait_ms,
    )
}
