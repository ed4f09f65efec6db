//! Revocation: durable from the click, held for a moment, sent under the credential's lock, and
//! never called done before the provider has answered.

mod preview;
mod send;
mod wait;

use std::sync::Arc;

use keyfob_token::{
    Session, SessionId,
    life::{Event, display::can_revoke},
};

pub(crate) use send::{admin_of, facts_of};

use crate::{
    engine::{Core, Engine, locked, parse_id},
    error::EngineError,
    refresh::refused,
    refresher::Errand,
    view::{ErrorCode, RevokeScope, Row},
};

/// Most sessions of one order.
const MOST: usize = 10_000;

impl Engine {
    /// Revokes; how many sessions are on their way. Each is durable when this returns, and held as
    /// long as the setting says.
    ///
    /// # Errors
    /// The vault is not open or can't be written; then those before stay ordered.
    pub async fn revoke(&self, scope: &RevokeScope) -> Result<u32, EngineError> {
        let core = &self.core;
        core.require_open()?;
        let seconds = locked(&core.settings).revoke_hold_seconds;
        let hold_ms = i64::from(seconds) * 1000;
        let mut ordered = 0;
        for session in core.revocable(scope).await? {
            let decision = core
                .settle(session.id, Event::RevokeClicked { hold_ms })
                .await?;
            if decision.refused.is_none() {
                ordered += 1;
            }
        }
        core.keep_anchor().await;
        Ok(ordered)
    }

    /// Takes a revocation back, until its first byte may have left.
    ///
    /// # Errors
    /// It was sent already, or there is none.
    pub async fn undo_revoke(&self, id: &str) -> Result<Row, EngineError> {
        self.core.require_open()?;
        let id = parse_id(id)?;
        let decision = self.core.settle(id, Event::RevokeUndone).await?;
        match decision.refused {
            None => self.core.row(id),
            Some(refusal) => Err(refused(refusal)),
        }
    }

    /// Ends the hold of a revocation, or the pause before its next attempt.
    ///
    /// # Errors
    /// There is none on its way.
    pub async fn revoke_now(&self, id: &str) -> Result<Row, EngineError> {
        self.core.require_open()?;
        let id = parse_id(id)?;
        let decision = self.core.settle(id, Event::RevokeNow).await?;
        match decision.refused {
            None => self.core.row(id),
            Some(refusal) => Err(refused(refusal)),
        }
    }
}

impl Core {
    /// The sessions of a scope, whatever state they are in.
    pub(crate) fn in_scope(&self, scope: &RevokeScope) -> Result<Vec<Session>, EngineError> {
        let wanted = |id: &String| parse_id(id);
        match scope {
            RevokeScope::Sessions { ids } => {
                if ids.len() > MOST {
                    return Err(ErrorCode::SessionNotFound.into());
                }
                ids.iter().map(|id| self.session(wanted(id)?)).collect()
            }
            RevokeScope::Account { id } => {
                let one = self.session(wanted(id)?)?;
                Ok(self.sessions_where(|other| {
                    other.issuer == one.issuer && other.account.subject == one.account.subject
                }))
            }
            RevokeScope::Issuer { issuer } => {
                Ok(self.sessions_where(|session| session.issuer == *issuer))
            }
            RevokeScope::Everything => Ok(self.sessions_where(|_| true)),
        }
    }

    fn sessions_where(&self, wanted: impl Fn(&Session) -> bool) -> Vec<Session> {
        self.roster(|roster| {
            roster
                .sessions()
                .filter(|session| wanted(session))
                .cloned()
                .collect()
        })
    }

    /// Those of a scope that can be revoked at a provider known here.
    pub(crate) async fn revocable(&self, scope: &RevokeScope) -> Result<Vec<Session>, EngineError> {
        let known = self.known_clients().await?;
        let mut sessions = self.in_scope(scope)?;
        sessions.retain(|session| {
            can_revoke(session)
                && known.contains(&(session.issuer.clone(), session.client_id.clone()))
        });
        Ok(sessions)
    }

    /// Sends a revocation in a task of its own, unless one is on its way.
    pub(crate) fn start_revocation(self: &Arc<Self>, id: SessionId) {
        let core = self.clone();
        self.tasks.spawn(async move {
            if let Err(error) = core.send_revocation(id).await {
                tracing::warn!(code = ?error.code(), "a revocation is not through yet");
                core.pause(id, Errand::Revocation);
            }
        });
    }
}
