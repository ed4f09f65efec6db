//! The one loop: it finds what is due, lets it go within the limits, and notices a resume.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use keyfob_token::{
    Freshness, Phase, Session, SessionId,
    life::{self, Event},
};
use tokio::sync::Semaphore;

use crate::{
    engine::{Core, Engine, blocking, locked},
    gate::{LOCK_SETTING, LockRow},
    host::{Changed, NoticeKind},
    view::ErrorCode,
};

/// Longest sleep: a resume is noticed within it.
const SLICE_MS: i64 = 30_000;
/// Shortest sleep, so that a session that stays due can't spin the loop.
const REST_MS: i64 = 250;
/// A sleep that took this much longer than planned was a suspend.
const RESUME_MS: i64 = 10_000;
/// Refreshes at once: in all, and at one issuer.
const AT_ONCE: usize = 32;
const AT_ONE_ISSUER: usize = 2;
/// How long a session is left alone that could not even be tried.
const PAUSE_MS: i64 = 30_000;
/// Told of when a session ends within this and can't be refreshed.
const ENDS_SOON_MS: i64 = 10 * 60_000;
/// How often changes by other processes are looked for.
const POLL: Duration = Duration::from_secs(1);
/// How often the anchor is kept.
const ANCHOR: Duration = Duration::from_secs(60);

/// What is done for a session; a pause of one never holds up the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Errand {
    Refresh,
    Revocation,
}

/// What the loop remembers between its rounds.
pub(crate) struct Limits {
    all: Arc<Semaphore>,
    by_issuer: Mutex<HashMap<String, Arc<Semaphore>>>,
    /// Sessions that wait for a turn.
    pub(crate) queued: Mutex<HashSet<SessionId>>,
    /// What could not even be tried, until when: a full disk, or an issuer that was forgotten,
    /// must not spin the loop. By the boot-time clock, ms.
    paused: Mutex<HashMap<(SessionId, Errand), i64>>,
    /// Sessions whose near end the user was told of.
    told: Mutex<HashSet<SessionId>>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(AT_ONCE)),
            by_issuer: Mutex::default(),
            queued: Mutex::default(),
            paused: Mutex::default(),
            told: Mutex::default(),
        }
    }
}

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
        loop {
            let planned = self.next_in();
            let before = self.now().boot.millis;
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.wake.notified() => {}
                () = self.clock.sleep(planned) => {}
            }
            if self.now().boot.millis - before > planned + RESUME_MS {
                self.resumed().await;
            }
            if self.vault_even_locked().is_err() {
                continue;
            }
            for id in self.due_now() {
                self.start_refresh(id);
            }
            for id in self.revocations_due() {
                self.start_revocation(id);
            }
            self.tell_of_near_ends();
            self.apply_policies();
        }
    }

    /// Milliseconds until something is due, at most one slice.
    fn next_in(&self) -> i64 {
        let now = self.now();
        let refreshes = self.may_refresh();
        let soonest = self.roster(|roster| {
            roster
                .sessions()
                .filter_map(|session| {
                    let refresh = refreshes
                        .then(|| life::due_in(session, &now, jitter(session)))
                        .flatten()
                        .filter(|_| !self.is_on_its_way(session.id));
                    let revocation = life::revocation_due_in(session, &now)
                        .filter(|_| !locked(&self.revoking).contains(&session.id))
                        .filter(|_| !self.is_paused(session.id, Errand::Revocation));
                    refresh.into_iter().chain(revocation).min()
                })
                .min()
        });
        soonest.unwrap_or(SLICE_MS).clamp(REST_MS, SLICE_MS)
    }

    fn may_refresh(&self) -> bool {
        locked(&self.settings).auto_refresh && !locked(&self.gate).holds_refresh()
    }

    fn is_on_its_way(&self, id: SessionId) -> bool {
        locked(&self.in_flight).contains_key(&id)
            || locked(&self.limits.queued).contains(&id)
            || self.is_paused(id, Errand::Refresh)
    }

    fn is_paused(&self, id: SessionId, errand: Errand) -> bool {
        let now = self.now().boot.millis;
        locked(&self.limits.paused)
            .get(&(id, errand))
            .is_some_and(|until| *until > now)
    }

    /// Leaves a session alone for a while: what stopped it is not its provider.
    pub(crate) fn pause(&self, id: SessionId, errand: Errand) {
        let until = self.now().boot.millis + PAUSE_MS;
        let mut paused = locked(&self.limits.paused);
        paused.retain(|_, until| *until > self.now().boot.millis);
        paused.insert((id, errand), until);
    }

    /// Sessions whose refresh is due, the earliest end first.
    pub(crate) fn due_now(&self) -> Vec<SessionId> {
        if !self.may_refresh() {
            return Vec::new();
        }
        let now = self.now();
        let mut due: Vec<(i64, SessionId)> = self.roster(|roster| {
            roster
                .sessions()
                .filter(|session| life::due_in(session, &now, jitter(session)) == Some(0))
                .map(|session| {
                    let left = session.access.as_ref().map(|it| life::remaining(it, &now));
                    let left = match left {
                        Some(Freshness::Left(left)) => left,
                        _ => 0,
                    };
                    (left, session.id)
                })
                .collect()
        });
        due.retain(|(_, id)| !self.is_on_its_way(*id));
        due.sort_unstable();
        due.into_iter().map(|(_, id)| id).collect()
    }

    fn revocations_due(&self) -> Vec<SessionId> {
        let now = self.now();
        self.roster(|roster| {
            roster
                .sessions()
                .filter(|session| life::revocation_due_in(session, &now) == Some(0))
                .map(|session| session.id)
                .filter(|id| !self.is_paused(*id, Errand::Revocation))
                .collect()
        })
    }

    /// Refreshes a session in a task of its own, when it is its turn: one slow provider keeps only
    /// its own sessions waiting.
    pub(crate) fn start_refresh(self: &Arc<Self>, id: SessionId) {
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
            let turn = (
                one.acquire_owned().await,
                core.limits.all.clone().acquire_owned().await,
            );
            let sibling = core.roster(|roster| roster.has_sibling(&session));
            let outcome = core.refresh(id, Event::RefreshDue { sibling }).await;
            drop(turn);
            locked(&core.limits.queued).remove(&id);
            if let Err(error) = outcome {
                tracing::info!(code = ?error.code(), "a refresh brought no tokens");
                // A failed refresh has its own pause, in the vault.
                if error.code() != ErrorCode::RefreshFailed {
                    core.pause(id, Errand::Refresh);
                }
            }
            core.wake.notify_one();
        });
    }

    /// The machine woke up, or the network may be back: what waited for it may go.
    pub(crate) async fn resumed(self: &Arc<Self>) {
        tracing::info!("resumed");
        let all: Vec<SessionId> =
            self.roster(|roster| roster.sessions().map(|session| session.id).collect());
        for id in all {
            if let Err(error) = self.settle(id, Event::NetworkBack).await {
                tracing::warn!(code = ?error.code(), "a session could not be woken");
            }
        }
    }

    fn tell_of_near_ends(&self) {
        let now = self.now();
        let near: Vec<Session> = self.roster(|roster| {
            roster
                .sessions()
                .filter(|session| {
                    // Whoever has to sign in again was told that already.
                    matches!(session.phase, Phase::Live | Phase::Watched)
                        && matches!(life::effective_end(session, &now),
                            life::End::HardEnd { left_ms, .. } if left_ms < ENDS_SOON_MS)
                        && life::due_in(session, &now, 0.0).is_none()
                })
                .cloned()
                .collect()
        });
        for session in near {
            if locked(&self.limits.told).insert(session.id) {
                self.tell_of(&session, NoticeKind::EndsSoon);
            }
        }
    }

    /// Another process may have changed the vault: what it wrote is read anew.
    async fn watch_other_processes(self: Arc<Self>) {
        let mut seen = None;
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(POLL) => {}
            }
            let Ok(vault) = self.vault_even_locked() else {
                continue;
            };
            let reader = vault.clone();
            let Ok(version) = blocking(move || Ok(reader.data_version()?)).await else {
                continue;
            };
            let before = seen.replace((vault.id(), version));
            if before.is_some_and(|before| before == (vault.id(), version)) || before.is_none() {
                continue;
            }
            let core = self.clone();
            let loaded = blocking(move || {
                core.in_order(|| {
                    let lock = vault.setting::<LockRow>(LOCK_SETTING)?.unwrap_or_default();
                    let sessions = vault.sessions()?;
                    core.roster_mut(|roster| roster.replace(sessions));
                    Ok(lock.locked)
                })
            })
            .await;
            if let Ok(lock) = loaded {
                self.obey_lock(lock);
                self.host.changed(Changed::Sessions);
                self.host.changed(Changed::Audit);
                self.wake.notify_one();
            }
        }
    }

    async fn keep_anchor_fresh(self: Arc<Self>) {
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(ANCHOR) => self.keep_anchor().await,
            }
        }
    }
}

/// Each session's own share of the jitter: the same at every look, else the earliest of many draws
/// would always win.
fn jitter(session: &Session) -> f64 {
    let mixed = session.id.0.as_u128() ^ (u128::from(session.generation) << 64);
    let folded = (mixed as u64) ^ ((mixed >> 64) as u64).rotate_left(17);
    f64::from((folded % 10_007) as u32) / 10_006.0
}
