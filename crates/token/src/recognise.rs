//! What a pasted text is: a token, a header line with one, or a token answer as JSON.
//!
//! Owns the guess. Relies on nothing it finds: an imported token is only watched until the user
//! takes it over.

mod answer;
mod kind;

use keyfob_secret::{AccessToken, IdToken, PastedText, RefreshToken};
use zeroize::Zeroizing;

use crate::claims::{account_of, scopes_of, short_text};
use crate::expires_in::ExpiresIn;
use crate::json::Json;
use crate::jwt::{Inspection, MAX_TOKEN_BYTES, inspect};
use crate::session::{Account, TokenKind};
use crate::time::UnixMillis;

/// Longest text that is read, in bytes.
pub const MAX_PASTED_BYTES: usize = 1024 * 1024;

/// Shortest text that is taken for a token, in bytes. RFC 6749 §10.10 wants tokens that can't be
/// guessed: 128 bits are 22 characters of base64.
pub const MIN_TOKEN_BYTES: usize = 16;

/// Why a text holds no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecogniseError {
    /// There is no text.
    #[error("there is no text here")]
    Empty,
    /// More than [`MAX_PASTED_BYTES`].
    #[error("the text is longer than 1 MiB: no token is that long")]
    TooLong,
    /// A token longer than [`MAX_TOKEN_BYTES`].
    #[error("the token is longer than 256 KiB")]
    TokenTooLong,
    /// Words.
    #[error("this is text with spaces or lines, not a token")]
    Prose,
    /// Markup.
    #[error("this is a web page, not a token")]
    Html,
    /// An address.
    #[error("this is an address, not a token")]
    Address,
    /// Control characters, or others that no token has.
    #[error("the text has characters that no token has")]
    ForeignCharacters,
    /// Too short to be a token.
    #[error("the text is too short to be a token")]
    TooShort,
    /// It begins like JSON and is none, or it is nested too deep.
    #[error("this looks like JSON and can't be read as such")]
    BrokenJson,
    /// JSON with a token twice.
    #[error("the JSON has a token twice: nobody can say which one counts")]
    Duplicate,
    /// The JSON is an error answer (RFC 6749 §5.2).
    #[error("this is an error answer of a provider, not tokens")]
    ErrorAnswer,
    /// The JSON has no token, or none that can be used.
    #[error("the JSON holds no access, refresh or ID token that can be used")]
    NoToken,
}

impl RecogniseError {
    /// The stable word for it at the boundary.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::TokenTooLong => "token_too_long",
            Self::Prose => "prose",
            Self::Html => "html",
            Self::Address => "address",
            Self::ForeignCharacters => "foreign_characters",
            Self::TooShort => "too_short",
            Self::BrokenJson => "broken_json",
            Self::Duplicate => "duplicate",
            Self::ErrorAnswer => "error_answer",
            Self::NoToken => "no_token",
        }
    }
}

/// What was left out or forgiven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// A token of this kind was left out: too long, or not the characters of a token.
    TokenRefused(TokenKind),
    /// The access token was left out: its `token_type` is not Bearer (RFC 6749 §7.1).
    OtherTokenType,
    /// `expires_in` or `expires_at` is not as it should be.
    OddLife,
}

/// What was found in a pasted text. None of it is verified.
#[derive(Debug, Default)]
pub struct Recognised {
    /// An access token, or an opaque token of unknown kind.
    pub access: Option<AccessToken>,
    /// A refresh token.
    pub refresh: Option<RefreshToken>,
    /// An ID token.
    pub id_token: Option<IdToken>,
    /// `iss` of a JWT among them.
    pub issuer: Option<String>,
    /// The client: `azp`, else `client_id`, else the only audience of an ID token.
    pub client_id: Option<String>,
    /// Whom they are for.
    pub account: Account,
    /// What they allow: `scope` of the answer, else of the access token.
    pub scopes: Vec<String>,
    /// The session at the provider (`sid`).
    pub provider_session: Option<String>,
    /// Life of the access token counted from an answer whose age nobody knows: an upper bound.
    pub expires_in_ms: Option<i64>,
    /// The end of the access token as the text says it beside the token (`expires_at`).
    pub expires_at: Option<UnixMillis>,
    /// What was left out or forgiven.
    pub oddities: Vec<Oddity>,
}

/// Recognises a pasted text. The text is wiped; what was found lives in types of its own.
///
/// # Errors
/// [`RecogniseError`] says what the text is instead.
pub fn recognise(text: PastedText) -> Result<Recognised, RecogniseError> {
    // EXPOSE: it has to be read to be recognised; errors hold none of it.
    let text = text.expose();
    if text.len() > MAX_PASTED_BYTES {
        return Err(RecogniseError::TooLong);
    }
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{FEFF}' | '\0'));
    match text.as_bytes().first() {
        None => Err(RecogniseError::Empty),
        Some(b'{' | b'[') => answer::read(text),
        Some(b'<') => Err(RecogniseError::Html),
        Some(_) => bare(text),
    }
}

/// A single token, with or without the words of an HTTP header in front.
fn bare(text: &str) -> Result<Recognised, RecogniseError> {
    let text = strip_word(text, "authorization:");
    let (text, is_bearer) = match strip_word(text, "bearer ") {
        stripped if stripped.len() < text.len() => (stripped, true),
        same => (same, false),
    };
    let token = unquoted(text);
    check_token(token)?;
    let mut found = Recognised::default();
    let kind = match inspect(token) {
        // What is sent as a bearer is an access token, whatever it looks like.
        Ok(_) if is_bearer => TokenKind::Access,
        Ok(inspection) => kind::of_jwt(&inspection),
        Err(_) if is_bearer => TokenKind::Access,
        Err(_) => kind::of_opaque(token),
    };
    found.take(kind, Zeroizing::new(token.to_owned()));
    Ok(found)
}

/// Drops a leading word in any case, and the space after it.
fn strip_word<'a>(text: &'a str, word: &str) -> &'a str {
    match text.get(..word.len()) {
        Some(start) if start.eq_ignore_ascii_case(word) => text[word.len()..].trim_start(),
        _ => text,
    }
}

fn unquoted(text: &str) -> &str {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(text)
}

/// The characters of a token: visible ASCII (RFC 6749 appendix A.12), at a length that one has.
fn check_token(token: &str) -> Result<(), RecogniseError> {
    if token.chars().any(char::is_whitespace) {
        return Err(RecogniseError::Prose);
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(RecogniseError::ForeignCharacters);
    }
    if token.contains("://") {
        return Err(RecogniseError::Address);
    }
    match token.len() {
        0 => Err(RecogniseError::Empty),
        1..MIN_TOKEN_BYTES => Err(RecogniseError::TooShort),
        MIN_TOKEN_BYTES..=MAX_TOKEN_BYTES => Ok(()),
        _ => Err(RecogniseError::TokenTooLong),
    }
}

impl Recognised {
    /// Whether there is any token.
    pub fn is_empty(&self) -> bool {
        self.access.is_none() && self.refresh.is_none() && self.id_token.is_none()
    }

    /// The end of the access token by what the text says beside it, for `facts_of_import`: its
    /// `expires_at`, else the upper bound that `expires_in` gives when counted from `now`.
    pub fn said_end(&self, now: UnixMillis) -> Option<UnixMillis> {
        self.expires_at
            .or_else(|| self.expires_in_ms.map(|life| now + life))
    }

    /// Keeps a token and learns from its claims what is not known yet.
    fn take(&mut self, kind: TokenKind, token: Zeroizing<String>) {
        if let Ok(inspection) = inspect(&token) {
            self.learn(kind, &inspection);
        }
        let mut token = token;
        let text = std::mem::take(&mut *token);
        match kind {
            TokenKind::Access => self.access = Some(AccessToken::new(text)),
            TokenKind::Refresh => self.refresh = Some(RefreshToken::new(text)),
            TokenKind::Id => self.id_token = Some(IdToken::new(text)),
        }
    }

    fn learn(&mut self, kind: TokenKind, inspection: &Inspection) {
        let Some(claims) = inspection.claims() else {
            return;
        };
        self.issuer = self.issuer.take().or_else(|| short_text(claims, "iss"));
        self.client_id = self.client_id.take().or_else(|| client_of(kind, claims));
        self.provider_session = self
            .provider_session
            .take()
            .or_else(|| short_text(claims, "sid"));
        let account = account_of(claims);
        self.account.subject = self.account.subject.take().or(account.subject);
        self.account.name = self.account.name.take().or(account.name);
        self.account.username = self.account.username.take().or(account.username);
        self.account.email = self.account.email.take().or(account.email);
        if kind == TokenKind::Access && self.scopes.is_empty() {
            self.scopes = scopes_of(claims);
        }
    }

    fn set_life(&mut self, life: ExpiresIn) {
        self.expires_in_ms = life.life_ms();
        if life.flagged {
            self.note(Oddity::OddLife);
        }
    }

    fn note(&mut self, oddity: Oddity) {
        if !self.oddities.contains(&oddity) {
            self.oddities.push(oddity);
        }
    }
}

/// The client that a token was issued to. The audience of an access token is a service, not a
/// client, so only that of an ID token counts.
fn client_of(kind: TokenKind, claims: &Json) -> Option<String> {
    ["azp", "client_id", "cid"]
        .into_iter()
        .find_map(|name| short_text(claims, name))
        .or_else(|| {
            if kind != TokenKind::Id {
                return None;
            }
            match claims.member("aud")? {
                Json::List(only) if only.len() == 1 => only[0].text().map(str::to_owned),
                Json::Text(_) => short_text(claims, "aud"),
                _ => None,
            }
        })
}
