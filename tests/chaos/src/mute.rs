//! An issuer that takes its time: it says at once what it is, and answers each refresh late, with
//! new tokens. Many of them cost no process each.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Result;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use uuid::Uuid;

/// The issuer; it ends with its value.
pub(crate) struct Mute {
    pub(crate) issuer: String,
    asked: Arc<Mutex<usize>>,
    task: JoinHandle<()>,
}

impl Drop for Mute {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Mute {
    /// One that answers a refresh after `delay`, with access tokens of this life.
    pub(crate) async fn start(delay: Duration, life_s: u64) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let issuer = format!("http://{}", listener.local_addr()?);
        let asked = Arc::new(Mutex::new(0));
        let (name, count) = (issuer.clone(), asked.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (name, count) = (name.clone(), count.clone());
                // A client that went away is its own affair.
                tokio::spawn(async move { answer(stream, &name, &count, delay, life_s).await });
            }
        });
        Ok(Self {
            issuer,
            asked,
            task,
        })
    }

    /// Refreshes it was asked for.
    pub(crate) fn asked(&self) -> usize {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(
    mut stream: TcpStream,
    issuer: &str,
    asked: &Mutex<usize>,
    delay: Duration,
    life_s: u64,
) -> Option<()> {
    let path = path_of(&mut stream).await?;
    let body = match path.as_str() {
        "/.well-known/openid-configuration" => document(issuer),
        "/jwks" => json!({ "keys": [] }),
        _ => {
            *asked.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            tokio::time::sleep(delay).await;
            json!({
                "access_token": Uuid::new_v4(), "refresh_token": Uuid::new_v4(),
                "token_type": "Bearer", "expires_in": life_s,
            })
        }
    }
    .to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

/// Reads a request to the end of its body.
async fn path_of(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let got = stream.read(&mut part).await.ok().filter(|got| *got > 0)?;
        bytes.extend_from_slice(&part[..got]);
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some(head.split(' ').nth(1)?.to_owned());
        }
    }
}

fn document(issuer: &str) -> Value {
    json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    })
}
