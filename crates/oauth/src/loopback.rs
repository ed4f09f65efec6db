//! The loopback redirect (RFC 8252 §7.3): one small listener on 127.0.0.1 that waits for the
//! browser to come back.
//!
//! Anyone on this machine can knock: what is not our callback is answered and forgotten.

use std::time::Duration;

use keyfob_secret::{AuthorizationCode, State};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::ErrorCode;

/// A listener for one sign-in.
pub struct Listener {
    port: u16,
}

/// What the callback must bring.
#[derive(Debug)]
pub struct Expected<'a> {
    /// The `state` of the request.
    pub state: &'a State,
    /// The issuer, where the metadata announces `iss` in callbacks (RFC 9207): then it must be
    /// there and equal. Elsewhere `None`.
    pub issuer: Option<&'a str>,
}

/// The port could not be opened.
#[derive(Debug, Error)]
#[error("port {} can't be opened on this machine", port.map_or("any".to_owned(), |p| p.to_string()))]
pub struct BindError {
    /// The fixed port, if one was asked for.
    pub port: Option<u16>,
}

/// Why no code came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CallbackError {
    /// The user gave up here.
    #[error("the sign-in was cancelled")]
    Cancelled,
    /// The browser did not come back in time.
    #[error("the browser did not come back in time")]
    TimedOut,
    /// The provider sent the browser back with an error (RFC 6749 §4.1.2.1).
    #[error("the provider refused the sign-in")]
    Refused(ErrorCode),
}

impl Listener {
    /// Listens on 127.0.0.1 at a free port, or at a fixed one.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn bind(_port: Option<u16>) -> Result<Self, BindError> {
        unimplemented!()
    }

    /// `http://127.0.0.1:PORT/callback`.
    pub fn redirect_uri(&self) -> String {
        format!("http://127.0.0.1:{}/callback", self.port)
    }

    /// Waits for the callback with the right `state` and issuer; everything else is ignored.
    /// Dropping the future stops listening to no harm.
    ///
    /// # Errors
    /// See [`CallbackError`].
    pub async fn wait(
        &self,
        _expected: &Expected<'_>,
        _timeout: Duration,
        _cancel: &CancellationToken,
    ) -> Result<AuthorizationCode, CallbackError> {
        unimplemented!()
    }
}
