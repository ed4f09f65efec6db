//! What the rows hold besides sessions and audit events.

use keyfob_secret::{AccessToken, ClientSecret, IdToken, RefreshToken};
use keyfob_token::{ClientAuth, UnixMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The tokens of one session.
#[derive(Debug, Default)]
pub struct Secrets {
    /// The access token.
    pub access: Option<AccessToken>,
    /// The refresh token.
    pub refresh: Option<RefreshToken>,
    /// The newest ID token.
    pub id_token: Option<IdToken>,
}

impl Secrets {
    /// Whether there is no token at all.
    pub fn is_empty(&self) -> bool {
        self.access.is_none() && self.refresh.is_none() && self.id_token.is_none()
    }
}

/// An issuer the user has signed in at, and the client used there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IssuerRecord {
    /// Name of the row.
    pub id: Uuid,
    /// The issuer identifier exactly as the provider gives it.
    pub issuer: String,
    /// What the user calls it.
    pub label: String,
    /// The adapter that speaks to it, such as `oidc`.
    pub provider: String,
    /// The OAuth client.
    pub client_id: String,
    /// How the client proves itself.
    pub client_auth: ClientAuth,
    /// Scopes asked for at the last sign-in.
    pub scopes: Vec<String>,
    /// A fixed port for the loopback redirect; `None` takes a free one.
    pub redirect_port: Option<u16>,
    /// Whether private networks and loopback are allowed for its endpoints.
    pub allow_private: bool,
    /// The discovery document as it was accepted (OpenID Connect Discovery §3, RFC 8414 §2).
    pub metadata: serde_json::Value,
    /// Its key set as last fetched (RFC 7517 §5).
    pub jwks: serde_json::Value,
    /// When the user first signed in there.
    pub created_at: UnixMillis,
    /// When metadata and keys were last fetched.
    pub fetched_at: Option<UnixMillis>,
    /// When the user last signed in there.
    pub last_used_at: Option<UnixMillis>,
}

/// What an environment's management API asks for (OAuth client credentials).
#[derive(Debug)]
pub struct AdminCredentials {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: ClientSecret,
}
