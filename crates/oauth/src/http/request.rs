//! A request, with secrets that are wiped when it is done.

use bytes::Bytes;
use keyfob_secret::SecretText;
use reqwest::{Method, header::HeaderValue};
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

/// A request to a provider.
pub struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) accept: &'static str,
    pub(super) authorization: Option<HeaderValue>,
    pub(super) content: Option<(&'static str, Bytes)>,
}

/// Fields of an `application/x-www-form-urlencoded` body.
#[derive(Default)]
pub struct Form(Vec<(&'static str, Zeroizing<String>)>);

impl Form {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more field.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.0.push((name, Zeroizing::new(value.to_owned())));
        self
    }

    fn encode(&self) -> Zeroizing<String> {
        // Sized for the worst case, so that no half-written copy is left behind by a reallocation.
        let worst = self
            .0
            .iter()
            .map(|(name, value)| name.len() + 3 * value.len() + 2)
            .sum();
        let mut out = form_urlencoded::Serializer::new(String::with_capacity(worst));
        for (name, value) in &self.0 {
            out.append_pair(name, value);
        }
        Zeroizing::new(out.finish())
    }
}

impl Request {
    /// A `GET` that wants JSON.
    pub fn fetch(url: Url) -> Self {
        Self {
            method: Method::GET,
            url,
            accept: "application/json",
            authorization: None,
            content: None,
        }
    }

    /// A `POST` of a form that wants JSON.
    pub fn post_form(url: Url, form: &Form) -> Self {
        let content = Some(("application/x-www-form-urlencoded", wiped(form.encode())));
        Self {
            method: Method::POST,
            url,
            accept: "application/json",
            authorization: None,
            content,
        }
    }

    /// A `POST` of JSON that wants JSON.
    pub fn post_json(url: Url, json: Zeroizing<String>) -> Self {
        let content = Some(("application/json", wiped(json)));
        Self {
            method: Method::POST,
            url,
            accept: "application/json",
            authorization: None,
            content,
        }
    }

    /// A `DELETE` that wants JSON.
    pub fn delete(url: Url) -> Self {
        Self {
            method: Method::DELETE,
            url,
            accept: "application/json",
            authorization: None,
            content: None,
        }
    }

    /// With `Authorization: Bearer …` (RFC 6750 §2.1).
    #[must_use]
    pub fn bearer(self, token: &dyn SecretText) -> Self {
        // EXPOSE: the header is the token; it is marked sensitive and never logged.
        self.authorization_text(Zeroizing::new(format!("Bearer {}", token.expose())))
    }

    /// With this `Authorization`. Text that no header can hold leaves the request without one.
    #[must_use]
    pub(crate) fn authorization_text(mut self, text: Zeroizing<String>) -> Self {
        self.authorization = HeaderValue::from_maybe_shared(wiped(text))
            .ok()
            .map(|mut value| {
                value.set_sensitive(true);
                value
            });
        self
    }

    /// The URL it goes to.
    pub fn url(&self) -> &Url {
        &self.url
    }
}

/// Bytes that are wiped when the last holder (hyper among them) lets go.
fn wiped(text: Zeroizing<String>) -> Bytes {
    struct Owner(Zeroizing<String>);
    impl AsRef<[u8]> for Owner {
        fn as_ref(&self) -> &[u8] {
            self.0.as_bytes()
        }
    }
    Bytes::from_owner(Owner(text))
}
