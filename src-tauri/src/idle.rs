//! Locks after the user has been away from the window for as long as the setting says.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use keyfob_engine::{Engine, view::Gate};

/// When the user last did something in the window, by the engine's clock, ms.
#[derive(Default)]
pub(crate) struct Idle(AtomicI64);

impl Idle {
    /// The user did something.
    pub(crate) fn touched(&self, engine: &Engine) {
        self.0.store(engine.boot_millis(), Ordering::Relaxed);
    }

    /// Locks when the user has been away too long. Called every few seconds.
    pub(crate) async fn look(&self, engine: &Engine) {
        let minutes = i64::from(engine.settings().lock_after_minutes);
        if minutes == 0 || engine.vault_state().gate != Gate::Open {
            return;
        }
        let away = engine.boot_millis() - self.0.load(Ordering::Relaxed);
        if away > minutes * 60_000 {
            engine.lock_if_wanted().await;
        }
    }
}

/// How often it is looked at.
pub(crate) const EVERY: Duration = Duration::from_secs(5);
