//! When to poll. Pure: times are milliseconds on any clock that counts suspend.

use super::Heard;

/// What `slow_down` adds to the interval, from then on (RFC 8628 §3.5).
const SLOWER_MS: i64 = 5_000;

/// The longest interval that grows out of answers without a verdict.
const LONGEST_INTERVAL_MS: i64 = 60_000;

/// The poll schedule of one device sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    ends_at: i64,
    interval_ms: i64,
    next_at: i64,
    over: bool,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Poll at this time, or at once if it has passed.
    PollAt(i64),
    /// There is nothing more to hear: the code has ended, or the verdict has come.
    GiveUp,
}

impl Schedule {
    /// For codes that arrived at `now`.
    pub fn new(now: i64, interval_ms: i64, expires_in_ms: i64) -> Self {
        Self {
            ends_at: now.saturating_add(expires_in_ms),
            interval_ms,
            next_at: now.saturating_add(interval_ms),
            over: false,
        }
    }

    /// The next step, as of the last poll. The caller gives up at [`Schedule::ends_at`] too.
    pub fn step(&self) -> Step {
        if self.over || self.next_at >= self.ends_at {
            Step::GiveUp
        } else {
            Step::PollAt(self.next_at)
        }
    }

    /// Takes in what the poll that ended at `now` said. Without a verdict the interval doubles
    /// (RFC 8628 §3.5 asks for exponential backoff).
    pub fn heard(&mut self, heard: &Heard, now: i64) {
        let mut wait = self.interval_ms;
        match heard {
            Heard::Pending => {}
            Heard::SlowDown => {
                self.interval_ms = self.interval_ms.saturating_add(SLOWER_MS);
                wait = self.interval_ms;
            }
            Heard::NoVerdict { retry_after_ms, .. } => {
                let doubled = self.interval_ms.saturating_mul(2);
                self.interval_ms = doubled.min(LONGEST_INTERVAL_MS.max(self.interval_ms));
                wait = self.interval_ms.max(retry_after_ms.unwrap_or(0));
            }
            Heard::SignedIn(_) | Heard::Denied | Heard::Expired | Heard::Refused(_) => {
                self.over = true;
            }
        }
        self.next_at = now.saturating_add(wait);
    }

    /// When the codes end, for the countdown.
    pub fn ends_at(&self) -> i64 {
        self.ends_at
    }
}

#[cfg(test)]
mod tests {
    use keyfob_token::FailureCode;

    use super::*;

    #[test]
    fn polls_at_the_interval_until_the_code_ends() {
        let mut schedule = Schedule::new(0, 5_000, 12_000);
        assert_eq!(schedule.step(), Step::PollAt(5_000));
        schedule.heard(&Heard::Pending, 5_100);
        assert_eq!(schedule.step(), Step::PollAt(10_100));
        schedule.heard(&Heard::Pending, 10_200);
        assert_eq!(schedule.step(), Step::GiveUp);
    }

    #[test]
    fn slow_down_adds_five_seconds_for_good() {
        let mut schedule = Schedule::new(0, 5_000, 600_000);
        schedule.heard(&Heard::SlowDown, 5_000);
        assert_eq!(schedule.step(), Step::PollAt(15_000));
        schedule.heard(&Heard::Pending, 15_000);
        assert_eq!(schedule.step(), Step::PollAt(25_000));
        schedule.heard(&Heard::SlowDown, 25_000);
        assert_eq!(schedule.step(), Step::PollAt(40_000));
    }

    #[test]
    fn without_a_verdict_the_interval_doubles_to_a_minute_and_retry_after_counts() {
        let lost = Heard::NoVerdict {
            code: FailureCode::NotReached,
            retry_after_ms: None,
        };
        let mut schedule = Schedule::new(0, 20_000, 900_000);
        schedule.heard(&lost, 0);
        assert_eq!(schedule.step(), Step::PollAt(40_000));
        schedule.heard(&lost, 0);
        assert_eq!(schedule.step(), Step::PollAt(60_000));
        schedule.heard(&lost, 0);
        assert_eq!(schedule.step(), Step::PollAt(60_000));
        let later = Heard::NoVerdict {
            code: FailureCode::TurnedAway,
            retry_after_ms: Some(90_000),
        };
        schedule.heard(&later, 0);
        assert_eq!(schedule.step(), Step::PollAt(90_000));
    }

    #[test]
    fn a_verdict_ends_it() {
        let mut schedule = Schedule::new(0, 5_000, 600_000);
        schedule.heard(&Heard::Denied, 5_000);
        assert_eq!(schedule.step(), Step::GiveUp);
    }
}
