//! An OAuth client and how it proves itself (RFC 6749 §2.3, OpenID Connect Core §9).

use base64::{Engine, engine::general_purpose::STANDARD};
use keyfob_secret::ClientSecret;
use keyfob_token::ClientAuth;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use crate::http::{Form, Request};

/// A client registered at a provider.
#[derive(Debug)]
pub struct ClientConfig {
    /// The client identifier.
    pub client_id: String,
    /// How it authenticates.
    pub auth: ClientAuth,
    /// Its secret; without one `auth` is taken for [`ClientAuth::None`].
    pub secret: Option<ClientSecret>,
}

impl ClientConfig {
    /// A public client.
    pub fn public(client_id: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            auth: ClientAuth::None,
            secret: None,
        }
    }

    /// A client with a secret.
    pub fn confidential(client_id: &str, auth: ClientAuth, secret: ClientSecret) -> Self {
        Self {
            client_id: client_id.to_owned(),
            auth,
            secret: Some(secret),
        }
    }

    /// How a client with a secret best authenticates, given what the provider announces
    /// (`token_endpoint_auth_methods_supported`; absent means Basic, RFC 8414 §2).
    pub fn best_auth(announced: &[String]) -> ClientAuth {
        let has = |method: &str| announced.iter().any(|known| known == method);
        if !has("client_secret_basic") && has("client_secret_post") {
            ClientAuth::Post
        } else {
            ClientAuth::Basic
        }
    }

    /// The form as a `POST` of this client to `url`.
    pub fn post(&self, url: Url, form: Form) -> Request {
        match (self.auth, &self.secret) {
            (ClientAuth::Basic, Some(secret)) => {
                Request::post_form(url, &form).authorization_text(self.basic(secret))
            }
            (ClientAuth::Post, Some(secret)) => {
                // EXPOSE: the provider wants it in the body, which `http` never logs.
                let form = form.with("client_secret", secret.expose());
                Request::post_form(url, &form.with("client_id", &self.client_id))
            }
            _ => Request::post_form(url, &form.with("client_id", &self.client_id)),
        }
    }

    /// Both parts are form-encoded before they are joined (RFC 6749 §2.3.1): a secret may hold a
    /// colon, and anything else.
    fn basic(&self, secret: &ClientSecret) -> Zeroizing<String> {
        let id = form_urlencoded::byte_serialize(self.client_id.as_bytes());
        // EXPOSE: the header is marked sensitive and never logged.
        let secret = form_urlencoded::byte_serialize(secret.expose().as_bytes());
        let mut pair = Zeroizing::new(String::with_capacity(3 * self.length() + 1));
        pair.extend(id);
        pair.push(':');
        pair.extend(secret);
        let mut header = Zeroizing::new(String::with_capacity(6 + pair.len().div_ceil(3) * 4));
        header.push_str("Basic ");
        STANDARD.encode_string(pair.as_bytes(), &mut header);
        header
    }

    fn length(&self) -> usize {
        self.client_id.len() + self.secret.as_ref().map_or(0, ClientSecret::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_encodes_both_parts_before_joining_them() {
        let secret = ClientSecret::new("p:s &ü".into());
        let client = ClientConfig::confidential("my app:1", ClientAuth::Basic, secret);
        let header = client.basic(client.secret.as_ref().unwrap());
        let decoded = STANDARD
            .decode(header.strip_prefix("Basic ").unwrap())
            .unwrap();
        assert_eq!(decoded, b"my+app%3A1:p%3As+%26%C3%BC");
    }

    #[test]
    fn chooses_basic_unless_only_post_is_announced() {
        let auth = |methods: &[&str]| {
            ClientConfig::best_auth(&methods.iter().map(|m| (*m).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(auth(&[]), ClientAuth::Basic);
        assert_eq!(
            auth(&["client_secret_post", "client_secret_basic"]),
            ClientAuth::Basic
        );
        assert_eq!(auth(&["none", "client_secret_post"]), ClientAuth::Post);
        assert_eq!(auth(&["none"]), ClientAuth::Basic);
    }
}
