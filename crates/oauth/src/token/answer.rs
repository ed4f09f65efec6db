//! What a token answer holds.

use keyfob_secret::{AccessToken, IdToken, RefreshToken};
use keyfob_token::expires_in::ExpiresIn;
use thiserror::Error;

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
    /// A `token_type` other than Bearer, or none (RFC 6749 §7.1).
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
    /// The answer was cut, malformed or an error, and the refresh token was saved from it.
    pub salvaged: bool,
}
