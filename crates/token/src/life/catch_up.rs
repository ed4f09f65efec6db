//! After an outage: who goes when, so that all desktops together don't bring it down again.

use crate::life::backoff::share;
use crate::life::breaker::is_trouble;
use crate::life::clock;
use crate::life::due::{due_in, jitter};
use crate::session::{Freshness, Session};
use crate::time::Now;

/// The longest time over which the sessions of one desktop come back.
pub const LONGEST_SPREAD_MS: i64 = 15 * 60_000;

/// For each waiting session, in the order given, how many milliseconds it still waits.
///
/// `left_ms` is what its access token has left, zero or less when it has ended. They go earliest
/// end first, evenly over min(`away_ms`, 15 min); a token that still lives goes when half of what
/// it has left is gone at the latest, so that catching up costs no token its time. `unit` in
/// `0.0..=1.0`, one draw per desktop, shifts them all within their step: desktops with a single
/// session are spread too.
pub fn catch_up(left_ms: &[i64], away_ms: i64, unit: f64) -> Vec<i64> {
    let spread = away_ms.clamp(0, LONGEST_SPREAD_MS);
    let many = i64::try_from(left_ms.len()).unwrap_or(i64::MAX).max(1);
    let step = spread / many;
    let mut order: Vec<usize> = (0..left_ms.len()).collect();
    order.sort_by_key(|index| left_ms[*index]);
    let mut waits = vec![0; left_ms.len()];
    let mut begins = 0;
    for index in order {
        let turn = begins + share(step, unit);
        let left = left_ms[index];
        waits[index] = if left > 0 { turn.min(left / 2) } else { turn };
        begins += step;
    }
    waits
}

/// Whether a session waits for its provider: it is due, or pauses after trouble of the provider.
/// Then what its access token has left in milliseconds, zero or less when it has ended.
pub fn waits(session: &Session, now: &Now) -> Option<i64> {
    let due = due_in(session, now, jitter(session))?;
    let failed = session.renewal.last_failure.is_some_and(is_trouble);
    if due > 0 && !failed {
        return None;
    }
    let left = session.access.as_ref().map(|it| clock::remaining(it, now));
    Some(match left {
        Some(Freshness::Left(left)) => left,
        _ => 0,
    })
}
