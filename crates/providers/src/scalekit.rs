//! Scalekit: sessions are listed and revoked with the client credentials of the environment.
//!
//! Owns the session API below `/api/v1` of an environment. It has no revocation endpoint of its
//! own (RFC 7009), and a session is called dead here only when it was read as active before and is
//! read as ended after. Must not be believed on a 200 alone.

mod admin;
mod api;
mod policy;
mod proof;
mod shape;

use async_trait::async_trait;
use keyfob_oauth::Metadata;
use keyfob_secret::AccessToken;
use keyfob_token::{IssuerLimits, life::RevokeReport};
use url::{Host, Url};

use crate::provider::{
    Probes, Provider, ProviderContext, ProviderError, ProviderSession, RevocationScope,
    SessionFacts, SessionLimits, Tokens,
};

pub use policy::{PolicySource, SessionPolicy};

/// The domains under which Scalekit runs environments. An environment under a domain of its owner
/// is known by its endpoints; where that fails, the user says what it is.
const DOMAINS: [&str; 2] = [".scalekit.com", ".scalekit.dev"];

/// The adapter for Scalekit environments.
pub struct Scalekit {
    /// Where the API is; `None`: at the issuer's own origin, as it is in production.
    base: Option<Url>,
    tokens: admin::TokenCache,
}

impl Scalekit {
    /// The adapter for production: an environment's API is at the origin of its issuer.
    pub const fn new() -> Self {
        Self {
            base: None,
            tokens: admin::TokenCache::new(),
        }
    }

    /// The adapter with its API somewhere else.
    pub fn at(base: Url) -> Self {
        Self {
            base: Some(base),
            tokens: admin::TokenCache::new(),
        }
    }

    /// How long sessions of an organization live (`oid`, `org_…`).
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn session_policy(
        &self,
        context: &ProviderContext<'_>,
        organization: &str,
    ) -> Result<SessionPolicy, ProviderError> {
        policy::fetch(self, context, organization).await
    }
}

/// Whether all endpoints are at the issuer's origin, at the paths of an environment. Each of them
/// is common; the four together are not.
fn has_their_paths(issuer: &Url, metadata: &Metadata) -> bool {
    let is_at = |endpoint: Option<&Url>, path: &str| {
        endpoint.is_some_and(|url| url.origin() == issuer.origin() && url.path() == path)
    };
    is_at(metadata.authorization_endpoint.as_ref(), "/oauth/authorize")
        && is_at(Some(&metadata.token_endpoint), "/oauth/token")
        && is_at(metadata.jwks_uri.as_ref(), "/keys")
        && is_at(metadata.end_session_endpoint.as_ref(), "/oidc/logout")
}

impl Default for Scalekit {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Provider for Scalekit {
    fn id(&self) -> &'static str {
        "scalekit"
    }

    fn display_name(&self) -> &'static str {
        "Scalekit"
    }

    fn recognises(&self, issuer: &str, metadata: &Metadata) -> bool {
        let Ok(url) = Url::parse(issuer) else {
            return false;
        };
        let is_theirs = match url.host() {
            Some(Host::Domain(host)) => DOMAINS.iter().any(|domain| host.ends_with(domain)),
            _ => false,
        };
        is_theirs || has_their_paths(&url, metadata)
    }

    fn limits(&self, metadata: &Metadata) -> IssuerLimits {
        IssuerLimits {
            // Refresh tokens are single use, and a replay is an error.
            rotates: Some(true),
            grace_ms: None,
            // By the session API, for those who have the environment's credentials.
            can_revoke: true,
            can_introspect: metadata.introspection_endpoint.is_some(),
        }
    }

    fn revocation_scope(&self) -> RevocationScope {
        RevocationScope::ClientSession
    }

    fn reach_words(&self) -> &'static str {
        "Ends this session in every program that shares it. Your other sessions stay. Services that \
         check the access token offline may accept it until it ends."
    }

    fn needs_admin(&self) -> bool {
        true
    }

    async fn probe(
        &self,
        context: &ProviderContext<'_>,
        tokens: Tokens<'_>,
        facts: SessionFacts<'_>,
    ) -> Probes {
        proof::probe(self, context, tokens, facts).await
    }

    async fn grant_alive(
        &self,
        context: &ProviderContext<'_>,
        looked_up: Option<&AccessToken>,
        facts: SessionFacts<'_>,
    ) -> Option<bool> {
        proof::grant_alive(self, context, looked_up, facts).await
    }

    async fn revoke(
        &self,
        context: &ProviderContext<'_>,
        tokens: Tokens<'_>,
        facts: SessionFacts<'_>,
        before: Probes,
    ) -> RevokeReport {
        proof::revoke(self, context, tokens, facts, before).await
    }

    async fn list_sessions(
        &self,
        context: &ProviderContext<'_>,
        facts: SessionFacts<'_>,
    ) -> Result<Vec<ProviderSession>, ProviderError> {
        let user = facts.subject.ok_or(ProviderError::UnknownSession)?;
        let mut listing = api::list(self, context, user).await?;
        listing.sessions.sort_by_key(|session| {
            (
                !session.active,
                std::cmp::Reverse(session.last_used_at),
                session.id.clone(),
            )
        });
        Ok(listing.sessions)
    }

    async fn session_limits(
        &self,
        context: &ProviderContext<'_>,
        facts: SessionFacts<'_>,
    ) -> Result<SessionLimits, ProviderError> {
        let session = facts
            .provider_session
            .ok_or(ProviderError::UnknownSession)?;
        let organization = api::organization(self, context, session).await?;
        let policy = self.session_policy(context, &organization).await?;
        Ok(SessionLimits {
            total_ms: policy.absolute_ms,
            unused_ms: policy.idle_ms,
        })
    }

    fn forget_admin(&self) {
        self.tokens.clear();
    }

    async fn revoke_session(
        &self,
        context: &ProviderContext<'_>,
        session: &str,
    ) -> Result<(), ProviderError> {
        api::revoke_confirmed(self, context, session).await
    }

    async fn revoke_all(
        &self,
        context: &ProviderContext<'_>,
        facts: SessionFacts<'_>,
    ) -> Result<u32, ProviderError> {
        let user = facts.subject.ok_or(ProviderError::UnknownSession)?;
        api::revoke_all_confirmed(self, context, user).await
    }
}
