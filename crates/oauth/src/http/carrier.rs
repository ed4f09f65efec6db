//! The client itself.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use keyfob_secret::SecretBytes;
use keyfob_token::UnixMillis;
use reqwest::{
    Client,
    header::{
        ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderName,
        RETRY_AFTER,
    },
};
use thiserror::Error;
use tracing::debug;
use zeroize::Zeroizing;

use super::{
    AddressPolicy, Answer, HttpError, Lost, NotSent, Request, packing, proxy::SystemProxy,
    resolver::FilteredResolver, retry_after_ms,
};

/// What the client is told once.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// The version in the user agent `Keyfob/<version>`.
    pub version: String,
    /// How long a connection may take to be made, TLS included.
    pub connect_timeout: Duration,
}

impl HttpOptions {
    /// The usual ones: 10 s to connect.
    pub fn new(version: &str) -> Self {
        Self {
            version: version.to_owned(),
            connect_timeout: Duration::from_secs(10),
        }
    }
}

/// How long an answer is awaited, from the first byte out to the last byte in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience(pub Duration);

impl Patience {
    /// As long as someone waits for it: 20 s.
    pub const CALLER: Self = Self(Duration::from_secs(20));
    /// As long as an answer may still hold a rotated refresh token: 120 s.
    pub const ANSWER: Self = Self(Duration::from_secs(120));
}

/// A handle on the one client, with the policy and the patience of its next requests. Cheap to
/// clone.
#[derive(Clone)]
pub struct Http {
    clients: Arc<Clients>,
    policy: AddressPolicy,
    patience: Patience,
}

/// Without the clients, which may hold the login of a proxy.
impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Http");
        out.field("policy", &self.policy)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

/// reqwest binds a resolver to a client, so each policy has one. It is built for the first request
/// that needs it: the certificates of the system take longer to read than a living token from the
/// vault.
struct Clients {
    options: HttpOptions,
    proxy: Box<dyn Fn() -> SystemProxy + Send + Sync>,
    public_only: OnceLock<Option<Client>>,
    allow_private: OnceLock<Option<Client>>,
}

impl Clients {
    /// `None` when the certificates of the system can't be read.
    fn under(&self, policy: AddressPolicy) -> Option<&Client> {
        let client = match policy {
            AddressPolicy::PublicOnly => &self.public_only,
            AddressPolicy::AllowPrivate => &self.allow_private,
        };
        client
            .get_or_init(|| build_client(&self.options, policy, (self.proxy)()).ok())
            .as_ref()
    }
}

/// The client could not be built.
#[derive(Debug, Error)]
#[error("the certificates of this system could not be read")]
pub struct HttpSetupError;

impl Http {
    /// Builds the client, once per process: public addresses only, the patience of a caller.
    ///
    /// # Errors
    /// The platform has no usable certificate store.
    pub fn new(options: HttpOptions) -> Result<Self, HttpSetupError> {
        let http = Self::when_needed(options);
        match http.clients.under(http.policy) {
            Some(_) => Ok(http),
            None => Err(HttpSetupError),
        }
    }

    /// As [`Http::new`], but the client is built for its first request. Where the platform has no
    /// usable certificate store, each request says so: [`NotSent::Tls`].
    pub fn when_needed(options: HttpOptions) -> Self {
        Self::behind(options, SystemProxy::read)
    }

    fn behind(
        options: HttpOptions,
        proxy: impl Fn() -> SystemProxy + Send + Sync + 'static,
    ) -> Self {
        Self {
            clients: Arc::new(Clients {
                options,
                proxy: Box::new(proxy),
                public_only: OnceLock::new(),
                allow_private: OnceLock::new(),
            }),
            policy: AddressPolicy::default(),
            patience: Patience::CALLER,
        }
    }

    /// The same client under another address policy.
    #[must_use]
    pub fn under(&self, policy: AddressPolicy) -> Self {
        Self {
            policy,
            ..self.clone()
        }
    }

    /// The same client with another patience.
    #[must_use]
    pub fn within(&self, patience: Patience) -> Self {
        Self {
            patience,
            ..self.clone()
        }
    }

    /// Builds the client now, so that the next request need not wait for it. Blocks while the
    /// certificates of the system are read.
    pub fn make_ready(&self) {
        // Where it can't be built, the request says so.
        let _ = self.clients.under(self.policy);
    }

    /// The policy in force.
    pub fn policy(&self) -> AddressPolicy {
        self.policy
    }

    /// Sends one request over a connection of its own, once.
    ///
    /// # Errors
    /// No whole answer came; the error says whether the provider may have acted.
    pub async fn send(&self, request: Request) -> Result<Answer, HttpError> {
        self.policy.check_url(&request.url).map_err(NotSent::from)?;
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let method = request.method.clone();
        let result = self.exchange(request).await;
        match &result {
            Ok(answer) => debug!(%method, host, status = answer.status, "answered"),
            Err(error) => debug!(%method, host, %error, "not answered"),
        }
        result
    }

    /// The time limit covers the making of the connection too, but cuts it short only when the
    /// patience is less than the connect timeout; then "uncertain" is said of a request that may
    /// not have left, which is the safe mistake.
    async fn exchange(&self, request: Request) -> Result<Answer, HttpError> {
        let client = self.clients.under(self.policy).ok_or(NotSent::Tls)?;
        let deadline = tokio::time::Instant::now() + self.patience.0;
        let sent = tokio::time::timeout_at(deadline, prepare(client, request).send()).await;
        let mut response = sent
            .map_err(|_| HttpError::lost(Lost::TimedOut))?
            .map_err(|error| HttpError::of_request(&error))?;
        let status = response.status().as_u16();
        let mut body = Body::default();
        let read = tokio::time::timeout_at(deadline, body.read(&mut response)).await;
        let came = read.unwrap_or(Err(Lost::TimedOut));
        let (body, unpacked) = packing::unpack(body);
        if let Err(cause) = came.and(unpacked) {
            return Err(HttpError::Uncertain {
                cause,
                status: Some(status),
                partial: body.finish(),
            });
        }
        let headers = response.headers();
        let retry_after = text(headers, RETRY_AFTER)
            .and_then(|wait| retry_after_ms(wait, text(headers, DATE), wall_clock()));
        Ok(Answer {
            status,
            media_type: text(headers, CONTENT_TYPE).map(media_type),
            retry_after_ms: retry_after,
            body: body.finish(),
        })
    }
}

fn build_client(
    options: &HttpOptions,
    policy: AddressPolicy,
    proxy: SystemProxy,
) -> Result<Client, reqwest::Error> {
    let resolver = FilteredResolver {
        policy,
        proxies: Arc::new(proxy.hosts()),
    };
    Client::builder()
        .user_agent(format!("Keyfob/{}", options.version))
        .referer(false)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        // A connection kept over a suspend swallows the request that is written to it; and only
        // over a fresh one is "the connection failed" the same as "nothing was sent". Then HTTP/2
        // has nothing to offer but its own replays.
        .pool_max_idle_per_host(0)
        .http1_only()
        .connect_timeout(options.connect_timeout)
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
        .dns_resolver(resolver)
        .proxy(proxy.into_rule())
        .build()
}

fn prepare(client: &Client, request: Request) -> reqwest::RequestBuilder {
    let mut builder = client
        .request(request.method, request.url)
        .header(ACCEPT, request.accept)
        .header(ACCEPT_ENCODING, "identity");
    if let Some(authorization) = request.authorization {
        builder = builder.header(AUTHORIZATION, authorization);
    }
    if let Some((content_type, content)) = request.content {
        builder = builder.header(CONTENT_TYPE, content_type).body(content);
    }
    builder
}

/// A body as it comes in. It may hold tokens, so it grows by copies that are wiped.
#[derive(Default)]
pub(super) struct Body(Zeroizing<Vec<u8>>);

impl Body {
    async fn read(&mut self, response: &mut reqwest::Response) -> Result<(), Lost> {
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => self.push(&chunk)?,
                Ok(None) => return Ok(()),
                Err(error) if error.is_timeout() => return Err(Lost::TimedOut),
                Err(_) => return Err(Lost::Cut),
            }
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn push(&mut self, chunk: &[u8]) -> Result<(), Lost> {
        let wanted = self.0.len() + chunk.len();
        if wanted > Answer::MOST {
            return Err(Lost::TooLarge);
        }
        if wanted > self.0.capacity() {
            let room = wanted.max(2 * self.0.capacity()).max(16 * 1024);
            let mut grown = Zeroizing::new(Vec::with_capacity(room));
            grown.extend_from_slice(&self.0);
            self.0 = grown;
        }
        self.0.extend_from_slice(chunk);
        Ok(())
    }

    fn finish(mut self) -> SecretBytes {
        SecretBytes::new(std::mem::take(&mut *self.0))
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn media_type(content_type: &str) -> String {
    content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

fn wall_clock() -> UnixMillis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use hyper_util::client::proxy::matcher::Matcher;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    /// What becomes of a request to a public host through a proxy on this machine, and what the
    /// proxy was told.
    async fn through_proxy(reply: &str) -> (NotSent, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let proxy = move || SystemProxy::of(Matcher::builder().all(url.clone()).build());
        let http = Http::behind(HttpOptions::new("test"), proxy);
        let told = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 1024];
            let length = stream.read(&mut head).await.unwrap();
            stream.write_all(reply.as_bytes()).await.unwrap();
            String::from_utf8(head[..length].to_vec()).unwrap()
        };
        let request = Request::fetch("https://id.example/token?q=canary".parse().unwrap());
        let (sent, told) = tokio::join!(http.send(request), told);
        match sent {
            Err(HttpError::NotSent(cause)) => (cause, told),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_proxy_that_refuses_means_not_sent_and_learns_only_the_host() {
        for reply in ["HTTP/1.1 403 No\r\n\r\n", "HTTP/1.1 407 Log in\r\n\r\n", ""] {
            let (cause, told) = through_proxy(reply).await;
            assert_eq!(cause, NotSent::Proxy, "{reply}");
            assert!(
                told.starts_with("CONNECT id.example:443 HTTP/1.1\r\n"),
                "{told}"
            );
            assert!(!told.contains("canary"));
        }
    }

    #[tokio::test]
    async fn a_proxy_that_talks_no_tls_after_the_tunnel_means_not_sent() {
        let (cause, _) = through_proxy("HTTP/1.1 200 OK\r\n\r\nplain text").await;
        assert!(
            matches!(cause, NotSent::Tls | NotSent::NotConnected),
            "{cause:?}"
        );
    }
}
