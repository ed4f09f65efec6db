//! The provider's public keys (RFC 7517 §5), as the document has them: which of them are usable
//! is decided in `keyfob_token`.

use keyfob_token::FailureCode;
use thiserror::Error;

use crate::{
    Http, Metadata,
    http::{HttpError, Request, strip_mark},
};

/// Why there are no keys.
#[derive(Debug, Error)]
pub enum JwksError {
    /// The provider announces none.
    #[error("this provider announces no keys")]
    NoEndpoint,
    /// Not reached.
    #[error("the provider's keys could not be fetched")]
    NotSent(FailureCode),
    /// No readable answer, or not a key set.
    #[error("the provider's keys could not be read")]
    Unreadable,
}

/// Fetches the key set as it is sent, of any kind of JSON: `keyfob_token::jwks::KeySet` reads it.
///
/// # Errors
/// See [`JwksError`].
pub async fn fetch(http: &Http, metadata: &Metadata) -> Result<Vec<u8>, JwksError> {
    let url = metadata.jwks_uri.clone().ok_or(JwksError::NoEndpoint)?;
    let answer = http
        .send(Request::fetch(url))
        .await
        .map_err(|error| match error {
            HttpError::NotSent(cause) => JwksError::NotSent(cause.code()),
            HttpError::Uncertain { .. } => JwksError::Unreadable,
        })?;
    if !answer.is_success() || answer.is_web_page() {
        return Err(JwksError::Unreadable);
    }
    // EXPOSE: a provider's verification keys are public.
    Ok(strip_mark(answer.body.expose()).to_vec())
}
