//! An issuer that answers exactly what it is told, byte by byte. Its tokens are known to the test,
//! which no real provider's are.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use anyhow::{Context, Result};
use keyfob_engine::view::{FlowView, Row, SignInRequest};
use keyfob_journeys::{
    host::put,
    rig::{self, Rig},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The issuer; it ends with the test.
pub(crate) struct Fake {
    pub(crate) issuer: String,
    told: Arc<Mutex<Told>>,
    task: JoinHandle<()>,
}

struct Told {
    document: Value,
    device: Value,
    answers: VecDeque<Vec<u8>>,
    silent: Option<&'static str>,
    seen: Vec<String>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fake {
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let issuer = format!("http://{}", listener.local_addr()?);
        let told = Arc::new(Mutex::new(Told {
            document: document(&issuer),
            device: Value::Null,
            answers: VecDeque::new(),
            silent: None,
            seen: Vec::new(),
        }));
        let heard = told.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that went away is its own affair.
                tokio::spawn(answer_one(stream, heard.clone()));
            }
        });
        Ok(Self { issuer, told, task })
    }

    /// The configuration gets another value; `null` takes one out.
    pub(crate) fn announce(&self, field: &str, value: Value) {
        put(&self.told, |told| match value {
            Value::Null => drop(told.document.as_object_mut().map(|it| it.remove(field))),
            value => told.document[field] = value,
        });
    }

    /// What a device authorization is answered with.
    pub(crate) fn device(&self, answer: Value) {
        put(&self.told, |told| told.device = answer);
    }

    /// The next answer of the token endpoint.
    pub(crate) fn next(&self, answer: Vec<u8>) {
        put(&self.told, |told| told.answers.push_back(answer));
    }

    /// Requests to this path get no answer.
    pub(crate) fn falls_silent(&self, path: &'static str) {
        put(&self.told, |told| told.silent = Some(path));
    }

    /// Requests to a path so far.
    pub(crate) fn asked(&self, path: &str) -> Vec<String> {
        put(&self.told, |told| {
            let line = |text: &&String| text.split(' ').nth(1) == Some(path);
            told.seen.iter().filter(line).cloned().collect()
        })
    }
}

/// An HTTP answer with a body.
pub(crate) fn http(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!(
        "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A JSON answer.
pub(crate) fn says(status: u16, body: &Value) -> Vec<u8> {
    http(
        status,
        "Content-Type: application/json\r\n",
        body.to_string(),
    )
}

/// A good token answer, its tokens numbered.
pub(crate) fn grant(number: usize) -> Value {
    json!({
        "access_token": access(number), "token_type": "Bearer", "expires_in": 3600,
        "refresh_token": refresh(number), "scope": "offline_access",
    })
}

pub(crate) fn access(number: usize) -> String {
    format!("canary-access/{number:04}+Zm9vYmFyYmF6cXV4")
}

pub(crate) fn refresh(number: usize) -> String {
    format!("canary-refresh/{number:04}+c2VjcmV0c2VjcmV0")
}

fn document(issuer: &str) -> Value {
    json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/jwks"),
        "device_authorization_endpoint": format!("{issuer}/device"),
        "revocation_endpoint": format!("{issuer}/revoke"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
    })
}

async fn answer_one(mut stream: TcpStream, told: Arc<Mutex<Told>>) -> Option<()> {
    let request = read(&mut stream).await?;
    let path = request.split(' ').nth(1)?.to_owned();
    let answer = put(&told, |told| {
        told.seen.push(request);
        match path.as_str() {
            "/.well-known/openid-configuration" => says(200, &told.document),
            "/device" => says(200, &told.device),
            "/token" => told.answers.pop_front().unwrap_or_else(|| {
                let line = |text: &&String| text.starts_with("POST /token ");
                says(200, &grant(told.seen.iter().filter(line).count()))
            }),
            "/revoke" => says(200, &json!({})),
            "/userinfo" => says(200, &json!({ "sub": "alice" })),
            _ => says(404, &json!({})),
        }
    });
    if put(&told, |told| told.silent) == Some(&*path) {
        std::future::pending::<()>().await;
    }
    stream.write_all(&answer).await.ok()?;
    stream.shutdown().await.ok()
}

async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 8192];
        let got = stream.read(&mut part).await.ok().filter(|got| *got > 0)?;
        bytes.extend_from_slice(&part[..got]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                let named = name.eq_ignore_ascii_case("content-length");
                named.then(|| value.trim().parse::<usize>().ok()).flatten()
            });
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
    }
}

/// What to sign in with: no ID token is asked for, because nobody here could sign one.
pub(crate) fn request(fake: &Fake) -> SignInRequest {
    SignInRequest {
        scopes: vec!["offline_access".into()],
        client_id: "app".into(),
        ..rig::request(&fake.issuer)
    }
}

/// Where the browser was sent last: the redirect URI, and the `state`.
pub(crate) fn sent_to<P>(rig: &Rig<P>) -> Result<(String, String)> {
    let page = put(&rig.host.opened, |pages| pages.last().cloned()).context("a page was opened")?;
    let page = reqwest::Url::parse(&page)?;
    let value = |wanted: &str| {
        let found = page.query_pairs().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.into_owned())
    };
    Ok((
        value("redirect_uri").context("a redirect URI")?,
        value("state").context("a state")?,
    ))
}

/// The browser comes back with these parameters; what it is shown.
pub(crate) async fn comes_back(redirect: &str, parameters: &[(&str, &str)]) -> Result<u16> {
    let mut url = reqwest::Url::parse(redirect)?;
    url.query_pairs_mut().extend_pairs(parameters);
    let client = reqwest::Client::builder().no_proxy().build()?;
    Ok(client.get(url).send().await?.status().as_u16())
}

impl Fake {
    /// An engine beside a new fake; its browser is the test.
    pub(crate) async fn rig() -> Result<Rig<Self>> {
        let rig = Rig::beside(Self::start().await?).await?;
        put(&rig.host.browser_stays_shut, |shut| *shut = true);
        Ok(rig)
    }
}

/// A sign-in through the browser, to its end.
pub(crate) async fn flow(rig: &Rig<Fake>) -> Result<FlowView> {
    let flow = rig.engine.start_sign_in(request(&rig.provider))?;
    rig.waits(&flow.id).await?;
    let (redirect, state) = sent_to(rig)?;
    comes_back(&redirect, &[("code", "c"), ("state", &state)]).await?;
    rig.ended(&flow.id).await
}

/// A session at the fake.
pub(crate) async fn sign_in(rig: &Rig<Fake>) -> Result<Row> {
    rig.row_of(&flow(rig).await?)
}
