//! The authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).

use std::fmt;

use keyfob_secret::{Nonce, PkceVerifier, State};
use thiserror::Error;
use url::Url;

use crate::{ClientConfig, Metadata, pkce, random};

/// What the browser is sent to, and what is kept to check its return.
pub struct AuthorizationRequest {
    /// Where the browser goes.
    pub url: Url,
    /// Comes back in the callback.
    pub state: State,
    /// Comes back in the ID token.
    pub nonce: Nonce,
    /// Goes to the token endpoint with the code.
    pub verifier: PkceVerifier,
    /// Must be repeated at the token endpoint, to the letter.
    pub redirect_uri: String,
}

impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationRequest [redacted]")
    }
}

/// The provider has no such way in.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("this provider has no sign-in in the browser")]
pub struct NoAuthorizationEndpoint;

/// Makes a request with fresh `state`, `nonce` and verifier. Asks with `prompt=consent` when
/// `offline_access` is among the scopes (OpenID Connect Core §11).
///
/// # Errors
/// The provider has no authorization endpoint.
pub fn make_request(
    metadata: &Metadata,
    client: &ClientConfig,
    redirect_uri: &str,
    scopes: &[String],
    login_hint: Option<&str>,
) -> Result<AuthorizationRequest, NoAuthorizationEndpoint> {
    let mut url = metadata
        .authorization_endpoint
        .clone()
        .ok_or(NoAuthorizationEndpoint)?;
    let state = State::new(random::make_text());
    let nonce = Nonce::new(random::make_text());
    let verifier = pkce::make_verifier();
    {
        // Parameters of the endpoint's own stay (RFC 6749 §3.1).
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &client.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &scopes.join(" "))
            // EXPOSE: the browser carries state and nonce to the provider; that is their job.
            .append_pair("state", state.expose())
            .append_pair("nonce", nonce.expose())
            .append_pair("code_challenge", &pkce::derive_challenge(&verifier))
            .append_pair("code_challenge_method", "S256");
        if scopes.iter().any(|scope| scope == "offline_access") {
            query.append_pair("prompt", "consent");
        }
        if let Some(hint) = login_hint {
            query.append_pair("login_hint", hint);
        }
    }
    Ok(AuthorizationRequest {
        url,
        state,
        nonce,
        verifier,
        redirect_uri: redirect_uri.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn request(
        scopes: &[&str],
        hint: Option<&str>,
    ) -> (AuthorizationRequest, HashMap<String, String>) {
        let mut metadata = Metadata::example("https://id.example");
        metadata.authorization_endpoint = Some("https://id.example/auth?tenant=a".parse().unwrap());
        let scopes: Vec<_> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let client = ClientConfig::public("app");
        let uri = "http://127.0.0.1:1/callback";
        let request = make_request(&metadata, &client, uri, &scopes, hint).unwrap();
        let query = request.url.query_pairs().into_owned().collect();
        (request, query)
    }

    #[test]
    fn asks_for_a_code_with_pkce_state_and_nonce() {
        let (request, query) = request(&["openid", "email"], None);
        assert_eq!(query["tenant"], "a");
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["scope"], "openid email");
        assert_eq!(query["redirect_uri"], "http://127.0.0.1:1/callback");
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(
            query["code_challenge"],
            pkce::derive_challenge(&request.verifier)
        );
        assert!(request.state.same_as(&query["state"]));
        assert!(request.nonce.same_as(&query["nonce"]));
        assert_ne!(query["state"], query["nonce"]);
        assert!(!query.contains_key("prompt"));
        assert!(!format!("{request:?}").contains(&query["state"]));
    }

    #[test]
    fn asks_for_consent_when_offline_access_is_wanted() {
        let (_, query) = request(&["openid", "offline_access"], Some("alice"));
        assert_eq!(query["prompt"], "consent");
        assert_eq!(query["login_hint"], "alice");
    }
}
