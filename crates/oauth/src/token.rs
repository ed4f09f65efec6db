//! The token endpoint (RFC 6749 §4.1.3, §5, §6): codes and refresh tokens in, tokens out.
//!
//! An answer is read for what it holds, not for what it should be: a new refresh token in it is
//! saved whatever else is wrong, because the old one may be dead already.

mod answer;

pub use answer::{AccessProblem, AnswerFlags, TokenAnswer};

use keyfob_secret::{AuthorizationCode, PkceVerifier, RefreshToken};
use keyfob_token::FailureCode;
use thiserror::Error;

use crate::{ClientConfig, Http, Metadata, Refusal};

/// The caps on what is taken from an answer, in bytes.
pub const LONGEST_ACCESS_TOKEN: usize = 256 * 1024;

/// Why the token endpoint gave no tokens.
#[derive(Debug, Error)]
pub enum TokenError {
    /// The provider never saw the request.
    #[error("the provider could not be reached")]
    NotSent(FailureCode),
    /// "Later" (429, 503, `temporarily_unavailable`): not acted on.
    #[error("the provider says to come back later")]
    TurnedAway {
        /// Milliseconds, if it said how much later.
        retry_after_ms: Option<i64>,
    },
    /// It may have acted; no readable answer came, and no refresh token could be found in it.
    #[error("the provider's answer was lost or could not be read")]
    Uncertain,
    /// `invalid_grant`: the code or the refresh token is refused.
    #[error("the provider refuses this sign-in")]
    InvalidGrant(Refusal),
    /// Another refusal; the refresh token stays.
    #[error("the provider refuses this program's request")]
    Refused {
        /// The code to store.
        code: FailureCode,
        /// The OAuth error, where the answer was one.
        refusal: Refusal,
    },
}

/// Exchanges an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.5).
///
/// # Errors
/// See [`TokenError`].
pub async fn exchange_code(
    _http: &Http,
    _metadata: &Metadata,
    _client: &ClientConfig,
    _code: &AuthorizationCode,
    _verifier: &PkceVerifier,
    _redirect_uri: &str,
) -> Result<TokenAnswer, TokenError> {
    unimplemented!()
}

/// Uses a refresh token once (RFC 6749 §6). `http` should have [`crate::Patience::ANSWER`], and
/// the future should be driven to its end even when its caller has gone: the answer may hold the
/// only living refresh token.
///
/// # Errors
/// See [`TokenError`].
pub async fn refresh(
    _http: &Http,
    _metadata: &Metadata,
    _client: &ClientConfig,
    _token: &RefreshToken,
) -> Result<TokenAnswer, TokenError> {
    unimplemented!()
}
