//! What the loop does for the policies: it warns, and ends what is over.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use keyfob_audit::{Actor, Code, Draft, EventKind};
use keyfob_token::{
    Session, SessionId,
    life::{
        Decision, Effect, Event, Fact, decide,
        policy::{PolicyAction, PolicyEnd, PolicyLimit, Standing, standing},
    },
};

use super::wall_is_sure;
use crate::{
    chance,
    engine::{Core, about, blocking, locked},
    error::EngineError,
    host::{Changed, NoticeKind},
    view::ErrorCode,
};

/// What the loop remembers of the policies between its rounds.
#[derive(Default)]
pub(crate) struct Applying {
    /// Ends that the user was warned of: a session, and since when the limit counts, ms.
    warned: Mutex<HashSet<(SessionId, i64)>>,
    /// Sessions that are being ended.
    ending: Mutex<HashSet<SessionId>>,
}

/// What came of a look at the row under its transaction.
enum Ended {
    /// It is no longer over: used, signed in anew, or under another policy.
    NotOver,
    Revoking(Box<Decision>),
    Forgotten,
}

impl Core {
    /// Warns of ends that are near, and ends what is over. Called by every round of the loop.
    pub(crate) fn apply_policies(self: &Arc<Self>) {
        // An older copy may tell of a use too few: the user goes on with it first.
        if locked(&self.gate).holds_refresh() {
            return;
        }
        let now = self.now();
        let (near, over) = self.roster(|roster| {
            let mut near: Vec<(Session, PolicyEnd)> = Vec::new();
            let mut over: Vec<SessionId> = Vec::new();
            if roster.policies().is_empty() {
                return (near, over);
            }
            let sure = wall_is_sure(roster, &now);
            for session in roster.sessions() {
                match standing(roster.policies(), session, &now, sure) {
                    Standing::Near(end) => near.push((session.clone(), end)),
                    Standing::Over(_) => over.push(session.id),
                    _ => {}
                }
            }
            (near, over)
        });
        for (session, end) in near {
            // Where it began, to the second: the two clocks are never read at quite one time.
            let began = (end.at.0 - end.limit_ms).div_euclid(1000);
            if locked(&self.applying.warned).insert((session.id, began)) {
                self.tell_of(&session, NoticeKind::PolicyEnds);
            }
        }
        for id in over {
            self.start_ending(id);
        }
    }

    fn start_ending(self: &Arc<Self>, id: SessionId) {
        if !locked(&self.applying.ending).insert(id) {
            return;
        }
        let core = self.clone();
        self.tasks.spawn(async move {
            if let Err(error) = core.end_by_policy(id).await {
                tracing::warn!(code = ?error.code(), "a policy could not be applied yet");
            }
            locked(&core.applying.ending).remove(&id);
        });
    }

    async fn end_by_policy(self: &Arc<Self>, id: SessionId) -> Result<(), EngineError> {
        let vault = self.vault_even_locked()?;
        let core = self.clone();
        let sure = self.roster(|roster| wall_is_sure(roster, &self.now()));
        let policies = self.roster(|roster| roster.policies().to_vec());
        let ended = blocking(move || {
            core.in_order(|| {
                let ended = vault.write_with(|tx| {
                    let session = tx.session(id)?;
                    let now = core.now();
                    // The row may be newer than the list: a use by another process counts.
                    let Standing::Over(end) = standing(&policies, &session, &now, sure) else {
                        return Ok::<_, EngineError>(Ended::NotOver);
                    };
                    tx.record(core.ended(&session, &end))?;
                    match end.action {
                        PolicyAction::Forget => {
                            tx.record(core.by_keyfob(EventKind::SessionForgotten, &session))?;
                            tx.delete_session(id)?;
                            Ok(Ended::Forgotten)
                        }
                        PolicyAction::Revoke => {
                            let click = Event::RevokeClicked { hold_ms: 0 };
                            let mut decision = decide(&session, &click, &now, chance());
                            if decision.refused.is_some() {
                                return Err(ErrorCode::SessionRevoking.into());
                            }
                            // Nobody clicked: the event above says who asked.
                            decision.facts.retain(|fact| *fact != Fact::RevokeRequested);
                            core.write_down(tx, &decision)?;
                            Ok(Ended::Revoking(Box::new(decision)))
                        }
                    }
                })?;
                match &ended {
                    Ended::NotOver => {}
                    Ended::Revoking(decision) => core.publish(decision.session.clone()),
                    Ended::Forgotten => core.roster_mut(|roster| roster.remove(id)),
                }
                Ok(ended)
            })
        })
        .await?;
        match ended {
            Ended::NotOver => {}
            Ended::Revoking(decision) => {
                debug_assert!(decision.effects.contains(&Effect::Persist));
                self.carry_out(&decision);
            }
            Ended::Forgotten => {
                self.host.changed(Changed::Sessions);
                self.host.changed(Changed::Audit);
            }
        }
        Ok(())
    }

    fn ended(&self, session: &Session, end: &PolicyEnd) -> Draft {
        let code = match end.limit {
            PolicyLimit::Unused => "unused_too_long",
            PolicyLimit::Total => "lived_too_long",
        };
        Draft {
            code: Some(Code::known(code)),
            ..self.by_keyfob(EventKind::PolicyEnded, session)
        }
    }

    fn by_keyfob(&self, kind: EventKind, session: &Session) -> Draft {
        let draft = Draft {
            actor: Actor::Keyfob,
            ..self.event(kind)
        };
        about(draft, session)
    }
}
