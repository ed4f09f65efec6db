//! An OAuth client and how it proves itself (RFC 6749 §2.3, OpenID Connect Core §9).

use keyfob_secret::ClientSecret;
use keyfob_token::ClientAuth;

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

    /// How a client with a secret best authenticates, given what the provider announces
    /// (`token_endpoint_auth_methods_supported`; absent means Basic, RFC 8414 §2).
    pub fn best_auth(_announced: &[String]) -> ClientAuth {
        unimplemented!()
    }

    /// The form as a `POST` of this client to `url`.
    pub(crate) fn post(&self, _url: url::Url, _form: Form) -> Request {
        unimplemented!()
    }
}
