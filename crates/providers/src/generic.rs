//! Any OpenID Connect provider that keeps to the standards.

use async_trait::async_trait;
use keyfob_oauth::Metadata;
use keyfob_token::{
    IssuerLimits,
    life::{RevokeReport, StepResult},
};

use crate::{
    proof,
    provider::{Probes, Provider, ProviderContext, RevocationScope, SessionFacts, Tokens},
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

    async fn probe(
        &self,
        context: &ProviderContext<'_>,
        tokens: Tokens<'_>,
        facts: SessionFacts<'_>,
    ) -> Probes {
        proof::probe(context, tokens, facts).await
    }

    async fn revoke(
        &self,
        context: &ProviderContext<'_>,
        tokens: Tokens<'_>,
        facts: SessionFacts<'_>,
        before: Probes,
    ) -> RevokeReport {
        // There is no session API here to wait for.
        let report = proof::revoke(context, tokens, facts, before).await;
        RevokeReport {
            provider: StepResult::NotApplicable,
            ..report
        }
    }
}
