//! The line between Keyfob and the real provider, on which a test does what networks, proxies and
//! providers do in bad hours. Whatever no trouble was made for passes unchanged.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
    task::JoinHandle,
};

use crate::{host::put, provider::Provider};

/// What befalls one refresh.
#[derive(Clone)]
pub struct Trouble {
    /// Whether the provider gets the request, and acts.
    pub acted: bool,
    /// Whether what comes then waits until [`Line::let_go`].
    pub held: bool,
    /// What comes instead of its answer.
    pub then: fn(&Heard) -> Then,
}

/// What was asked, and what the provider said to it.
pub struct Heard {
    /// The refresh token that was presented.
    pub presented: String,
    /// The token answer; `null` where the provider did not get the request.
    pub said: Value,
    /// The address of the line.
    pub here: String,
    /// What the test has laid aside, such as tokens of somebody else.
    pub aside: Value,
}

/// What comes back over the line.
pub enum Then {
    /// The connection is reset.
    Reset,
    /// The connection ends without a byte.
    Nothing,
    /// These bytes come, and the connection ends.
    Bytes(Vec<u8>),
    /// These bytes come one at a time.
    Drips(Vec<u8>),
}

/// The line, with the provider at its other end; both end with the test.
pub struct Line {
    /// What Keyfob takes for the provider's address.
    pub issuer: String,
    /// The provider behind it.
    pub provider: Provider,
    state: Arc<State>,
    task: JoinHandle<()>,
}

struct State {
    here: String,
    there: String,
    troubles: Mutex<VecDeque<Trouble>>,
    lasting: Mutex<Option<Trouble>>,
    unannounced: Mutex<Vec<&'static str>>,
    presented: Mutex<Vec<String>>,
    aside: Mutex<Value>,
    up: watch::Sender<bool>,
    held: watch::Sender<usize>,
    let_go: watch::Sender<u64>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Line {
    /// A line to a provider with these settings.
    pub async fn start(settings: &[(&str, &str)]) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let here = format!("http://{address}");
        let provider = Provider::start(&[settings, &[("OP_ISSUER", &here)]].concat())?;
        let there = provider
            .control
            .strip_prefix("http://")
            .context("an address")?;
        let state = Arc::new(State {
            here: here.clone(),
            there: there.to_owned(),
            troubles: Mutex::default(),
            lasting: Mutex::default(),
            unannounced: Mutex::default(),
            presented: Mutex::default(),
            aside: Mutex::default(),
            up: watch::Sender::new(true),
            held: watch::Sender::new(0),
            let_go: watch::Sender::new(0),
        });
        let task = tokio::spawn(serve(listener, address, state.clone()));
        Ok(Self {
            issuer: here,
            provider,
            state,
            task,
        })
    }

    /// The next refresh that has no trouble yet meets this one.
    pub fn make(&self, trouble: Trouble) {
        put(&self.state.troubles, |troubles| troubles.push_back(trouble));
    }

    /// Every refresh meets this one until there is none.
    pub fn last(&self, trouble: Option<Trouble>) {
        put(&self.state.lasting, |lasting| *lasting = trouble);
    }

    /// Takes a field out of the configuration that the provider announces.
    pub fn hide(&self, field: &'static str) {
        put(&self.state.unannounced, |hidden| hidden.push(field));
    }

    /// Lays something aside for the troubles to come.
    pub fn lay_aside(&self, what: Value) {
        put(&self.state.aside, |aside| *aside = what);
    }

    /// Cuts the line, or mends it: connections are refused while it is down.
    pub fn set_up(&self, up: bool) {
        self.state.up.send_replace(up);
    }

    /// The refresh tokens that Keyfob has presented, whether or not the provider heard of it.
    pub fn presented(&self) -> Vec<String> {
        put(&self.state.presented, |all| all.clone())
    }

    /// Waits until an answer is held back.
    pub async fn holds_one(&self) -> Result<()> {
        let mut held = self.state.held.subscribe();
        let holds = held.wait_for(|held| *held > 0);
        tokio::time::timeout(crate::wait::LONG, holds)
            .await
            .context("an answer is held back")??;
        Ok(())
    }

    /// Lets go what is held back.
    pub fn let_go(&self) {
        self.state.let_go.send_modify(|times| *times += 1);
    }
}

async fn serve(listener: TcpListener, address: SocketAddr, state: Arc<State>) {
    let mut up = state.up.subscribe();
    let mut listener = Some(listener);
    loop {
        let open = match listener.take() {
            Some(open) => open,
            None => {
                // Bound but not listening: nobody else can take the port meanwhile.
                let Some(socket) = bound(address) else { return };
                if up.wait_for(|up| *up).await.is_err() {
                    return;
                }
                let Ok(open) = socket.listen(128) else { return };
                open
            }
        };
        tokio::select! {
            accepted = open.accept() => {
                if let Ok((stream, _)) = accepted {
                    // A client that went away is its own affair.
                    tokio::spawn(carry(stream, state.clone()));
                }
                listener = Some(open);
            }
            down = up.wait_for(|up| !*up) => if down.is_err() { return },
        }
    }
}

fn bound(address: SocketAddr) -> Option<TcpSocket> {
    let socket = TcpSocket::new_v4().ok()?;
    socket.set_reuseaddr(true).ok()?;
    socket.bind(address).ok()?;
    Some(socket)
}

async fn carry(mut stream: TcpStream, state: Arc<State>) -> Option<()> {
    let request = read_request(&mut stream).await?;
    let presented = refresh_token_in(&request);
    if let Some(token) = &presented {
        put(&state.presented, |all| all.push(token.clone()));
    }
    let trouble = presented.as_ref().and_then(|_| {
        put(&state.troubles, VecDeque::pop_front)
            .or_else(|| put(&state.lasting, |lasting| lasting.clone()))
    });
    let Some(trouble) = trouble else {
        let mut answer = ask(&state.there, &request).await?;
        if request.starts_with(b"GET /.well-known/") {
            for hidden in put(&state.unannounced, |hidden| hidden.clone()) {
                answer = without(&answer, hidden);
            }
        }
        stream.write_all(&answer).await.ok()?;
        return stream.shutdown().await.ok();
    };
    let said = match trouble.acted {
        true => body_of(&ask(&state.there, &request).await?),
        false => Value::Null,
    };
    if trouble.held {
        let mut let_go = state.let_go.subscribe();
        state.held.send_modify(|held| *held += 1);
        let waited = let_go.changed().await;
        state.held.send_modify(|held| *held -= 1);
        waited.ok()?;
    }
    let heard = Heard {
        presented: presented.unwrap_or_default(),
        said,
        here: state.here.clone(),
        aside: put(&state.aside, |aside| aside.clone()),
    };
    match (trouble.then)(&heard) {
        Then::Reset => stream.set_zero_linger().ok(),
        Then::Nothing => stream.shutdown().await.ok(),
        Then::Bytes(bytes) => {
            stream.write_all(&bytes).await.ok()?;
            stream.shutdown().await.ok()
        }
        Then::Drips(bytes) => {
            stream.set_nodelay(true).ok()?;
            for byte in bytes {
                stream.write_all(&[byte]).await.ok()?;
                tokio::task::yield_now().await;
            }
            stream.shutdown().await.ok()
        }
    }
}

/// One whole request, head and body.
async fn read_request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 8192];
        let got = stream.read(&mut part).await.ok().filter(|got| *got > 0)?;
        bytes.extend_from_slice(&part[..got]);
        if bytes.first() == Some(&0x16) {
            // The hello of TLS, which nobody here speaks.
            let _ = stream.write_all(b"HTTP/1.1 400 X\r\n\r\n").await;
            return None;
        }
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= length_in(head)
        {
            return Some(bytes);
        }
    }
}

fn length_in(head: &str) -> usize {
    let found = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let named = name.eq_ignore_ascii_case("content-length");
        named.then(|| value.trim().parse().ok()).flatten()
    });
    found.unwrap_or(0)
}

fn refresh_token_in(request: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(request).ok()?;
    let body = text.split_once("\r\n\r\n")?.1;
    let refreshes = text.starts_with("POST /token ") && body.contains("grant_type=refresh_token");
    let form = reqwest::Url::parse(&format!("http://form/?{body}")).ok()?;
    let token = form
        .query_pairs()
        .find(|(name, _)| name == "refresh_token")?;
    refreshes.then(|| token.1.into_owned())
}

/// Asks the provider over a connection that ends with its answer.
async fn ask(there: &str, request: &[u8]) -> Option<Vec<u8>> {
    let line = request.windows(2).position(|pair| pair == b"\r\n")? + 2;
    let (first, rest) = request.split_at(line);
    let mut stream = TcpStream::connect(there).await.ok()?;
    let asked = [first, b"Connection: close\r\n", rest].concat();
    stream.write_all(&asked).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    Some(answer)
}

/// A JSON answer without one of its fields.
fn without(answer: &[u8], field: &str) -> Vec<u8> {
    let mut body = body_of(answer);
    body.as_object_mut().map(|fields| fields.remove(field));
    let body = body.to_string();
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json";
    format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn body_of(answer: &[u8]) -> Value {
    let text = String::from_utf8_lossy(answer);
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    serde_json::from_str(body).unwrap_or(Value::Null)
}
