//! Revocation (RFC 7009). A 200 proves nothing: it is also given for tokens nobody knows.

use keyfob_secret::SecretText;
use keyfob_token::{FailureCode, TokenKind};
use thiserror::Error;

use crate::{
    ClientConfig, ErrorCode, Http, Metadata, Refusal,
    endpoint::{Failure, settle},
    http::Form,
};

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
    Uncertain(FailureCode),
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
    http: &Http,
    metadata: &Metadata,
    client: &ClientConfig,
    token: &(dyn SecretText + Sync),
    kind: TokenKind,
) -> Result<(), RevokeError> {
    let url = metadata
        .revocation_endpoint
        .clone()
        .ok_or(RevokeError::NoEndpoint)?;
    let request = client.post(url, form_of(token, kind));
    settle(http.send(request).await)
        .map(|_| ())
        .map_err(|failure| match failure {
            Failure::NotSent(code) => RevokeError::NotSent(code),
            Failure::Later(retry_after_ms) => RevokeError::TurnedAway { retry_after_ms },
            Failure::Unclear => RevokeError::Uncertain(FailureCode::Unreadable),
            Failure::No(refusal) if refusal.code == ErrorCode::UnsupportedTokenType => {
                RevokeError::UnsupportedTokenType
            }
            Failure::No(refusal) => RevokeError::Refused {
                code: refusal.code.failure(),
                refusal,
            },
        })
}

/// The fields that revocation and introspection share (RFC 7009 §2.1, RFC 7662 §2.1).
pub(crate) fn form_of(token: &(dyn SecretText + Sync), kind: TokenKind) -> Form {
    // EXPOSE: the endpoint needs the raw value; `http` never logs bodies.
    let form = Form::new().with("token", token.expose());
    match kind {
        TokenKind::Access => form.with("token_type_hint", "access_token"),
        TokenKind::Refresh => form.with("token_type_hint", "refresh_token"),
        // There is no registered hint for ID tokens.
        TokenKind::Id => form,
    }
}
