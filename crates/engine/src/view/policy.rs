//! Session policies: the user's own limits, and what they would end.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which sessions a policy is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "scope", rename_all = "snake_case")]
pub enum PolicyScope {
    /// All.
    All,
    /// Those of an issuer.
    Issuer {
        /// The issuer identifier.
        issuer: String,
    },
    /// Those with a label.
    Label {
        /// The label.
        label: String,
    },
}

/// What a policy does with a session that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PolicyAction {
    /// Revokes it at the provider.
    Revoke,
    /// Wipes it here; nothing is revoked.
    Forget,
}

/// Which limit ends a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PolicyLimit {
    /// So long without use.
    Unused,
    /// So long in all.
    Total,
}

/// One policy. Where several apply to a session, the earliest end counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyView {
    /// Which sessions it is for.
    pub scope: PolicyScope,
    /// Ends a session so many ms after its last use; one minute to ten years.
    pub unused_ms: Option<i64>,
    /// Ends a session so many ms after its sign-in; one minute to ten years.
    pub total_ms: Option<i64>,
    /// Warns so many ms before; 0: not at all.
    pub warn_ms: i64,
    /// What happens then.
    pub action: PolicyAction,
}

/// The end that a policy sets for a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyEndView {
    /// When, ms since 1970.
    pub at: i64,
    /// The whole limit in ms.
    pub limit_ms: i64,
    /// Which limit.
    pub limit: PolicyLimit,
    /// What happens then.
    pub action: PolicyAction,
    /// Whether it is past, and is not acted on because nothing vouches for the clock yet.
    pub unsure: bool,
}

/// A session that policies would end at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyEnding {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The host of its issuer.
    pub host: String,
    /// Which limit.
    pub limit: PolicyLimit,
    /// What would happen.
    pub action: PolicyAction,
}

/// What policies would do, before they are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyPreview {
    /// Sessions that would end at once, the first 200 by name.
    pub ending: Vec<PolicyEnding>,
    /// All that would end at once.
    pub ends: u32,
    /// Those that would end later.
    pub later: u32,
    /// Those past their limit by a clock that nothing vouches for yet: they stay.
    pub unsure: u32,
}

/// A session as the provider lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProviderSessionView {
    /// The provider's name for it.
    pub id: String,
    /// What it runs on.
    pub device: Option<String>,
    /// Its network address.
    pub address: Option<String>,
    /// When it began, ms since 1970.
    pub created_at: Option<i64>,
    /// When it was last used, ms since 1970.
    pub used_at: Option<i64>,
    /// When it ends or ended, ms since 1970.
    pub ends_at: Option<i64>,
    /// Whether it lives.
    pub active: bool,
    /// The session here that it is.
    pub session: Option<String>,
}

/// How long a provider itself lets a session live, as far as it tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProviderLimitsView {
    /// The life of the refresh token at its arrival in ms (`refresh_expires_in`).
    pub refresh_ms: Option<i64>,
    /// A session ends so many ms after it began.
    pub total_ms: Option<i64>,
    /// A session ends after so many ms without use.
    pub unused_ms: Option<i64>,
}
