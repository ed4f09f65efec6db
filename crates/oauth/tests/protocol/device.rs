//! The device flow, at a certified provider and at odd ones.

use keyfob_oauth::{
    ClientConfig, ErrorCode,
    device::{DeviceError, Heard, poll_once, start},
};
use keyfob_secret::DeviceCode;
use keyfob_token::FailureCode;
use serde_json::{Value, json};

use super::{
    fake::{Fake, Reply, answer, json as json_reply},
    http,
    provider::{Provider, visit},
};

fn scopes() -> Vec<String> {
    ["openid", "email", "offline_access"]
        .map(str::to_owned)
        .to_vec()
}

#[tokio::test]
async fn signs_in_by_a_code_that_is_entered_elsewhere() {
    let (provider, http) = (Provider::start(&[]).await, http());
    let metadata = provider.metadata(&http).await;
    let client = ClientConfig::public("native");
    let begun = start(&http, &metadata, &client, &scopes()).await.unwrap();
    assert_eq!(begun.interval_ms, 5_000, "the provider names no interval");
    assert_eq!(begun.expires_in_ms, 120_000);
    let heard = poll_once(&http, &metadata, &client, &begun.device_code).await;
    assert!(matches!(heard, Heard::Pending), "{heard:?}");
    let page = visit(begun.verification_uri_complete.unwrap().as_str(), "carol").await;
    assert!(page.contains("page: "), "{page}");
    let heard = poll_once(&http, &metadata, &client, &begun.device_code).await;
    let Heard::SignedIn(answer) = heard else {
        panic!("{heard:?} after {page}")
    };
    assert!(answer.access.is_ok() && answer.refresh.is_some() && answer.id_token.is_some());
}

async fn begun(body: Value) -> Result<keyfob_oauth::device::DeviceAuthorization, DeviceError> {
    let fake = Fake::says([json_reply(200, &body)]).await;
    start(
        &http(),
        &fake.metadata(),
        &ClientConfig::public("app"),
        &scopes(),
    )
    .await
}

#[tokio::test]
async fn odd_answers_are_bounded_or_refused() {
    let good = json!({"device_code": "dc", "user_code": "AB-CD", "verification_uri": "https://id.example/d",
        "expires_in": "900", "interval": 0});
    let found = begun(good.clone()).await.unwrap();
    assert_eq!((found.expires_in_ms, found.interval_ms), (900_000, 1_000));
    assert!(!format!("{found:?}").contains("dc\""));
    let google =
        json!({"device_code": "dc", "user_code": "A", "verification_url": "https://id.example/d"});
    assert_eq!(begun(google).await.unwrap().interval_ms, 5_000);
    for (field, value) in [
        ("device_code", json!("")),
        ("user_code", json!("x".repeat(65))),
        ("verification_uri", json!("javascript:alert(1)")),
        ("verification_uri", json!("http://id.example/d")),
        ("verification_uri", Value::Null),
    ] {
        let mut body = good.clone();
        body[field] = value;
        assert!(
            matches!(begun(body.clone()).await, Err(DeviceError::BadAnswer)),
            "{body}"
        );
    }
    let mut body = good;
    body["user_code"] = json!("A\u{202e}B");
    assert_eq!(begun(body).await.unwrap().user_code, "A\\u{202e}B");
}

#[tokio::test]
async fn providers_without_it_are_told() {
    let fake = Fake::says([answer(
        400,
        "",
        json!({"error": "unauthorized_client"}).to_string(),
    )])
    .await;
    let mut metadata = fake.metadata();
    let client = ClientConfig::public("app");
    let refused = start(&http(), &metadata, &client, &scopes()).await;
    assert!(matches!(
        refused,
        Err(DeviceError::Refused(ErrorCode::UnauthorizedClient))
    ));
    metadata.device_authorization_endpoint = None;
    let none = start(&http(), &metadata, &client, &scopes()).await;
    assert!(matches!(none, Err(DeviceError::NoEndpoint)));
}

#[tokio::test]
async fn every_poll_has_its_meaning() {
    let heard = async |reply: Reply| {
        let fake = Fake::says([reply]).await;
        let code = DeviceCode::new("dc".into());
        poll_once(
            &http(),
            &fake.metadata(),
            &ClientConfig::public("app"),
            &code,
        )
        .await
    };
    let error = |code: &str| json_reply(400, &json!({"error": code}));
    assert!(matches!(
        heard(error("authorization_pending")).await,
        Heard::Pending
    ));
    assert!(matches!(heard(error("slow_down")).await, Heard::SlowDown));
    assert!(matches!(heard(error("access_denied")).await, Heard::Denied));
    assert!(matches!(
        heard(error("expired_token")).await,
        Heard::Expired
    ));
    assert!(matches!(
        heard(error("invalid_grant")).await,
        Heard::Expired
    ));
    assert!(matches!(
        heard(error("invalid_client")).await,
        Heard::Refused(ErrorCode::InvalidClient)
    ));
    let pending_200 = json_reply(200, &json!({"error": "authorization_pending"}));
    assert!(matches!(heard(pending_200).await, Heard::Pending));
    let lost = heard(Reply::Bytes(Vec::new())).await;
    assert!(matches!(
        lost,
        Heard::NoVerdict {
            code: FailureCode::Unreadable,
            ..
        }
    ));
    let later = heard(answer(429, "Retry-After: 20\r\n", "")).await;
    assert!(matches!(
        later,
        Heard::NoVerdict {
            retry_after_ms: Some(20_000),
            ..
        }
    ));
}
