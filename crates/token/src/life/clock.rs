//! How much life is left, by the clock that can be trusted.
//!
//! Within one boot only the boot-time clock counts: nobody sets it and it runs on in suspend.
//! Across a reboot there is only the wall clock, and where that has evidently gone backwards
//! nothing is known: not alive, not ended.

use crate::session::{Freshness, TokenFacts};
use crate::time::{Now, Stamp};

/// Lives beyond ten years are taken for a mistake, such as milliseconds or a date.
pub use crate::expires_in::LONGEST_LIFE_MS;

/// Milliseconds since `stamp`; `None` when the two can't be compared, because the clock they
/// share has gone backwards.
pub fn elapsed(now: &Now, stamp: &Stamp) -> Option<i64> {
    let millis = if now.boot.boot == stamp.boot.boot {
        now.boot.millis.saturating_sub(stamp.boot.millis)
    } else {
        now.wall - stamp.wall
    };
    (millis >= 0).then_some(millis)
}

/// Milliseconds until `wait_ms` after `since` have passed. A stamp that can't be compared with now
/// holds nothing up: else a clock that was set back would stop a session for years.
pub fn wait_left(now: &Now, since: Option<&Stamp>, wait_ms: i64) -> i64 {
    since
        .and_then(|stamp| elapsed(now, stamp))
        .map_or(0, |gone| wait_ms.saturating_sub(gone).max(0))
}

/// The whole life of a token from its arrival here, in milliseconds: zero or less when it arrived
/// ended, `None` when nobody knows or what is known is absurd.
pub fn life_ms(facts: &TokenFacts) -> Option<i64> {
    let sane = |life: &i64| *life <= LONGEST_LIFE_MS;
    let by_end = || facts.expires_at.map(|end| end - facts.received.wall);
    facts.life_ms.filter(sane).or_else(|| by_end().filter(sane))
}

/// Milliseconds a token has left.
pub fn remaining(facts: &TokenFacts, now: &Now) -> Freshness {
    let (Some(life), Some(gone)) = (life_ms(facts), elapsed(now, &facts.received)) else {
        return Freshness::Unknown;
    };
    let left = life.saturating_sub(gone);
    let other_boot = now.boot.boot != facts.received.boot.boot;
    match facts.expires_at.map(|end| end - now.wall) {
        // Two readings of a doubtful clock: the earlier end is the safe one.
        Some(by_wall) if other_boot => Freshness::Left(left.min(by_wall)),
        _ => Freshness::Left(left),
    }
}

/// Whether a token may be given to somebody: it lives, or nobody ever knew an end of it. A token
/// with a known end and no clock to measure it is kept back.
pub fn may_hand_out(facts: &TokenFacts, now: &Now) -> bool {
    match remaining(facts, now) {
        Freshness::Left(left) => left > 0,
        Freshness::Unknown => life_ms(facts).is_none(),
    }
}
