//! One round of a revocation: marked as sent on the disk, sent, and its verdict committed.

use std::sync::Arc;

use keyfob_oauth::Http;
use keyfob_providers::{AdminCredentials, Probes, ProviderContext, SessionFacts, Tokens, by_id};
use keyfob_token::{
    FailureCode, Phase, Session, SessionId,
    life::{self, Decision, Effect, Event, StepResult},
};

use crate::{
    arrival::Registration,
    engine::{Core, blocking, locked},
    error::EngineError,
    refresh::refused,
    unsaved::pause_after,
};

impl Registration {
    /// What every call to the provider needs.
    pub(crate) fn context<'a>(
        &'a self,
        http: &'a Http,
        admin: Option<&'a AdminCredentials>,
    ) -> ProviderContext<'a> {
        ProviderContext {
            http,
            metadata: &self.metadata,
            client: &self.client,
            admin,
        }
    }
}

impl Core {
    /// Sends a revocation that is due. A second call while one runs does nothing.
    pub(crate) async fn send_revocation(
        self: &Arc<Self>,
        id: SessionId,
    ) -> Result<(), EngineError> {
        if !locked(&self.revoking).insert(id) {
            return Ok(());
        }
        let outcome = self.one_round(id).await;
        locked(&self.revoking).remove(&id);
        self.session_changed(id);
        self.wake.notify_one();
        outcome
    }

    async fn one_round(self: &Arc<Self>, id: SessionId) -> Result<(), EngineError> {
        let _lock = self.credential(id).await?;
        let session = self.session(id)?;
        if life::revocation_due_in(&session, &self.now()) != Some(0) {
            return Ok(());
        }
        let vault = self.vault_even_locked()?;
        let registration = self
            .registration(
                vault.clone(),
                session.issuer.clone(),
                session.client_id.clone(),
            )
            .await?;
        let Some(registration) = registration else {
            return self.nobody_to_tell(id).await;
        };
        let record = registration.record.id;
        let (secrets, admin) = blocking(move || {
            Ok((
                vault.secrets(id)?.unwrap_or_default(),
                vault.admin_credentials(record)?,
            ))
        })
        .await?;
        let admin = admin.map(admin_of);
        let adapter = by_id(&session.provider);
        let http = self.http(registration.record.allow_private);
        let context = registration.context(&http, admin.as_ref());
        let tokens = Tokens {
            refresh: secrets.refresh.as_ref(),
            access: secrets.access.as_ref(),
        };
        let before = adapter.probe(&context, tokens, facts_of(&session)).await;
        let session = self.mark_sent(id, before).await?;
        let report = adapter
            .revoke(&context, tokens, facts_of(&session), before)
            .await;
        let lost = |result| matches!(result, StepResult::NotSent(FailureCode::NotReached));
        self.saw_provider(&session.issuer, !report.results().into_iter().any(lost));
        self.take_report(id, report).await
    }

    /// Its issuer was forgotten meanwhile, or never known: nobody can be asked to revoke, and the
    /// verdict says no more than when the tokens end by themselves.
    async fn nobody_to_tell(self: &Arc<Self>, id: SessionId) -> Result<(), EngineError> {
        self.mark_sent(id, Probes::default()).await?;
        let none = StepResult::NotApplicable;
        let report = life::RevokeReport {
            refresh: none,
            access: none,
            provider: none,
            ..life::RevokeReport::default()
        };
        self.take_report(id, report).await
    }

    /// From here on the first byte may have left, and there is no Undo.
    async fn mark_sent(
        self: &Arc<Self>,
        id: SessionId,
        before: Probes,
    ) -> Result<Session, EngineError> {
        let event = Event::RevokeSent {
            refresh_alive: before.refresh_alive,
            access_alive: before.access_alive,
        };
        let decision = self.settle(id, event).await?;
        match decision.refused {
            Some(refusal) => Err(refused(refusal)),
            None => Ok(decision.session),
        }
    }

    async fn take_report(
        self: &Arc<Self>,
        id: SessionId,
        report: life::RevokeReport,
    ) -> Result<(), EngineError> {
        let decision = self.settle_report(id, report).await?;
        if decision.effects.contains(&Effect::WipeTokens) {
            let vault = self.vault_even_locked()?;
            let now = self.now().wall;
            // The verdict stands without it; the next checkpoint signs it too.
            let signed = blocking(move || Ok(vault.write(|tx| tx.checkpoint(now).map(drop))?));
            if let Err(error) = signed.await {
                tracing::warn!(code = ?error.code(), "a verdict is not signed yet");
            }
        }
        self.keep_anchor().await;
        Ok(())
    }

    /// Commits what came of a round. A probe says "alive" only once before "dead": where the disk
    /// fails just now, the proof is held and tried again.
    async fn settle_report(
        self: &Arc<Self>,
        id: SessionId,
        report: life::RevokeReport,
    ) -> Result<Decision, EngineError> {
        let mut tries = 0;
        loop {
            match self.settle(id, Event::RevokeAnswered { report }).await {
                Err(error) if error.is_of_the_disk() && !self.stop.is_cancelled() => {
                    tries += 1;
                    tracing::warn!(code = ?error.code(), tries, "what came of a revocation could not be saved; trying again");
                    tokio::time::sleep(pause_after(tries)).await;
                }
                settled => return settled,
            }
        }
    }
}

/// The administrator's credentials as an adapter takes them.
pub(crate) fn admin_of(found: keyfob_vault::AdminCredentials) -> AdminCredentials {
    AdminCredentials {
        client_id: found.client_id,
        secret: found.client_secret,
    }
}

/// What an adapter is told of a session.
pub(crate) fn facts_of(session: &Session) -> SessionFacts<'_> {
    let steps = match &session.phase {
        Phase::Revoking(revocation) => Some(revocation),
        Phase::Frozen { remains, .. } => remains.as_deref(),
        _ => None,
    };
    SessionFacts {
        subject: session.account.subject.as_deref(),
        provider_session: session.provider_session.as_deref(),
        refresh: steps.map(|it| it.refresh).unwrap_or_default(),
        access: steps.map(|it| it.access).unwrap_or_default(),
        provider: steps.map(|it| it.provider).unwrap_or_default(),
    }
}
