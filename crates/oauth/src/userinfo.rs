//! The userinfo endpoint (OpenID Connect Core §5.3): who the user is, and a probe of an access
//! token.

use keyfob_secret::AccessToken;
use keyfob_token::{Account, FailureCode};
use thiserror::Error;

use crate::{Http, Metadata};

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
/// Each field is at most 300 characters.
///
/// # Errors
/// See [`UserInfoError`].
pub async fn fetch(
    _http: &Http,
    _metadata: &Metadata,
    _token: &AccessToken,
    _subject: Option<&str>,
) -> Result<Account, UserInfoError> {
    unimplemented!()
}
