//! The token endpoint (RFC 6749 §4.1.3, §5, §6): codes and refresh tokens in, tokens out.
//!
//! An answer is read for what it holds, not for what it should be: a new refresh token in it is
//! saved whatever else is wrong, because the old one may be dead already.

mod answer;
mod salvage;

pub use answer::{AccessProblem, AnswerFlags, TokenAnswer};

use keyfob_secret::{AuthorizationCode, PkceVerifier, RefreshToken};
use keyfob_token::FailureCode;
use thiserror::Error;

use crate::{
    ClientConfig, ErrorCode, Http, Metadata, Refusal,
    endpoint::{Said, said},
    fields::Fields,
    http::{Answer, Form, HttpError},
};

/// The longest access token that is taken, in bytes.
pub const LONGEST_ACCESS_TOKEN: usize = 256 * 1024;
/// The longest refresh token that is taken, in bytes.
pub const LONGEST_REFRESH_TOKEN: usize = 64 * 1024;
/// The longest ID token that is taken, in bytes.
pub const LONGEST_ID_TOKEN: usize = 256 * 1024;

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

impl TokenError {
    /// The code to store.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::NotSent(code) | Self::Refused { code, .. } => *code,
            Self::TurnedAway { .. } => FailureCode::TurnedAway,
            Self::Uncertain => FailureCode::Unreadable,
            Self::InvalidGrant(_) => FailureCode::InvalidGrant,
        }
    }
}

/// Exchanges an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.5).
///
/// # Errors
/// See [`TokenError`].
pub async fn exchange_code(
    http: &Http,
    metadata: &Metadata,
    client: &ClientConfig,
    code: &AuthorizationCode,
    verifier: &PkceVerifier,
    redirect_uri: &str,
) -> Result<TokenAnswer, TokenError> {
    let form = Form::new()
        .with("grant_type", "authorization_code")
        // EXPOSE: the token endpoint needs the raw values; `http` never logs bodies.
        .with("code", code.expose())
        .with("code_verifier", verifier.expose())
        .with("redirect_uri", redirect_uri);
    ask(http, metadata, client, form, None).await
}

/// Uses a refresh token once (RFC 6749 §6). `http` should have [`crate::Patience::ANSWER`], and
/// the future should be driven to its end even when its caller has gone: the answer may hold the
/// only living refresh token.
///
/// # Errors
/// See [`TokenError`].
pub async fn refresh(
    http: &Http,
    metadata: &Metadata,
    client: &ClientConfig,
    token: &RefreshToken,
) -> Result<TokenAnswer, TokenError> {
    let form = Form::new()
        .with("grant_type", "refresh_token")
        // EXPOSE: the token endpoint needs the raw value; `http` never logs bodies.
        .with("refresh_token", token.expose());
    ask(http, metadata, client, form, Some(token)).await
}

/// Sends a form to the token endpoint; `sent` is the refresh token in it.
pub(crate) async fn ask(
    http: &Http,
    metadata: &Metadata,
    client: &ClientConfig,
    form: Form,
    sent: Option<&RefreshToken>,
) -> Result<TokenAnswer, TokenError> {
    match http
        .send(client.post(metadata.token_endpoint.clone(), form))
        .await
    {
        Ok(answer) => read(&answer, sent),
        Err(HttpError::NotSent(cause)) => Err(TokenError::NotSent(cause.code())),
        // EXPOSE: the token in what arrived may be the only one that lives.
        Err(HttpError::Uncertain { partial, .. }) => salvage::refresh_token_in(partial.expose())
            .map(TokenAnswer::salvaged)
            .ok_or(TokenError::Uncertain),
    }
}

/// Reads an answer: first what must be saved, then what it means.
fn read(answer: &Answer, sent: Option<&RefreshToken>) -> Result<TokenAnswer, TokenError> {
    // EXPOSE: parsing; tokens are moved into their types.
    let body = answer.body.expose();
    let fields = Fields::read(body);
    let error = match (said(answer, fields.as_ref()), &fields) {
        (Said::Yes, Some(fields)) => {
            let found = TokenAnswer::read(fields, sent);
            if found.holds_anything() {
                return Ok(found);
            }
            TokenError::Uncertain
        }
        (Said::Yes, None) | (Said::Unclear, _) => TokenError::Uncertain,
        (Said::Later(retry_after_ms), _) => TokenError::TurnedAway { retry_after_ms },
        (Said::No(refusal), _) if refusal.code == ErrorCode::InvalidGrant => {
            TokenError::InvalidGrant(refusal)
        }
        (Said::No(refusal), _) => TokenError::Refused {
            code: refusal.code.failure(),
            refusal,
        },
    };
    let saved = match &fields {
        Some(fields) => answer::refresh_in(fields, sent).0,
        None => salvage::refresh_token_in(body),
    };
    saved.map(TokenAnswer::salvaged).ok_or(error)
}
