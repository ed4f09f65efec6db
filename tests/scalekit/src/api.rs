//! The session API below `/api/v1`.

use std::{collections::HashMap, sync::MutexGuard};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::json;

use crate::{
    Shared, look,
    world::{USER, World, end},
};

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/v1/users/{user}/sessions", get(list))
        .route("/api/v1/users/{user}/sessions/revoke", post(revoke_all))
        .route("/api/v1/sessions/{session}", get(read))
        .route("/api/v1/sessions/{session}/revoke", post(revoke))
        .route(
            "/api/v1/organizations/{organization}/session-policy",
            get(policy),
        )
}

/// An error of the API: `google.rpc.Status` with the environment's own details.
pub(crate) fn error(status: u16, code: i64, error_codes: &[&str]) -> Response {
    let details: Vec<_> = error_codes
        .iter()
        .map(|error_code| {
            json!({"@type": "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo", "error_code": error_code})
        })
        .collect();
    let body = json!({"code": code, "message": "canary words of the provider", "details": details});
    (status_of(status), Json(body)).into_response()
}

fn made_up((status, body): (u16, String)) -> Response {
    let kind = if body.starts_with('<') {
        "text/html"
    } else {
        "application/json"
    };
    (status_of(status), [(header::CONTENT_TYPE, kind)], body).into_response()
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
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
    let mut world = look(world);
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
