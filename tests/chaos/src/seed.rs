//! Sessions by the hundred: real sign-ins at the provider's token endpoint, written down as a
//! sign-in writes them. Only the browser is left out.

use anyhow::{Context, Result, ensure};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use keyfob_audit::{Draft, EventKind};
use keyfob_journeys::provider::Provider;
use keyfob_oauth::{
    AddressPolicy, ClientConfig, Http, HttpOptions, Metadata,
    discovery::discover,
    introspect::introspect,
    jwks,
    pkce::{derive_challenge, make_verifier},
    token::{TokenAnswer, exchange_code},
};
use keyfob_providers::for_issuer;
use keyfob_secret::{AccessToken, AuthorizationCode, PkceVerifier, RefreshToken};
use keyfob_token::{
    ClientAuth, Now, Origin, Phase, Renewal, Session, SessionId, TokenKind, Verification,
    expires_in::ExpiresIn,
    facts::facts,
    jwks::KeySet,
    jwt::{Expected, verify_id_token},
};
use keyfob_vault::{IssuerRecord, Secrets, Vault};
use serde_json::json;
use uuid::Uuid;

const CLIENT: &str = "native";
const REDIRECT: &str = "http://127.0.0.1/callback";
const SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];
/// Sign-ins at once.
const AT_ONCE: usize = 16;

/// The client of all sessions, and what is known of its issuer.
pub struct Client {
    http: Http,
    metadata: Metadata,
    keys: KeySet,
    config: ClientConfig,
}

impl Client {
    /// Reads the issuer's configuration and keys, and writes them into the vault.
    pub(crate) async fn known(issuer: &str, vault: &Vault, now: &Now) -> Result<Self> {
        let http = Http::new(HttpOptions::new("0.0.0-chaos"))?.under(AddressPolicy::AllowPrivate);
        let metadata = discover(&http, issuer).await?;
        let keys = jwks::fetch(&http, &metadata).await?;
        let record = IssuerRecord {
            id: Uuid::new_v4(),
            issuer: metadata.issuer.clone(),
            label: String::new(),
            provider: for_issuer(&metadata.issuer, &metadata).id().to_owned(),
            client_id: CLIENT.to_owned(),
            client_auth: ClientAuth::None,
            scopes: SCOPES.map(String::from).to_vec(),
            redirect_port: None,
            allow_private: true,
            metadata: serde_json::to_value(&metadata)?,
            jwks: serde_json::from_slice(&keys)?,
            created_at: now.wall,
            fetched_at: Some(now.wall),
            last_used_at: Some(now.wall),
        };
        vault.write(|tx| tx.put_issuer(&record))?;
        Ok(Self {
            http,
            metadata,
            keys: KeySet::parse(&keys)?,
            config: ClientConfig::public(CLIENT),
        })
    }

    pub(crate) async fn sign_in(
        &self,
        provider: &Provider,
        vault: &Vault,
        now: &Now,
        count: usize,
        introspected: usize,
    ) -> Result<Vec<Session>> {
        let verifier = make_verifier();
        let first = vault.counter()?;
        let users: Vec<String> = (0..count).map(|n| format!("user-{first}-{n}")).collect();
        let wish = json!({
            "users": users, "scope": SCOPES.join(" "), "redirect": REDIRECT,
            "challenge": derive_challenge(&verifier),
        });
        let codes: Vec<String> = serde_json::from_value(provider.ask("codes", wish).await?)?;
        ensure!(
            codes.len() == count,
            "{} codes for {count} users",
            codes.len()
        );
        let answers: Vec<TokenAnswer> = stream::iter(codes)
            .map(|code| self.exchange(code, &verifier))
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let mut rows = Vec::with_capacity(count);
        for (number, answer) in answers.into_iter().enumerate() {
            let (mut session, secrets) = self.row(vault, now, answer)?;
            if introspected > 0 && number % introspected == 0 {
                session.renewal.introspected_active = self.is_active(&secrets).await?;
            }
            rows.push((session, secrets));
        }
        vault.write(|tx| {
            for (session, secrets) in &rows {
                tx.put_session(session)?;
                tx.put_secrets(session.id, secrets)?;
                tx.record(Draft {
                    session: Some(session.id),
                    generation: Some(session.generation),
                    ..Draft::new(now.wall, EventKind::SessionSignedIn)
                })?;
            }
            Ok(())
        })?;
        Ok(rows.into_iter().map(|(session, _)| session).collect())
    }

    async fn exchange(&self, code: String, verifier: &PkceVerifier) -> Result<TokenAnswer> {
        let code = AuthorizationCode::new(code);
        let (http, metadata, client) = (&self.http, &self.metadata, &self.config);
        Ok(exchange_code(http, metadata, client, &code, verifier, REDIRECT).await?)
    }

    /// Presents a refresh token; what comes of it is thrown away.
    pub(crate) async fn present(&self, token: &RefreshToken) {
        let (http, metadata, client) = (&self.http, &self.metadata, &self.config);
        drop(keyfob_oauth::token::refresh(http, metadata, client, token).await);
    }

    /// What the provider itself says of a refresh token (RFC 7662).
    async fn is_active(&self, secrets: &Secrets) -> Result<bool> {
        let token = secrets.refresh.as_ref().context("a refresh token")?;
        let (http, metadata, client) = (&self.http, &self.metadata, &self.config);
        let said = introspect(http, metadata, client, token, TokenKind::Refresh).await?;
        ensure!(said.active, "a token that was just issued is not active");
        Ok(true)
    }

    /// The row that a sign-in makes of its answer.
    fn row(&self, vault: &Vault, now: &Now, answer: TokenAnswer) -> Result<(Session, Secrets)> {
        let secrets = Secrets {
            access: answer.access.ok(),
            refresh: answer.refresh,
            id_token: answer.id_token,
        };
        let id_token = secrets.id_token.as_ref().context("an ID token")?;
        let claims = verify_id_token(
            id_token,
            &self.keys,
            &Expected {
                issuer: &self.metadata.issuer,
                client_id: CLIENT,
                nonce: None,
                now: now.wall,
            },
        )?;
        // EXPOSE: facts are read off the raw values.
        let [access, refresh, id_facts] = [
            (
                TokenKind::Access,
                secrets.access.as_ref().map(AccessToken::expose),
            ),
            (
                TokenKind::Refresh,
                secrets.refresh.as_ref().map(RefreshToken::expose),
            ),
            (TokenKind::Id, Some(id_token.expose())),
        ]
        .map(|(kind, raw)| {
            let (life, verification) = match kind {
                TokenKind::Access => (answer.expires_in, Verification::NotApplicable),
                TokenKind::Refresh => (answer.refresh_expires_in, Verification::NotApplicable),
                TokenKind::Id => (ExpiresIn::ABSENT, Verification::Verified),
            };
            raw.map(|raw| {
                let print = vault.fingerprint(kind, raw);
                facts(kind, raw, life, now.stamp(), print, verification)
            })
        });
        ensure!(
            access.is_some() && refresh.is_some(),
            "a sign-in without tokens"
        );
        let provider = for_issuer(&self.metadata.issuer, &self.metadata);
        let id = Uuid::new_v4();
        let session = Session {
            id: SessionId(id),
            name: format!("trial {}", id.simple()),
            labels: Vec::new(),
            issuer: self.metadata.issuer.clone(),
            provider: provider.id().to_owned(),
            client_id: CLIENT.to_owned(),
            client_auth: ClientAuth::None,
            account: claims.account.clone(),
            origin: Origin::Browser,
            scopes: SCOPES.map(String::from).to_vec(),
            provider_session: claims.sid.clone(),
            created_at: now.wall,
            signed_in_at: Some(now.wall),
            last_used_at: None,
            marks: keyfob_token::Marks::default(),
            access,
            refresh,
            id_token: id_facts,
            generation: 1,
            lineage: Vec::new(),
            phase: Phase::Live,
            renewal: Renewal::default(),
            limits: provider.limits(&self.metadata),
            dismissed: Default::default(),
        };
        Ok((session, secrets))
    }
}
