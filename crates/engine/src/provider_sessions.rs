//! A user's sessions at the provider: listed, ended one by one or all, and how long they may live.
//!
//! Only where the provider has a session API, and the credentials that it wants are in the vault.

use std::{sync::Arc, time::Duration};

use keyfob_audit::{Detail, DetailKey, EventKind};
use keyfob_oauth::Http;
use keyfob_providers::{
    AdminCredentials, Provider, ProviderContext, ProviderError, ProviderSession, SessionFacts,
    by_id,
};
use keyfob_token::{Phase, Session, life::Event};

use crate::{
    arrival::Registration,
    engine::{Core, Engine, about, blocking, locked, parse_id},
    error::{EngineError, host_of},
    host::Changed,
    refresh::refused,
    view::{ErrorCode, ProviderLimitsView, ProviderSessionView},
};

const LOOK: Duration = Duration::from_millis(50);

/// Everything a call of a session API needs, owned.
struct Desk {
    adapter: &'static dyn Provider,
    registration: Registration,
    admin: Option<AdminCredentials>,
    http: Http,
}

impl Desk {
    fn context(&self) -> ProviderContext<'_> {
        self.registration.context(&self.http, self.admin.as_ref())
    }
}

impl Engine {
    /// The sessions of a session's user at its provider, those that live first.
    ///
    /// # Errors
    /// The provider has no session API, wants credentials that are not there, or doesn't answer.
    pub async fn provider_sessions(
        &self,
        id: &str,
    ) -> Result<Vec<ProviderSessionView>, EngineError> {
        let core = &self.core;
        let session = core.session(parse_id(id)?)?;
        let desk = core.desk_of(&session).await?;
        let listed = desk
            .adapter
            .list_sessions(&desk.context(), facts_of(&session))
            .await
            .map_err(|error| said(error, &session))?;
        Ok(listed
            .into_iter()
            .map(|found| core.listed(found, &session))
            .collect())
    }

    /// Ends one of them. One that is in this vault goes the way of every revocation, with its own
    /// verdict; another is gone when the provider itself shows it as ended.
    ///
    /// # Errors
    /// As [`Engine::provider_sessions`]; or the provider still shows it alive.
    pub async fn revoke_provider_session(
        &self,
        id: &str,
        provider_session: &str,
    ) -> Result<(), EngineError> {
        let core = &self.core;
        core.require_open()?;
        let session = core.session(parse_id(id)?)?;
        if let Some(ours) = core.ours(&session.issuer, provider_session) {
            return core.revoke_ours(&ours).await;
        }
        let desk = core.desk_of(&session).await?;
        desk.adapter
            .revoke_session(&desk.context(), provider_session)
            .await
            .map_err(|error| said(error, &session))?;
        core.note_ended(&session, 1).await
    }

    /// Ends all of them; the number of those that lived and live no more. Those in this vault go
    /// first, each with its own verdict.
    ///
    /// # Errors
    /// As [`Engine::revoke_provider_session`].
    pub async fn revoke_all_at_provider(&self, id: &str) -> Result<u32, EngineError> {
        let core = &self.core;
        core.require_open()?;
        let session = core.session(parse_id(id)?)?;
        let desk = core.desk_of(&session).await?;
        let mut ended = 0;
        let is_ours = |other: &&Session| {
            other.phase == Phase::Live
                && other.issuer == session.issuer
                && other.account.subject == session.account.subject
        };
        let ours: Vec<Session> =
            core.roster(|roster| roster.sessions().filter(is_ours).cloned().collect());
        for session in ours {
            core.revoke_ours(&session).await?;
            ended += 1;
        }
        let others = desk
            .adapter
            .revoke_all(&desk.context(), facts_of(&session))
            .await
            .map_err(|error| said(error, &session))?;
        if others > 0 {
            core.note_ended(&session, others).await?;
        }
        Ok(ended + others)
    }

    /// How long an issuer lets sessions live, as far as it tells; asks its session API where that
    /// knows.
    ///
    /// # Errors
    /// The vault is not open.
    pub async fn provider_limits(&self, issuer: &str) -> Result<ProviderLimitsView, EngineError> {
        let core = &self.core;
        core.require_open()?;
        let mine: Vec<Session> = core.roster(|roster| {
            let live = |it: &&Session| it.issuer == issuer && it.phase == Phase::Live;
            roster.sessions().filter(live).cloned().collect()
        });
        if let Some(session) = mine.iter().find(|it| it.provider_session.is_some()) {
            core.fetch_limits(session).await;
        }
        let limits = mine.iter().map(|session| core.known_limits(session));
        Ok(limits
            .min_by_key(|limits| limits.refresh_ms.unwrap_or(i64::MAX))
            .unwrap_or_default())
    }
}

impl Core {
    /// What is known without asking anybody.
    pub(crate) fn known_limits(&self, session: &Session) -> ProviderLimitsView {
        let told = locked(&self.provider_limits).get(&session.issuer).copied();
        let told = told.unwrap_or_default();
        ProviderLimitsView {
            refresh_ms: session.refresh.as_ref().and_then(|facts| facts.life_ms),
            total_ms: told.total_ms,
            unused_ms: told.unused_ms,
        }
    }

    /// Best effort: a limit that nobody tells is no error.
    async fn fetch_limits(&self, session: &Session) {
        let Ok(desk) = self.desk_of(session).await else {
            return;
        };
        let context = desk.context();
        let asked = desk.adapter.session_limits(&context, facts_of(session));
        if let Ok(limits) = asked.await {
            locked(&self.provider_limits).insert(session.issuer.clone(), limits);
        }
    }

    async fn desk_of(&self, session: &Session) -> Result<Desk, EngineError> {
        let vault = self.vault()?;
        let (issuer, client) = (session.issuer.clone(), session.client_id.clone());
        let registration = self
            .registration(vault.clone(), issuer, client)
            .await?
            .ok_or(ErrorCode::ProviderUnsupported)?;
        let record = registration.record.id;
        let admin = blocking(move || Ok(vault.admin_credentials(record)?)).await?;
        Ok(Desk {
            adapter: by_id(&session.provider),
            http: self.http(registration.record.allow_private),
            admin: admin.map(|found| AdminCredentials {
                client_id: found.client_id,
                secret: found.client_secret,
            }),
            registration,
        })
    }

    /// The session here that a provider's name stands for.
    fn ours(&self, issuer: &str, provider_session: &str) -> Option<Session> {
        self.roster(|roster| {
            roster
                .sessions()
                .find(|it| {
                    it.phase == Phase::Live
                        && it.issuer == issuer
                        && it.provider_session.as_deref() == Some(provider_session)
                })
                .cloned()
        })
    }

    async fn revoke_ours(self: &Arc<Self>, session: &Session) -> Result<(), EngineError> {
        let click = Event::RevokeClicked { hold_ms: 0 };
        let decision = self.settle(session.id, click).await?;
        if let Some(refusal) = decision.refused {
            return Err(refused(refusal));
        }
        self.send_revocation(session.id).await?;
        // The loop may have been quicker; its round is the one to wait for.
        while locked(&self.revoking).contains(&session.id) {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    async fn note_ended(&self, session: &Session, count: u32) -> Result<(), EngineError> {
        let vault = self.vault_even_locked()?;
        let mut event = about(self.event(EventKind::ProviderSessionsEnded), session);
        event
            .details
            .insert(DetailKey::Count, Detail::number(count));
        blocking(move || Ok(vault.write(|tx| tx.record(event).map(drop))?)).await?;
        self.host.changed(Changed::Audit);
        Ok(())
    }

    fn listed(&self, found: ProviderSession, session: &Session) -> ProviderSessionView {
        let ours = self.ours(&session.issuer, &found.id);
        ProviderSessionView {
            session: ours.map(|it| it.id.0.to_string()),
            device: found.device,
            address: found.address,
            created_at: found.created_at.map(|at| at.0),
            used_at: found.last_used_at.map(|at| at.0),
            ends_at: found.expires_at.map(|at| at.0),
            active: found.active,
            id: keyfob_secret::escape_untrusted(&found.id, 200),
        }
    }
}

fn facts_of(session: &Session) -> SessionFacts<'_> {
    SessionFacts {
        subject: session.account.subject.as_deref(),
        provider_session: session.provider_session.as_deref(),
        ..SessionFacts::default()
    }
}

fn said(error: ProviderError, session: &Session) -> EngineError {
    let code = match error {
        ProviderError::Unsupported => ErrorCode::ProviderUnsupported,
        ProviderError::NeedsAdmin => ErrorCode::ProviderNeedsAdmin,
        ProviderError::AdminRefused => ErrorCode::ProviderAdminRefused,
        ProviderError::UnknownSession | ProviderError::NotFound => ErrorCode::ProviderUnknown,
        ProviderError::NotSent(_) => ErrorCode::IssuerUnreachable,
        ProviderError::TurnedAway { .. } => ErrorCode::ProviderLater,
        ProviderError::StillAlive => ErrorCode::ProviderStillAlive,
        ProviderError::Unreadable | ProviderError::Refused => ErrorCode::ProviderRefused,
    };
    EngineError::new(code).with("host", host_of(&session.issuer))
}
