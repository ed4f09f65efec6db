//! After a sign-in: the tokens are judged, named, and committed with their event.

use std::sync::Arc;

use keyfob_audit::{EventKind, Outcome};
use keyfob_oauth::token::TokenAnswer;
use keyfob_providers::{Probes, SessionFacts, Tokens, by_id};
use keyfob_secret::{AccessToken, Fingerprint, RefreshToken};
use keyfob_token::{
    Account, Marks, Now, Origin, Phase, Renewal, Session, SessionId, Verification,
    jwt::IdClaims,
    life::{Effect, Event, Fact, NewTokens, decide},
};
use keyfob_vault::{Secrets, Vault};
use uuid::Uuid;

use super::{Wish, free_name, settle_name};
use crate::{
    arrival::{Registration, merge_account, take_in, verify_by_its_own_clock},
    chance,
    engine::{Core, blocking, parse_id},
    error::{EngineError, host_of},
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
                let access = answer.access.as_ref().ok();
                self.revoke_orphans(&registration, answer.refresh.as_ref(), access)
                    .await;
                return Err(error);
            }
        };
        let mut account = claims.as_ref().map(account_of).unwrap_or_default();
        let (more, told_alive) = tokio::join!(
            self.ask_userinfo(&registration, &answer, &account),
            self.is_told_alive(&registration, &answer),
        );
        merge_account(&mut account, more);
        let sid = claims.as_ref().and_then(|claims| claims.sid.clone());
        let verified = if claims.is_some() {
            Verification::Verified
        } else {
            Verification::NotApplicable
        };
        let old = self.session_to_renew(request, &registration, &account);
        // Held until the session is in the list: two that end in one instant get two names.
        let _naming = self.naming.lock().await;
        let name = free_name(
            self,
            &Wish {
                name: request.name.as_deref(),
                account: &account,
                client_id: &registration.client.client_id,
                issuer: &registration.metadata.issuer,
            },
        );
        // Even if the vault was locked meanwhile: the tokens are alive and must have a place.
        let vault = self.vault_even_locked()?;
        let mut session = fresh(&registration, account, name, origin, &now);
        session.provider_session = sid;
        session.scopes = request.scopes.clone();
        session.renewal.introspected_active = told_alive;
        let orphans = (
            answer.refresh.as_ref().map(RefreshToken::duplicate),
            answer.access.as_ref().ok().map(AccessToken::duplicate),
        );
        let secrets = take_in(
            &vault,
            &mut session,
            answer,
            verified,
            Some(&registration),
            Secrets::default(),
            &now,
        );
        let registration = Arc::new(registration);
        match self
            .keep(vault, registration.clone(), session, secrets, old)
            .await
        {
            Ok(session) => {
                self.keep_anchor().await;
                Ok(session)
            }
            Err(error) => {
                self.revoke_orphans(&registration, orphans.0.as_ref(), orphans.1.as_ref())
                    .await;
                Err(error)
            }
        }
    }

    /// Commits the new session, or the new tokens of the one that was signed in again.
    async fn keep(
        self: &Arc<Self>,
        vault: Arc<Vault>,
        registration: Arc<Registration>,
        new: Session,
        secrets: Secrets,
        old: Option<SessionId>,
    ) -> Result<Session, EngineError> {
        let core = self.clone();
        blocking(move || {
            core.in_order(|| {
                let session = vault.write_with(|tx| {
                    tx.put_issuer(&registration.record)?;
                    if registration.client.secret.is_some() {
                        let secret = registration.client.secret.as_ref();
                        tx.put_client_secret(registration.record.id, secret)?;
                    }
                    let again = match old {
                        Some(old) => renew(tx.session(old)?, &new, &core.now()),
                        None => None,
                    };
                    let (session, older) = match again {
                        Some(renewed) => renewed,
                        None => {
                            let mut new = new;
                            settle_name(tx, &mut new)?;
                            (new, Vec::new())
                        }
                    };
                    tx.put_session(&session)?;
                    if !older.is_empty() {
                        tx.add_ancestors(session.id, &older)?;
                    }
                    tx.put_secrets(session.id, &secrets)?;
                    tx.record(core.draft(&session, Fact::SignedIn))?;
                    Ok::<_, EngineError>(session)
                })?;
                core.publish(session.clone());
                Ok(session)
            })
        })
        .await
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
        let verified = self.verify_id(registration, id_token, nonce, now).await;
        verified.map(Some).map_err(|why| {
            let by_its_own = verify_by_its_own_clock(registration, id_token, nonce, now);
            match by_its_own {
                // All is well with it but the time.
                Ok(claims) => clock_off(registration, claims.iat - now.wall),
                Err(_) => EngineError::new(ErrorCode::IdTokenInvalid).with("why", why.to_string()),
            }
        })
    }

    async fn revoke_orphans(
        &self,
        registration: &Registration,
        refresh: Option<&RefreshToken>,
        access: Option<&AccessToken>,
    ) {
        let provider = by_id(&registration.record.provider);
        let http = self.http(registration.record.allow_private);
        let context = registration.context(&http, None);
        let tokens = Tokens { refresh, access };
        provider
            .revoke(&context, tokens, SessionFacts::default(), Probes::default())
            .await;
    }

    /// The session that was asked to be signed in again, if client and account are the same.
    fn session_to_renew(
        &self,
        request: &SignInRequest,
        registration: &Registration,
        account: &Account,
    ) -> Option<SessionId> {
        let id = parse_id(request.session.as_deref()?).ok()?;
        let session = self.session(id).ok()?;
        let same_client = session.issuer == registration.metadata.issuer
            && session.client_id == registration.client.client_id;
        let same_account =
            session.account.subject.is_none() || session.account.subject == account.subject;
        (same_client && same_account).then_some(id)
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
        event.guarded.host = Some(host_of(&request.issuer));
        let recorded = blocking(move || Ok(vault.write(|tx| tx.record(event).map(drop))?)).await;
        if recorded.is_err() {
            tracing::warn!("a failed sign-in could not be recorded");
        }
        self.host.changed(crate::host::Changed::Audit);
    }
}

/// The clock of this computer is behind by so many milliseconds, or ahead where that is negative.
fn clock_off(registration: &Registration, behind_ms: i64) -> EngineError {
    EngineError::new(ErrorCode::SignInClockOff)
        .with("host", host_of(&registration.metadata.issuer))
        .with(
            "behind_minutes",
            (behind_ms + 30_000).div_euclid(60_000).to_string(),
        )
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
        marks: Marks {
            begun: Some(now.stamp()),
            ..Marks::default()
        },
        access: None,
        refresh: None,
        id_token: None,
        generation: 1,
        lineage: Vec::new(),
        phase: Phase::Live,
        renewal: Renewal::default(),
        limits: provider.limits(&registration.metadata),
        dismissed: Vec::new(),
    }
}

/// The old session with the tokens of the new one, and the ancestors that it no longer lists; `None` while something of the old one is still
/// to be revoked: then the new one stands beside it.
fn renew(old: Session, new: &Session, now: &Now) -> Option<(Session, Vec<Fingerprint>)> {
    let event = Event::SignedInAgain {
        origin: new.origin,
        tokens: NewTokens {
            access: new.access.clone(),
            refresh: new.refresh.clone(),
            id_token: new.id_token.clone(),
            scopes: Some(new.scopes.clone()),
        },
    };
    let decision = decide(&old, &event, now, chance());
    if decision.refused.is_some() {
        return None;
    }
    let older = decision
        .effects
        .into_iter()
        .find_map(|effect| match effect {
            Effect::KeepAncestors(older) => Some(older),
            _ => None,
        });
    let renewed = Session {
        account: new.account.clone(),
        provider_session: new.provider_session.clone(),
        limits: new.limits,
        client_auth: new.client_auth,
        renewal: Renewal {
            introspected_active: new.renewal.introspected_active,
            ..decision.session.renewal
        },
        ..decision.session
    };
    Some((renewed, older.unwrap_or_default()))
}
