//! Points in time. Life is counted on the boot-time clock, which runs on in suspend and cannot be
//! set; the wall clock counts only across reboots.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z on the wall clock.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// From seconds since 1970, as in `exp` (RFC 7519 §4.1.4); saturates.
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Whole seconds since 1970, rounded down.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

impl Add<i64> for UnixMillis {
    type Output = Self;

    fn add(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

impl Sub for UnixMillis {
    type Output = i64;

    fn sub(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A reading of the boot-time clock: it counts suspend, it never jumps, it starts anew at boot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootTime {
    /// Names the boot; readings of two boots can't be compared.
    pub boot: String,
    /// Milliseconds since that boot.
    pub millis: i64,
}

/// The two clocks read together: what every rule calls `now`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Now {
    /// The wall clock.
    pub wall: UnixMillis,
    /// The boot-time clock.
    pub boot: BootTime,
}

/// When something happened, on both clocks, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The wall clock then.
    pub wall: UnixMillis,
    /// The boot-time clock then.
    pub boot: BootTime,
}

impl Now {
    /// This moment, to be stored.
    pub fn stamp(&self) -> Stamp {
        Stamp {
            wall: self.wall,
            boot: self.boot.clone(),
        }
    }

    /// Milliseconds since `stamp`: by the boot-time clock within one boot, by the wall clock
    /// across a reboot, never negative.
    pub fn since(&self, stamp: &Stamp) -> i64 {
        let elapsed = if self.boot.boot == stamp.boot.boot {
            self.boot.millis.saturating_sub(stamp.boot.millis)
        } else {
            self.wall - stamp.wall
        };
        elapsed.max(0)
    }

    /// `now` for tests and examples: both clocks at `millis`, boot `"boot"`.
    pub fn at(millis: i64) -> Self {
        Self {
            wall: UnixMillis(millis),
            boot: BootTime {
                boot: "boot".to_owned(),
                millis,
            },
        }
    }

    /// The same boot, `millis` later on both clocks.
    pub fn later(&self, millis: i64) -> Self {
        Self {
            wall: self.wall + millis,
            boot: BootTime {
                boot: self.boot.boot.clone(),
                millis: self.boot.millis.saturating_add(millis),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_clock_that_jumps_does_not_change_elapsed_time() {
        let start = Now::at(1_000);
        let mut later = start.later(5_000);
        later.wall = UnixMillis(-3_600_000);
        assert_eq!(later.since(&start.stamp()), 5_000);
    }

    #[test]
    fn across_a_reboot_the_wall_clock_counts_and_never_backwards() {
        let start = Now::at(10_000);
        let mut later = start.later(5_000);
        later.boot = BootTime {
            boot: "next".into(),
            millis: 3,
        };
        assert_eq!(later.since(&start.stamp()), 5_000);
        later.wall = UnixMillis(0);
        assert_eq!(later.since(&start.stamp()), 0);
    }
}
