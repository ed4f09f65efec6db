//! After a sign-in: the tokens are judged, named, and committed with their event.

use std::sync::Arc;

use keyfob_audit::{Draft, EventKind, Outcome, TokenRef};
use keyfob_oauth::{token::TokenAnswer, userinfo};
use keyfob_providers::{Tokens, by_id};
use keyfob_secret::LengthClass;
use keyfob_token::{
    Account, Now, Origin, Phase, Renewal, Session, SessionId, Verification, jwt::IdClaims,
};
use keyfob_vault::Secrets;
use uuid::Uuid;

use super::free_name;
use crate::{
    arrival::{Registration, merge_account, take_in},
    engine::{Core, about, blocking, parse_id},
    error::EngineError,
    view::{ErrorCode, SignInRequest},
};

impl Core {
    /// Verifies, asks for the account, and commits a new session or new tokens for an old one.
    pub(super) async fn finish(
        self: &Arc<Self>,
        request: &SignInRequest,
        mut registration: Registration,
        answer: TokenAnswer,
        nonce: Option<&str>,
        origin: Origin,
    ) -> Result<Session, EngineError> {
        let now = self.now();
        let claims = match self
            .judge(&mut registration, request, &answer, nonce, &now)
            .await
        {
            Ok(claims) => claims,
            Err(error) => {
                // Nobody will ever hold these tokens again: leave nothing alive behind.
                self.revoke_orphans(&registration, &answer).await;
                return Err(error);
            }
        };
        let mut account = claims.as_ref().map(account_of).unwrap_or_default();
        let more = self.ask_userinfo(&registration, &answer, &account).await;
        merge_account(&mut account, more);
        let sid = claims.as_ref().and_then(|claims| claims.sid.clone());
        let verified = if claims.is_some() {
            Verification::Verified
        } else {
            Verification::NotApplicable
        };
        let old = self.session_to_renew(request, &registration, &account);
        let name = free_name(
            self,
            request.name.as_deref(),
            &registration.client.client_id,
            &registration.metadata.issuer,
        );
        let vault = self.vault()?;
        let core = self.clone();
        let requested = request.scopes.clone();
        let session = blocking(move || {
            let mut session = match &old {
                Some(old) => renewed(old, &account, &now),
                None => fresh(&registration, account, name, origin, &now),
            };
            session.provider_session = sid.or(session.provider_session);
            session.scopes = requested;
            let secrets = take_in(
                &vault,
                &mut session,
                answer,
                verified,
                Some(&registration),
                Secrets::default(),
                &now,
            );
            let event = signed_in(&core, &session);
            vault.write(|tx| {
                tx.put_issuer(&registration.record)?;
                if registration.client.secret.is_some() {
                    let secret = registration.client.secret.as_ref();
                    tx.put_client_secret(registration.record.id, secret)?;
                }
                tx.put_session(&session)?;
                tx.put_secrets(session.id, &secrets)?;
                tx.record(event).map(drop)
            })?;
            Ok(session)
        })
        .await?;
        self.publish(session.clone());
        self.keep_anchor().await;
        Ok(session)
    }

    /// Verifies the ID token; with `openid` there must be one (OpenID Connect Core §3.1.3.3).
    async fn judge(
        &self,
        registration: &mut Registration,
        request: &SignInRequest,
        answer: &TokenAnswer,
        nonce: Option<&str>,
        now: &Now,
    ) -> Result<Option<IdClaims>, EngineError> {
        if answer.access.is_err() && answer.refresh.is_none() {
            return Err(ErrorCode::SignInBadAnswer.into());
        }
        let Some(id_token) = &answer.id_token else {
            if request.scopes.iter().any(|scope| scope == "openid") {
                return Err(EngineError::new(ErrorCode::IdTokenInvalid)
                    .with("why", "the provider sent none"));
            }
            return Ok(None);
        };
        if registration.record.jwks.is_null() {
            self.fetch_keys(registration, now).await;
        }
        self.verify_id(registration, id_token, nonce, now)
            .await
            .map(Some)
            .map_err(|why| EngineError::new(ErrorCode::IdTokenInvalid).with("why", why.to_string()))
    }

    async fn ask_userinfo(
        &self,
        registration: &Registration,
        answer: &TokenAnswer,
        account: &Account,
    ) -> Account {
        let Ok(access) = &answer.access else {
            return Account::default();
        };
        let http = self.http(registration.record.allow_private);
        let subject = account.subject.as_deref();
        match userinfo::fetch(&http, &registration.metadata, access, subject).await {
            Ok(account) => account,
            Err(error) => {
                tracing::info!(%error, "no details of the user");
                Account::default()
            }
        }
    }

    async fn revoke_orphans(&self, registration: &Registration, answer: &TokenAnswer) {
        let provider = by_id(&registration.record.provider);
        let http = self.http(registration.record.allow_private);
        let context = registration.context(&http, None);
        let tokens = Tokens {
            refresh: answer.refresh.as_ref(),
            access: answer.access.as_ref().ok(),
        };
        provider
            .revoke(&context, tokens, Default::default(), Default::default())
            .await;
    }

    /// The session that was asked to be signed in again, if the account is the same.
    fn session_to_renew(
        &self,
        request: &SignInRequest,
        registration: &Registration,
        account: &Account,
    ) -> Option<Session> {
        let id = parse_id(request.session.as_deref()?).ok()?;
        let session = self.session(id).ok()?;
        let same_client = session.issuer == registration.metadata.issuer
            && session.client_id == registration.client.client_id;
        let same_account =
            session.account.subject.is_none() || session.account.subject == account.subject;
        let alive = !matches!(session.phase, Phase::Revoking(_));
        (same_client && same_account && alive).then_some(session)
    }

    /// A sign-in that failed is an event too, unless the vault itself can't be written.
    pub(super) async fn record_failed_sign_in(&self, request: &SignInRequest, error: &EngineError) {
        let Ok(vault) = self.vault_even_locked() else {
            return;
        };
        let result = match error.code() {
            ErrorCode::SignInCancelled => Outcome::Cancelled,
            ErrorCode::SignInRefused | ErrorCode::SignInClientRefused => Outcome::Refused,
            _ => Outcome::Failed,
        };
        let mut event = self.event(EventKind::SignInFailed);
        event.result = result;
        event.code = crate::audit::word(&error.code()).parse().ok();
        event.guarded.issuer = Some(keyfob_secret::redact_url(&request.issuer));
        event.guarded.host = Some(crate::error::host_of(&request.issuer));
        let recorded = blocking(move || Ok(vault.write(|tx| tx.record(event).map(drop))?)).await;
        if recorded.is_err() {
            tracing::warn!("a failed sign-in could not be recorded");
        }
        self.host.changed(crate::host::Changed::Audit);
    }
}

fn account_of(claims: &IdClaims) -> Account {
    claims.account.clone()
}

fn fresh(
    registration: &Registration,
    account: Account,
    name: String,
    origin: Origin,
    now: &Now,
) -> Session {
    let provider = by_id(&registration.record.provider);
    Session {
        id: SessionId(Uuid::new_v4()),
        name,
        labels: Vec::new(),
        issuer: registration.metadata.issuer.clone(),
        provider: registration.record.provider.clone(),
        client_id: registration.client.client_id.clone(),
        client_auth: registration.client.auth,
        account,
        origin,
        scopes: Vec::new(),
        provider_session: None,
        created_at: now.wall,
        signed_in_at: Some(now.wall),
        last_used_at: None,
        access: None,
        refresh: None,
        id_token: None,
        generation: 1,
        lineage: Vec::new(),
        phase: Phase::Live,
        renewal: Renewal::default(),
        limits: provider.limits(&registration.metadata),
    }
}

/// The same session with a fresh family of tokens.
fn renewed(old: &Session, account: &Account, now: &Now) -> Session {
    Session {
        account: account.clone(),
        signed_in_at: Some(now.wall),
        access: None,
        refresh: None,
        id_token: None,
        generation: old.generation + 1,
        lineage: Vec::new(),
        phase: Phase::Live,
        renewal: Renewal::default(),
        origin: match old.origin {
            Origin::Imported | Origin::TakenOver => Origin::Browser,
            origin => origin,
        },
        ..old.clone()
    }
}

fn signed_in(core: &Core, session: &Session) -> Draft {
    let token = session.refresh.as_ref().or(session.access.as_ref());
    Draft {
        generation: Some(session.generation),
        token: token.map(|facts| TokenRef {
            kind: facts.kind,
            fingerprint: facts.fingerprint,
            length: LengthClass::of(facts.length as usize),
        }),
        ..about(core.event(EventKind::SessionSignedIn), session)
    }
}
