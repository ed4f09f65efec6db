//! A whole answer.

use keyfob_secret::SecretBytes;

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
}
