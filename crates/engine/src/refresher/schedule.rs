//! When each session is due, kept in order: only what changed is looked at anew.

use std::collections::{HashMap, HashSet};

use keyfob_token::{
    FailureCode, Freshness, Now, Session, SessionId,
    life::{self, Breaker, DueQueue, Held, Turn, jitter},
};

use crate::engine::{Core, locked};

/// How long a session is left alone that could not even be tried.
const PAUSE_MS: i64 = 30_000;
/// The two clocks may drift apart by this before one of them counts as set.
const JUMP_MS: i64 = 1_000;

/// What is done for a session; a pause of one never holds up the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Errand {
    Refresh,
    Revocation,
}

/// Until when something waits, and for whose failure, if for any.
#[derive(Clone, Copy)]
pub(super) struct Pause {
    pub(super) until: i64,
    pub(super) why: Option<FailureCode>,
}

/// What keeps refreshes back at one moment.
pub(crate) struct Holds {
    sessions: HashMap<SessionId, Held>,
    issuers: HashMap<String, Held>,
}

impl Holds {
    /// What keeps this session's refresh back: whatever lasts longer.
    pub(crate) fn of(&self, session: &Session) -> Option<Held> {
        let own = self.sessions.get(&session.id);
        let issuers = self.issuers.get(&session.issuer);
        own.into_iter()
            .chain(issuers)
            .max_by_key(|held| held.left_ms)
            .copied()
    }
}

/// What is due when. Moments are milliseconds of the boot-time clock.
#[derive(Default)]
pub(crate) struct Schedule {
    queue: DueQueue<(SessionId, Errand)>,
    changed: HashSet<SessionId>,
    all_changed: bool,
    /// What waits, until when: a full disk or a forgotten issuer must not spin the loop, and what
    /// catches up after an outage has its turn.
    paused: HashMap<(SessionId, Errand), Pause>,
    pub(super) breakers: HashMap<String, Breaker>,
    /// By issuer: who waits for the end of a probe.
    pub(super) parked: HashMap<String, Vec<SessionId>>,
    /// What the last look took for granted: the wall clock over the boot-time clock, and whether
    /// anything is refreshed by itself.
    granted: Option<(i64, bool)>,
}

impl Schedule {
    pub(super) fn mark(&mut self, ids: impl IntoIterator<Item = SessionId>) {
        self.changed.extend(ids);
    }

    pub(super) fn hold(&mut self, id: SessionId, errand: Errand, now: i64, pause: Pause) {
        self.paused.retain(|_, pause| pause.until > now);
        self.paused.insert((id, errand), pause);
    }

    /// Puts an errand where it is due, and not before its pause is over.
    fn put(&mut self, id: SessionId, errand: Errand, due: Option<i64>) {
        let pause = self.paused.get(&(id, errand));
        let until = pause.map_or(i64::MIN, |pause| pause.until);
        self.queue.put((id, errand), due.map(|at| at.max(until)));
    }

    fn is_paused(&self, id: SessionId, errand: Errand, now: i64) -> bool {
        self.paused
            .get(&(id, errand))
            .is_some_and(|pause| pause.until > now)
    }
}

impl Core {
    /// A session, or what is on its way for it, changed: it may be due at another time.
    pub(crate) fn session_changed(&self, id: SessionId) {
        locked(&self.limits.schedule).changed.insert(id);
    }

    /// Any of the sessions may have changed.
    pub(crate) fn sessions_changed(&self) {
        locked(&self.limits.schedule).all_changed = true;
    }

    /// Puts what changed where it is due now; everything, where a clock was set or refresh was
    /// stopped or resumed.
    pub(super) fn take_in_changes(&self) {
        let now = self.now();
        let granted = (now.wall.0 - now.boot.millis, self.may_refresh());
        let (all, ids) = {
            let mut schedule = locked(&self.limits.schedule);
            let same = schedule.granted.is_some_and(|(offset, refreshes)| {
                (offset - granted.0).abs() < JUMP_MS && refreshes == granted.1
            });
            if !same {
                schedule.granted = Some(granted);
            }
            let all = std::mem::take(&mut schedule.all_changed) || !same;
            (all, std::mem::take(&mut schedule.changed))
        };
        if !all && ids.is_empty() {
            return;
        }
        let moments: Vec<_> = self.roster(|roster| {
            let moment = |session: &Session| (session.id, self.moments(session, &now));
            if all {
                roster.sessions().map(moment).collect()
            } else {
                let find = |id| roster.session(id);
                ids.into_iter()
                    .map(|id| {
                        (
                            id,
                            find(id).map_or((None, None), |it| self.moments(&it, &now)),
                        )
                    })
                    .collect()
            }
        });
        let mut schedule = locked(&self.limits.schedule);
        if all {
            schedule.queue.clear();
        }
        for (id, (refresh, revocation)) in moments {
            schedule.put(id, Errand::Refresh, refresh);
            schedule.put(id, Errand::Revocation, revocation);
        }
    }

    /// When its refresh and its revocation are due by the rules; `None` for what is on its way.
    fn moments(&self, session: &Session, now: &Now) -> (Option<i64>, Option<i64>) {
        let at = |left: i64| now.boot.millis.saturating_add(left);
        let refresh = (self.may_refresh() && !self.is_on_its_way(session.id))
            .then(|| life::due_in(session, now, jitter(session)))
            .flatten();
        let revocation = life::revocation_due_in(session, now)
            .filter(|_| !locked(&self.revoking).contains(&session.id));
        (refresh.map(at), revocation.map(at))
    }

    /// Milliseconds until something is due.
    pub(super) fn next_in(&self, now: i64) -> i64 {
        let next = locked(&self.limits.schedule).queue.next_at();
        next.map_or(i64::MAX, |at| at.saturating_sub(now))
    }

    /// Starts what is due: revocations, and refreshes whose issuer may be asked, the earliest end
    /// first.
    pub(super) fn let_due_go(self: &std::sync::Arc<Self>) {
        let now = self.now();
        let due: Vec<_> = {
            let mut schedule = locked(&self.limits.schedule);
            std::iter::from_fn(|| schedule.queue.take_due(now.boot.millis)).collect()
        };
        let mut refreshes = Vec::new();
        for (id, errand) in due {
            let Ok(session) = self.session(id) else {
                continue;
            };
            // Whatever comes of it, it is put anew at the next look.
            self.session_changed(id);
            match errand {
                Errand::Refresh if self.is_due(&session, &now) => refreshes.push(session),
                Errand::Revocation if life::revocation_due_in(&session, &now) == Some(0) => {
                    self.start_revocation(id);
                }
                _ => {}
            }
        }
        refreshes.sort_by_key(|session| (left_ms(session, &now), session.id));
        for session in refreshes {
            self.start_in_turn(&session, now.boot.millis);
        }
    }

    /// As the breaker of its issuer lets it: now, at its end, or after the probe on its way.
    fn start_in_turn(self: &std::sync::Arc<Self>, session: &Session, now: i64) {
        let mut schedule = locked(&self.limits.schedule);
        let turn = match schedule.breakers.get_mut(&session.issuer) {
            None => Turn::Free,
            Some(breaker) => {
                let turn = breaker.turn(now);
                if turn == Turn::Probe {
                    breaker.probe();
                }
                turn
            }
        };
        match turn {
            Turn::Free | Turn::Probe => {
                drop(schedule);
                self.start_refresh(session.id, turn == Turn::Probe);
            }
            Turn::Wait { until } => {
                schedule.changed.remove(&session.id);
                schedule.put(session.id, Errand::Refresh, Some(until));
            }
            Turn::Probing => {
                schedule.changed.remove(&session.id);
                let parked = schedule.parked.entry(session.issuer.clone()).or_default();
                parked.push(session.id);
            }
        }
    }

    fn is_due(&self, session: &Session, now: &Now) -> bool {
        self.may_refresh()
            && !self.is_on_its_way(session.id)
            && life::due_in(session, now, jitter(session)) == Some(0)
    }

    /// Leaves a session alone for a while: what stopped it is not its provider.
    pub(crate) fn pause(&self, id: SessionId, errand: Errand) {
        let now = self.now().boot.millis;
        let mut schedule = locked(&self.limits.schedule);
        let pause = Pause {
            until: now + PAUSE_MS,
            why: None,
        };
        schedule.hold(id, errand, now, pause);
        schedule.mark([id]);
    }

    /// What keeps refreshes back now.
    pub(crate) fn holds(&self, now: &Now) -> Holds {
        let now = now.boot.millis;
        let held = |until: i64, why| Held {
            left_ms: (until - now).max(0),
            why,
        };
        let schedule = locked(&self.limits.schedule);
        let paused = schedule.paused.iter();
        let waiting =
            paused.filter(|((_, errand), pause)| *errand == Errand::Refresh && pause.until > now);
        let issuers = schedule.breakers.iter();
        Holds {
            sessions: waiting
                .map(|((id, _), pause)| (*id, held(pause.until, pause.why)))
                .collect(),
            issuers: issuers
                .filter_map(|(issuer, breaker)| {
                    let (until, why) = breaker.held(now)?;
                    Some((issuer.clone(), held(until, why)))
                })
                .collect(),
        }
    }

    /// All sessions whose refresh is due, the earliest end first; for the user who asks for it.
    pub(crate) fn due_now(&self) -> Vec<SessionId> {
        let now = self.now();
        let mut due: Vec<(i64, SessionId)> = self.roster(|roster| {
            roster
                .sessions()
                .filter(|session| self.is_due(session, &now))
                .map(|session| (left_ms(session, &now), session.id))
                .collect()
        });
        let schedule = locked(&self.limits.schedule);
        due.retain(|(_, id)| !schedule.is_paused(*id, Errand::Refresh, now.boot.millis));
        due.sort_unstable();
        due.into_iter().map(|(_, id)| id).collect()
    }
}

fn left_ms(session: &Session, now: &Now) -> i64 {
    let left = session.access.as_ref().map(|it| life::remaining(it, now));
    match left {
        Some(Freshness::Left(left)) => left,
        _ => 0,
    }
}
