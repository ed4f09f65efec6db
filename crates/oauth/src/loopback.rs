//! The loopback redirect (RFC 8252 §7.3): one small listener on 127.0.0.1 that waits for the
//! browser to come back.
//!
//! Anyone on this machine can knock: what is not our callback is answered and forgotten.

mod page;
mod request;

use std::{net::Ipv4Addr, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use keyfob_secret::{AuthorizationCode, State};
use thiserror::Error;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::ErrorCode;
use request::Knock;

/// How long one visitor may take to ask, and then to read: longer than any browser on this
/// machine, and short enough that idle ones make room.
const VISIT: Duration = Duration::from_secs(3);

/// Visitors at once. Browsers open a few connections ahead; more is a nuisance, not a browser.
const MOST_VISITORS: usize = 128;

/// How long to rest when the system can't open another connection.
const REST: Duration = Duration::from_millis(50);

/// A listener for one sign-in.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
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
    pub async fn bind(port: Option<u16>) -> Result<Self, BindError> {
        let refused = |_| BindError { port };
        let wanted = (Ipv4Addr::LOCALHOST, port.unwrap_or(0));
        let socket = TcpListener::bind(wanted).await.map_err(refused)?;
        let port = socket.local_addr().map_err(refused)?.port();
        Ok(Self { socket, port })
    }

    /// `http://127.0.0.1:PORT/callback`.
    pub fn redirect_uri(&self) -> String {
        format!("http://{}/callback", self.authority())
    }

    /// Waits for the callback with the right `state` and issuer, until `patience` ends; everything
    /// else is answered and ignored. Dropping the future ends the wait and every open connection.
    ///
    /// # Errors
    /// See [`CallbackError`].
    pub async fn wait(
        &self,
        expected: &Expected<'_>,
        patience: impl Future<Output = ()>,
        cancel: &CancellationToken,
    ) -> Result<AuthorizationCode, CallbackError> {
        let authority = self.authority();
        tokio::pin!(patience);
        let mut visitors = FuturesUnordered::new();
        loop {
            let has_room = visitors.len() < MOST_VISITORS;
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(CallbackError::Cancelled),
                Some(knock) = visitors.next(), if !visitors.is_empty() => match knock {
                    Some(Knock::Code(code)) => return Ok(code),
                    Some(Knock::Refused(code)) => return Err(CallbackError::Refused(code)),
                    _ => {}
                },
                accepted = self.socket.accept(), if has_room => match accepted {
                    Ok((stream, _)) => visitors.push(receive(stream, &authority, expected)),
                    Err(_) => tokio::time::sleep(REST).await,
                },
                () = &mut patience => return Err(CallbackError::TimedOut),
            }
        }
    }

    fn authority(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

/// Reads one request and answers it. What it was counts even when the answer could not be written:
/// the browser may be gone already.
async fn receive(mut stream: TcpStream, authority: &str, expected: &Expected<'_>) -> Option<Knock> {
    let head = timeout(VISIT, request::read_head(&mut stream))
        .await
        .ok()?
        .ok()?;
    let knock = match head {
        Some(head) => request::judge(&head, authority, expected),
        None => Knock::BadRequest,
    };
    let farewell = async {
        stream.write_all(page::answer(&knock).as_bytes()).await?;
        stream.shutdown().await
    };
    let _ = timeout(VISIT, farewell).await;
    Some(knock)
}

#[cfg(test)]
mod tests;
