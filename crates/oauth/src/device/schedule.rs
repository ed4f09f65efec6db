//! When to poll. Pure: times are milliseconds on any clock that counts suspend.

use super::Heard;

/// The poll schedule of one device sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    ends_at: i64,
    interval_ms: i64,
    next_at: i64,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Poll at this time, or at once if it has passed.
    PollAt(i64),
    /// The code has ended.
    GiveUp,
}

impl Schedule {
    /// For codes that arrived at `now`.
    pub fn new(now: i64, interval_ms: i64, expires_in_ms: i64) -> Self {
        Self {
            ends_at: now.saturating_add(expires_in_ms),
            interval_ms,
            next_at: now.saturating_add(interval_ms),
        }
    }

    /// The next step, as of the last poll.
    pub fn step(&self) -> Step {
        if self.next_at >= self.ends_at {
            Step::GiveUp
        } else {
            Step::PollAt(self.next_at)
        }
    }

    /// Takes in what the poll that ended at `now` said.
    pub fn heard(&mut self, _heard: &Heard, _now: i64) {
        unimplemented!()
    }

    /// When the codes end, for the countdown.
    pub fn ends_at(&self) -> i64 {
        self.ends_at
    }
}
