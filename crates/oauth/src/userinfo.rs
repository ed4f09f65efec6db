//! The userinfo endpoint (OpenID Connect Core §5.3): who the user is, and a probe of an access
//! token.

use keyfob_secret::AccessToken;
use keyfob_token::{Account, FailureCode};
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use crate::{
    Http, Metadata,
    http::{HttpError, Request},
    text::bounded,
};

/// Why there are no claims.
#[derive(Debug, Error)]
pub enum UserInfoError {
    /// The provider has no userinfo endpoint.
    #[error("this provider has no userinfo endpoint")]
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
    /// 401: the access token is refused (RFC 6750 §3.1). A probe reads this as "dead".
    #[error("the provider refuses the access token")]
    TokenRefused,
    /// 403: the token may live, but lacks the scope. No verdict.
    #[error("the access token does not reach the user's details")]
    Forbidden,
    /// Signed or encrypted claims, which Keyfob doesn't read here.
    #[error("the provider signs or encrypts the user's details, which Keyfob can't read")]
    Signed,
    /// The claims are of another subject than the ID token (OpenID Connect Core §5.3.2).
    #[error("the provider told the details of another user")]
    OtherSubject,
    /// No readable answer.
    #[error("the provider's answer was lost or could not be read")]
    Unreadable,
}

/// Fetches the claims. `subject`, where known, is the `sub` of the ID token, and must be theirs.
/// Each field is at most 1,000 bytes.
///
/// # Errors
/// See [`UserInfoError`].
pub async fn fetch(
    http: &Http,
    metadata: &Metadata,
    token: &AccessToken,
    subject: Option<&str>,
) -> Result<Account, UserInfoError> {
    let url = metadata
        .userinfo_endpoint
        .clone()
        .ok_or(UserInfoError::NoEndpoint)?;
    let answer =
        http.send(Request::fetch(url).bearer(token))
            .await
            .map_err(|error| match error {
                HttpError::NotSent(cause) => UserInfoError::NotSent(cause.code()),
                HttpError::Uncertain { .. } => UserInfoError::Unreadable,
            })?;
    match answer.status {
        200 if answer.media_type.as_deref() == Some("application/jwt") => {
            return Err(UserInfoError::Signed);
        }
        200 => {}
        401 => return Err(UserInfoError::TokenRefused),
        403 => return Err(UserInfoError::Forbidden),
        429 | 503 => {
            return Err(UserInfoError::TurnedAway {
                retry_after_ms: answer.retry_after_ms,
            });
        }
        _ => return Err(UserInfoError::Unreadable),
    }
    let claims: Claims = answer.json().ok_or(UserInfoError::Unreadable)?;
    let account = claims.into_account();
    // `sub` must be there (OpenID Connect Core §5.3.2); without it nobody says whose claims
    // these are.
    match (&account.subject, subject) {
        (None, _) => Err(UserInfoError::Unreadable),
        (Some(found), Some(expected)) if found != expected => Err(UserInfoError::OtherSubject),
        _ => Ok(account),
    }
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    sub: Value,
    #[serde(default)]
    name: Value,
    #[serde(default)]
    preferred_username: Value,
    #[serde(default)]
    email: Value,
}

impl Claims {
    fn into_account(self) -> Account {
        Account {
            subject: bounded(self.sub),
            name: bounded(self.name),
            username: bounded(self.preferred_username),
            email: bounded(self.email),
        }
    }
}
