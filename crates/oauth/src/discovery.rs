//! Discovery: from an issuer to its endpoints (OpenID Connect Discovery 1.0, RFC 8414).
//!
//! Holds that a document speaks for exactly the issuer that was asked, and that every endpoint in
//! it may be talked to. Must not cache: what it finds is pinned in the vault at registration.

mod metadata;

pub use metadata::Metadata;

use thiserror::Error;

use crate::http::{AddressProblem, Http, NotSent};

/// Why an issuer could not be used. Texts of the provider are escaped and cut.
#[derive(Debug, Error)]
pub enum DiscoveryError {
    /// Not a URL, or one with a query or a fragment (RFC 8414 §2).
    #[error("this is not the address of an issuer")]
    NotAnIssuer,
    /// The issuer itself may not be talked to.
    #[error("{0}")]
    IssuerNotAllowed(AddressProblem),
    /// It could not be reached.
    #[error("the provider could not be reached: {0}")]
    NotReached(NotSent),
    /// It answered, but not in a way that could be read.
    #[error("the provider's answer could not be read")]
    Unreadable,
    /// "Later" (429, 503).
    #[error("the provider says to come back later")]
    TurnedAway {
        /// Milliseconds, if it said how much later.
        retry_after_ms: Option<i64>,
    },
    /// Neither place has a document.
    #[error("there is no OpenID or OAuth provider at this address (status {status})")]
    NoDocument {
        /// The status at the first place.
        status: u16,
    },
    /// A web page where a document should be.
    #[error("there is a web page at this address, but no provider's document")]
    WebPage,
    /// Not JSON, or no JSON object.
    #[error("the provider's document is not JSON")]
    NotJson,
    /// A required field is missing or of the wrong kind.
    #[error("the provider's document has no usable `{field}`")]
    Incomplete {
        /// Which.
        field: &'static str,
    },
    /// The document is another issuer's, be it by a slash.
    #[error("the document is of another issuer: asked for {asked}, found {found}")]
    OtherIssuer {
        /// What was asked.
        asked: String,
        /// What the document says, escaped, at most 300 characters.
        found: String,
    },
    /// An endpoint may not be talked to.
    #[error("the provider's `{field}` can't be used: {problem}")]
    EndpointNotAllowed {
        /// Which.
        field: &'static str,
        /// Why.
        problem: AddressProblem,
    },
}

/// Asks `{issuer}/.well-known/openid-configuration`, and if there is none,
/// `/.well-known/oauth-authorization-server` (RFC 8414 §3.1), under the policy of `http`.
///
/// # Errors
/// See [`DiscoveryError`].
pub async fn discover(_http: &Http, _issuer: &str) -> Result<Metadata, DiscoveryError> {
    unimplemented!()
}
