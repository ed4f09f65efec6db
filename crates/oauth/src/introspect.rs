//! Introspection (RFC 7662): the one probe that can tell a refresh token's life without using it.

use keyfob_secret::SecretText;
use keyfob_token::{FailureCode, TokenKind, UnixMillis};
use serde::Deserialize;
use thiserror::Error;

use crate::{
    ClientConfig, Http, Metadata,
    endpoint::{Failure, settle},
    revoke::form_of,
    text::bounded,
};

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
    http: &Http,
    metadata: &Metadata,
    client: &ClientConfig,
    token: &(dyn SecretText + Sync),
    kind: TokenKind,
) -> Result<Introspection, IntrospectError> {
    let url = metadata
        .introspection_endpoint
        .clone()
        .ok_or(IntrospectError::NoEndpoint)?;
    let request = client.post(url, form_of(token, kind));
    let answer = settle(http.send(request).await).map_err(|failure| match failure {
        Failure::NotSent(code) => IntrospectError::NotSent(code),
        Failure::Later(retry_after_ms) => IntrospectError::TurnedAway { retry_after_ms },
        Failure::Unclear => IntrospectError::Unreadable,
        Failure::No(_) => IntrospectError::Refused,
    })?;
    let found: Document = answer.json().ok_or(IntrospectError::Unreadable)?;
    Ok(Introspection {
        active: found.active,
        expires_at: found.exp.as_ref().and_then(expiry),
        subject: found.sub.and_then(bounded),
        client_id: found.client_id.and_then(bounded),
    })
}

/// `active` must be there and be a boolean (RFC 7662 §2.2): nothing less is a verdict.
#[derive(Deserialize)]
struct Document {
    active: bool,
    exp: Option<serde_json::Value>,
    sub: Option<serde_json::Value>,
    client_id: Option<serde_json::Value>,
}

fn expiry(exp: &serde_json::Value) -> Option<UnixMillis> {
    let seconds = exp
        .as_f64()
        .filter(|seconds| (0.0..1e11).contains(seconds))?;
    Some(UnixMillis::from_seconds(seconds as i64))
}
