//! How many refreshes at once: 2 at one issuer, 32 in all.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use keyfob_token::{Session, SessionId, life::Event};
use tokio::sync::Semaphore;

use super::{
    near_ends::Told,
    schedule::{Errand, Schedule},
};
use crate::{
    engine::{Core, locked},
    view::ErrorCode,
};

const AT_ONCE: usize = 32;
const AT_ONE_ISSUER: usize = 2;
/// A request that takes longer waits, and no longer works: it does not count among those in all.
/// Else sixteen providers that answer slowly would keep everybody else's sessions waiting.
const SLOW_MS: i64 = 5_000;
const LOOK: Duration = Duration::from_millis(200);

/// What the loop remembers between its rounds.
pub(crate) struct Limits {
    all: Arc<Semaphore>,
    by_issuer: Mutex<HashMap<String, Arc<Semaphore>>>,
    /// Sessions that wait for a turn, or have it.
    pub(crate) queued: Mutex<HashSet<SessionId>>,
    pub(super) schedule: Mutex<Schedule>,
    pub(super) told: Told,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(AT_ONCE)),
            by_issuer: Mutex::default(),
            queued: Mutex::default(),
            schedule: Mutex::default(),
            told: Told::default(),
        }
    }
}

impl Core {
    /// Whether anything is refreshed by itself.
    pub(crate) fn may_refresh(&self) -> bool {
        locked(&self.settings).auto_refresh && !locked(&self.gate).holds_refresh()
    }

    pub(super) fn is_on_its_way(&self, id: SessionId) -> bool {
        locked(&self.in_flight).contains_key(&id) || locked(&self.limits.queued).contains(&id)
    }

    /// Refreshes a session in a task of its own, when it is its turn: one slow provider keeps only
    /// its own sessions waiting. As a `probe` it finds out whether its issuer answers again.
    pub(crate) fn start_refresh(self: &Arc<Self>, id: SessionId, probe: bool) {
        let Ok(session) = self.session(id) else {
            return;
        };
        if !locked(&self.limits.queued).insert(id) {
            return;
        }
        let core = self.clone();
        let one = locked(&self.limits.by_issuer)
            .entry(session.issuer.clone())
            .or_insert_with(|| Arc::new(Semaphore::new(AT_ONE_ISSUER)))
            .clone();
        self.tasks.spawn(async move {
            let _one = one.acquire_owned().await;
            // Those that queued before the trouble began wait like all others.
            if probe || core.still_may(&session.issuer) {
                core.refresh_in_turn(id, &session).await;
                core.landed(id).await;
            }
            if probe {
                core.probe_ended(&session.issuer);
            }
            locked(&core.limits.queued).remove(&id);
            core.session_changed(id);
            core.wake.notify_one();
        });
    }

    /// Waits for an answer that nobody waits for any more: until it came, the request is one of
    /// the two at its issuer.
    async fn landed(&self, id: SessionId) {
        while locked(&self.in_flight).contains_key(&id) && !self.stop.is_cancelled() {
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn refresh_in_turn(self: &Arc<Self>, id: SessionId, session: &Session) {
        let turn = self.limits.all.clone().acquire_owned().await;
        let sibling = self.roster(|roster| roster.has_sibling(session));
        let refresh = self.refresh(id, Event::RefreshDue { sibling });
        tokio::pin!(refresh);
        let early = tokio::select! {
            outcome = &mut refresh => Some(outcome),
            () = self.clock.sleep(SLOW_MS) => None,
        };
        drop(turn);
        let outcome = match early {
            Some(outcome) => outcome,
            None => refresh.await,
        };
        if let Err(error) = outcome {
            tracing::info!(code = ?error.code(), "a refresh brought no tokens");
            // A failed refresh has its own pause, in the vault.
            if error.code() != ErrorCode::RefreshFailed {
                self.pause(id, Errand::Refresh);
            }
        }
    }
}
