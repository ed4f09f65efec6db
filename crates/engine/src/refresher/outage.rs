//! What an answer tells of its issuer: trouble, an outage, its end. And the network's coming back.

use std::sync::Arc;

use keyfob_token::{
    FailureCode, Session, SessionId,
    life::{Event, RefreshOutcome, Turn, breaker::is_trouble, catch_up, catch_up::waits},
};

use super::schedule::{Errand, Pause};
use crate::{
    chance,
    engine::{Core, Engine, locked},
};

impl Engine {
    /// The network is back, says the desktop: what only waited for it may go.
    pub async fn network_back(&self) {
        self.core.resumed().await;
        self.core.wake.notify_one();
    }
}

impl Core {
    /// Whether a session that waited for its turn may still ask its issuer.
    pub(super) fn still_may(&self, issuer: &str) -> bool {
        let now = self.now().boot.millis;
        let schedule = locked(&self.limits.schedule);
        let breaker = schedule.breakers.get(issuer);
        breaker.is_none_or(|it| it.turn(now) == Turn::Free)
    }

    /// Takes in what came of a request, once it is written down.
    pub(crate) fn heard_of(self: &Arc<Self>, issuer: &str, outcome: RefreshOutcome) {
        let now = self.now().boot.millis;
        let trouble = match outcome {
            // Not sent for a reason of our own: it was not asked.
            RefreshOutcome::NotSent(code) if !is_trouble(code) => return,
            RefreshOutcome::NotSent(code) | RefreshOutcome::Uncertain(code) => Some((code, None)),
            RefreshOutcome::TurnedAway { retry_after_ms } => {
                Some((FailureCode::TurnedAway, retry_after_ms))
            }
            _ => None,
        };
        let trouble = trouble.filter(|(code, _)| is_trouble(*code));
        let mut schedule = locked(&self.limits.schedule);
        match trouble {
            Some((code, told)) => {
                let breaker = schedule.breakers.entry(issuer.to_owned()).or_default();
                breaker.failed(now, code, chance(), told);
                let open = breaker.is_open();
                drop(schedule);
                if open {
                    tracing::info!("an issuer is left alone for a while");
                }
            }
            None => {
                let away = schedule.breakers.remove(issuer).and_then(|mut it| {
                    let why = it.why();
                    Some((it.answered(now)?, why))
                });
                let parked = schedule.parked.remove(issuer).unwrap_or_default();
                schedule.mark(parked);
                drop(schedule);
                if let Some((away, why)) = away {
                    self.catch_up(issuer, away, why);
                }
            }
        }
    }

    /// An issuer answers again: its sessions come back in turn.
    fn catch_up(self: &Arc<Self>, issuer: &str, away: i64, why: Option<FailureCode>) {
        let now = self.now();
        let waiting: Vec<(SessionId, i64)> = self.roster(|roster| {
            roster
                .sessions()
                .filter(|session| session.issuer == issuer && !self.is_on_its_way(session.id))
                .filter_map(|session| Some((session.id, waits(session, &now)?)))
                .collect()
        });
        let left: Vec<i64> = waiting.iter().map(|(_, left)| *left).collect();
        let turns = catch_up(&left, away, chance());
        tracing::info!(sessions = waiting.len(), "an issuer answers again");
        let mut schedule = locked(&self.limits.schedule);
        let millis = now.boot.millis;
        for ((id, _), turn) in waiting.iter().zip(turns) {
            let pause = Pause {
                until: millis + turn,
                why,
            };
            schedule.hold(*id, Errand::Refresh, millis, pause);
            schedule.mark([*id]);
        }
        drop(schedule);
        self.let_go(waiting.into_iter().map(|(id, _)| id).collect());
    }

    /// The probe is over. If it said nothing of its issuer, the next may go.
    pub(super) fn probe_ended(&self, issuer: &str) {
        let mut schedule = locked(&self.limits.schedule);
        if let Some(breaker) = schedule.breakers.get_mut(issuer) {
            breaker.probe_ended();
        }
        let parked = schedule.parked.remove(issuer).unwrap_or_default();
        schedule.mark(parked);
    }

    /// The machine woke up, or the network may be back: what waited for it may go, and whoever was
    /// not reached for want of it gets a new chance.
    pub(crate) async fn resumed(self: &Arc<Self>) {
        tracing::info!("resumed");
        let of_network = |why| matches!(why, Some(FailureCode::NotReached | FailureCode::Tls));
        {
            let mut schedule = locked(&self.limits.schedule);
            schedule.breakers.retain(|_, it| !of_network(it.why()));
            let parked: Vec<_> = schedule.parked.drain().flat_map(|(_, ids)| ids).collect();
            schedule.mark(parked);
        }
        self.sessions_changed();
        let waited = |session: &&Session| of_network(session.renewal.last_failure);
        let ids = self.roster(|roster| {
            let waiting = roster.sessions().filter(|session| {
                waited(session) || keyfob_token::life::revoke::on_its_way(session).is_some()
            });
            waiting.map(|session| session.id).collect::<Vec<_>>()
        });
        self.settle_network_back(ids).await;
    }

    /// The same for some sessions, beside everything else.
    pub(crate) fn let_go(self: &Arc<Self>, ids: Vec<SessionId>) {
        let core = self.clone();
        self.tasks
            .spawn(async move { core.settle_network_back(ids).await });
    }

    async fn settle_network_back(self: &Arc<Self>, ids: Vec<SessionId>) {
        for id in ids {
            if let Err(error) = self.settle(id, Event::NetworkBack).await {
                tracing::warn!(code = ?error.code(), "a session could not be woken");
            }
        }
    }
}
