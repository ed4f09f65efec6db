//! A whole answer.

use keyfob_secret::SecretBytes;
use serde::de::DeserializeOwned;

/// The answer to a request, whatever its status.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The media type without its parameters, lower case.
    pub media_type: Option<String>,
    /// Milliseconds to wait, from `Retry-After` as seconds or as a date (RFC 9110 §10.2.3).
    pub retry_after_ms: Option<i64>,
    /// The body after inflation. It may hold tokens.
    pub body: SecretBytes,
}

impl Answer {
    /// The most that is read of a body, in bytes after inflation.
    pub const MOST: usize = 4 * 1024 * 1024;

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it says "later" without having acted: 429, 503.
    pub fn is_turned_away(&self) -> bool {
        matches!(self.status, 429 | 503)
    }

    /// The body as JSON of a shape without secrets, `None` when it is anything else.
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        // EXPOSE: parsing; the target shapes hold no secrets.
        serde_json::from_slice(strip_mark(self.body.expose())).ok()
    }

    /// Whether it is a web page, by its type or by its look.
    pub fn is_web_page(&self) -> bool {
        if self.media_type.as_deref() == Some("text/html") {
            return true;
        }
        // EXPOSE: only the first bytes are looked at.
        let body = strip_mark(self.body.expose()).trim_ascii_start();
        let head = String::from_utf8_lossy(&body[..body.len().min(16)]);
        starts_as_page(&head)
    }
}

fn starts_as_page(head: &str) -> bool {
    let head = head.to_ascii_lowercase();
    head.starts_with("<!doctype html") || head.starts_with("<html")
}

/// Some servers begin JSON with a byte order mark, which RFC 8259 §8.1 lets a reader ignore.
pub(crate) fn strip_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}
