//! What the environment holds, and how it misbehaves.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

/// The user of all sessions.
pub const USER: &str = "usr_1234567890123456";
/// The environment's own client.
pub const ADMIN: &str = "skc_env";
/// Its secret.
pub const ADMIN_SECRET: &str = "right-secret";
const ORGANIZATION: &str = "org_own";

/// Everything behind the routes.
pub struct World {
    pub(crate) issuer: String,
    /// Sessions by name, in the order of the list.
    pub sessions: BTreeMap<String, Value>,
    /// Sessions in a page.
    pub per_page: usize,
    /// `expires_in` of the administrator's tokens, in seconds.
    pub token_life: i64,
    /// Administrator's tokens handed out.
    pub tokens: usize,
    /// Whether those handed out so far are refused.
    pub refuse_older_tokens: bool,
    /// Answers to revocations that are made up and do nothing.
    pub revoke_answer: Option<(u16, String)>,
    /// Answers to all reads of one session that are made up.
    pub read_answer: Option<(u16, String)>,
    /// Requests to the session API.
    pub requests: Vec<String>,
    /// The nonce of each authorization, by its code.
    pub(crate) codes: HashMap<String, String>,
    /// The session of each refresh token that was not used yet.
    pub(crate) refresh_tokens: HashMap<String, String>,
    pub(crate) issued: usize,
}

impl World {
    pub(crate) fn new(issuer: &str) -> Self {
        let sessions = [
            ("ses_1", "active"),
            ("ses_2", "active"),
            ("ses_3", "active"),
            ("ses_4", "expired"),
        ];
        Self {
            issuer: issuer.to_owned(),
            sessions: sessions
                .into_iter()
                .map(|(id, status)| (id.to_owned(), session(id, status)))
                .collect(),
            per_page: 2,
            token_life: 86_399,
            tokens: 0,
            refuse_older_tokens: false,
            revoke_answer: None,
            read_answer: None,
            requests: Vec::new(),
            codes: HashMap::new(),
            refresh_tokens: HashMap::new(),
            issued: 0,
        }
    }

    /// A new session of the user; its name.
    pub(crate) fn begin(&mut self) -> String {
        let id = format!("ses_{}", self.sessions.len() + 1);
        self.sessions.insert(id.clone(), session(&id, "active"));
        id
    }

    pub(crate) fn is_active(&self, session: &str) -> bool {
        self.sessions
            .get(session)
            .is_some_and(|found| found["status"] == "active")
    }
}

pub(crate) fn end(session: &mut Value) {
    session["status"] = "revoked".into();
    session["expired_at"] = "2025-01-15T12:00:00Z".into();
}

fn session(id: &str, status: &str) -> Value {
    let second = id.trim_start_matches("ses_").chars().last().unwrap_or('0');
    json!({
        "session_id": id, "user_id": USER, "organization_id": ORGANIZATION,
        "authenticated_organizations": [ORGANIZATION],
        "authenticated_clients": [{"client_id": "skc_app", "organization_id": ORGANIZATION}],
        "created_at": "2025-01-15T10:30:00Z", "updated_at": "2025-01-15T10:45:00Z",
        "last_active_at": format!("2025-01-15T10:55:3{second}Z"),
        "idle_expires_at": "2025-01-15T11:30:00Z", "absolute_expires_at": "2025-01-22T10:30:00Z",
        "expired_at": if status == "active" { Value::Null } else { "2025-01-15T11:00:00Z".into() },
        "logout_at": null, "status": status,
        "device": {
            "browser": "Chrome", "browser_version": "120.0", "os": "macOS", "os_version": "14.2",
            "device_type": "desktop", "ip": "203.0.113.7", "user_agent": "Mozilla/5.0",
            "location": {"city": "Pune", "region": "IN", "latitude": "18.5", "longitude": "73.8"},
        },
    })
}
