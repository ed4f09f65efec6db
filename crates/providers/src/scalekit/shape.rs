//! The shapes of the session API, and what they mean here.
//!
//! Only the members that are used are read. A session without its name, or with that of another,
//! makes the whole answer unreadable: guessing would call something dead that lives.

use jiff::Timestamp;
use keyfob_secret::escape_untrusted;
use keyfob_token::UnixMillis;
use serde::Deserialize;
use serde_json::Value;

use crate::provider::ProviderSession;

/// Longest text of a device or an address that is shown, in characters.
const LONGEST_TEXT: usize = 100;

/// One page of a user's sessions.
#[derive(Deserialize)]
pub(super) struct SessionPage {
    pub(super) sessions: Vec<SessionDetails>,
    #[serde(default)]
    pub(super) next_page_token: Option<String>,
}

/// A session.
#[derive(Deserialize)]
pub(super) struct SessionDetails {
    pub(super) session_id: String,
    #[serde(default)]
    pub(super) user_id: Option<String>,
    #[serde(default)]
    pub(super) organization_id: Option<String>,
    status: String,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    last_active_at: Option<String>,
    #[serde(default)]
    idle_expires_at: Option<String>,
    #[serde(default)]
    absolute_expires_at: Option<String>,
    #[serde(default)]
    expired_at: Option<String>,
    #[serde(default)]
    logout_at: Option<String>,
    #[serde(default)]
    device: Option<Device>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Device {
    browser: Option<String>,
    browser_version: Option<String>,
    os: Option<String>,
    os_version: Option<String>,
    device_type: Option<String>,
    ip: Option<String>,
}

/// The answer to a revocation.
#[derive(Deserialize)]
pub(super) struct RevokedOne {
    pub(super) revoked_session: RevokedSession,
}

/// A session that was revoked.
#[derive(Deserialize)]
pub(super) struct RevokedSession {
    pub(super) session_id: String,
    status: String,
}

/// An error of the API, shaped like `google.rpc.Status`. Its words are never kept.
#[derive(Deserialize)]
pub(super) struct ErrorBody {
    #[serde(default)]
    pub(super) code: Value,
    #[serde(default)]
    pub(super) details: Vec<Value>,
}

/// Whether a session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    Active,
    /// Revoked, expired or signed out.
    Ended,
    /// A word that nobody here knows: never taken for an end.
    Unknown,
}

impl Life {
    /// The documentation writes lower case, its examples and webhooks upper case.
    fn of(status: &str) -> Self {
        match status.to_ascii_lowercase().as_str() {
            "active" => Self::Active,
            "expired" | "revoked" | "logout" => Self::Ended,
            _ => Self::Unknown,
        }
    }
}

impl RevokedSession {
    /// Whether it says that exactly this session has ended.
    pub(super) fn tells_end_of(&self, session: &str) -> bool {
        self.session_id == session && Life::of(&self.status) == Life::Ended
    }
}

impl SessionDetails {
    pub(super) fn life(&self) -> Life {
        Life::of(&self.status)
    }

    /// As it is listed. What is not known to have ended is shown as alive.
    pub(super) fn into_listed(self) -> ProviderSession {
        let ended = time(&self.expired_at).or_else(|| time(&self.logout_at));
        let planned = [time(&self.idle_expires_at), time(&self.absolute_expires_at)];
        let active = self.life() != Life::Ended;
        let device = self.device.unwrap_or_default();
        ProviderSession {
            device: device.words(),
            address: shown(&device.ip),
            created_at: time(&self.created_at),
            last_used_at: time(&self.last_active_at),
            expires_at: if active {
                planned.into_iter().flatten().min()
            } else {
                ended
            },
            active,
            id: self.session_id,
        }
    }
}

impl Device {
    /// Such as `Chrome 142 on macOS 14.2 (desktop)`.
    fn words(&self) -> Option<String> {
        let versioned = |name: &Option<String>, version: &Option<String>| {
            let name = shown(name)?;
            Some(match shown(version) {
                Some(version) => format!("{name} {version}"),
                None => name,
            })
        };
        let browser = versioned(&self.browser, &self.browser_version);
        let system = versioned(&self.os, &self.os_version);
        let kind = shown(&self.device_type);
        let place = match (browser, system) {
            (Some(browser), Some(system)) => Some(format!("{browser} on {system}")),
            (one, other) => one.or(other),
        };
        match (place, kind) {
            (Some(place), Some(kind)) => Some(format!("{place} ({kind})")),
            (one, other) => one.or(other),
        }
    }
}

fn shown(text: &Option<String>) -> Option<String> {
    let text = text.as_deref()?.trim();
    (!text.is_empty()).then(|| escape_untrusted(text, LONGEST_TEXT))
}

/// A time as in RFC 3339; anything else is no time.
fn time(text: &Option<String>) -> Option<UnixMillis> {
    let parsed: Timestamp = text.as_deref()?.parse().ok()?;
    Some(UnixMillis(parsed.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(json: Value) -> SessionDetails {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn only_the_three_known_words_are_an_end() {
        for word in ["revoked", "EXPIRED", "logout"] {
            assert_eq!(Life::of(word), Life::Ended, "{word}");
        }
        assert_eq!(Life::of("ACTIVE"), Life::Active);
        for word in ["", "revoke", "not_revoked", "inactive", "suspended"] {
            assert_eq!(Life::of(word), Life::Unknown, "{word}");
        }
    }

    #[test]
    fn the_earlier_end_counts_and_the_real_one_once_it_has_ended() {
        let mut json = serde_json::json!({
            "session_id": "ses_1", "status": "active",
            "idle_expires_at": "2025-01-15T11:30:00Z", "absolute_expires_at": "2025-01-22T10:30:00Z",
            "expired_at": null,
        });
        let listed = session(json.clone()).into_listed();
        assert_eq!(listed.expires_at, Some(UnixMillis(1_736_940_600_000)));
        json["status"] = "revoked".into();
        json["expired_at"] = "2025-01-15T11:00:00.123456789Z".into();
        let listed = session(json).into_listed();
        assert_eq!(listed.expires_at, Some(UnixMillis(1_736_938_800_123)));
        assert!(!listed.active);
    }

    #[test]
    fn a_device_is_told_in_escaped_words() {
        let json = serde_json::json!({
            "session_id": "ses_1", "status": "paused",
            "device": {"browser": "Chrome\u{202e}", "browser_version": "142", "os": "macOS",
                       "os_version": "", "device_type": "desktop", "ip": "203.0.113.7"},
        });
        let listed = session(json).into_listed();
        assert_eq!(
            listed.device.as_deref(),
            Some("Chrome\\u{202e} 142 on macOS (desktop)")
        );
        assert_eq!(listed.address.as_deref(), Some("203.0.113.7"));
        assert!(listed.active, "an unknown word is never an end");
    }
}
