//! An environment of Scalekit on loopback: its session API as documented, and what can go wrong.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Form, Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use keyfob_oauth::{AddressPolicy, ClientConfig, Http, HttpOptions, Metadata};
use keyfob_providers::{AdminCredentials, ProviderContext, scalekit::Scalekit};
use keyfob_secret::ClientSecret;
use serde_json::{Value, json};

pub(crate) const USER: &str = "usr_1234567890123456";

/// What the environment holds, and how it misbehaves.
pub(crate) struct World {
    /// Sessions by name, in the order of the list.
    pub(crate) sessions: BTreeMap<String, Value>,
    /// Sessions in a page.
    pub(crate) per_page: usize,
    /// `expires_in` of the administrator's tokens, in seconds.
    pub(crate) token_life: i64,
    /// Tokens handed out.
    pub(crate) tokens: usize,
    /// Whether tokens handed out so far are refused.
    pub(crate) refuse_older_tokens: bool,
    /// Answers to revocations that are made up and do nothing.
    pub(crate) revoke_answer: Option<(u16, String)>,
    /// Answers to all reads of one session that are made up.
    pub(crate) read_answer: Option<(u16, String)>,
    /// Requests, without those for tokens.
    pub(crate) requests: Vec<String>,
}

type Shared = Arc<Mutex<World>>;

/// A running environment and an adapter for it.
pub(crate) struct Fake {
    world: Shared,
    pub(crate) adapter: Scalekit,
    http: Http,
    metadata: Metadata,
    client: ClientConfig,
    admin: AdminCredentials,
}

impl Fake {
    /// An environment with three active sessions and one that has ended.
    pub(crate) async fn start() -> Self {
        let sessions = [
            ("ses_1", "active"),
            ("ses_2", "active"),
            ("ses_3", "active"),
            ("ses_4", "expired"),
        ];
        let world = Arc::new(Mutex::new(World {
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
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = router(Arc::clone(&world));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut metadata = Metadata::example(&base);
        metadata.token_endpoint = format!("{base}/oauth/token").parse().unwrap();
        let http = Http::new(HttpOptions::new("test")).unwrap();
        Self {
            world,
            adapter: Scalekit::new(),
            http: http.under(AddressPolicy::AllowPrivate),
            metadata,
            client: ClientConfig::public("skc_app"),
            admin: admin("right-secret"),
        }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    pub(crate) fn status_of(&self, session: &str) -> String {
        self.world().sessions[session]["status"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// With the environment's credentials.
    pub(crate) fn context(&self) -> ProviderContext<'_> {
        self.context_as(Some(&self.admin))
    }

    pub(crate) fn context_as<'a>(
        &'a self,
        admin: Option<&'a AdminCredentials>,
    ) -> ProviderContext<'a> {
        ProviderContext {
            http: &self.http,
            metadata: &self.metadata,
            client: &self.client,
            admin,
        }
    }
}

pub(crate) fn admin(secret: &str) -> AdminCredentials {
    AdminCredentials {
        client_id: "skc_env".into(),
        secret: ClientSecret::new(secret.into()),
    }
}

fn session(id: &str, status: &str) -> Value {
    json!({
        "session_id": id, "user_id": USER, "organization_id": "org_1234567890123456",
        "authenticated_organizations": ["org_1234567890123456"],
        "authenticated_clients": [{"client_id": "skc_app", "organization_id": "org_1234567890123456"}],
        "created_at": "2025-01-15T10:30:00Z", "updated_at": "2025-01-15T10:45:00Z",
        "last_active_at": format!("2025-01-15T10:55:3{}Z", &id[4..]),
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

fn router(world: Shared) -> Router {
    Router::new()
        .route("/oauth/token", post(token))
        .route("/api/v1/users/{user}/sessions", get(list))
        .route("/api/v1/users/{user}/sessions/revoke", post(revoke_all))
        .route("/api/v1/sessions/{session}", get(read))
        .route("/api/v1/sessions/{session}/revoke", post(revoke))
        .route(
            "/api/v1/organizations/{organization}/session-policy",
            get(policy),
        )
        .fallback(|| async { error(404, 5, &[]) })
        .with_state(world)
}

/// An error of the API: `google.rpc.Status` with the environment's own details.
fn error(status: u16, code: i64, error_codes: &[&str]) -> Response {
    let details: Vec<_> = error_codes
        .iter()
        .map(|error_code| {
            json!({"@type": "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo", "error_code": error_code})
        })
        .collect();
    let body = json!({"code": code, "message": "canary words of the provider", "details": details});
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

fn made_up((status, body): (u16, String)) -> Response {
    let kind = if body.starts_with('<') {
        "text/html"
    } else {
        "application/json"
    };
    (
        StatusCode::from_u16(status).unwrap(),
        [(header::CONTENT_TYPE, kind)],
        body,
    )
        .into_response()
}

async fn token(State(world): State<Shared>, Form(form): Form<HashMap<String, String>>) -> Response {
    let is = |name: &str, value: &str| form.get(name).is_some_and(|found| found == value);
    let known = is("client_id", "skc_env") && is("client_secret", "right-secret");
    if !known || !is("grant_type", "client_credentials") {
        let body =
            json!({"error": "invalid_client", "error_description": "client authentication failed"});
        return (StatusCode::UNAUTHORIZED, Json(body)).into_response();
    }
    let mut world = world.lock().unwrap();
    world.tokens += 1;
    Json(json!({
        "access_token": format!("admin-token-{}", world.tokens), "token_type": "Bearer",
        "expires_in": world.token_life, "scope": "openid",
    }))
    .into_response()
}

/// The world, for those with a good token.
#[expect(
    clippy::result_large_err,
    reason = "a refusal is an answer, and this is a test"
)]
fn enter<'a>(
    world: &'a Shared,
    headers: &HeaderMap,
    request: String,
) -> Result<MutexGuard<'a, World>, Response> {
    let mut world = world.lock().unwrap();
    world.requests.push(request);
    let sent = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let number: usize = sent
        .strip_prefix("Bearer admin-token-")
        .and_then(|number| number.parse().ok())
        .unwrap_or(0);
    if number == 0 || (world.refuse_older_tokens && number < 2) {
        return Err(error(401, 16, &["UNAUTHENTICATED"]));
    }
    Ok(world)
}

async fn list(
    State(world): State<Shared>,
    Path(user): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let world = match enter(&world, &headers, format!("list {user}")) {
        Ok(world) => world,
        Err(refusal) => return refusal,
    };
    if user != USER {
        return error(404, 5, &["USER_NOT_FOUND"]);
    }
    let from: usize = query
        .get("page_token")
        .and_then(|token| token.parse().ok())
        .unwrap_or(0);
    let page: Vec<_> = world
        .sessions
        .values()
        .skip(from)
        .take(world.per_page)
        .cloned()
        .collect();
    let next = from + page.len();
    let next = if next < world.sessions.len() {
        next.to_string()
    } else {
        String::new()
    };
    // Counts are int64: grpc-gateway writes those as text.
    let total = world.sessions.len().to_string();
    Json(json!({"sessions": page, "next_page_token": next, "prev_page_token": "", "total_size": total}))
        .into_response()
}

async fn read(
    State(world): State<Shared>,
    Path(session): Path<String>,
    headers: HeaderMap,
) -> Response {
    let world = match enter(&world, &headers, format!("read {session}")) {
        Ok(world) => world,
        Err(refusal) => return refusal,
    };
    if let Some(answer) = &world.read_answer {
        return made_up(answer.clone());
    }
    match world.sessions.get(&session) {
        Some(found) => Json(found.clone()).into_response(),
        None => error(404, 5, &["SESSION_NOT_FOUND"]),
    }
}

fn end(session: &mut Value) {
    session["status"] = "revoked".into();
    session["expired_at"] = "2025-01-15T12:00:00Z".into();
}

async fn revoke(
    State(world): State<Shared>,
    Path(session): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut world = match enter(&world, &headers, format!("revoke {session}")) {
        Ok(world) => world,
        Err(refusal) => return refusal,
    };
    if let Some(answer) = &world.revoke_answer {
        return made_up(answer.clone());
    }
    match world.sessions.get_mut(&session) {
        None => error(404, 5, &["SESSION_NOT_FOUND"]),
        Some(found) if found["status"] != "active" => error(400, 9, &["SESSION_NOT_ACTIVE"]),
        Some(found) => {
            end(found);
            Json(json!({"revoked_session": found})).into_response()
        }
    }
}

async fn revoke_all(
    State(world): State<Shared>,
    Path(user): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut world = match enter(&world, &headers, format!("revoke all {user}")) {
        Ok(world) => world,
        Err(refusal) => return refusal,
    };
    if let Some(answer) = &world.revoke_answer {
        return made_up(answer.clone());
    }
    let active = world
        .sessions
        .values_mut()
        .filter(|session| session["status"] == "active");
    let revoked: Vec<_> = active
        .map(|session| {
            end(session);
            session.clone()
        })
        .collect();
    Json(json!({"total_revoked": revoked.len().to_string(), "revoked_sessions": revoked}))
        .into_response()
}

async fn policy(
    State(world): State<Shared>,
    Path(organization): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = enter(&world, &headers, format!("policy {organization}")) {
        return refusal;
    }
    match organization.as_str() {
        "org_own" => Json(json!({"policy": {
            "policy_source": "CUSTOM",
            "absolute_session_timeout": 360, "absolute_session_timeout_unit": "MINUTES",
            "idle_session_timeout_enabled": true,
            "idle_session_timeout": 60, "idle_session_timeout_unit": "MINUTES",
        }}))
        .into_response(),
        "org_default" => Json(json!({"policy": {"policy_source": "APPLICATION"}})).into_response(),
        _ => error(404, 5, &["ORGANIZATION_NOT_FOUND"]),
    }
}
