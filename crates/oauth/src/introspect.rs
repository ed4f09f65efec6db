//! Introspection (RFC 7662): the one probe that can tell a refresh token's life without using it.

use keyfob_secret::SecretText;
use keyfob_token::{FailureCode, TokenKind, UnixMillis};
use thiserror::Error;

use crate::{ClientConfig, Http, Metadata};

/// What the provider says of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspection {
    /// Whether it is alive, as far as this client may know: `false` also hides tokens of others.
    pub active: bool,
    /// Its end.
    pub expires_at: Option<UnixMillis>,
    /// `sub`.
    pub subject: Option<String>,
    /// `client_id`.
    pub client_id: Option<String>,
}

/// Why nothing is known.
#[derive(Debug, Error)]
pub enum IntrospectError {
    /// The provider has no introspection endpoint.
    #[error("this provider has no introspection endpoint")]
    NoEndpoint,
    /// The provider never saw the request.
    #[error("the provider could not be reached")]
    NotSent(FailureCode),
    /// 429 or 503.
    #[error("the provider says to come back later")]
    TurnedAway {
        /// Milliseconds, if it said how much later.
        retry_after_ms: Option<i64>,
    },
    /// It refuses: this client, or this kind of token.
    #[error("the provider does not let this program look at the token")]
    Refused,
    /// No readable answer.
    #[error("the provider's answer was lost or could not be read")]
    Unreadable,
}

/// Asks whether a token is alive.
///
/// # Errors
/// See [`IntrospectError`]. An error is never a "dead".
pub async fn introspect(
    _http: &Http,
    _metadata: &Metadata,
    _client: &ClientConfig,
    _token: &(dyn SecretText + Sync),
    _kind: TokenKind,
) -> Result<Introspection, IntrospectError> {
    unimplemented!()
}
