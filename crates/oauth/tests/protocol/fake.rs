//! A server that says exactly what it is told, byte by byte: what no HTTP library would send.

use std::sync::{Arc, Mutex};

use keyfob_oauth::Metadata;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What comes after a request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// These bytes, then the end of the connection.
    Bytes(Vec<u8>),
    /// These bytes, and then nothing, for ever.
    Stalls(Vec<u8>),
}

/// A whole HTTP answer.
pub(crate) fn answer(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    Reply::Bytes([head.as_bytes(), body].concat())
}

/// A whole JSON answer.
pub(crate) fn json(status: u16, body: &serde_json::Value) -> Reply {
    answer(
        status,
        "Content-Type: application/json\r\n",
        body.to_string(),
    )
}

/// The server: the replies in their order, the last one again and again.
pub(crate) struct Fake {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Fake {
    pub(crate) async fn says(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::says_of(|_| replies).await
    }

    /// The same, with replies that hold the server's own address.
    pub(crate) async fn says_of<R: IntoIterator<Item = Reply>>(
        replies: impl FnOnce(&str) -> R,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let replies = replies(&url);
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let mut replies: Vec<_> = replies.into_iter().collect();
        let task = tokio::spawn(async move {
            let mut stalled = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let request = read_request(&mut stream).await;
                seen.lock().unwrap().push(request);
                let reply = if replies.len() > 1 {
                    replies.remove(0)
                } else {
                    replies[0].clone()
                };
                match reply {
                    Reply::Bytes(bytes) => {
                        let _ = stream.write_all(&bytes).await;
                        let _ = stream.shutdown().await;
                    }
                    Reply::Stalls(bytes) => {
                        let _ = stream.write_all(&bytes).await;
                        stalled.push(stream);
                    }
                }
            }
        });
        Self {
            url,
            requests,
            task,
        }
    }

    /// The requests so far, heads and bodies.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// A provider all of whose endpoints are this server.
    pub(crate) fn metadata(&self) -> Metadata {
        let at = |path: &str| Some(format!("{}{path}", self.url).parse().unwrap());
        let mut metadata = Metadata::example(&self.url);
        metadata.jwks_uri = at("/keys");
        metadata.userinfo_endpoint = at("/me");
        metadata.revocation_endpoint = at("/revoke");
        metadata.introspection_endpoint = at("/introspect");
        metadata.device_authorization_endpoint = at("/device");
        metadata
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while !is_whole(&request) {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(read) => request.extend_from_slice(&chunk[..read]),
        }
    }
    String::from_utf8_lossy(&request).into_owned()
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    // A TLS handshake: nobody here understands it.
    if request.first() == Some(&0x16) {
        return true;
    }
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().unwrap())
    });
    body.len() >= length.unwrap_or(0)
}
