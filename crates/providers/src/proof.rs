//! Revocation by RFC 7009, and its proof: the same probe, just before, said alive, and now says
//! dead. Shared by the adapters.

use crate::provider::{ProviderContext, RevokeReport, SessionFacts, Tokens};

/// Revokes the refresh token, then the access token even if that failed, each between two probes.
pub async fn revoke_and_prove(
    _context: &ProviderContext<'_>,
    _tokens: Tokens<'_>,
    _facts: SessionFacts<'_>,
) -> RevokeReport {
    unimplemented!()
}
