//! A clock that tests move: until they do, it is the clock of the system.
//!
//! Both of its hands run on; a test puts them ahead or back. Whoever sleeps by it wakes when its
//! time has come by this clock.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use keyfob_engine::{Clock, Sleep, SystemClock};
use keyfob_token::{BootTime, Now};
use tokio::sync::watch;

use crate::{host::put, wait};

/// The clock.
pub struct MovableClock {
    real: SystemClock,
    hands: Mutex<Hands>,
    moves: watch::Sender<u64>,
    /// When each of those who sleep by it wakes, by the boot-time clock.
    asleep: Mutex<HashMap<u64, i64>>,
    /// How often somebody went to sleep.
    sleeps: watch::Sender<u64>,
    /// How often somebody will have gone to sleep when the last move has had its effect.
    settled: AtomicU64,
}

/// How far the hands are from the system's, milliseconds.
#[derive(Clone, Debug, Default)]
struct Hands {
    wall: i64,
    boot: i64,
    boots: u32,
}

impl Default for MovableClock {
    fn default() -> Self {
        Self {
            real: SystemClock::new(),
            hands: Mutex::default(),
            moves: watch::Sender::new(0),
            asleep: Mutex::default(),
            sleeps: watch::Sender::new(0),
            settled: AtomicU64::new(0),
        }
    }
}

impl MovableClock {
    /// Time passes, and the machine is awake.
    pub fn pass(&self, millis: i64) {
        self.turn(|hands| {
            hands.wall += millis;
            hands.boot += millis;
        });
    }

    /// Time passes by the boot-time clock alone: an hour here is no hour for a provider that runs
    /// by the clock of the wall.
    pub fn pass_by_boot(&self, millis: i64) {
        self.turn(|hands| hands.boot += millis);
    }

    /// Somebody sets the clock of the wall so far from the right time.
    pub fn set_wall_off(&self, millis: i64) {
        self.turn(|hands| hands.wall = millis);
    }

    /// The machine boots again, its wall clock so far from the right time.
    pub fn reboot(&self, wall_off: i64) {
        let up = self.real.now().boot.millis;
        self.turn(|hands| {
            *hands = Hands {
                wall: wall_off,
                boot: -up,
                boots: hands.boots + 1,
            };
        });
    }

    /// If the last move has woken somebody, be it the engine's loop, waits until they are through
    /// with their round and asleep again.
    pub async fn settled(&self) {
        let wanted = self.settled.load(Ordering::SeqCst);
        let mut sleeps = self.sleeps.subscribe();
        // Where nobody goes to sleep any more, there is nothing to wait for.
        let _ = tokio::time::timeout(wait::LONG, sleeps.wait_for(|sleeps| *sleeps >= wanted)).await;
    }

    fn turn(&self, change: impl FnOnce(&mut Hands)) {
        put(&self.asleep, |asleep| {
            put(&self.hands, change);
            let now = self.now().boot.millis;
            let wakes = asleep.values().any(|end| *end <= now);
            let sleeps = *self.sleeps.borrow();
            let wanted = if wakes { sleeps + 1 } else { sleeps };
            self.settled.store(wanted, Ordering::SeqCst);
        });
        self.moves.send_modify(|moves| *moves += 1);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Now {
        let real = self.real.now();
        put(&self.hands, |hands| Now {
            wall: real.wall + hands.wall,
            boot: BootTime {
                boot: match hands.boots {
                    0 => real.boot.boot,
                    boots => format!("{}-{boots}", real.boot.boot),
                },
                millis: real.boot.millis + hands.boot,
            },
        })
    }

    fn sleep(&self, millis: i64) -> Sleep<'_> {
        let end = self.now().boot.millis.saturating_add(millis);
        let mut moved = self.moves.subscribe();
        Box::pin(async move {
            let _asleep = Asleep::until(self, end);
            loop {
                moved.mark_unchanged();
                let left = end - self.now().boot.millis;
                if left <= 0 {
                    return;
                }
                tokio::select! {
                    () = self.real.sleep(left) => {}
                    // The clock itself outlives everybody who sleeps by it.
                    _ = moved.changed() => {}
                }
            }
        })
    }
}

/// Somebody who sleeps, or who was woken by something else before.
struct Asleep<'a> {
    clock: &'a MovableClock,
    number: u64,
}

impl<'a> Asleep<'a> {
    fn until(clock: &'a MovableClock, end: i64) -> Self {
        let number = put(&clock.asleep, |asleep| {
            let number = *clock.sleeps.borrow() + 1;
            asleep.insert(number, end);
            clock.sleeps.send_replace(number);
            number
        });
        Self { clock, number }
    }
}

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        put(&self.clock.asleep, |asleep| asleep.remove(&self.number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    #[tokio::test]
    async fn who_sleeps_for_an_hour_wakes_when_it_has_passed_here() {
        let clock = MovableClock::default();
        let sleep = clock.sleep(HOUR);
        let early = tokio::time::timeout(std::time::Duration::ZERO, clock.sleep(HOUR)).await;
        assert!(early.is_err());
        clock.pass(HOUR);
        sleep.await;
    }

    #[test]
    fn the_wall_moves_without_the_boot_clock_and_a_reboot_begins_anew() {
        let clock = MovableClock::default();
        let before = clock.now();
        clock.set_wall_off(-10 * HOUR);
        let after = clock.now();
        assert!(after.wall < before.wall + -9 * HOUR);
        assert!((before.boot.millis..before.boot.millis + HOUR).contains(&after.boot.millis));
        clock.reboot(HOUR);
        let up = clock.now();
        assert_ne!(up.boot.boot, before.boot.boot);
        assert!(up.boot.millis < HOUR && up.wall > before.wall);
    }
}
