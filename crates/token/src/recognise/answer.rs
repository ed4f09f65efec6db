//! A token answer as JSON (RFC 6749 §5.1), as programs keep it in files.

use zeroize::Zeroizing;

use super::{Oddity, RecogniseError, Recognised, check_token};
use crate::claims::{scopes_of, short_text};
use crate::expires_in::parse_expires_in;
use crate::json::{self, Json, duplicate_names};
use crate::jwt::{NumericDate, numeric_date};
use crate::session::TokenKind;
use crate::time::UnixMillis;

/// The tokens of an answer. The ID token comes first: it knows most of the account.
const TOKENS: [(&str, TokenKind); 3] = [
    ("id_token", TokenKind::Id),
    ("access_token", TokenKind::Access),
    ("refresh_token", TokenKind::Refresh),
];

pub(super) fn read(text: &str) -> Result<Recognised, RecogniseError> {
    let document = json::read(text.as_bytes()).map_err(|_| RecogniseError::BrokenJson)?;
    let answer = &document.root;
    let members = answer.members().ok_or(RecogniseError::NoToken)?;
    if document.too_deep {
        return Err(RecogniseError::BrokenJson);
    }
    if duplicate_names(members).any(|name| TOKENS.iter().any(|(token, _)| *token == name)) {
        return Err(RecogniseError::Duplicate);
    }
    let mut found = Recognised {
        scopes: scopes_of(answer),
        ..Recognised::default()
    };
    for (name, kind) in TOKENS {
        take_token(&mut found, kind, answer.member(name), answer);
    }
    if found.is_empty() {
        return Err(if answer.member("error").is_some() {
            RecogniseError::ErrorAnswer
        } else {
            RecogniseError::NoToken
        });
    }
    found.issuer = found.issuer.or_else(|| short_text(answer, "issuer"));
    found.client_id = found.client_id.or_else(|| short_text(answer, "client_id"));
    take_life(&mut found, answer);
    Ok(found)
}

fn take_token(found: &mut Recognised, kind: TokenKind, value: Option<&Json>, answer: &Json) {
    let token = match value {
        None | Some(Json::Null) => return,
        Some(Json::Text(text)) if text.is_empty() => return,
        Some(Json::Text(text)) if check_token(text).is_ok() => text,
        Some(_) => return found.note(Oddity::TokenRefused(kind)),
    };
    if kind == TokenKind::Access && !is_bearer(answer) {
        return found.note(Oddity::OtherTokenType);
    }
    found.take(kind, Zeroizing::new(token.clone()));
}

/// `token_type` is Bearer in any case; files often leave it out. A `DPoP` token is of no use
/// without its key (RFC 9449 §5).
fn is_bearer(answer: &Json) -> bool {
    match answer.member("token_type") {
        None | Some(Json::Null) => true,
        Some(value) => value
            .text()
            .is_some_and(|name| name.eq_ignore_ascii_case("bearer")),
    }
}

fn take_life(found: &mut Recognised, answer: &Json) {
    if let Some(value) = answer.member("expires_in") {
        found.set_life(parse_expires_in(&plain_value(value)));
    }
    match numeric_date(answer.member("expires_at")) {
        NumericDate::Absent => {}
        NumericDate::NotANumber => found.note(Oddity::OddLife),
        NumericDate::At {
            at: UnixMillis(at),
            looks_like_milliseconds: true,
        } => {
            found.expires_at = Some(UnixMillis(at / 1_000));
            found.note(Oddity::OddLife);
        }
        NumericDate::At { at, .. } => found.expires_at = Some(at),
    }
}

/// Only numbers and text can tell a life.
fn plain_value(value: &Json) -> serde_json::Value {
    match value {
        Json::Null => serde_json::Value::Null,
        Json::Number(number) => number.clone().into(),
        Json::Text(text) => text.as_str().into(),
        Json::Bool(_) | Json::List(_) | Json::Object(_) | Json::TooDeep => false.into(),
    }
}
