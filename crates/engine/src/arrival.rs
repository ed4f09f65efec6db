//! Tokens that arrived: judged, described and made ready to be committed.

use std::sync::Arc;

use keyfob_oauth::{ClientConfig, Metadata, token::TokenAnswer};
use keyfob_secret::{AccessToken, IdToken};
use keyfob_token::{
    Account, Now, Session, TokenFacts, TokenFormat, TokenKind, Verification,
    expires_in::ExpiresIn,
    facts::facts,
    jwks::{KeySet, may_refetch},
    jwt::{
        Expected, IdClaims, ValidationError, format_of, verify_access_token, verify_id_token,
        verify_id_token_by_its_own_clock,
    },
};
use keyfob_vault::{IssuerRecord, Secrets, Vault};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    engine::{Core, blocking, locked},
    error::EngineError,
    view::ErrorCode,
};

/// An issuer with everything needed to talk to it.
pub(crate) struct Registration {
    pub(crate) record: IssuerRecord,
    pub(crate) metadata: Metadata,
    pub(crate) client: ClientConfig,
}

impl Registration {
    pub(crate) fn key_set(&self) -> Option<KeySet> {
        KeySet::parse(self.record.jwks.to_string().as_bytes()).ok()
    }
}

impl Core {
    /// What the vault knows of a session's issuer and client; `None` when nothing.
    pub(crate) async fn registration(
        &self,
        vault: Arc<Vault>,
        issuer: String,
        client_id: String,
    ) -> Result<Option<Registration>, EngineError> {
        blocking(move || {
            let found = vault
                .issuers()?
                .into_iter()
                .find(|record| record.issuer == issuer && record.client_id == client_id);
            let Some(record) = found else { return Ok(None) };
            let metadata = serde_json::from_value(record.metadata.clone())
                .map_err(|_| EngineError::new(ErrorCode::VaultDamaged))?;
            let client = ClientConfig {
                client_id: record.client_id.clone(),
                auth: record.client_auth,
                secret: vault.client_secret(record.id)?,
            };
            Ok(Some(Registration {
                record,
                metadata,
                client,
            }))
        })
        .await
    }

    /// Fetches the issuer's keys when there are none, or when a token names one that is not there
    /// and the last fetch is long enough ago. Within that time, what was fetched for another client
    /// or a sign-in that failed will do.
    pub(crate) async fn fetch_keys(&self, registration: &mut Registration, now: &Now) -> bool {
        let issuer = &registration.metadata.issuer;
        let last = locked(&self.keys_fetched).get(issuer).cloned();
        if let Some((at, keys)) = last
            && !may_refetch(Some(&at), now)
        {
            let news = !keys.is_null() && registration.record.jwks != keys;
            if news {
                registration.record.jwks = keys;
            }
            return news;
        }
        locked(&self.keys_fetched).insert(issuer.clone(), (now.stamp(), Value::Null));
        let http = self.http(registration.record.allow_private);
        match keyfob_oauth::jwks::fetch(&http, &registration.metadata).await {
            Ok(keys) => {
                let keys: Value = serde_json::from_slice(&keys).unwrap_or_default();
                locked(&self.keys_fetched).insert(issuer.clone(), (now.stamp(), keys.clone()));
                registration.record.jwks = keys;
                !registration.record.jwks.is_null()
            }
            Err(error) => {
                tracing::warn!(%error, "the keys of an issuer could not be fetched");
                false
            }
        }
    }

    /// Fetches the keys that an answer is signed with, and keeps them for the next one. Best
    /// effort, and only after the answer is on the disk.
    pub(crate) async fn learn_keys(&self, registration: &mut Registration) {
        if !self.fetch_keys(registration, &self.now()).await {
            return;
        }
        let Ok(vault) = self.vault_even_locked() else {
            return;
        };
        let (id, keys) = (registration.record.id, registration.record.jwks.clone());
        let kept = blocking(move || {
            vault.write_with(|tx| {
                let mut record = tx.issuer(id)?;
                record.jwks = keys;
                Ok::<_, EngineError>(tx.put_issuer(&record)?)
            })
        })
        .await;
        if let Err(error) = kept {
            tracing::warn!(code = ?error.code(), "the keys of an issuer could not be kept");
        }
    }

    /// Verifies an ID token, fetching the issuer's keys once if the key is unknown.
    pub(crate) async fn verify_id(
        &self,
        registration: &mut Registration,
        token: &IdToken,
        nonce: Option<&str>,
        now: &Now,
    ) -> Result<IdClaims, ValidationError> {
        let first = verify_with(registration, token, nonce, now);
        if !matches!(first, Err(ValidationError::UnknownKey)) {
            return first;
        }
        if self.fetch_keys(registration, now).await {
            verify_with(registration, token, nonce, now)
        } else {
            first
        }
    }
}

/// Verifies an ID token by the keys that are known here.
fn verify_with(
    registration: &Registration,
    token: &IdToken,
    nonce: Option<&str>,
    now: &Now,
) -> Result<IdClaims, ValidationError> {
    let keys = registration.key_set().ok_or(ValidationError::UnknownKey)?;
    verify_id_token(token, &keys, &expected(registration, nonce, now))
}

/// Verifies an ID token that has just come, whatever the clock of this computer says: a refresh
/// must not suffer by it, and a sign-in asks how far off it is.
pub(crate) fn verify_by_its_own_clock(
    registration: &Registration,
    token: &IdToken,
    nonce: Option<&str>,
    now: &Now,
) -> Result<IdClaims, ValidationError> {
    let keys = registration.key_set().ok_or(ValidationError::UnknownKey)?;
    verify_id_token_by_its_own_clock(token, &keys, &expected(registration, nonce, now))
}

fn expected<'a>(registration: &'a Registration, nonce: Option<&'a str>, now: &Now) -> Expected<'a> {
    Expected {
        issuer: &registration.metadata.issuer,
        client_id: &registration.client.client_id,
        nonce,
        now: now.wall,
    }
}

/// Describes an access token and verifies it where the keys are known.
pub(crate) fn access_facts(
    vault: &Vault,
    token: &AccessToken,
    expires_in: ExpiresIn,
    registration: Option<&Registration>,
    now: &Now,
) -> TokenFacts {
    // EXPOSE: the fingerprint and the format are read off the raw value.
    let raw = token.expose();
    let verification = match registration.and_then(Registration::key_set) {
        Some(keys) => {
            let issuer = registration.map_or("", |known| known.metadata.issuer.as_str());
            verify_access_token(token, &keys, issuer, now.wall).verification
        }
        None => unverified(raw),
    };
    let fingerprint = vault.fingerprint(TokenKind::Access, raw);
    facts(
        TokenKind::Access,
        raw,
        expires_in,
        now.stamp(),
        fingerprint,
        verification,
    )
}

/// Puts the tokens of an answer beside a session's facts. What the answer doesn't bring stays as
/// it was: a missing refresh token means that the old one goes on (RFC 6749 §6).
pub(crate) fn take_in(
    vault: &Vault,
    session: &mut Session,
    answer: TokenAnswer,
    id_verification: Verification,
    registration: Option<&Registration>,
    kept: Secrets,
    now: &Now,
) -> Secrets {
    let mut secrets = kept;
    if let Ok(access) = answer.access {
        session.access = Some(access_facts(
            vault,
            &access,
            answer.expires_in,
            registration,
            now,
        ));
        secrets.access = Some(access);
    }
    if let Some(refresh) = answer.refresh {
        // EXPOSE: the fingerprint is made of the raw value.
        let fingerprint = vault.fingerprint(TokenKind::Refresh, refresh.expose());
        session.refresh = Some(facts(
            TokenKind::Refresh,
            refresh.expose(),
            answer.refresh_expires_in,
            now.stamp(),
            fingerprint,
            Verification::NotApplicable,
        ));
        secrets.refresh = Some(refresh);
    }
    if let Some(id_token) = answer.id_token {
        // EXPOSE: the fingerprint and the format are read off the raw value.
        let fingerprint = vault.fingerprint(TokenKind::Id, id_token.expose());
        session.id_token = Some(facts(
            TokenKind::Id,
            id_token.expose(),
            ExpiresIn::ABSENT,
            now.stamp(),
            fingerprint,
            id_verification,
        ));
        secrets.id_token = Some(id_token);
    }
    if let Some(scope) = answer.scope {
        session.scopes = scope;
    }
    secrets
}

/// Fills gaps of an account with what another source says; what is there stays.
pub(crate) fn merge_account(account: &mut Account, more: Account) {
    let fill = |field: &mut Option<String>, value: Option<String>| {
        if field.as_deref().is_none_or(str::is_empty) {
            *field = value;
        }
    };
    fill(&mut account.subject, more.subject);
    fill(&mut account.name, more.name);
    fill(&mut account.username, more.username);
    fill(&mut account.email, more.email);
}

/// A record for an issuer that is used for the first time.
pub(crate) fn new_record(metadata: &Metadata, client_id: &str, now: &Now) -> IssuerRecord {
    IssuerRecord {
        id: Uuid::new_v4(),
        issuer: metadata.issuer.clone(),
        label: String::new(),
        provider: String::new(),
        client_id: client_id.to_owned(),
        client_auth: keyfob_token::ClientAuth::None,
        scopes: Vec::new(),
        redirect_port: None,
        allow_private: false,
        metadata: serde_json::to_value(metadata).unwrap_or_default(),
        jwks: Value::Null,
        created_at: now.wall,
        fetched_at: Some(now.wall),
        last_used_at: None,
    }
}

/// Whether a format has claims to show.
pub(crate) fn has_claims(format: &TokenFormat) -> bool {
    matches!(format, TokenFormat::Jwt { .. } | TokenFormat::UnsignedJwt)
}

/// What can be said of a token whose issuer's keys are not known.
pub(crate) fn unverified(raw: &str) -> Verification {
    match format_of(raw) {
        TokenFormat::Jwt { .. } => Verification::KeysUnknown,
        TokenFormat::UnsignedJwt => Verification::Unsigned,
        TokenFormat::Jwe | TokenFormat::Opaque => Verification::NotApplicable,
    }
}
