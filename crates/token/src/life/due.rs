//! When the next refresh is due.

use crate::life::backoff::share;
use crate::life::{budget, clock};
use crate::session::{Freshness, Phase, Renewal, Session, Spender, TokenFacts};
use crate::time::Now;

/// An answer is awaited this long before its attempt counts as dead.
pub const FLIGHT_MS: i64 = 120_000;
/// After this long an open intent is looked into: the lock tells whether its holder lives.
pub const INTENT_STALE_MS: i64 = FLIGHT_MS + 30_000;
/// From this life on the full rule holds; shorter lives are renewed at half.
const SHORT_LIFE_MS: i64 = 120_000;
const MARGIN_MS: i64 = 60_000;
const REST_MS: i64 = 10_000;
/// After an answer whose token had ended when it arrived.
const REST_AFTER_ENDED_MS: i64 = 60_000;
/// Jitter, at most this share of the due time, always earlier.
const JITTER: f64 = 0.05;

/// Milliseconds until the next refresh is due by itself, zero when it is; `None`: never by itself
/// (watched, revoking, revoked, frozen, sign-in needed, restored, no refresh token, no end known).
///
/// Due at the earlier of 80 % of the access token's life and 60 s before its end, lives under
/// 120 s at 50 %; never later than 80 % of a known refresh token's life; `jitter` in `0.0..=1.0`
/// takes up to 5 % off; at least 10 s (or half the life) after the last success; and neither
/// before the backoff has passed nor before the budget allows it.
pub fn due_in(session: &Session, now: &Now, jitter: f64) -> Option<i64> {
    if session.phase != Phase::Live || session.renewal.restored {
        return None;
    }
    let refresh = session.refresh.as_ref()?;
    let renewal = &session.renewal;
    if let Some(intent) = &renewal.intent {
        return Some(clock::wait_left(now, Some(&intent.at), INTENT_STALE_MS));
    }
    let spender = automatic_spender(session);
    let rule = if uncertain_now(session) {
        0
    } else {
        by_life(session.access.as_ref(), refresh, now, jitter)?
    };
    let waits = [
        clock::wait_left(now, renewal.waiting_since.as_ref(), renewal.wait_ms),
        rest_left(session, now),
        budget::wait_ms(renewal, now, spender),
    ];
    Some(waits.into_iter().fold(rule.max(0), i64::max))
}

/// Each session's own share of the jitter: the same at every look, else the earliest of many draws
/// would always win; another one in every generation, so that what was started together drifts
/// apart.
pub fn jitter(session: &Session) -> f64 {
    let mixed = session.id.0.as_u128() ^ (u128::from(session.generation) << 64);
    let folded = (mixed as u64) ^ ((mixed >> 64) as u64).rotate_left(17);
    f64::from((folded % 10_007) as u32) / 10_006.0
}

/// Whether the generation in hand may have been used up without our knowing.
pub fn uncertain_now(session: &Session) -> bool {
    mark(&session.renewal, session.generation)
}

fn mark(renewal: &Renewal, generation: u64) -> bool {
    renewal
        .uncertain
        .as_ref()
        .is_some_and(|uncertain| uncertain.generation == generation)
}

/// As whom the schedule would spend its next attempt.
pub(crate) fn automatic_spender(session: &Session) -> Spender {
    if uncertain_now(session) {
        Spender::Replay
    } else {
        Spender::Automation
    }
}

/// What is left of the rest after a success.
pub(crate) fn rest_left(session: &Session, now: &Now) -> i64 {
    let rest = match session.access.as_ref().map(clock::life_ms) {
        Some(Some(life)) if life <= 0 => REST_AFTER_ENDED_MS,
        Some(Some(life)) => REST_MS.min(life / 2),
        _ => REST_MS,
    };
    clock::wait_left(now, session.renewal.last_success.as_ref(), rest)
}

/// The due time by the lives of both tokens alone.
fn by_life(
    access: Option<&TokenFacts>,
    refresh: &TokenFacts,
    now: &Now,
    jitter: f64,
) -> Option<i64> {
    let Some(access) = access else {
        return Some(0);
    };
    let by_access = until(access, now, access_due_at, jitter);
    let by_refresh = until(refresh, now, four_fifths, jitter);
    match (by_access, by_refresh) {
        (Some(first), Some(second)) => Some(first.min(second)),
        (only, None) | (None, only) => only,
    }
}

/// Milliseconds until a token of a known life is due; due at once when its life is known and the
/// clock can't tell how much of it has gone.
fn until(facts: &TokenFacts, now: &Now, due_at: fn(i64) -> i64, jitter: f64) -> Option<i64> {
    let life = clock::life_ms(facts)?;
    if life <= 0 {
        return Some(clock::wait_left(
            now,
            Some(&facts.received),
            REST_AFTER_ENDED_MS,
        ));
    }
    let Freshness::Left(left) = clock::remaining(facts, now) else {
        return Some(0);
    };
    let due = due_at(life);
    let gone = life.saturating_sub(left);
    Some(
        due.saturating_sub(share(due, JITTER * jitter.clamp(0.0, 1.0)))
            .saturating_sub(gone),
    )
}

fn access_due_at(life: i64) -> i64 {
    if life < SHORT_LIFE_MS {
        life / 2
    } else {
        four_fifths(life).min(life - MARGIN_MS)
    }
}

fn four_fifths(life: i64) -> i64 {
    life / 5 * 4
}
