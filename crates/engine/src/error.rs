//! The engine's error: a code that a consumer can branch on, and facts that are safe to show.

use std::{collections::BTreeMap, fmt};

use keyfob_keychain::KeychainError;
use keyfob_oauth::{
    device::DeviceError,
    discovery::DiscoveryError,
    http::{AddressProblem, NotSent},
    loopback::{BindError, CallbackError},
    token::TokenError,
};
use keyfob_secret::{escape_untrusted, redact_url};
use keyfob_token::FailureCode;
use keyfob_vault::{CreateError, OpenError, VaultError, lock::LockError};

use crate::view::{ErrorCode, ErrorView};

/// Longest fact, in characters.
const MAX_FACT: usize = 300;

/// What went wrong, without a word of a provider's own and without any part of a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct EngineError {
    code: ErrorCode,
    facts: BTreeMap<String, String>,
}

impl EngineError {
    /// An error without facts.
    pub fn new(code: ErrorCode) -> Self {
        Self {
            code,
            facts: BTreeMap::new(),
        }
    }

    /// The same with a fact, escaped and bounded.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.facts
            .insert(name.to_owned(), escape_untrusted(value.as_ref(), MAX_FACT));
        self
    }

    /// The code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// One fact.
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.get(name).map(String::as_str)
    }

    /// Whether the vault can't be written just now, for a reason that may pass.
    pub(crate) fn is_of_the_disk(&self) -> bool {
        matches!(
            self.code,
            ErrorCode::VaultDiskFull
                | ErrorCode::VaultIo
                | ErrorCode::VaultBusy
                | ErrorCode::VaultNoPermission
        )
    }

    /// As the outside sees it.
    pub fn view(&self) -> ErrorView {
        ErrorView {
            code: self.code,
            facts: self.facts.clone(),
        }
    }
}

impl fmt::Debug for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.code, self.facts)
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for EngineError {}

impl From<ErrorCode> for EngineError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl From<VaultError> for EngineError {
    fn from(error: VaultError) -> Self {
        Self::new(match error {
            VaultError::NotFound => ErrorCode::SessionNotFound,
            VaultError::Unreadable => ErrorCode::VaultDamaged,
            VaultError::Damaged => ErrorCode::VaultReadOnly,
            VaultError::NoPermission => ErrorCode::VaultNoPermission,
            VaultError::DiskFull => ErrorCode::VaultDiskFull,
            VaultError::Busy => ErrorCode::VaultBusy,
            VaultError::FormatChanged => ErrorCode::VaultNewer,
            VaultError::TooLarge => ErrorCode::TokenTooLarge,
            VaultError::Io(_) => ErrorCode::VaultIo,
            _ => ErrorCode::Internal,
        })
    }
}

impl From<OpenError> for EngineError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Newer { found, supported } => Self::new(ErrorCode::VaultNewer)
                .with("found", found.to_string())
                .with("supported", supported.to_string()),
            OpenError::NotADatabase | OpenError::NotOurs { .. } => ErrorCode::VaultNotOurs.into(),
            OpenError::CutShort | OpenError::Damaged => ErrorCode::VaultDamaged.into(),
            OpenError::WrongKey => ErrorCode::WrongKey.into(),
            OpenError::NoPermission => ErrorCode::VaultNoPermission.into(),
            OpenError::Unsafe(why) => {
                Self::new(ErrorCode::VaultNoPermission).with("why", why.to_string())
            }
            OpenError::DiskFull => ErrorCode::VaultDiskFull.into(),
            OpenError::Busy => ErrorCode::VaultBusy.into(),
            OpenError::Missing => ErrorCode::VaultNotOpen.into(),
            OpenError::Io(kind) => Self::new(ErrorCode::VaultIo).with("why", kind.to_string()),
        }
    }
}

impl From<CreateError> for EngineError {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Exists => ErrorCode::VaultExists.into(),
            CreateError::NoPermission => ErrorCode::VaultNoPermission.into(),
            CreateError::Unsafe(why) => {
                Self::new(ErrorCode::VaultNoPermission).with("why", why.to_string())
            }
            CreateError::DiskFull => ErrorCode::VaultDiskFull.into(),
            CreateError::Io(kind) => Self::new(ErrorCode::VaultIo).with("why", kind.to_string()),
            _ => ErrorCode::Internal.into(),
        }
    }
}

impl From<LockError> for EngineError {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Held { holder: Some(pid) } => {
                Self::new(ErrorCode::VaultInUse).with("pid", pid.to_string())
            }
            LockError::Held { holder: None } => ErrorCode::VaultInUse.into(),
            LockError::Io(std::io::ErrorKind::PermissionDenied) => {
                ErrorCode::VaultNoPermission.into()
            }
            LockError::Io(kind) => Self::new(ErrorCode::VaultIo).with("why", kind.to_string()),
        }
    }
}

impl From<KeychainError> for EngineError {
    fn from(error: KeychainError) -> Self {
        Self::new(match error {
            KeychainError::Locked => ErrorCode::KeyringLocked,
            KeychainError::Denied => ErrorCode::KeyringDenied,
            KeychainError::NoEntry => ErrorCode::KeyringNoKey,
            KeychainError::NoAnswer => ErrorCode::KeyringSilent,
            KeychainError::Unavailable => ErrorCode::KeyringMissing,
            _ => ErrorCode::KeyringFailed,
        })
    }
}

impl From<AddressProblem> for EngineError {
    fn from(problem: AddressProblem) -> Self {
        let code = match problem {
            AddressProblem::NotHttps => ErrorCode::IssuerNotHttps,
            AddressProblem::Private => ErrorCode::IssuerPrivateAddress,
            _ => ErrorCode::IssuerNotAUrl,
        };
        Self::new(code).with("why", problem.to_string())
    }
}

impl From<NotSent> for EngineError {
    fn from(cause: NotSent) -> Self {
        match cause {
            NotSent::Blocked(problem) => problem.into(),
            NotSent::Tls => ErrorCode::IssuerTls.into(),
            other => Self::new(ErrorCode::IssuerUnreachable).with("why", other.to_string()),
        }
    }
}

impl From<DiscoveryError> for EngineError {
    fn from(error: DiscoveryError) -> Self {
        match error {
            DiscoveryError::NotAnIssuer => ErrorCode::IssuerNotAUrl.into(),
            DiscoveryError::IssuerNotAllowed(problem) => problem.into(),
            DiscoveryError::NotReached(cause) => cause.into(),
            DiscoveryError::TurnedAway { .. } => {
                Self::new(ErrorCode::IssuerUnreachable).with("why", error.to_string())
            }
            DiscoveryError::NoDocument { status } => {
                Self::new(ErrorCode::IssuerNoDiscovery).with("status", status.to_string())
            }
            DiscoveryError::WebPage | DiscoveryError::NotJson | DiscoveryError::Unreadable => {
                Self::new(ErrorCode::IssuerNotJson).with("why", error.to_string())
            }
            DiscoveryError::Incomplete { field } => {
                Self::new(ErrorCode::IssuerIncomplete).with("field", field)
            }
            DiscoveryError::OtherIssuer { asked, found } => Self::new(ErrorCode::IssuerMismatch)
                .with("expected", asked)
                .with("found", found),
            DiscoveryError::EndpointNotAllowed { field, problem } => {
                Self::from(problem).with("field", field)
            }
        }
    }
}

impl From<BindError> for EngineError {
    fn from(error: BindError) -> Self {
        let port = error.port.map(|port| port.to_string()).unwrap_or_default();
        Self::new(ErrorCode::SignInPortBusy).with("port", port)
    }
}

impl From<CallbackError> for EngineError {
    fn from(error: CallbackError) -> Self {
        match error {
            CallbackError::Cancelled => ErrorCode::SignInCancelled.into(),
            CallbackError::TimedOut => ErrorCode::SignInTimedOut.into(),
            CallbackError::Refused(code) => {
                Self::new(ErrorCode::SignInRefused).with("oauth_error", code.as_str())
            }
        }
    }
}

impl From<TokenError> for EngineError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::NotSent(FailureCode::Tls) => ErrorCode::IssuerTls.into(),
            TokenError::NotSent(FailureCode::Blocked) => ErrorCode::IssuerPrivateAddress.into(),
            TokenError::NotSent(_) => ErrorCode::IssuerUnreachable.into(),
            TokenError::TurnedAway { .. } => {
                Self::new(ErrorCode::IssuerUnreachable).with("why", "it says to come back later")
            }
            TokenError::Uncertain => ErrorCode::SignInBadAnswer.into(),
            TokenError::InvalidGrant(refusal) => {
                Self::new(ErrorCode::SignInRefused).with("oauth_error", refusal.code.as_str())
            }
            TokenError::Refused {
                code: FailureCode::InvalidClient,
                ..
            } => ErrorCode::SignInClientRefused.into(),
            TokenError::Refused { refusal, .. } => {
                Self::new(ErrorCode::SignInRefused).with("oauth_error", refusal.code.as_str())
            }
        }
    }
}

impl From<DeviceError> for EngineError {
    fn from(error: DeviceError) -> Self {
        match error {
            DeviceError::NoEndpoint => ErrorCode::DeviceNotOffered.into(),
            DeviceError::NotSent(_) | DeviceError::TurnedAway { .. } => {
                Self::new(ErrorCode::IssuerUnreachable).with("why", error.to_string())
            }
            DeviceError::Refused(code) => {
                Self::new(ErrorCode::SignInRefused).with("oauth_error", code.as_str())
            }
            DeviceError::BadAnswer => ErrorCode::SignInBadAnswer.into(),
        }
    }
}

/// The host of an issuer for people: without scheme; the issuer itself when it is no URL.
pub(crate) fn host_of(issuer: &str) -> String {
    let redacted = redact_url(issuer);
    match redacted.split_once("://") {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest).to_owned(),
        None => escape_untrusted(issuer, 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_escaped_and_bounded() {
        let error = EngineError::new(ErrorCode::IssuerMismatch)
            .with("found", format!("a\u{202e}{}", "x".repeat(1_000)));
        let found = error.fact("found").unwrap();
        assert!(found.starts_with("a\\u{202e}x"));
        assert!(found.chars().count() < 320);
    }

    #[test]
    fn the_host_of_an_issuer_has_no_user_and_no_path() {
        assert_eq!(
            host_of("https://u:p@id.example:8443/realms/x"),
            "id.example:8443"
        );
        assert_eq!(host_of("not a url"), "not a url");
    }
}
