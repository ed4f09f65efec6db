//! An OAuth error answer (RFC 6749 §5.2), reduced to a known code.
//!
//! The provider's own words may echo a token: they are kept only so that an adapter can look for a
//! known phrase in them, and are never printed, logged or stored.

use std::fmt;

use keyfob_token::FailureCode;
use zeroize::Zeroizing;

/// An error code we know. What we don't know is [`ErrorCode::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "each is the code of its name in RFC 6749, 6750, 7009, 8628, 8707, 9449 or OIDC Core"
)]
pub enum ErrorCode {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    UnauthorizedClient,
    UnsupportedGrantType,
    UnsupportedResponseType,
    UnsupportedTokenType,
    InvalidScope,
    InvalidTarget,
    InvalidToken,
    InsufficientScope,
    AccessDenied,
    ServerError,
    TemporarilyUnavailable,
    AuthorizationPending,
    SlowDown,
    ExpiredToken,
    LoginRequired,
    ConsentRequired,
    InteractionRequired,
    AccountSelectionRequired,
    InvalidDpopProof,
    UseDpopNonce,
    Other,
}

const CODES: [(&str, ErrorCode); 23] = [
    ("invalid_request", ErrorCode::InvalidRequest),
    ("invalid_client", ErrorCode::InvalidClient),
    ("invalid_grant", ErrorCode::InvalidGrant),
    ("unauthorized_client", ErrorCode::UnauthorizedClient),
    ("unsupported_grant_type", ErrorCode::UnsupportedGrantType),
    (
        "unsupported_response_type",
        ErrorCode::UnsupportedResponseType,
    ),
    ("unsupported_token_type", ErrorCode::UnsupportedTokenType),
    ("invalid_scope", ErrorCode::InvalidScope),
    ("invalid_target", ErrorCode::InvalidTarget),
    ("invalid_token", ErrorCode::InvalidToken),
    ("insufficient_scope", ErrorCode::InsufficientScope),
    ("access_denied", ErrorCode::AccessDenied),
    ("server_error", ErrorCode::ServerError),
    ("temporarily_unavailable", ErrorCode::TemporarilyUnavailable),
    ("authorization_pending", ErrorCode::AuthorizationPending),
    ("slow_down", ErrorCode::SlowDown),
    ("expired_token", ErrorCode::ExpiredToken),
    ("login_required", ErrorCode::LoginRequired),
    ("consent_required", ErrorCode::ConsentRequired),
    ("interaction_required", ErrorCode::InteractionRequired),
    (
        "account_selection_required",
        ErrorCode::AccountSelectionRequired,
    ),
    ("invalid_dpop_proof", ErrorCode::InvalidDpopProof),
    ("use_dpop_nonce", ErrorCode::UseDpopNonce),
];

impl ErrorCode {
    /// The code of a provider's word; codes are case-sensitive.
    pub fn of(word: &str) -> Self {
        CODES
            .into_iter()
            .find(|(known, _)| *known == word)
            .map_or(Self::Other, |(_, code)| code)
    }

    /// The word as it is logged: one of ours, never the provider's.
    pub fn as_str(self) -> &'static str {
        CODES
            .into_iter()
            .find(|(_, code)| *code == self)
            .map_or("other", |(word, _)| word)
    }

    /// The code to store for a failed request.
    pub fn failure(self) -> FailureCode {
        match self {
            Self::InvalidGrant => FailureCode::InvalidGrant,
            Self::InvalidClient | Self::UnauthorizedClient => FailureCode::InvalidClient,
            Self::TemporarilyUnavailable | Self::SlowDown => FailureCode::TurnedAway,
            Self::ServerError => FailureCode::Unreadable,
            _ => FailureCode::Refused,
        }
    }
}

/// The most that is kept of a provider's words, in characters.
const LONGEST_DESCRIPTION: usize = 1_000;

/// What a provider refused, and with which status.
pub struct Refusal {
    /// The code.
    pub code: ErrorCode,
    /// The HTTP status; 200 happens.
    pub status: u16,
    description: Zeroizing<String>,
}

impl Refusal {
    /// A refusal with the provider's words, of which at most 1,000 characters are kept.
    pub fn new(code: &str, status: u16, description: &str) -> Self {
        let kept = description.chars().take(LONGEST_DESCRIPTION);
        let kept: String = kept.map(|c| c.to_ascii_lowercase()).collect();
        Self {
            code: ErrorCode::of(code),
            status,
            description: Zeroizing::new(kept),
        }
    }

    /// Whether the provider's words hold `phrase`, without regard to ASCII case. For adapters that
    /// know their provider; the words themselves stay here.
    pub fn mentions(&self, phrase: &str) -> bool {
        self.description.contains(&phrase.to_ascii_lowercase())
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Refusal");
        out.field("code", &self.code)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back_from_its_word() {
        for (word, code) in CODES {
            assert_eq!(ErrorCode::of(word), code);
            assert_eq!(code.as_str(), word);
        }
        assert_eq!(ErrorCode::of("Invalid_Grant"), ErrorCode::Other);
        assert_eq!(ErrorCode::Other.as_str(), "other");
    }

    #[test]
    fn the_providers_words_are_searched_and_never_printed() {
        let refusal = Refusal::new("invalid_grant", 400, "Token canary-rt was REUSED");
        assert!(refusal.mentions("was reused"));
        assert!(!refusal.mentions("expired"));
        assert!(!format!("{refusal:?}").contains("canary"));
    }

    #[test]
    fn a_long_description_is_cut() {
        let refusal = Refusal::new("invalid_grant", 400, &"ä".repeat(2_000));
        assert_eq!(refusal.description.chars().count(), 1_000);
    }
}
