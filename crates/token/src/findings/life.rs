//! How long a session and its tokens live, and whether anybody uses them.

use super::{Evidence, Facts, Found, Outcome, Severity};
use crate::jwt::{Inspection, Times};
use crate::life::clock;
use crate::life::policy::PolicyLimit;
use crate::session::{Phase, TokenFacts};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// "Short-lived (one hour or less)", RFC 6750 §5.3; a minute more is a rounding.
const LONGEST_MS: i64 = HOUR_MS + MINUTE_MS;
/// From here on a stolen token is as good as a password for a day.
const VERY_LONG_MS: i64 = 24 * HOUR_MS;
/// A sign-in that is renewed for longer than this has, as far as can be seen, no end.
const ENDLESS_MS: i64 = 180 * DAY_MS;
const UNUSED_MS: i64 = 90 * DAY_MS;
const CLOCK_MS: i64 = 60_000;
/// A difference beyond this is a mistake in the token, not a clock.
const NO_CLOCK_MS: i64 = 366 * DAY_MS;

pub(super) fn long_lived(facts: &Facts<'_>) -> Outcome {
    let Some((access, life)) = facts
        .session
        .access
        .as_ref()
        .and_then(|access| Some((access, clock::life_ms(access)?)))
    else {
        return Outcome::Silent;
    };
    if life > LONGEST_MS {
        let severity = if life > VERY_LONG_MS {
            Severity::Serious
        } else {
            Severity::Warning
        };
        return Found::graded(severity, [Evidence::duration("life", life)]);
    }
    // An import was of some age when it came: what is known is the least that its life can be.
    match access.life_ms {
        Some(_) => Outcome::Fine,
        None => Outcome::Silent,
    }
}

pub(super) fn no_end(facts: &Facts<'_>) -> Outcome {
    match &facts.session.access {
        None => Outcome::Silent,
        Some(access) if clock::life_ms(access).is_some() => Outcome::Fine,
        Some(access) => Found::with([Evidence::at_or_never(
            "received",
            Some(access.received.wall),
        )]),
    }
}

/// That a sign-in goes on for half a year shows what no document of the provider tells.
pub(super) fn endless(facts: &Facts<'_>) -> Outcome {
    let session = facts.session;
    let (Some(refresh), Some(signed_in)) = (&session.refresh, session.signed_in_at) else {
        return Outcome::Silent;
    };
    if clock::life_ms(refresh).is_some() {
        return Outcome::Fine;
    }
    let age = facts.now.wall - signed_in;
    let renewed = session
        .renewal
        .last_success
        .as_ref()
        .is_some_and(|at| at.wall - signed_in > ENDLESS_MS);
    match session.phase {
        Phase::Live if age > ENDLESS_MS && renewed => {
            Found::with([Evidence::duration("signed_in_for", age)])
        }
        Phase::Live if age > ENDLESS_MS => Outcome::Fine,
        _ => Outcome::Silent,
    }
}

/// What is over is ended at once, so that this is seen only where that could not be done, or
/// where nothing vouches for the clock.
pub(super) fn past_policy(facts: &Facts<'_>) -> Outcome {
    match facts.policy_end {
        None => Outcome::Silent,
        Some(end) if end.left_ms > 0 => Outcome::Fine,
        Some(end) => {
            let limit = match end.limit {
                PolicyLimit::Unused => "unused_limit",
                PolicyLimit::Total => "total_limit",
            };
            Found::with([
                Evidence::duration(limit, end.limit_ms),
                Evidence::at_or_never("was_due", Some(end.at)),
            ])
        }
    }
}

/// Only what goes through Keyfob is seen: a watched token is used by the program it came from.
pub(super) fn unused(facts: &Facts<'_>) -> Outcome {
    if facts.session.phase != Phase::Live {
        return Outcome::Silent;
    }
    if facts.idle_ms() < UNUSED_MS {
        return Outcome::Fine;
    }
    Found::with([
        Evidence::duration("unused_for", facts.idle_ms()),
        Evidence::at_or_never("last_use", facts.last_use()),
    ])
}

/// The end that the token names against the end that its life makes from its arrival here.
pub(super) fn clock_off(facts: &Facts<'_>) -> Outcome {
    let session = facts.session;
    let access = difference(session.access.as_ref(), facts.access);
    // An ID token is often dated back on purpose; dated ahead it is by no honest clock.
    let by_id = || difference(session.id_token.as_ref(), facts.id_token).map(|off| off.max(0));
    match access.or_else(by_id) {
        None => Outcome::Silent,
        Some(off) if off.abs() > CLOCK_MS && off.abs() < NO_CLOCK_MS => {
            Found::with([Evidence::duration("off_by", off)])
        }
        Some(_) => Outcome::Fine,
    }
}

/// How far the issuer's clock was ahead of ours, milliseconds. An import has no life from its
/// arrival, and so no difference.
fn difference(token: Option<&TokenFacts>, content: Option<&Inspection>) -> Option<i64> {
    let token = token?;
    let claims = content.and_then(Inspection::claims)?;
    // Whatever the claim says is compared, the believable and the absurd.
    let times = Times::of(claims, token.received.wall);
    let (exp, life) = (times.exp?, token.life_ms?);
    times.iat.map(|_| exp - (token.received.wall + life))
}
