//! The clocks, read in one place, so that rules and tests get `now` from outside.

use std::{pin::Pin, time::Duration};

use keyfob_token::{BootTime, Now, UnixMillis};

/// Reads both clocks, and waits by them.
pub trait Clock: Send + Sync {
    /// This moment.
    fn now(&self) -> Now;

    /// Ends after so many milliseconds in which the machine was awake.
    fn sleep(&self, millis: i64) -> Sleep<'_> {
        let time = Duration::from_millis(millis.max(0).unsigned_abs());
        Box::pin(tokio::time::sleep(time))
    }
}

/// A wait that a clock ends.
pub type Sleep<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// The clocks of the system.
pub struct SystemClock {
    boot: String,
}

impl SystemClock {
    /// Reads the name of the boot once; where the system has none, this process is the "boot", so
    /// that readings of two processes fall back on the wall clock.
    pub fn new() -> Self {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .map(|id| id.trim().to_owned())
            .unwrap_or_else(|_| uuid::Uuid::new_v4().to_string());
        Self { boot }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Now {
        let wall = std::time::SystemTime::now();
        let millis = match wall.duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        };
        Now {
            wall: UnixMillis(millis),
            boot: BootTime {
                boot: self.boot.clone(),
                millis: boot_millis(),
            },
        }
    }
}

/// `CLOCK_BOOTTIME`: unlike `Instant`, it runs on while the machine is suspended.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn boot_millis() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    time.tv_sec
        .saturating_mul(1000)
        .saturating_add(time.tv_nsec / 1_000_000)
}

/// `Instant` counts suspend on Windows and macOS continuous time is not reached from std; the
/// difference only delays a refresh until the next slice of the loop.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn boot_millis() -> i64 {
    use std::{sync::OnceLock, time::Instant};
    static START: OnceLock<Instant> = OnceLock::new();
    let elapsed = START.get_or_init(Instant::now).elapsed();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boot_clock_never_runs_backwards_and_keeps_its_boot() {
        let clock = SystemClock::new();
        let (first, second) = (clock.now(), clock.now());
        assert_eq!(first.boot.boot, second.boot.boot);
        assert!(second.boot.millis >= first.boot.millis);
        assert!(first.wall > UnixMillis::from_seconds(1_600_000_000));
    }
}
