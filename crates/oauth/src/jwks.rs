//! The provider's public keys (RFC 7517 §5), as the document has them: which of them are usable
//! is decided in `keyfob_token`.

use keyfob_token::FailureCode;
use thiserror::Error;

use crate::{Http, Metadata};

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

/// Fetches the key set: a JSON object with an array `keys`.
///
/// # Errors
/// See [`JwksError`].
pub async fn fetch(_http: &Http, _metadata: &Metadata) -> Result<serde_json::Value, JwksError> {
    unimplemented!()
}
