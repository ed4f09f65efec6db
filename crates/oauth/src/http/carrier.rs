//! The client itself.

use std::time::Duration;

use super::{AddressPolicy, Answer, HttpError, Request};

/// What the client is told once.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// The version in the user agent `Keyfob/<version>`.
    pub version: String,
    /// How long a connection may take to be made, TLS included.
    pub connect_timeout: Duration,
}

impl HttpOptions {
    /// The usual ones: 10 s to connect.
    pub fn new(version: &str) -> Self {
        Self {
            version: version.to_owned(),
            connect_timeout: Duration::from_secs(10),
        }
    }
}

/// How long an answer is awaited, from the first byte out to the last byte in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience(pub Duration);

impl Patience {
    /// As long as someone waits for it: 20 s.
    pub const CALLER: Self = Self(Duration::from_secs(20));
    /// As long as an answer may still hold a rotated refresh token: 120 s.
    pub const ANSWER: Self = Self(Duration::from_secs(120));
}

/// A handle on the one client, with the policy and the patience of its next requests. Cheap to
/// clone.
#[derive(Clone)]
pub struct Http {
    policy: AddressPolicy,
    patience: Patience,
}

impl Http {
    /// Builds the client, once per process: public addresses only, the patience of a caller.
    ///
    /// # Errors
    /// The platform has no usable certificate store.
    pub fn new(_options: HttpOptions) -> Result<Self, HttpSetupError> {
        unimplemented!()
    }

    /// The same client under another address policy.
    #[must_use]
    pub fn under(&self, policy: AddressPolicy) -> Self {
        Self {
            policy,
            ..self.clone()
        }
    }

    /// The same client with another patience.
    #[must_use]
    pub fn within(&self, patience: Patience) -> Self {
        Self {
            patience,
            ..self.clone()
        }
    }

    /// The policy in force.
    pub fn policy(&self) -> AddressPolicy {
        self.policy
    }

    /// Sends one request over a connection of its own, once.
    ///
    /// # Errors
    /// No whole answer came; the error says whether the provider may have acted.
    pub async fn send(&self, _request: Request) -> Result<Answer, HttpError> {
        let _ = self.patience;
        unimplemented!()
    }
}

/// The client could not be built.
#[derive(Debug, thiserror::Error)]
#[error("the certificates of this system could not be read")]
pub struct HttpSetupError;
