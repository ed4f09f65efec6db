//! ID tokens (OpenID Connect Core §3.1.3.7): relied on only when everything fits.

use keyfob_secret::IdToken;

use super::signature::{ValidationError, verify_signature};
use super::{LEEWAY_MS, NumericDate, is_believable, numeric_date};
use crate::claims::{account_of, short_text};
use crate::json::Json;
use crate::jwks::KeySet;
use crate::session::Account;
use crate::time::UnixMillis;

/// More audiences than this are refused.
const MAX_AUDIENCES: usize = 100;

/// What an ID token is checked against.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The issuer identifier, compared character by character.
    pub issuer: &'a str,
    /// Our client.
    pub client_id: &'a str,
    /// The `nonce` of the request. `None` where there was no request of ours: after a refresh
    /// (OpenID Connect Core §12.2) and for imported tokens.
    pub nonce: Option<&'a str>,
    /// The wall clock; 60 s to either side are forgiven.
    pub now: UnixMillis,
}

/// The claims of a verified ID token that Keyfob uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdClaims {
    /// Whom it is for; `account.subject` is always there.
    pub account: Account,
    /// `sid`, the session at the provider.
    pub sid: Option<String>,
    /// `azp`, the client it was issued to.
    pub azp: Option<String>,
    /// `exp`.
    pub exp: UnixMillis,
    /// `iat`.
    pub iat: UnixMillis,
    /// `auth_time`, when the user really signed in.
    pub auth_time: Option<UnixMillis>,
}

impl IdClaims {
    /// `sub`, the user's name at the issuer.
    pub fn sub(&self) -> &str {
        self.account.subject.as_deref().unwrap_or_default()
    }
}

/// Verifies an ID token: signature, `iss`, `aud` and `azp`, `exp`, `nbf`, `iat`, `nonce`.
///
/// # Errors
/// The first thing that does not fit. [`ValidationError::UnknownKey`] wants the issuer's keys
/// fetched once more, within the limit of `jwks::may_refetch`.
pub fn verify_id_token(
    raw: &IdToken,
    keys: &KeySet,
    expected: &Expected<'_>,
) -> Result<IdClaims, ValidationError> {
    verify_at(raw, keys, expected, |_| expected.now)
}

/// The same for a token that has just come from its issuer: its times are held against its own
/// `iat`, so that a wrong clock on this side changes nothing. `expected.now` is not looked at.
///
/// # Errors
/// As [`verify_id_token`].
pub fn verify_id_token_by_its_own_clock(
    raw: &IdToken,
    keys: &KeySet,
    expected: &Expected<'_>,
) -> Result<IdClaims, ValidationError> {
    verify_at(raw, keys, expected, |iat| iat)
}

fn verify_at(
    raw: &IdToken,
    keys: &KeySet,
    expected: &Expected<'_>,
    now: impl FnOnce(UnixMillis) -> UnixMillis,
) -> Result<IdClaims, ValidationError> {
    // EXPOSE: the signature is over the raw text; errors hold none of it.
    let signed = verify_signature(raw.expose(), keys)?;
    // `at+jwt`, `logout+jwt` and their like name a kind of their own; an ID token has none.
    if signed.token_type.is_some_and(|name| name.ends_with("+jwt")) {
        return Err(ValidationError::OtherType);
    }
    let claims = &signed.claims.root;
    require_issuer(claims, expected.issuer)?;
    require_audience(claims, expected.client_id)?;
    require_nonce(claims, expected.nonce)?;
    let exp = require_date(claims, "exp")?;
    let iat = require_date(claims, "iat")?;
    require_now(claims, exp, now(iat))?;
    let account = account_of(claims);
    if account.subject.is_none() {
        return Err(match claims.member("sub") {
            None => ValidationError::Missing("sub"),
            Some(_) => ValidationError::Malformed("sub"),
        });
    }
    Ok(IdClaims {
        account,
        sid: short_text(claims, "sid"),
        azp: short_text(claims, "azp"),
        exp,
        iat,
        auth_time: numeric_date(claims.member("auth_time")).at(),
    })
}

/// `iss` is the issuer, exactly: no slash is added or removed.
pub(super) fn require_issuer(claims: &Json, issuer: &str) -> Result<(), ValidationError> {
    match claims.member("iss").map(Json::text) {
        None => Err(ValidationError::Missing("iss")),
        Some(None) => Err(ValidationError::Malformed("iss")),
        Some(Some(text)) if text == issuer => Ok(()),
        Some(Some(_)) => Err(ValidationError::WrongIssuer),
    }
}

/// `aud` holds the client; with several audiences `azp` must be it, and is never another one.
fn require_audience(claims: &Json, client_id: &str) -> Result<(), ValidationError> {
    let audiences = match claims.member("aud") {
        None => return Err(ValidationError::Missing("aud")),
        Some(Json::Text(one)) => vec![one.as_str()],
        Some(Json::List(items)) if items.len() <= MAX_AUDIENCES => items
            .iter()
            .map(Json::text)
            .collect::<Option<_>>()
            .ok_or(ValidationError::Malformed("aud"))?,
        Some(_) => return Err(ValidationError::Malformed("aud")),
    };
    if !audiences.contains(&client_id) {
        return Err(ValidationError::WrongAudience);
    }
    match claims.member("azp").map(Json::text) {
        None if audiences.len() > 1 => Err(ValidationError::WrongAuthorizedParty),
        None => Ok(()),
        Some(None) => Err(ValidationError::Malformed("azp")),
        Some(Some(party)) if party == client_id => Ok(()),
        Some(Some(_)) => Err(ValidationError::WrongAuthorizedParty),
    }
}

fn require_nonce(claims: &Json, nonce: Option<&str>) -> Result<(), ValidationError> {
    let Some(nonce) = nonce else { return Ok(()) };
    match claims.member("nonce") {
        None => Err(ValidationError::Missing("nonce")),
        Some(value) if value.text() == Some(nonce) => Ok(()),
        Some(_) => Err(ValidationError::WrongNonce),
    }
}

fn require_date(claims: &Json, name: &'static str) -> Result<UnixMillis, ValidationError> {
    match numeric_date(claims.member(name)) {
        NumericDate::Absent => Err(ValidationError::Missing(name)),
        NumericDate::NotANumber => Err(ValidationError::Malformed(name)),
        NumericDate::At { at, .. } => Ok(at),
    }
}

/// The token lives now: `exp` ahead, within ten years; `nbf` and `iat` behind.
fn require_now(claims: &Json, exp: UnixMillis, now: UnixMillis) -> Result<(), ValidationError> {
    if !is_believable(exp, now) {
        return Err(ValidationError::TooFar("exp"));
    }
    require_begun(claims, now)?;
    if exp + LEEWAY_MS <= now {
        return Err(ValidationError::Expired);
    }
    Ok(())
}

/// `nbf` and `iat`, where they are there, are not ahead.
pub(super) fn require_begun(claims: &Json, now: UnixMillis) -> Result<(), ValidationError> {
    for name in ["nbf", "iat"] {
        match numeric_date(claims.member(name)) {
            NumericDate::NotANumber => return Err(ValidationError::Malformed(name)),
            NumericDate::At { at, .. } if at - now > LEEWAY_MS => {
                return Err(ValidationError::NotYetValid(name));
            }
            NumericDate::At { .. } | NumericDate::Absent => {}
        }
    }
    Ok(())
}
