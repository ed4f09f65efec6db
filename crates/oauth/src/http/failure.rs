//! How far a request got before it failed. "Not sent" is only said when no byte of the request can
//! have left; anything else may have been acted on.

use std::{error::Error as StdError, io};

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
    /// The connection ended before it was whole, or what came was no HTTP.
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

    /// An answer of which nothing came.
    pub(super) fn lost(cause: Lost) -> Self {
        Self::Uncertain {
            cause,
            status: None,
            partial: SecretBytes::new(Vec::new()),
        }
    }

    /// Tells how far a request got that brought no head of an answer.
    ///
    /// hyper-util tells its connector's failures (name, TCP, proxy tunnel, TLS handshake) from all
    /// others; over a connection that is never reused those are exactly the ones before the first
    /// byte of the request. What we don't recognise may have been sent.
    pub(super) fn of_request(error: &reqwest::Error) -> Self {
        if error.is_builder() {
            return NotSent::Blocked(AddressProblem::Malformed).into();
        }
        if error.is_connect() {
            return not_connected(error).into();
        }
        Self::lost(if error.is_timeout() {
            Lost::TimedOut
        } else {
            Lost::Cut
        })
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

fn not_connected(error: &reqwest::Error) -> NotSent {
    let has = |look: fn(&(dyn StdError + 'static)) -> bool| {
        find(error, |cause| look(cause).then_some(())).is_some()
    };
    if let Some(problem) = find(error, |cause| cause.downcast_ref().copied()) {
        NotSent::Blocked(problem)
    } else if error.is_dns() {
        NotSent::NameNotResolved
    } else if has(|cause| cause.is::<rustls::Error>()) {
        NotSent::Tls
    } else if has(is_tunnel) {
        NotSent::Proxy
    } else if error.is_timeout() {
        NotSent::ConnectTimedOut
    } else {
        NotSent::NotConnected
    }
}

/// Looks at an error and at all it was made of.
fn find<T>(
    error: &(dyn StdError + 'static),
    look: impl Fn(&(dyn StdError + 'static)) -> Option<T>,
) -> Option<T> {
    std::iter::successors(Some(error), |&cause| cause_of(cause)).find_map(look)
}

/// An `io::Error` around another error answers with that error's source, and skips the error.
fn cause_of<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>() {
        Some(outer) => outer
            .get_ref()
            .map(|inner| inner as &(dyn StdError + 'static)),
        None => error.source(),
    }
}

/// hyper-util keeps the type of its tunnel errors to itself.
fn is_tunnel(cause: &(dyn StdError + 'static)) -> bool {
    cause.to_string().starts_with("tunnel error")
}
