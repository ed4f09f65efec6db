//! Whom a token is for and what it allows, as its claims tell it: hostile text until shown.

use crate::json::Json;
use crate::session::Account;

/// Longest text that is taken from a claim, in bytes. A longer one is left out, never cut: half a
/// name is another name.
const MAX_TEXT: usize = 1_024;

/// Most scopes that are kept.
const MAX_SCOPES: usize = 256;

/// The text of a claim, if it is text, not empty and not absurdly long.
pub(crate) fn short_text(claims: &Json, name: &str) -> Option<String> {
    claims
        .text_of(name)
        .filter(|text| !text.is_empty() && text.len() <= MAX_TEXT)
        .map(str::to_owned)
}

/// The account (OpenID Connect Core §5.1).
pub(crate) fn account_of(claims: &Json) -> Account {
    Account {
        subject: short_text(claims, "sub"),
        name: short_text(claims, "name"),
        username: short_text(claims, "preferred_username"),
        email: short_text(claims, "email"),
    }
}

/// The scopes: `scope` (RFC 8693 §4.2) or `scp`, as text or as a list.
pub(crate) fn scopes_of(claims: &Json) -> Vec<String> {
    let scopes: Vec<&str> = match claims.member("scope").or_else(|| claims.member("scp")) {
        Some(Json::Text(text)) => text.split_ascii_whitespace().collect(),
        Some(Json::List(items)) => items.iter().filter_map(Json::text).collect(),
        _ => Vec::new(),
    };
    scopes
        .into_iter()
        .filter(|scope| !scope.is_empty() && scope.len() <= MAX_TEXT)
        .take(MAX_SCOPES)
        .map(str::to_owned)
        .collect()
}
