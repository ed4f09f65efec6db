//! Revoking from a command: without the pause for Undo, and waiting for the verdicts.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use keyfob_token::{Phase, SessionId, life::revocation_due_in};

use crate::{
    engine::{Core, Engine, parse_id},
    error::EngineError,
    view::{ErrorCode, RevokeScope, Row},
};

/// Revocations sent at once.
const AT_ONCE: usize = 8;
/// How often a verdict is looked for that another process is bringing.
const LOOK_MS: i64 = 200;

impl Engine {
    /// Orders these sessions to be revoked, sends that at once, and waits for each verdict, at most
    /// `patience_ms`. The rows as they stand then: a verdict, or how far it has come. What has no
    /// verdict yet stays ordered.
    ///
    /// # Errors
    /// The vault is locked or can't be written, or a session is not there.
    pub async fn revoke_to_the_end(
        &self,
        ids: &[String],
        patience_ms: i64,
    ) -> Result<Vec<Row>, EngineError> {
        let core = &self.core;
        self.revoke(&RevokeScope::Sessions { ids: ids.to_vec() })
            .await?;
        let until = core.now().boot.millis + patience_ms;
        stream::iter(ids.to_vec())
            .map(|id| core.to_its_verdict(id, until))
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<_>>()
            .await
            .into_iter()
            .collect::<Result<(), _>>()?;
        self.rows_of(ids)
    }

    /// Rows by their ids, in that order.
    ///
    /// # Errors
    /// The vault is locked, or a session is not there.
    pub fn rows_of(&self, ids: &[String]) -> Result<Vec<Row>, EngineError> {
        self.core.require_open()?;
        ids.iter().map(|id| self.core.row(parse_id(id)?)).collect()
    }
}

impl Core {
    async fn to_its_verdict(self: &Arc<Self>, id: String, until: i64) -> Result<(), EngineError> {
        let id = parse_id(&id)?;
        // It is the user who waits for it: no hold, no pause. What was sent already refuses this.
        self.settle(id, keyfob_token::life::Event::RevokeNow)
            .await?;
        loop {
            if self.is_over(id).await? || self.now().boot.millis >= until {
                return Ok(());
            }
            let session = self.session(id)?;
            if revocation_due_in(&session, &self.now()) == Some(0)
                && let Err(error) = self.send_revocation(id).await
            {
                tracing::info!(code = ?error.code(), "a revocation is not through yet");
                if error.code() != ErrorCode::RefreshRunning {
                    self.clock.sleep(LOOK_MS).await;
                }
                continue;
            }
            if !self.is_over(id).await? {
                self.clock.sleep(LOOK_MS).await;
            }
        }
    }

    /// Whether nothing of a revocation is on its way any more, as the vault has it: another process
    /// may be at work too.
    async fn is_over(self: &Arc<Self>, id: SessionId) -> Result<bool, EngineError> {
        let session = self.look_at(&self.vault_even_locked()?, id).await?;
        Ok(!matches!(session.phase, Phase::Revoking(_)))
    }
}
