//! The authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).

use std::fmt;

use keyfob_secret::{Nonce, PkceVerifier, State};
use thiserror::Error;
use url::Url;

use crate::{ClientConfig, Metadata};

/// What the browser is sent to, and what is kept to check its return.
pub struct AuthorizationRequest {
    /// Where the browser goes.
    pub url: Url,
    /// Comes back in the callback.
    pub state: State,
    /// Comes back in the ID token.
    pub nonce: Nonce,
    /// Goes to the token endpoint with the code.
    pub verifier: PkceVerifier,
    /// Must be repeated at the token endpoint, to the letter.
    pub redirect_uri: String,
}

impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationRequest [redacted]")
    }
}

/// The provider has no such way in.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("this provider has no sign-in in the browser")]
pub struct NoAuthorizationEndpoint;

/// Makes a request with fresh `state`, `nonce` and verifier. Asks with `prompt=consent` when
/// `offline_access` is among the scopes (OpenID Connect Core §11).
///
/// # Errors
/// The provider has no authorization endpoint.
pub fn make_request(
    _metadata: &Metadata,
    _client: &ClientConfig,
    _redirect_uri: &str,
    _scopes: &[String],
    _login_hint: Option<&str>,
) -> Result<AuthorizationRequest, NoAuthorizationEndpoint> {
    unimplemented!()
}
