//! Access tokens in JWT form: meant for a resource server, checked here only so that their content
//! can be called verified. Nothing depends on it.

use keyfob_secret::AccessToken;

use super::id_token::require_issuer;
use super::signature::{ValidationError, verify_signature};
use super::{Times, inspect};
use crate::claims::{scopes_of, short_text};
use crate::json::Json;
use crate::jwks::KeySet;
use crate::session::Verification;
use crate::time::UnixMillis;

/// What the claims of an access token tell (RFC 9068 §2.2); hostile text until shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessClaims {
    /// `exp` and `iat`.
    pub times: Times,
    /// `iss`.
    pub iss: Option<String>,
    /// `sub`.
    pub sub: Option<String>,
    /// `sid`.
    pub sid: Option<String>,
    /// `client_id`, else `azp`, else `cid`.
    pub client_id: Option<String>,
    /// `scope` or `scp`, as text or list.
    pub scopes: Vec<String>,
}

/// The result of checking an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessCheck {
    /// Whether its content is verified, and if not, why not.
    pub verification: Verification,
    /// What did not fit. [`ValidationError::UnknownKey`] wants the issuer's keys fetched once more.
    pub failure: Option<ValidationError>,
    /// What it says, verified or not; none for opaque and encrypted tokens.
    pub claims: Option<AccessClaims>,
}

/// Checks the signature and the issuer of an access token that happens to be a JWT.
///
/// Never an error: an access token need not be readable for us. That its life has ended, or has
/// not begun, does not unmake the verification; `now` only bounds what `exp` is believed.
pub fn verify_access_token(
    raw: &AccessToken,
    keys: &KeySet,
    issuer: &str,
    now: UnixMillis,
) -> AccessCheck {
    // EXPOSE: the signature is over the raw text; the result holds claims, never the token.
    let text = raw.expose();
    let claims = inspect(text)
        .ok()
        .and_then(|inspection| inspection.claims().map(|claims| access_claims(claims, now)));
    let outcome =
        verify_signature(text, keys).and_then(|signed| require_issuer(&signed.claims.root, issuer));
    let (verification, failure) = match outcome {
        Ok(()) => (Verification::Verified, None),
        Err(error) => (verification_after(error), Some(error)),
    };
    AccessCheck {
        verification,
        failure,
        claims,
    }
}

fn verification_after(error: ValidationError) -> Verification {
    match error {
        ValidationError::NotAJwt | ValidationError::Encrypted => Verification::NotApplicable,
        ValidationError::Unsigned => Verification::Unsigned,
        // An HMAC key is shared with the resource server and never with us.
        ValidationError::UnknownKey
        | ValidationError::AmbiguousKey
        | ValidationError::AlgorithmNotAllowed => Verification::KeysUnknown,
        _ => Verification::Failed,
    }
}

fn access_claims(claims: &Json, now: UnixMillis) -> AccessClaims {
    let client = ["client_id", "azp", "cid"]
        .into_iter()
        .find_map(|name| short_text(claims, name));
    AccessClaims {
        times: Times::of(claims, now),
        iss: short_text(claims, "iss"),
        sub: short_text(claims, "sub"),
        sid: short_text(claims, "sid"),
        client_id: client,
        scopes: scopes_of(claims),
    }
}
