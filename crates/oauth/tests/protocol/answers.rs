//! What the token endpoint answers, good, bad and broken; what is saved of it, and what it means.

use keyfob_oauth::{
    ClientConfig, ErrorCode,
    token::{AccessProblem, TokenAnswer, TokenError, refresh},
};
use keyfob_secret::{ClientSecret, RefreshToken};
use keyfob_token::{ClientAuth, FailureCode, expires_in::Life};
use serde_json::{Value, json};

use super::{
    fake::{Fake, Reply, answer, json as json_reply},
    http,
};

async fn refreshed(reply: Reply) -> Result<TokenAnswer, TokenError> {
    let fake = Fake::says([reply]).await;
    let old = RefreshToken::new("rt-old".into());
    let result = refresh(
        &http(),
        &fake.metadata(),
        &ClientConfig::public("app"),
        &old,
    )
    .await;
    assert_eq!(fake.requests().len(), 1, "a refresh token is sent once");
    result
}

fn good() -> Value {
    json!({"access_token": "at", "token_type": "Bearer", "expires_in": 300, "refresh_token": "rt-new"})
}

async fn with(field: &str, value: Value) -> TokenAnswer {
    let mut body = good();
    body[field] = value;
    refreshed(json_reply(200, &body)).await.unwrap()
}

fn new_refresh(answer: &TokenAnswer) -> Option<&str> {
    answer.refresh.as_ref().map(RefreshToken::expose)
}

#[tokio::test]
async fn a_good_answer_gives_what_it_holds() {
    let mut body = good();
    body["scope"] = json!("openid email");
    body["id_token"] = json!("a.b.c");
    body["refresh_expires_in"] = json!(1800);
    let answer = refreshed(json_reply(200, &body)).await.unwrap();
    assert!(answer.access.unwrap().same_as("at"));
    assert!(answer.refresh.unwrap().same_as("rt-new"));
    assert!(answer.id_token.unwrap().same_as("a.b.c"));
    assert_eq!(answer.expires_in.life, Life::Known(300_000));
    assert_eq!(answer.refresh_expires_in.life, Life::Known(1_800_000));
    assert_eq!(answer.scope.unwrap(), ["openid", "email"]);
    assert_eq!(answer.flags, Default::default());
}

#[tokio::test]
async fn a_two_megabyte_access_token_costs_itself_and_not_the_refresh_token() {
    let answer = with("access_token", json!("a".repeat(2 * 1024 * 1024))).await;
    assert_eq!(answer.access.as_ref().unwrap_err(), &AccessProblem::TooLong);
    assert_eq!(new_refresh(&answer), Some("rt-new"));
}

#[tokio::test]
async fn another_token_type_costs_the_access_token_alone() {
    for kind in ["DPoP", "mac", ""] {
        let answer = with("token_type", json!(kind)).await;
        assert_eq!(
            answer.access.as_ref().unwrap_err(),
            &AccessProblem::WrongType,
            "{kind}"
        );
        assert_eq!(new_refresh(&answer), Some("rt-new"));
    }
    assert!(with("token_type", json!("bEARER")).await.access.is_ok());
    let untyped = with("token_type", Value::Null).await;
    assert!(untyped.access.is_ok() && untyped.flags.type_missing);
}

#[tokio::test]
async fn a_missing_or_unusable_access_token_keeps_the_refresh_token() {
    for (value, problem) in [
        (Value::Null, AccessProblem::Missing),
        (json!(""), AccessProblem::Missing),
        (json!({"no": "text"}), AccessProblem::Missing),
        (json!("line\nbreak"), AccessProblem::BadCharacters),
        (json!("ünicode"), AccessProblem::BadCharacters),
    ] {
        let answer = with("access_token", value.clone()).await;
        assert_eq!(answer.access.as_ref().unwrap_err(), &problem, "{value}");
        assert_eq!(new_refresh(&answer), Some("rt-new"));
    }
}

#[tokio::test]
async fn no_empty_null_or_implausible_refresh_token_is_none() {
    for value in [
        Value::Null,
        json!(""),
        json!("  "),
        json!(7),
        json!(["rt"]),
        json!("a\u{0}b"),
        json!("x".repeat(65 * 1024)),
    ] {
        let answer = with("refresh_token", value.clone()).await;
        assert!(answer.refresh.is_none(), "{value}");
        assert!(answer.access.is_ok());
    }
}

#[tokio::test]
async fn the_same_refresh_token_again_is_no_new_one() {
    let answer = with("refresh_token", json!("rt-old")).await;
    assert!(answer.refresh.is_none() && answer.flags.refresh_unchanged);
}

#[tokio::test]
async fn lives_are_read_as_providers_send_them() {
    let answer = with("expires_in", json!("3599")).await;
    assert_eq!(
        (answer.expires_in.life, answer.expires_in.flagged),
        (Life::Known(3_599_000), true)
    );
    assert_eq!(
        with("expires_in", json!(0)).await.expires_in.life,
        Life::ExpiredNow
    );
    assert_eq!(
        with("expires_in", json!(-5)).await.expires_in.life,
        Life::ExpiredNow
    );
    for value in [
        json!(1e12),
        json!("soon"),
        json!({"deep": [1]}),
        Value::Null,
    ] {
        assert_eq!(
            with("expires_in", value.clone()).await.expires_in.life,
            Life::Unknown,
            "{value}"
        );
    }
    let offline = with("refresh_expires_in", json!(0)).await;
    assert_eq!(offline.refresh_expires_in.life, Life::Unknown);
}

#[tokio::test]
async fn an_error_with_status_200_is_an_error_in_json_and_as_a_form() {
    let body = json!({"error": "invalid_grant", "error_description": "canary-description"});
    let error = refreshed(json_reply(200, &body)).await.unwrap_err();
    assert!(matches!(error, TokenError::InvalidGrant(_)));
    assert!(!format!("{error} {error:?}").contains("canary"));
    let form = "error=bad_refresh_token&error_description=The+token+is+bad";
    let reply = answer(
        200,
        "Content-Type: application/x-www-form-urlencoded\r\n",
        form,
    );
    let error = refreshed(reply).await.unwrap_err();
    let TokenError::Refused { code, refusal } = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (code, refusal.code),
        (FailureCode::Refused, ErrorCode::Other)
    );
}

#[tokio::test]
async fn tokens_as_a_form_are_taken() {
    let form = "access_token=at&token_type=bearer&refresh_token=rt%2Bnew&expires_in=28800";
    let found = refreshed(answer(200, "", form)).await.unwrap();
    assert!(found.access.is_ok() && found.flags.form_encoded);
    assert!(found.refresh.unwrap().same_as("rt+new"));
    assert_eq!(found.expires_in.life, Life::Known(28_800_000));
}

#[tokio::test]
async fn what_can_not_be_read_is_uncertain() {
    let replies = [
        answer(
            200,
            "Content-Type: text/html\r\n",
            "<html>Please accept the terms</html>",
        ),
        answer(200, "", ""),
        answer(200, "", "[]"),
        answer(200, "", "null"),
        answer(200, "", "{\"access_token\":"),
        answer(200, "", "{}"),
        answer(200, "", json!({"token_type": "Bearer"}).to_string()),
        answer(204, "", ""),
        answer(500, "", ""),
        answer(500, "", json!({"error": "invalid_grant"}).to_string()),
        answer(502, "", "<html>"),
        answer(504, "", ""),
        answer(408, "", ""),
        answer(400, "", json!({"error": "server_error"}).to_string()),
        answer(302, "Location: https://id.example/\r\n", ""),
        answer(200, "Content-Encoding: gzip\r\n", "no gzip"),
        answer(200, "", b"\x1f\x8bno gzip"),
        Reply::Bytes(
            b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n{\"access_token\":\"at\",".to_vec(),
        ),
        Reply::Bytes(Vec::new()),
    ];
    for (index, reply) in replies.into_iter().enumerate() {
        let error = refreshed(reply).await.unwrap_err();
        assert!(matches!(error, TokenError::Uncertain), "{index}: {error:?}");
    }
}

#[tokio::test]
async fn a_new_refresh_token_is_saved_whatever_else_is_wrong() {
    let with_error = json!({"error": "server_error", "refresh_token": "rt-new"}).to_string();
    let cut = format!(
        "HTTP/1.1 200 X\r\nContent-Length: 900\r\n\r\n{}",
        &good().to_string()[..70]
    );
    assert!(cut.contains("rt-new\""), "{cut}");
    let replies = [
        answer(200, "", &with_error),
        answer(400, "", &with_error),
        answer(500, "", good().to_string()),
        answer(503, "", good().to_string()),
        answer(200, "", format!("{}trailing", good())),
        answer(
            200,
            "",
            "{\"refresh_token\":\"rt-new\",\"access_token\":\"half",
        ),
        Reply::Bytes(cut.into_bytes()),
    ];
    for (index, reply) in replies.into_iter().enumerate() {
        let found = refreshed(reply)
            .await
            .unwrap_or_else(|error| panic!("{index}: {error:?}"));
        assert_eq!(new_refresh(&found), Some("rt-new"), "{index}");
        assert_eq!(found.access.unwrap_err(), AccessProblem::DamagedAnswer);
        assert!(found.flags.salvaged);
    }
}

#[tokio::test]
async fn an_error_that_echoes_our_token_saves_nothing() {
    let echo = json!({"error": "invalid_grant", "refresh_token": "rt-old"});
    let error = refreshed(json_reply(400, &echo)).await.unwrap_err();
    assert!(matches!(error, TokenError::InvalidGrant(_)));
}

#[tokio::test]
async fn later_is_told_with_how_much_later() {
    let date =
        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:50:37 GMT\r\n";
    let unavailable = json!({"error": "temporarily_unavailable"}).to_string();
    for (reply, expected) in [
        (answer(429, "Retry-After: 30\r\n", ""), Some(30_000)),
        (answer(429, date, "{}"), Some(60_000)),
        (answer(503, "", "<html>"), None),
        (answer(400, "", unavailable), None),
    ] {
        let error = refreshed(reply).await.unwrap_err();
        let TokenError::TurnedAway { retry_after_ms } = error else {
            panic!("{error:?}")
        };
        assert_eq!(retry_after_ms, expected);
    }
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let cases = [
        (
            json_reply(400, &json!({"error": "invalid_client"})),
            FailureCode::InvalidClient,
        ),
        (
            json_reply(400, &json!({"error": "unauthorized_client"})),
            FailureCode::InvalidClient,
        ),
        (
            json_reply(400, &json!({"error": "invalid_scope"})),
            FailureCode::Refused,
        ),
        (
            json_reply(400, &json!({"error": "canary_code"})),
            FailureCode::Refused,
        ),
        (answer(401, "", ""), FailureCode::InvalidClient),
        (answer(403, "", "<html>"), FailureCode::Refused),
        (answer(404, "", ""), FailureCode::Refused),
    ];
    for (reply, expected) in cases {
        let error = refreshed(reply).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
        let TokenError::Refused { code, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(code, expected);
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_never_saw_it() {
    let fake = Fake::says([answer(200, "", "")]).await;
    let metadata = fake.metadata();
    let token = RefreshToken::new("rt".into());
    let public_only = http().under(keyfob_oauth::AddressPolicy::PublicOnly);
    let client = ClientConfig::public("app");
    let error = refresh(&public_only, &metadata, &client, &token)
        .await
        .unwrap_err();
    assert!(matches!(error, TokenError::NotSent(FailureCode::Blocked)));
    assert!(fake.requests().is_empty());
}

#[tokio::test]
async fn clients_prove_themselves_as_configured() {
    let sent = async |auth, secret: Option<&str>| {
        let fake = Fake::says([json_reply(200, &good())]).await;
        let secret = secret.map(|secret| ClientSecret::new(secret.to_owned()));
        let client = ClientConfig {
            client_id: "app".into(),
            auth,
            secret,
        };
        let token = RefreshToken::new("rt".into());
        refresh(&http(), &fake.metadata(), &client, &token)
            .await
            .unwrap();
        fake.requests().remove(0)
    };
    let public = sent(ClientAuth::None, None).await;
    assert!(
        public.ends_with("grant_type=refresh_token&refresh_token=rt&client_id=app"),
        "{public}"
    );
    let basic = sent(ClientAuth::Basic, Some("s:1")).await;
    assert!(
        basic.contains("authorization: Basic YXBwOnMlM0Ex\r\n"),
        "{basic}"
    );
    assert!(
        basic.ends_with("grant_type=refresh_token&refresh_token=rt"),
        "{basic}"
    );
    let post = sent(ClientAuth::Post, Some("s:1")).await;
    assert!(
        post.ends_with("&client_secret=s%3A1&client_id=app"),
        "{post}"
    );
    assert!(!post.contains("authorization:"));
    let forgotten = sent(ClientAuth::Basic, None).await;
    assert!(forgotten.ends_with("&client_id=app"), "{forgotten}");
}
