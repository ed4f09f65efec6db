//! The device authorization grant (RFC 8628).

mod schedule;

pub use schedule::{Schedule, Step};

use keyfob_secret::DeviceCode;
use keyfob_token::FailureCode;
use thiserror::Error;
use url::Url;

use crate::{ClientConfig, ErrorCode, Http, Metadata, token::TokenAnswer};

/// What the user is shown, and the code to poll with (RFC 8628 §3.2).
#[derive(Debug)]
pub struct DeviceAuthorization {
    /// Kept here.
    pub device_code: DeviceCode,
    /// Typed by the user; escaped, at most 64 characters.
    pub user_code: String,
    /// Where the user types it.
    pub verification_uri: Url,
    /// The same with the code in it, for a QR code.
    pub verification_uri_complete: Option<Url>,
    /// How long the codes live, milliseconds.
    pub expires_in_ms: i64,
    /// How long to wait between polls, milliseconds; 5 s when the provider says nothing.
    pub interval_ms: i64,
}

/// Why no device sign-in could be started.
#[derive(Debug, Error)]
pub enum DeviceError {
    /// The provider has none.
    #[error("this provider has no sign-in by device code")]
    NoEndpoint,
    /// The provider never saw the request.
    #[error("the provider could not be reached")]
    NotSent(FailureCode),
    /// "Later" (429, 503).
    #[error("the provider says to come back later")]
    TurnedAway {
        /// Milliseconds, if it said how much later.
        retry_after_ms: Option<i64>,
    },
    /// An OAuth error.
    #[error("the provider refuses the sign-in by device code")]
    Refused(ErrorCode),
    /// No readable answer, or one without what it must hold.
    #[error("the provider's answer could not be read")]
    BadAnswer,
}

/// What one poll said.
#[derive(Debug)]
pub enum Heard {
    /// The user has not decided.
    Pending,
    /// Not so fast: 5 s more from now on (RFC 8628 §3.5).
    SlowDown,
    /// Signed in.
    SignedIn(Box<TokenAnswer>),
    /// The user said no.
    Denied,
    /// The code has ended.
    Expired,
    /// No verdict: not reached, turned away or unreadable. Poll on, with a longer interval.
    NoVerdict {
        /// Why.
        code: FailureCode,
        /// Milliseconds, if the provider said how much later.
        retry_after_ms: Option<i64>,
    },
    /// Another OAuth error: it will not come right by itself.
    Refused(ErrorCode),
}

/// Starts a sign-in (RFC 8628 §3.1).
///
/// # Errors
/// See [`DeviceError`].
pub async fn start(
    _http: &Http,
    _metadata: &Metadata,
    _client: &ClientConfig,
    _scopes: &[String],
) -> Result<DeviceAuthorization, DeviceError> {
    unimplemented!()
}

/// Polls once (RFC 8628 §3.4). [`Schedule`] says when.
pub async fn poll_once(
    _http: &Http,
    _metadata: &Metadata,
    _client: &ClientConfig,
    _device_code: &DeviceCode,
) -> Heard {
    unimplemented!()
}
