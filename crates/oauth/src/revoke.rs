//! Revocation (RFC 7009). A 200 proves nothing: it is also given for tokens nobody knows.

use keyfob_secret::SecretText;
use keyfob_token::{FailureCode, TokenKind};
use thiserror::Error;

use crate::{ClientConfig, Http, Metadata, Refusal};

/// Why a revocation was not accepted.
#[derive(Debug, Error)]
pub enum RevokeError {
    /// The provider has no revocation endpoint.
    #[error("this provider has no revocation endpoint")]
    NoEndpoint,
    /// The provider never saw the request.
    #[error("the provider could not be reached")]
    NotSent(FailureCode),
    /// 503 or 429: the token still lives (RFC 7009 §2.2.1).
    #[error("the provider says to come back later; the token still lives")]
    TurnedAway {
        /// Milliseconds, if it said how much later.
        retry_after_ms: Option<i64>,
    },
    /// It may have acted.
    #[error("the provider's answer was lost or could not be read")]
    Uncertain,
    /// `unsupported_token_type`: this kind can't be revoked here.
    #[error("the provider can't revoke this kind of token")]
    UnsupportedTokenType,
    /// Another refusal: `invalid_client` above all.
    #[error("the provider refuses this program's request")]
    Refused {
        /// The code to store.
        code: FailureCode,
        /// The OAuth error.
        refusal: Refusal,
    },
}

/// Asks the provider to revoke a token. `Ok` means that it accepts, not that the token is dead.
///
/// # Errors
/// See [`RevokeError`].
pub async fn revoke(
    _http: &Http,
    _metadata: &Metadata,
    _client: &ClientConfig,
    _token: &(dyn SecretText + Sync),
    _kind: TokenKind,
) -> Result<(), RevokeError> {
    unimplemented!()
}
