//! From what a rule decided to what happens: written down in the transaction, then done.

use std::sync::Arc;

use keyfob_token::{
    Phase, Session,
    life::{self, Decision, Effect},
};
use keyfob_vault::Change;

use crate::{
    engine::{Core, locked},
    error::{EngineError, host_of},
    host::{Notice, NoticeKind},
};

impl Core {
    /// The part of a decision that belongs into the transaction: the state, its events, wiped
    /// tokens.
    pub(crate) fn write_down(
        &self,
        tx: &mut Change<'_>,
        decision: &Decision,
    ) -> Result<(), EngineError> {
        let session = &decision.session;
        if decision.effects.contains(&Effect::Persist) {
            tx.put_session(session)?;
        }
        for fact in &decision.facts {
            tx.record(self.draft(session, *fact))?;
        }
        for effect in &decision.effects {
            if let Effect::KeepAncestors(older) = effect {
                tx.add_ancestors(session.id, older)?;
            }
        }
        if decision.effects.contains(&Effect::WipeTokens) {
            tx.wipe_secrets(session.id)?;
        }
        Ok(())
    }

    /// The rest: what is sent, and who is told.
    pub(crate) fn carry_out(self: &Arc<Self>, decision: &Decision) {
        let session = &decision.session;
        for effect in &decision.effects {
            match effect {
                Effect::SendRevocation | Effect::RevokeRemains => {
                    self.start_revocation(session.id);
                }
                Effect::Notify(notice) => self.tell(session, *notice),
                _ => {}
            }
        }
    }

    fn tell(&self, session: &Session, notice: life::Notice) {
        let kind = match notice {
            life::Notice::PossibleTheft(_) => NoticeKind::PossibleTheft,
            life::Notice::SignInNeeded(_) => NoticeKind::SignInNeeded,
            life::Notice::RefreshFailing { .. } => NoticeKind::RefreshFailing,
        };
        self.tell_of(session, kind);
    }

    /// Tells the user, if notifications are on; possible theft and tokens that can't be saved in
    /// any case.
    pub(crate) fn tell_of(&self, session: &Session, kind: NoticeKind) {
        let urgent = matches!(kind, NoticeKind::PossibleTheft | NoticeKind::NotSaved);
        if !urgent && !locked(&self.settings).notifications {
            return;
        }
        let notice = self.notice(session, kind);
        self.host.notify(&notice);
    }
    /// One notice per issuer: it tells of all sessions there that ended like this one. What is left
    /// of a theft is not hidden by something lesser.
    fn notice(&self, session: &Session, kind: NoticeKind) -> Notice {
        let (mut alike, mut stolen, mut undecided) = (0, 0, false);
        self.roster(|roster| {
            for other in roster.sessions().filter(|it| it.issuer == session.issuer) {
                match other.phase {
                    Phase::Frozen { .. } => {
                        stolen += 1;
                        undecided |= life::is_undecided(other);
                    }
                    Phase::SignInNeeded { .. } => alike += 1,
                    _ => {}
                }
            }
        });
        let (kind, count) = match kind {
            NoticeKind::PossibleTheft => (theft(undecided), stolen),
            NoticeKind::NotSaved => (kind, 1),
            _ if stolen > 0 => (theft(undecided), stolen),
            NoticeKind::SignInNeeded => (kind, alike),
            _ => (kind, 1),
        };
        Notice {
            key: match kind {
                // It is about the disk, and replaces nothing that is about an issuer.
                NoticeKind::NotSaved => "vault".to_owned(),
                _ => session.issuer.clone(),
            },
            kind,
            host: host_of(&session.issuer),
            count: count.max(1),
        }
    }
}

fn theft(undecided: bool) -> NoticeKind {
    if undecided {
        NoticeKind::TheftUndecided
    } else {
        NoticeKind::PossibleTheft
    }
}
