//! What a token answer holds.

use keyfob_secret::{AccessToken, IdToken, RefreshToken};
use keyfob_token::expires_in::{ExpiresIn, parse_expires_in};
use thiserror::Error;
use zeroize::Zeroizing;

use super::{LONGEST_ACCESS_TOKEN, LONGEST_ID_TOKEN, LONGEST_REFRESH_TOKEN};
use crate::fields::Fields;

/// Tokens from the token endpoint. Not every one of them need be there or be good.
#[derive(Debug)]
pub struct TokenAnswer {
    /// The access token, or why there is none to use.
    pub access: Result<AccessToken, AccessProblem>,
    /// A new refresh token: save it before anything else. `None`: keep the old one.
    pub refresh: Option<RefreshToken>,
    /// The ID token, unverified.
    pub id_token: Option<IdToken>,
    /// The life of the access token.
    pub expires_in: ExpiresIn,
    /// The life of the refresh token, where the provider tells (`refresh_expires_in` or
    /// `refresh_token_expires_in`; neither is a standard).
    pub refresh_expires_in: ExpiresIn,
    /// Scopes as granted; `None` means as requested (RFC 6749 §5.1).
    pub scope: Option<Vec<String>>,
    /// What had to be forgiven.
    pub flags: AnswerFlags,
}

/// Why an access token was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AccessProblem {
    /// None, or an empty one.
    #[error("the answer holds no access token")]
    Missing,
    /// Longer than [`super::LONGEST_ACCESS_TOKEN`].
    #[error("the access token is longer than 256 KiB")]
    TooLong,
    /// Characters that no header can carry.
    #[error("the access token holds characters that no token may hold")]
    BadCharacters,
    /// A `token_type` other than Bearer (RFC 6749 §7.1).
    #[error("the access token is of a type that Keyfob can't use")]
    WrongType,
    /// The answer is an error or unreadable, and yet it holds a refresh token.
    #[error("the answer is damaged; only the refresh token could be saved")]
    DamagedAnswer,
}

/// What had to be forgiven in an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnswerFlags {
    /// The refresh token came back unchanged: this provider may not rotate.
    pub refresh_unchanged: bool,
    /// The body was form-encoded, not JSON.
    pub form_encoded: bool,
    /// There was no `token_type` (RFC 6749 §5.1 wants one); Bearer was assumed.
    pub type_missing: bool,
    /// The answer was cut, malformed or an error, and the refresh token was saved from it.
    pub salvaged: bool,
}

impl TokenAnswer {
    /// Reads a good answer. `sent` is the refresh token that was used, if one was.
    pub(super) fn read(fields: &Fields<'_>, sent: Option<&RefreshToken>) -> Self {
        let (refresh, refresh_unchanged) = refresh_in(fields, sent);
        let type_missing = fields.text("token_type").is_none();
        Self {
            access: access_in(fields),
            refresh,
            id_token: fields.text("id_token").and_then(plausible_id_token),
            expires_in: parse_expires_in(&fields.value("expires_in")),
            refresh_expires_in: refresh_life(fields),
            scope: fields.text("scope").and_then(|text| scopes(&text)),
            flags: AnswerFlags {
                refresh_unchanged,
                form_encoded: fields.is_form(),
                type_missing,
                salvaged: false,
            },
        }
    }

    /// Whether there is a token of any kind in it, be it one that can't be used.
    pub(super) fn holds_anything(&self) -> bool {
        !matches!(self.access, Err(AccessProblem::Missing))
            || self.refresh.is_some()
            || self.id_token.is_some()
    }

    /// Nothing but a refresh token, out of an answer that is bad otherwise.
    pub(super) fn salvaged(refresh: RefreshToken) -> Self {
        Self {
            access: Err(AccessProblem::DamagedAnswer),
            refresh: Some(refresh),
            id_token: None,
            expires_in: ExpiresIn::ABSENT,
            refresh_expires_in: ExpiresIn::ABSENT,
            scope: None,
            flags: AnswerFlags {
                salvaged: true,
                ..AnswerFlags::default()
            },
        }
    }
}

/// A new refresh token, and whether the one that was sent came back.
pub(super) fn refresh_in(
    fields: &Fields<'_>,
    sent: Option<&RefreshToken>,
) -> (Option<RefreshToken>, bool) {
    let found = fields.text("refresh_token").and_then(plausible_refresh);
    match (found, sent) {
        // EXPOSE: a comparison in constant time.
        (Some(found), Some(sent)) if found.same_as(sent.expose()) => (None, true),
        (found, _) => (found, false),
    }
}

/// A refresh token that may be one: printable ASCII (RFC 6749 appendix A.17) and bounded.
pub(super) fn plausible_refresh(text: Zeroizing<String>) -> Option<RefreshToken> {
    let good = text.len() <= LONGEST_REFRESH_TOKEN
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && !text.trim().is_empty();
    good.then(|| RefreshToken::new(take(text)))
}

fn plausible_id_token(text: Zeroizing<String>) -> Option<IdToken> {
    let good = (1..=LONGEST_ID_TOKEN).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.=".contains(&byte));
    good.then(|| IdToken::new(take(text)))
}

fn access_in(fields: &Fields<'_>) -> Result<AccessToken, AccessProblem> {
    let text = fields.text("access_token").filter(|text| !text.is_empty());
    let text = text.ok_or(AccessProblem::Missing)?;
    if text.len() > LONGEST_ACCESS_TOKEN {
        return Err(AccessProblem::TooLong);
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(AccessProblem::BadCharacters);
    }
    match fields.text("token_type") {
        Some(kind) if !kind.eq_ignore_ascii_case("bearer") => Err(AccessProblem::WrongType),
        _ => Ok(AccessToken::new(take(text))),
    }
}

/// Moves the text on without a copy.
fn take(mut text: Zeroizing<String>) -> String {
    std::mem::take(&mut *text)
}

fn refresh_life(fields: &Fields<'_>) -> ExpiresIn {
    let names = ["refresh_expires_in", "refresh_token_expires_in"];
    let value = names
        .into_iter()
        .map(|name| fields.value(name))
        .find(|value| !value.is_null());
    match value {
        // Keycloak says 0 of offline tokens, which have no end.
        Some(value) if value == 0 => ExpiresIn::ABSENT,
        Some(value) => parse_expires_in(&value),
        None => ExpiresIn::ABSENT,
    }
}

const MOST_SCOPES: usize = 128;
const LONGEST_SCOPE: usize = 256;

fn scopes(text: &str) -> Option<Vec<String>> {
    let words = text.split_ascii_whitespace().take(MOST_SCOPES);
    let scopes: Vec<_> = words
        .filter(|scope| scope.len() <= LONGEST_SCOPE)
        .map(str::to_owned)
        .collect();
    (!scopes.is_empty()).then_some(scopes)
}
