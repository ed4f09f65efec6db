//! Signing in and staying so, at a certified provider with single-use refresh tokens.

use std::time::Duration;

use keyfob_oauth::{
    ClientConfig, Patience,
    authorize::make_request,
    end_session, jwks,
    loopback::{CallbackError, Expected, Listener},
    token::{TokenError, exchange_code, refresh},
    userinfo::{self, UserInfoError},
};
use keyfob_secret::{AuthorizationCode, ClientSecret, PkceVerifier};
use keyfob_token::{ClientAuth, FailureCode, expires_in::Life, jwks::KeySet};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{
    http,
    provider::{Provider, visit},
};

#[tokio::test]
async fn signs_in_through_the_browser_and_knows_who_it_is() {
    let (provider, http) = (Provider::start(&[]).await, http());
    let answer = provider
        .sign_in(&http, &ClientConfig::public("native"), "bob")
        .await;
    let access = answer.access.unwrap();
    assert!(answer.refresh.is_some() && answer.id_token.is_some());
    assert_eq!(answer.expires_in.life, Life::Known(300_000));
    let metadata = provider.metadata(&http).await;
    let account = userinfo::fetch(&http, &metadata, &access, Some("bob"))
        .await
        .unwrap();
    assert_eq!(account.email.as_deref(), Some("bob@example.test"));
    assert_eq!(account.name.as_deref(), Some("bob Example"));
    let other = userinfo::fetch(&http, &metadata, &access, Some("alice")).await;
    assert!(matches!(other, Err(UserInfoError::OtherSubject)));
    let keys = jwks::fetch(&http, &metadata).await.unwrap();
    assert_eq!(KeySet::parse(&keys).unwrap().len(), 2);
}

#[tokio::test]
async fn clients_with_a_secret_sign_in_both_ways() {
    let (provider, http) = (Provider::start(&[]).await, http());
    for (id, auth) in [
        ("confidential", ClientAuth::Basic),
        ("confidential-post", ClientAuth::Post),
    ] {
        let secret = ClientSecret::new("confidential-secret".into());
        let client = ClientConfig::confidential(id, auth, secret);
        let answer = provider.sign_in(&http, &client, "alice").await;
        let metadata = provider.metadata(&http).await;
        let again = refresh(&http, &metadata, &client, &answer.refresh.unwrap())
            .await
            .unwrap();
        assert!(again.access.is_ok() && again.refresh.is_some(), "{id}");
        let wrong = ClientConfig::confidential(id, auth, ClientSecret::new("wrong".into()));
        let refused = refresh(&http, &metadata, &wrong, &again.refresh.unwrap())
            .await
            .unwrap_err();
        assert_eq!(refused.code(), FailureCode::InvalidClient, "{id}");
    }
}

#[tokio::test]
async fn a_refusal_in_the_browser_comes_back_as_one() {
    let (provider, http) = (Provider::start(&[]).await, http());
    let metadata = provider.metadata(&http).await;
    let listener = Listener::bind(None).await.unwrap();
    let client = ClientConfig::public("native");
    let uri = listener.redirect_uri();
    let request = make_request(&metadata, &client, &uri, &["openid".into()], Some("deny")).unwrap();
    let expected = Expected {
        state: &request.state,
        issuer: Some(&metadata.issuer),
    };
    let never = CancellationToken::new();
    let wait = listener.wait(
        &expected,
        tokio::time::sleep(Duration::from_secs(30)),
        &never,
    );
    let (result, page) = tokio::join!(wait, visit(request.url.as_str(), ""));
    assert!(matches!(result, Err(CallbackError::Refused(_))));
    assert!(page.contains("Sign-in was refused"), "{page}");
}

#[tokio::test]
async fn a_made_up_code_is_an_invalid_grant() {
    let (provider, http) = (Provider::start(&[]).await, http());
    let metadata = provider.metadata(&http).await;
    let (code, verifier) = (
        AuthorizationCode::new("x".into()),
        PkceVerifier::new("y".repeat(43)),
    );
    let uri = "http://127.0.0.1:1/callback";
    let client = ClientConfig::public("native");
    let error = exchange_code(&http, &metadata, &client, &code, &verifier, uri)
        .await
        .unwrap_err();
    assert!(matches!(error, TokenError::InvalidGrant(_)));
}

#[tokio::test]
async fn refresh_tokens_rotate_and_a_used_one_is_refused() {
    let (provider, http) = (Provider::start(&[]).await, http());
    let client = ClientConfig::public("native");
    let first = provider
        .sign_in(&http, &client, "alice")
        .await
        .refresh
        .unwrap();
    let metadata = provider.metadata(&http).await;
    let second = refresh(&http, &metadata, &client, &first)
        .await
        .unwrap()
        .refresh
        .unwrap();
    assert!(!second.same_as(first.expose()));
    let error = refresh(&http, &metadata, &client, &first)
        .await
        .unwrap_err();
    assert!(matches!(error, TokenError::InvalidGrant(_)));
}

#[tokio::test]
async fn without_rotation_the_old_refresh_token_stays() {
    let (provider, http) = (Provider::start(&[("OP_ROTATION", "none")]).await, http());
    let client = ClientConfig::public("native");
    let token = provider
        .sign_in(&http, &client, "alice")
        .await
        .refresh
        .unwrap();
    let metadata = provider.metadata(&http).await;
    let answer = refresh(&http, &metadata, &client, &token).await.unwrap();
    assert!(answer.refresh.is_none() && answer.flags.refresh_unchanged && answer.access.is_ok());
}

#[tokio::test]
async fn faults_before_and_after_the_provider_acted_are_told_apart() {
    let (provider, http) = (Provider::start(&[]).await, http());
    let client = ClientConfig::public("native");
    let token = provider
        .sign_in(&http, &client, "alice")
        .await
        .refresh
        .unwrap();
    let metadata = provider.metadata(&http).await;

    let busy =
        json!({"path": "/token", "when": "before", "status": 503, "headers": {"retry-after": "4"}});
    provider.fault(busy).await;
    let error = refresh(&http, &metadata, &client, &token)
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            TokenError::TurnedAway {
                retry_after_ms: Some(4_000)
            }
        ),
        "{error:?}"
    );
    provider
        .fault(json!({"path": "/token", "when": "before", "status": 500}))
        .await;
    let error = refresh(&http, &metadata, &client, &token)
        .await
        .unwrap_err();
    assert!(matches!(error, TokenError::Uncertain), "{error:?}");

    // The provider never saw those two: the token is good.
    let token = refresh(&http, &metadata, &client, &token)
        .await
        .unwrap()
        .refresh
        .unwrap();

    provider
        .fault(json!({"path": "/token", "when": "after", "delayMs": 100}))
        .await;
    let token = refresh(&http, &metadata, &client, &token)
        .await
        .unwrap()
        .refresh
        .unwrap();

    provider
        .fault(json!({"path": "/token", "when": "drop"}))
        .await;
    let error = refresh(&http, &metadata, &client, &token)
        .await
        .unwrap_err();
    assert!(matches!(error, TokenError::Uncertain), "{error:?}");
    // It acted, and the answer is lost: exactly one use reached it, and the token is dead.
    let seen = provider.control("GET", "refreshes", "").await;
    assert_eq!(
        seen.as_array()
            .unwrap()
            .iter()
            .filter(|r| r["outcome"] == "granted")
            .count(),
        3
    );
    let error = refresh(&http, &metadata, &client, &token)
        .await
        .unwrap_err();
    assert!(matches!(error, TokenError::InvalidGrant(_)), "{error:?}");
}

#[tokio::test]
async fn a_late_answer_is_uncertain_to_the_impatient_and_saved_by_the_patient() {
    let (provider, http) = (Provider::start(&[]).await, http());
    let client = ClientConfig::public("native");
    let token = provider
        .sign_in(&http, &client, "alice")
        .await
        .refresh
        .unwrap();
    let metadata = provider.metadata(&http).await;
    let late = json!({"path": "/token", "when": "before", "delayMs": 600, "status": 0});
    provider.fault(late.clone()).await;
    let impatient = http.within(Patience(Duration::from_millis(150)));
    let error = refresh(&impatient, &metadata, &client, &token)
        .await
        .unwrap_err();
    assert!(matches!(error, TokenError::Uncertain));
    let other = provider
        .sign_in(&http, &client, "bob")
        .await
        .refresh
        .unwrap();
    provider.fault(late).await;
    let patient = http.within(Patience::ANSWER);
    assert!(
        refresh(&patient, &metadata, &client, &other)
            .await
            .unwrap()
            .refresh
            .is_some()
    );
}

#[tokio::test]
async fn signing_out_in_the_browser_ends_the_session_at_the_provider() {
    let (provider, http) = (Provider::start(&[]).await, http());
    let answer = provider
        .sign_in(&http, &ClientConfig::public("native"), "alice")
        .await;
    let metadata = provider.metadata(&http).await;
    let url = end_session::url(&metadata, "native", answer.id_token.as_ref()).unwrap();
    let page = visit(url.as_str(), "alice").await;
    assert!(page.contains("page: "), "{page}");
}
