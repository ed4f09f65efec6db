//! How long an organization lets its sessions live.

use keyfob_oauth::http::Request;
use serde::Deserialize;
use serde_json::Value;

use super::{Scalekit, api};
use crate::provider::{ProviderContext, ProviderError};

const MINUTE_MS: i64 = 60_000;

/// Longer than this is a mistake: ten years.
const LONGEST_MS: i64 = 3_660 * 24 * 60 * MINUTE_MS;

/// The session policy of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionPolicy {
    /// Whose policy it is.
    pub source: PolicySource,
    /// A session ends this long after it began, in milliseconds.
    pub absolute_ms: Option<i64>,
    /// A session ends after this long without use, in milliseconds; `None` also when that is off.
    pub idle_ms: Option<i64>,
}

/// Whose policy a session follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicySource {
    /// That of the whole environment; the answer then needn't tell it.
    Environment,
    /// The organization's own.
    Organization,
    /// A word that nobody here knows.
    Unknown,
}

#[derive(Deserialize)]
struct PolicyAnswer {
    policy: Policy,
}

#[derive(Deserialize)]
struct Policy {
    policy_source: String,
    #[serde(default)]
    absolute_session_timeout: Value,
    #[serde(default)]
    absolute_session_timeout_unit: Option<String>,
    #[serde(default)]
    idle_session_timeout_enabled: Option<bool>,
    #[serde(default)]
    idle_session_timeout: Value,
    #[serde(default)]
    idle_session_timeout_unit: Option<String>,
}

pub(super) async fn fetch(
    scalekit: &Scalekit,
    context: &ProviderContext<'_>,
    organization: &str,
) -> Result<SessionPolicy, ProviderError> {
    let name = ("org_", organization);
    let url = api::address(
        scalekit,
        context,
        "organizations",
        name,
        &["session-policy"],
    )?;
    let answer = api::call(scalekit, context, &Request::fetch, &url).await?;
    let PolicyAnswer { policy } = api::read(&answer)?;
    let source = match policy.policy_source.to_ascii_lowercase().as_str() {
        "application" => PolicySource::Environment,
        "custom" => PolicySource::Organization,
        _ => PolicySource::Unknown,
    };
    let absolute_ms = span(
        &policy.absolute_session_timeout,
        policy.absolute_session_timeout_unit.as_deref(),
    );
    let idle_ms = span(
        &policy.idle_session_timeout,
        policy.idle_session_timeout_unit.as_deref(),
    )
    .filter(|_| policy.idle_session_timeout_enabled != Some(false));
    Ok(SessionPolicy {
        source,
        absolute_ms,
        idle_ms,
    })
}

/// A time span; answers are in minutes, and 0 means that there is none.
fn span(value: &Value, unit: Option<&str>) -> Option<i64> {
    let unit_ms = match unit.unwrap_or_default().to_ascii_lowercase().as_str() {
        "" | "minutes" | "time_unit_unspecified" => MINUTE_MS,
        "hours" => 60 * MINUTE_MS,
        "days" => 24 * 60 * MINUTE_MS,
        _ => return None,
    };
    let span = value.as_i64()?.checked_mul(unit_ms)?;
    (1..=LONGEST_MS).contains(&span).then_some(span)
}
