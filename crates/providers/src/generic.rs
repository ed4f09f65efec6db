//! Any OpenID Connect provider that keeps to the standards.

use async_trait::async_trait;
use keyfob_oauth::Metadata;
use keyfob_token::IssuerLimits;

use crate::{
    proof::revoke_and_prove,
    provider::{Provider, ProviderContext, RevocationScope, RevokeReport, SessionFacts, Tokens},
};

/// The adapter for everyone without an adapter.
pub struct GenericOidc;

#[async_trait]
impl Provider for GenericOidc {
    fn id(&self) -> &'static str {
        "oidc"
    }

    fn display_name(&self) -> &'static str {
        "OpenID Connect"
    }

    fn recognises(&self, _issuer: &str, _metadata: &Metadata) -> bool {
        true
    }

    fn limits(&self, metadata: &Metadata) -> IssuerLimits {
        IssuerLimits {
            can_revoke: metadata.revocation_endpoint.is_some(),
            can_introspect: metadata.introspection_endpoint.is_some(),
            ..IssuerLimits::default()
        }
    }

    fn revocation_scope(&self) -> RevocationScope {
        RevocationScope::Token
    }

    fn reach_words(&self) -> &'static str {
        "Ends this session's tokens. The provider may end others of the same sign-in with them; \
         your browser stays signed in there."
    }

    async fn revoke(
        &self,
        context: &ProviderContext<'_>,
        tokens: Tokens<'_>,
        facts: SessionFacts<'_>,
    ) -> RevokeReport {
        revoke_and_prove(context, tokens, facts).await
    }
}
