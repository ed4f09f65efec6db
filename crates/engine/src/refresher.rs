//! The one loop: what is due goes, within its limits, and a resume is noticed.
//!
//! When a session is due is decided in `keyfob_token::life`; which of those that are due may go, in
//! `schedule`; how many at once, in `turns`; what an answer tells of its issuer, in `outage`.

mod near_ends;
mod outage;
mod schedule;
mod turns;
mod watch;

use std::sync::Arc;

pub(crate) use schedule::{Errand, Holds};
pub(crate) use turns::Limits;

use crate::engine::{Core, Engine};

/// Longest sleep: a resume is noticed within it.
const SLICE_MS: i64 = 30_000;
/// Shortest sleep, so that a session that stays due can't spin the loop.
const REST_MS: i64 = 250;
/// A sleep that took this much longer than planned was a suspend.
const RESUME_MS: i64 = 10_000;
/// What looks at every session is done this often at most, whatever wakes the loop.
const LOOK_MS: i64 = 1_000;

impl Engine {
    /// Starts the loop, the look for changes by other processes, and the anchor. Once per engine.
    pub fn start_loop(&self) {
        let core = self.core.clone();
        self.core.tasks.spawn(async move { core.run().await });
        let core = self.core.clone();
        self.core
            .tasks
            .spawn(async move { core.watch_other_processes().await });
        let core = self.core.clone();
        self.core
            .tasks
            .spawn(async move { core.keep_anchor_fresh().await });
    }
}

impl Core {
    async fn run(self: Arc<Self>) {
        // When every session was last looked at, and whether something has happened since.
        let (mut looked, mut owed) = (i64::MIN / 2, false);
        loop {
            self.take_in_changes();
            let now = self.now().boot.millis;
            let next_look = if owed {
                looked + LOOK_MS - now
            } else {
                SLICE_MS
            };
            let planned = self.next_in(now).min(next_look).clamp(REST_MS, SLICE_MS);
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.wake.notified() => {}
                () = self.clock.sleep(planned) => {}
            }
            if self.now().boot.millis - now > planned + RESUME_MS {
                self.resumed().await;
            }
            if self.vault_even_locked().is_err() {
                continue;
            }
            self.take_in_changes();
            self.let_due_go();
            let now = self.now().boot.millis;
            owed = (looked..looked + LOOK_MS).contains(&now);
            if !owed {
                looked = now;
                self.tell_of_near_ends();
                self.apply_policies();
            }
        }
    }
}
