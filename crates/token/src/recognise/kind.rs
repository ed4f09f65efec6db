//! Which kind of token a bare one is.

use crate::jwt::Inspection;
use crate::session::TokenKind;

/// Opaque tokens that tell by their beginning that they are refresh tokens: GitHub's.
const REFRESH_PREFIXES: [&str; 1] = ["ghr_"];

/// Claims that only an ID token has (OpenID Connect Core §2, §3.3.2.11).
const ID_TOKEN_CLAIMS: [&str; 4] = ["nonce", "at_hash", "c_hash", "s_hash"];

/// Claims that only an access token has (RFC 9068 §2.2, and what came before it).
const ACCESS_TOKEN_CLAIMS: [&str; 4] = ["scope", "scp", "client_id", "cid"];

/// By its header's `typ`, by the `typ` claim of Keycloak, by what only one kind has; a JWT with
/// none of these is an access token, unless the client is its only audience.
pub(super) fn of_jwt(inspection: &Inspection) -> TokenKind {
    let named = inspection
        .header()
        .text_of("typ")
        .unwrap_or_default()
        .to_ascii_lowercase();
    if named.trim_start_matches("application/") == "at+jwt" {
        return TokenKind::Access;
    }
    let Some(claims) = inspection.claims() else {
        return TokenKind::Access;
    };
    match claims.text_of("typ") {
        Some("ID") => return TokenKind::Id,
        Some("Refresh" | "Offline") => return TokenKind::Refresh,
        Some("Bearer") => return TokenKind::Access,
        _ => {}
    }
    let has = |names: &[&str]| names.iter().any(|name| claims.member(name).is_some());
    let for_its_client = claims
        .text_of("aud")
        .is_some_and(|aud| claims.text_of("azp") == Some(aud));
    if has(&ID_TOKEN_CLAIMS) || (for_its_client && !has(&ACCESS_TOKEN_CLAIMS)) {
        TokenKind::Id
    } else {
        TokenKind::Access
    }
}

/// By its beginning, where an issuer marks its tokens so; else an access token.
pub(super) fn of_opaque(token: &str) -> TokenKind {
    if REFRESH_PREFIXES
        .iter()
        .any(|prefix| token.starts_with(prefix))
    {
        TokenKind::Refresh
    } else {
        TokenKind::Access
    }
}
