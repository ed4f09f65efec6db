//! What is kept of a discovery document. It is pinned in the vault when a provider is added.

use serde::{Deserialize, Serialize};
use url::Url;

/// A provider's endpoints and abilities; every list is bounded.
///
/// [`super::discover`] has checked each URL. What comes back from the vault is authenticated
/// there, and each request is checked again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The issuer identifier, to the letter.
    pub issuer: String,
    /// Where the browser goes.
    pub authorization_endpoint: Option<Url>,
    /// Where codes and refresh tokens go.
    pub token_endpoint: Url,
    /// The provider's keys.
    pub jwks_uri: Option<Url>,
    /// Claims about the user.
    pub userinfo_endpoint: Option<Url>,
    /// RFC 7009.
    pub revocation_endpoint: Option<Url>,
    /// RFC 7662.
    pub introspection_endpoint: Option<Url>,
    /// OpenID Connect RP-Initiated Logout 1.0.
    pub end_session_endpoint: Option<Url>,
    /// RFC 8628.
    pub device_authorization_endpoint: Option<Url>,
    /// Whether callbacks carry `iss` (RFC 9207 §3).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
    /// How clients may authenticate; empty where the document says nothing.
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// PKCE methods; empty where the document says nothing.
    #[serde(default)]
    pub code_challenge_methods_supported: Vec<String>,
    /// Scopes; empty where the document says nothing.
    #[serde(default)]
    pub scopes_supported: Vec<String>,
    /// Grant types; empty where the document says nothing.
    #[serde(default)]
    pub grant_types_supported: Vec<String>,
    /// Signing algorithms of ID tokens; empty where the document says nothing.
    #[serde(default)]
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// Signing algorithms of DPoP proofs (RFC 9449 §5.1); empty where it binds no tokens so.
    #[serde(default)]
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// Whether access tokens can be bound to a certificate (RFC 8705 §3.3).
    #[serde(default)]
    pub tls_client_certificate_bound_access_tokens: bool,
}

impl Metadata {
    /// A provider with nothing but a token endpoint, for tests and examples.
    ///
    /// # Panics
    /// `issuer` is no URL.
    pub fn example(issuer: &str) -> Self {
        let token_endpoint = format!("{}/token", issuer.trim_end_matches('/'));
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: None,
            token_endpoint: token_endpoint
                .parse()
                .expect("an example's issuer is a URL"),
            jwks_uri: None,
            userinfo_endpoint: None,
            revocation_endpoint: None,
            introspection_endpoint: None,
            end_session_endpoint: None,
            device_authorization_endpoint: None,
            authorization_response_iss_parameter_supported: false,
            token_endpoint_auth_methods_supported: Vec::new(),
            code_challenge_methods_supported: Vec::new(),
            scopes_supported: Vec::new(),
            grant_types_supported: Vec::new(),
            id_token_signing_alg_values_supported: Vec::new(),
            dpop_signing_alg_values_supported: Vec::new(),
            tls_client_certificate_bound_access_tokens: false,
        }
    }
}
