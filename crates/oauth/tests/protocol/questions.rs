//! Revocation, introspection and userinfo: what each answer may be taken for.

use keyfob_oauth::{
    ClientConfig,
    introspect::{IntrospectError, introspect},
    jwks::{self, JwksError},
    revoke::{RevokeError, revoke},
    userinfo::{self, UserInfoError},
};
use keyfob_secret::{AccessToken, RefreshToken};
use keyfob_token::{FailureCode, TokenKind};
use serde_json::json;

use super::{
    fake::{Fake, Reply, answer, json as json_reply},
    http,
    provider::Provider,
};

async fn revoked(reply: Reply) -> Result<(), RevokeError> {
    let fake = Fake::says([reply]).await;
    let token = RefreshToken::new("rt".into());
    let client = ClientConfig::public("app");
    let result = revoke(
        &http(),
        &fake.metadata(),
        &client,
        &token,
        TokenKind::Refresh,
    )
    .await;
    let sent = fake.requests().remove(0);
    assert!(
        sent.ends_with("token=rt&token_type_hint=refresh_token&client_id=app"),
        "{sent}"
    );
    result
}

#[tokio::test]
async fn revocation_answers_are_told_apart() {
    assert!(revoked(answer(200, "", "")).await.is_ok());
    let later = revoked(answer(503, "Retry-After: 5\r\n", "")).await;
    assert!(matches!(
        later,
        Err(RevokeError::TurnedAway {
            retry_after_ms: Some(5_000)
        })
    ));
    let unsupported = json_reply(400, &json!({"error": "unsupported_token_type"}));
    assert!(matches!(
        revoked(unsupported).await,
        Err(RevokeError::UnsupportedTokenType)
    ));
    let refused = revoked(json_reply(401, &json!({"error": "invalid_client"}))).await;
    assert!(matches!(
        refused,
        Err(RevokeError::Refused {
            code: FailureCode::InvalidClient,
            ..
        })
    ));
    let error_200 = revoked(json_reply(200, &json!({"error": "invalid_request"}))).await;
    assert!(matches!(error_200, Err(RevokeError::Refused { .. })));
    for reply in [
        answer(500, "", ""),
        answer(302, "", ""),
        Reply::Bytes(Vec::new()),
    ] {
        assert!(matches!(
            revoked(reply).await,
            Err(RevokeError::Uncertain(_))
        ));
    }
}

#[tokio::test]
async fn only_a_boolean_is_a_verdict_of_introspection() {
    let asked = async |reply: Reply| {
        let fake = Fake::says([reply]).await;
        let token = AccessToken::new("at".into());
        let client = ClientConfig::public("app");
        introspect(
            &http(),
            &fake.metadata(),
            &client,
            &token,
            TokenKind::Access,
        )
        .await
    };
    let alive = json!({"active": true, "exp": 2_000_000_000, "sub": "alice", "client_id": "app"});
    let alive = asked(json_reply(200, &alive)).await.unwrap();
    assert!(alive.active);
    assert_eq!(alive.expires_at.unwrap().seconds(), 2_000_000_000);
    assert_eq!(
        (alive.subject.as_deref(), alive.client_id.as_deref()),
        (Some("alice"), Some("app"))
    );
    assert!(
        !asked(json_reply(200, &json!({"active": false})))
            .await
            .unwrap()
            .active
    );
    for body in [
        json!({}),
        json!({"active": "true"}),
        json!({"active": null}),
        json!([]),
    ] {
        let found = asked(json_reply(200, &body)).await;
        assert!(matches!(found, Err(IntrospectError::Unreadable)), "{body}");
    }
    let refused = asked(answer(401, "", "")).await;
    assert!(matches!(refused, Err(IntrospectError::Refused)));
    assert!(matches!(
        asked(answer(500, "", "")).await,
        Err(IntrospectError::Unreadable)
    ));
    assert!(matches!(
        asked(answer(429, "", "")).await,
        Err(IntrospectError::TurnedAway { .. })
    ));
}

#[tokio::test]
async fn userinfo_tells_a_dead_token_from_one_that_may_not() {
    let asked = async |reply: Reply| {
        let fake = Fake::says([reply]).await;
        let token = AccessToken::new("at".into());
        let result = userinfo::fetch(&http(), &fake.metadata(), &token, None).await;
        assert!(fake.requests()[0].contains("authorization: Bearer at\r\n"));
        result
    };
    let odd = json!({"sub": "alice", "name": 7, "email": "x".repeat(2_000)});
    let account = asked(json_reply(200, &odd)).await.unwrap();
    assert_eq!(
        (account.subject.as_deref(), account.name, account.email),
        (Some("alice"), None, None)
    );
    assert!(matches!(
        asked(answer(401, "", "")).await,
        Err(UserInfoError::TokenRefused)
    ));
    assert!(matches!(
        asked(answer(403, "", "")).await,
        Err(UserInfoError::Forbidden)
    ));
    assert!(matches!(
        asked(answer(503, "", "")).await,
        Err(UserInfoError::TurnedAway { .. })
    ));
    let signed = answer(
        200,
        "Content-Type: application/jwt; charset=utf-8\r\n",
        "a.b.c",
    );
    assert!(matches!(asked(signed).await, Err(UserInfoError::Signed)));
    for reply in [
        answer(200, "", "<html>"),
        json_reply(200, &json!({"name": "no subject"})),
        answer(302, "", ""),
        answer(500, "", ""),
        Reply::Bytes(Vec::new()),
    ] {
        assert!(matches!(asked(reply).await, Err(UserInfoError::Unreadable)));
    }
}

#[tokio::test]
async fn keys_are_fetched_as_they_are_or_not_at_all() {
    let fake = Fake::says([
        answer(200, "", "\u{feff}{\"keys\":[]}"),
        answer(404, "", ""),
    ])
    .await;
    let mut metadata = fake.metadata();
    assert_eq!(
        jwks::fetch(&http(), &metadata).await.unwrap(),
        b"{\"keys\":[]}"
    );
    assert!(matches!(
        jwks::fetch(&http(), &metadata).await,
        Err(JwksError::Unreadable)
    ));
    metadata.jwks_uri = None;
    assert!(matches!(
        jwks::fetch(&http(), &metadata).await,
        Err(JwksError::NoEndpoint)
    ));
}

#[tokio::test]
async fn a_certified_provider_revokes_what_introspection_then_calls_dead() {
    let (provider, http) = (Provider::start(&[]).await, http());
    let client = ClientConfig::public("native");
    let token = provider
        .sign_in(&http, &client, "alice")
        .await
        .refresh
        .unwrap();
    let metadata = provider.metadata(&http).await;
    let kind = TokenKind::Refresh;
    let before = introspect(&http, &metadata, &client, &token, kind)
        .await
        .unwrap();
    assert!(before.active && before.expires_at.is_some());
    revoke(&http, &metadata, &client, &token, kind)
        .await
        .unwrap();
    assert!(
        !introspect(&http, &metadata, &client, &token, kind)
            .await
            .unwrap()
            .active
    );
    let unknown = RefreshToken::new("never-issued".into());
    assert!(
        revoke(&http, &metadata, &client, &unknown, kind)
            .await
            .is_ok(),
        "200 proves nothing"
    );
}
