//! What the checks may look at.

use serde_json::Value;

use crate::json::Json;
use crate::jwt::Inspection;
use crate::life::policy::PolicyEnd;
use crate::session::{Session, TokenFormat};
use crate::time::{Now, UnixMillis};

/// Everything that is known of a session and its provider. Opaque tokens have no content here.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The session.
    pub session: &'a Session,
    /// Its access token taken apart, when it has that form.
    pub access: Option<&'a Inspection>,
    /// Its ID token taken apart.
    pub id_token: Option<&'a Inspection>,
    /// What the provider offers; `None` when nobody knows.
    pub provider: Option<Abilities>,
    /// The provider's key set (RFC 7517 §5), as fetched.
    pub keys: Option<&'a Value>,
    /// The end that the user's policies set for it.
    pub policy_end: Option<PolicyEnd>,
    /// Now.
    pub now: &'a Now,
}

/// What a provider says that it offers (RFC 8414 §2 and the extensions named).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// It signs proofs of possession: `dpop_signing_alg_values_supported` (RFC 9449 §5.1).
    pub dpop: bool,
    /// `tls_client_certificate_bound_access_tokens` (RFC 8705 §3.3).
    pub mtls: bool,
    /// It revokes tokens.
    pub revocation: bool,
}

impl Facts<'_> {
    /// The claims of the access token, where they can be read.
    pub(crate) fn claims(&self) -> Option<&Json> {
        self.access.and_then(Inspection::claims)
    }

    /// The format of the access token.
    pub(crate) fn access_format(&self) -> Option<&TokenFormat> {
        self.session.access.as_ref().map(|facts| &facts.format)
    }

    /// When Keyfob last gave the access token away.
    pub(crate) fn last_use(&self) -> Option<UnixMillis> {
        self.session.last_used_at
    }

    /// Milliseconds since the access token was last given away, or since the session is here.
    pub(crate) fn idle_ms(&self) -> i64 {
        let session = self.session;
        let since = session
            .created_at
            .max(session.signed_in_at.unwrap_or(session.created_at));
        self.now.wall - self.last_use().map_or(since, |used| used.max(since))
    }
}
