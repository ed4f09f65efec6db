//! Sign-in by OpenID Connect: code and refresh token, and the tokens of the environment itself.

use std::{
    collections::HashMap,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Form, Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use data_encoding::BASE64URL_NOPAD;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

use crate::{
    Shared, look,
    world::{ADMIN, ADMIN_SECRET, USER, World},
};

type Fields = HashMap<String, String>;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/.well-known/openid-configuration", get(document))
        .route("/oauth/authorize", get(authorize))
        .route("/oauth/token", post(token))
        .route("/keys", get(keys))
}

/// A key of the tests: it signs nothing that anybody else believes.
fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// The configuration, as an environment publishes it.
async fn document(State(world): State<Shared>) -> Json<Value> {
    let issuer = look(&world).issuer.clone();
    Json(json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/oauth/authorize"),
        "token_endpoint": format!("{issuer}/oauth/token"), "jwks_uri": format!("{issuer}/keys"),
        "end_session_endpoint": format!("{issuer}/oidc/logout"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
    }))
}

async fn keys() -> Json<Value> {
    let public = BASE64URL_NOPAD.encode(key().verifying_key().as_bytes());
    Json(json!({"keys": [
        {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "k1", "x": public},
    ]}))
}

/// Nobody has to type: the user is signed in at once.
async fn authorize(State(world): State<Shared>, Query(query): Query<Fields>) -> Response {
    let field = |name: &str| query.get(name).cloned().unwrap_or_default();
    let mut world = look(&world);
    let code = format!("code-{}", world.codes.len() + 1);
    world.codes.insert(code.clone(), field("nonce"));
    let back = format!(
        "{}?code={code}&state={}",
        field("redirect_uri"),
        field("state")
    );
    Redirect::to(&back).into_response()
}

async fn token(State(world): State<Shared>, Form(form): Form<Fields>) -> Response {
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let mut world = look(&world);
    match field("grant_type") {
        "client_credentials" => environment(&mut world, field("client_id"), field("client_secret")),
        "authorization_code" => match world.codes.remove(field("code")) {
            Some(nonce) => {
                let session = world.begin();
                grant(&mut world, &session, field("client_id"), Some(&nonce))
            }
            None => refusal(StatusCode::BAD_REQUEST, "invalid_grant"),
        },
        // Single use, and only while the session lives.
        "refresh_token" => match world.refresh_tokens.remove(field("refresh_token")) {
            Some(session) if world.is_active(&session) => {
                grant(&mut world, &session, field("client_id"), None)
            }
            _ => refusal(StatusCode::BAD_REQUEST, "invalid_grant"),
        },
        _ => refusal(StatusCode::BAD_REQUEST, "unsupported_grant_type"),
    }
}

fn environment(world: &mut World, client: &str, secret: &str) -> Response {
    if client != ADMIN || secret != ADMIN_SECRET {
        return refusal(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    world.tokens += 1;
    Json(json!({
        "access_token": format!("admin-token-{}", world.tokens), "token_type": "Bearer",
        "expires_in": world.token_life, "scope": "openid",
    }))
    .into_response()
}

fn grant(world: &mut World, session: &str, client: &str, nonce: Option<&str>) -> Response {
    world.issued += 1;
    let refresh = format!("rt-{}-AbCdEfGhIjKlMnOpQrStUv", world.issued);
    world
        .refresh_tokens
        .insert(refresh.clone(), session.to_owned());
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |it| it.as_secs());
    let mut claims = json!({
        "iss": world.issuer, "sub": USER, "aud": client, "sid": session, "oid": "org_own",
        "iat": now, "exp": now + 300, "email": "ana@example.test",
    });
    if let Some(nonce) = nonce {
        claims["nonce"] = nonce.into();
    }
    Json(json!({
        "access_token": format!("at-{}-AbCdEfGhIjKlMnOpQrStUv", world.issued),
        "token_type": "Bearer", "expires_in": 300, "refresh_token": refresh,
        "id_token": signed(&claims), "scope": "openid profile email offline_access",
    }))
    .into_response()
}

fn signed(claims: &Value) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let head = json!({"alg": "EdDSA", "typ": "JWT", "kid": "k1"});
    let text = format!("{}.{}", part(&head), part(claims));
    let signature = key().sign(text.as_bytes());
    format!("{text}.{}", BASE64URL_NOPAD.encode(&signature.to_bytes()))
}

fn refusal(status: StatusCode, error: &str) -> Response {
    let body = json!({"error": error, "error_description": "canary words of the provider"});
    (status, Json(body)).into_response()
}
