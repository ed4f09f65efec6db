//! What arrives instead of a provider's answer, or of it.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use keyfob_journeys::line::{Heard, Then};
use serde_json::{Value, json};

use super::fake::{http, says};

pub(super) fn bytes(text: impl AsRef<[u8]>) -> Then {
    Then::Bytes(text.as_ref().to_vec())
}

pub(super) fn status(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Then {
    Then::Bytes(http(status, headers, body))
}

pub(super) fn body(body: impl AsRef<[u8]>) -> Then {
    status(200, "", body)
}

pub(super) fn page(code: u16, words: &str) -> Then {
    let page = format!("<!DOCTYPE html><title>{words}</title>{words}");
    status(code, "Content-Type: text/html\r\n", page)
}

pub(super) fn error(code: u16, error: &str) -> Then {
    Then::Bytes(says(code, &json!({ "error": error })))
}

/// The provider's answer with another value for a field; `null` takes it out.
pub(super) fn with(heard: &Heard, field: &str, value: Value) -> Then {
    let mut said = heard.said.clone();
    said[field] = value;
    if said[field].is_null()
        && let Some(fields) = said.as_object_mut()
    {
        fields.remove(field);
    }
    Then::Bytes(says(200, &said))
}

/// An answer that the provider did not give, with a life, an access token and this.
pub(super) fn granted(_: &Heard, refresh_token: Value) -> Then {
    let mut said = json!({
        "access_token": "not-of-the-provider", "token_type": "Bearer", "expires_in": 300,
    });
    if !refresh_token.is_null() {
        said["refresh_token"] = refresh_token;
    }
    Then::Bytes(says(200, &said))
}

pub(super) fn new_token(heard: &Heard) -> String {
    heard.said["refresh_token"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// The provider's answer up to the end of `last`, of a body that was announced longer.
pub(super) fn cut(heard: &Heard, last: &str) -> Then {
    let text = heard.said.to_string();
    let end = text.find(last).map_or(0, |at| at + last.len());
    bytes(format!(
        "HTTP/1.1 200 X\r\nContent-Length: {}\r\n\r\n{}",
        text.len(),
        &text[..end]
    ))
}

/// One chunk that ends with the refresh token, and no last chunk.
pub(super) fn chunked(heard: &Heard) -> Then {
    let text = heard.said.to_string();
    let token = new_token(heard);
    let end = text.find(&token).unwrap_or(0) + token.len() + 1;
    bytes(format!(
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n{end:x}\r\n{}\r\n40\r\nhalf",
        &text[..end]
    ))
}

pub(super) fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(plain).expect("memory takes all");
    packer.finish().expect("memory takes all")
}

pub(super) fn packed(plain: &[u8]) -> Then {
    let headers = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    status(200, headers, gzip(plain))
}

pub(super) fn form_of(said: &Value) -> String {
    let mut form = reqwest::Url::parse("http://form/").expect("a URL");
    for (name, value) in said.as_object().into_iter().flatten() {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        form.query_pairs_mut().append_pair(name, &text);
    }
    form.query().unwrap_or_default().to_owned()
}
