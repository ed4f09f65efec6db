//! An OAuth error answer (RFC 6749 §5.2), reduced to a known code.
//!
//! The provider's own words may echo a token: they are kept only so that an adapter can look for a
//! known phrase in them, and are never printed, logged or stored.

use std::fmt;

use zeroize::Zeroizing;

/// An error code we know. What we don't know is [`ErrorCode::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "each is the code of its name in RFC 6749, 6750, 7009, 8628, 8707, 9449 or OpenID Connect Core"
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

/// What a provider refused, and with which status.
pub struct Refusal {
    /// The code.
    pub code: ErrorCode,
    /// The HTTP status; 200 happens.
    pub status: u16,
    description: Zeroizing<String>,
}

impl Refusal {
    /// A refusal with the provider's words, of which at most 1,000 bytes are kept.
    pub fn new(_code: &str, _status: u16, _description: &str) -> Self {
        unimplemented!()
    }

    /// Whether the provider's words hold `phrase`, without regard to ASCII case. For adapters that
    /// know their provider; the words themselves stay here.
    pub fn mentions(&self, phrase: &str) -> bool {
        let _ = (phrase, &self.description);
        unimplemented!()
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("code", &self.code)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
