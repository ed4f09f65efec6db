//! How far a request got before it failed. "Not sent" is only said when no byte of the request can
//! have left; anything else may have been acted on.

use keyfob_secret::SecretBytes;
use keyfob_token::FailureCode;
use thiserror::Error;

use super::AddressProblem;

/// A request that brought no whole answer.
#[derive(Debug, Error)]
pub enum HttpError {
    /// Nothing left this machine that a provider could act on.
    #[error("the request was not sent: {0}")]
    NotSent(#[from] NotSent),
    /// The provider may have acted on it.
    #[error("no whole answer came: {cause}")]
    Uncertain {
        /// What became of the answer.
        cause: Lost,
        /// The status, when at least the head of the answer came.
        status: Option<u16>,
        /// What came of the body, at most [`super::Answer::MOST`] bytes.
        partial: SecretBytes,
    },
}

/// Why no byte of a request left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotSent {
    /// The URL or the address behind it is not allowed.
    #[error(transparent)]
    Blocked(#[from] AddressProblem),
    /// The name of the host could not be resolved.
    #[error("the name of the host could not be resolved")]
    NameNotResolved,
    /// No connection was made.
    #[error("no connection could be made")]
    NotConnected,
    /// No connection was made in time.
    #[error("no connection was made in time")]
    ConnectTimedOut,
    /// TLS failed: a bad certificate, or a version below 1.2.
    #[error("the secure connection could not be made")]
    Tls,
    /// The proxy refused.
    #[error("the proxy refused the connection")]
    Proxy,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Lost {
    /// It did not come in time.
    #[error("it did not come in time")]
    TimedOut,
    /// The connection ended before it was whole.
    #[error("the connection ended too early")]
    Cut,
    /// It is larger than anything we read.
    #[error("the answer is too large")]
    TooLarge,
    /// Its compression is broken.
    #[error("the answer could not be unpacked")]
    BadEncoding,
}

impl HttpError {
    /// The code to store for a failed refresh.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::NotSent(cause) => cause.code(),
            Self::Uncertain { .. } => FailureCode::Unreadable,
        }
    }
}

impl NotSent {
    /// The code to store for a failed refresh.
    pub fn code(self) -> FailureCode {
        match self {
            Self::Blocked(_) => FailureCode::Blocked,
            Self::Tls => FailureCode::Tls,
            Self::NameNotResolved | Self::NotConnected | Self::ConnectTimedOut | Self::Proxy => {
                FailureCode::NotReached
            }
        }
    }
}
