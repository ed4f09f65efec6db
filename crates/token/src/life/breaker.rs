//! A breaker per issuer: after 5 failures in a row its sessions wait, and one at a time tries
//! whether it answers again.
//!
//! Before that, from the second failure in a row on, it is in doubt, and its sessions wait a little
//! too. Else every desktop makes its five attempts within the first half minute of an outage, and
//! the provider that is down gets four times its steady load (`./dev simulate`).
//!
//! It lives in memory only. What a restart must not forget is in each session: its pause, and its
//! budget. A desktop that starts in the middle of an outage makes at most four attempts more than
//! one that had run on. The user's "Try now" and a caller that needs a token pass it by; what comes
//! of them counts.

use crate::life::backoff::share;
use crate::session::FailureCode;

/// Failures in a row that open it.
pub const FAILURES: u32 = 5;
/// The longest pause between two probes. Sessions are renewed with a fifth of their life left: of
/// an hour that is 12 minutes, and whoever notices the end of an outage within 5 is in time.
pub const LONGEST_PAUSE_MS: i64 = 5 * 60_000;
/// The longest `Retry-After` that holds up all sessions of an issuer; the one that was told waits
/// for all of it.
pub const LONGEST_TOLD_MS: i64 = 15 * 60_000;
const FIRST_PAUSE_MS: i64 = 30_000;
/// After one failure nobody waits but the session it happened to: connections break.
const DOUBT: u32 = 2;
const FIRST_DOUBT_MS: i64 = 15_000;

/// What is known of one issuer. Times are milliseconds of the boot-time clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breaker {
    failures: u32,
    /// When the first of them came.
    since: i64,
    until: i64,
    probing: bool,
    why: Option<FailureCode>,
}

/// Whether a session may try its issuer by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It may.
    Free,
    /// It may, as the one that finds out: [`Breaker::probe`] comes before the attempt.
    Probe,
    /// Not before this moment.
    Wait {
        /// Milliseconds of the boot-time clock.
        until: i64,
    },
    /// Not before the probe on its way has ended.
    Probing,
}

impl Breaker {
    /// Whether an attempt may be made now.
    pub fn turn(&self, now: i64) -> Turn {
        if self.probing {
            Turn::Probing
        } else if now < self.until {
            Turn::Wait { until: self.until }
        } else if self.is_open() {
            Turn::Probe
        } else {
            Turn::Free
        }
    }

    /// Whether it is open: one at a time tries.
    pub fn is_open(&self) -> bool {
        self.failures >= FAILURES
    }

    /// Why, while it is open.
    pub fn why(&self) -> Option<FailureCode> {
        self.why.filter(|_| self.is_open())
    }

    /// Until when sessions wait, and what for.
    pub fn held(&self, now: i64) -> Option<(i64, Option<FailureCode>)> {
        match self.turn(now) {
            Turn::Wait { until } => Some((until, self.why)),
            Turn::Probing => Some((now, self.why)),
            Turn::Free | Turn::Probe => None,
        }
    }

    /// One session tries for all.
    pub fn probe(&mut self) {
        self.probing = true;
    }

    /// The probe ended without a word of the issuer: nothing was due any more, or nothing could be
    /// sent from here. The next may go.
    pub fn probe_ended(&mut self) {
        self.probing = false;
    }

    /// An attempt failed in a way that speaks of the issuer (see [`is_trouble`]); `unit` in
    /// `0.0..=1.0` is the chance, `retry_after_ms` what it asked for.
    pub fn failed(&mut self, now: i64, why: FailureCode, unit: f64, retry_after_ms: Option<i64>) {
        if self.failures == 0 {
            self.since = now;
        }
        self.failures = self.failures.saturating_add(1);
        self.probing = false;
        self.why = Some(why);
        let pause = if self.is_open() {
            let doubled = FIRST_PAUSE_MS << (self.failures - FAILURES).min(10);
            let window = doubled.min(LONGEST_PAUSE_MS);
            let told = retry_after_ms.unwrap_or(0).clamp(0, LONGEST_TOLD_MS);
            // At least half of the window: a pause of nothing is none.
            told.saturating_add(window / 2 + share(window / 2, unit))
        } else if self.failures >= DOUBT {
            share(FIRST_DOUBT_MS << (self.failures - DOUBT), unit)
        } else {
            0
        };
        self.until = self.until.max(now.saturating_add(pause));
    }

    /// The issuer answered: closed. How long it had been away in milliseconds, where it was open;
    /// its sessions then [catch up](crate::life::catch_up()).
    pub fn answered(&mut self, now: i64) -> Option<i64> {
        let away = self
            .is_open()
            .then(|| now.saturating_sub(self.since).max(0));
        *self = Self::default();
        away
    }
}

/// Whether a failure speaks of the issuer as a whole, and not of one session.
pub fn is_trouble(code: FailureCode) -> bool {
    match code {
        FailureCode::NotReached
        | FailureCode::Tls
        | FailureCode::TurnedAway
        | FailureCode::Unreadable => true,
        FailureCode::InvalidGrant
        | FailureCode::InvalidClient
        | FailureCode::Refused
        | FailureCode::BadAnswer
        | FailureCode::Blocked
        | FailureCode::NotSaved => false,
    }
}
