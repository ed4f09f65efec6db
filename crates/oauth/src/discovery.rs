//! Discovery: from an issuer to its endpoints (OpenID Connect Discovery 1.0, RFC 8414).
//!
//! Holds that a document speaks for exactly the issuer that was asked, and that every endpoint in
//! it may be talked to. Must not cache: what it finds is pinned in the vault at registration.

mod document;
mod metadata;

pub use metadata::Metadata;

use thiserror::Error;
use url::Url;

use crate::http::{AddressProblem, Http, HttpError, NotSent, Request, strip_mark};

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
pub async fn discover(http: &Http, issuer: &str) -> Result<Metadata, DiscoveryError> {
    let base = issuer_url(issuer)?;
    http.policy()
        .check_url(&base)
        .map_err(DiscoveryError::IssuerNotAllowed)?;
    let first = match ask(http, issuer, openid_place(&base)).await {
        Err(error) if error.means_no_document() => error,
        settled => return settled,
    };
    match ask(http, issuer, rfc8414_place(&base)).await {
        Err(second) if second.means_no_document() => Err(first),
        settled => settled,
    }
}

impl DiscoveryError {
    /// Whether there may be a document at the other place. A server that shows its start page
    /// for every unknown path is common.
    fn means_no_document(&self) -> bool {
        matches!(
            self,
            Self::NoDocument { .. } | Self::WebPage | Self::NotJson
        )
    }
}

async fn ask(http: &Http, issuer: &str, place: Url) -> Result<Metadata, DiscoveryError> {
    let answer = http
        .send(Request::fetch(place))
        .await
        .map_err(|error| match error {
            HttpError::NotSent(NotSent::Blocked(problem)) => {
                DiscoveryError::IssuerNotAllowed(problem)
            }
            HttpError::NotSent(cause) => DiscoveryError::NotReached(cause),
            HttpError::Uncertain { .. } => DiscoveryError::Unreadable,
        })?;
    if answer.is_turned_away() {
        return Err(DiscoveryError::TurnedAway {
            retry_after_ms: answer.retry_after_ms,
        });
    }
    match answer.status {
        200 if answer.is_web_page() => Err(DiscoveryError::WebPage),
        // EXPOSE: a discovery document is public.
        200 => document::read(strip_mark(answer.body.expose()), issuer, http.policy()),
        500.. => Err(DiscoveryError::Unreadable),
        status => Err(DiscoveryError::NoDocument { status }),
    }
}

const LONGEST_ISSUER: usize = 1_024;

fn issuer_url(issuer: &str) -> Result<Url, DiscoveryError> {
    let url = Some(issuer).filter(|text| text.len() <= LONGEST_ISSUER && text.trim() == *text);
    let url = url
        .and_then(|text| Url::parse(text).ok())
        .ok_or(DiscoveryError::NotAnIssuer)?;
    let plain = url.has_host() && url.query().is_none() && url.fragment().is_none();
    if plain {
        Ok(url)
    } else {
        Err(DiscoveryError::NotAnIssuer)
    }
}

/// OpenID Connect Discovery §4: after the path, less its last slash.
fn openid_place(issuer: &Url) -> Url {
    let mut place = issuer.clone();
    let path = issuer.path().trim_end_matches('/');
    place.set_path(&format!("{path}/.well-known/openid-configuration"));
    place
}

/// RFC 8414 §3.1: before the path.
fn rfc8414_place(issuer: &Url) -> Url {
    let mut place = issuer.clone();
    let path = issuer.path().trim_end_matches('/');
    place.set_path(&format!("/.well-known/oauth-authorization-server{path}"));
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_in_the_places_the_standards_name() {
        let places = |issuer| {
            let url = issuer_url(issuer).unwrap();
            (
                openid_place(&url).to_string(),
                rfc8414_place(&url).to_string(),
            )
        };
        let (openid, oauth) = places("https://id.example/");
        assert_eq!(
            openid,
            "https://id.example/.well-known/openid-configuration"
        );
        assert_eq!(
            oauth,
            "https://id.example/.well-known/oauth-authorization-server"
        );
        let (openid, oauth) = places("https://id.example/realms/a");
        assert_eq!(
            openid,
            "https://id.example/realms/a/.well-known/openid-configuration"
        );
        assert_eq!(
            oauth,
            "https://id.example/.well-known/oauth-authorization-server/realms/a"
        );
    }

    #[test]
    fn an_issuer_is_a_plain_url() {
        let long = format!("https://id.example/{}", "a".repeat(LONGEST_ISSUER));
        for text in [
            "",
            "id.example",
            "https://id.example?x",
            "https://id.example#x",
            " https://a.b",
            &long,
        ] {
            assert!(
                matches!(issuer_url(text), Err(DiscoveryError::NotAnIssuer)),
                "{text}"
            );
        }
    }
}
