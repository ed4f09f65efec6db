//! Revoking one session and all: only what is read again as ended is called ended.

use keyfob_providers::{Provider, ProviderError, SessionFacts};
use serde_json::json;

use crate::fake::{Fake, USER};

const EVERYBODY: SessionFacts<'_> = SessionFacts {
    subject: Some(USER),
    provider_session: None,
    refresh: keyfob_token::StepState::Open,
    access: keyfob_token::StepState::Open,
    provider: keyfob_token::StepState::Open,
};

fn says_revoked(session: &str) -> (u16, String) {
    (
        200,
        json!({"revoked_session": {"session_id": session, "status": "revoked"}}).to_string(),
    )
}

#[tokio::test]
async fn revokes_one_and_reads_it_again() {
    let fake = Fake::start().await;
    assert_eq!(
        fake.adapter.revoke_session(&fake.context(), "ses_2").await,
        Ok(())
    );
    assert_eq!(fake.status_of("ses_2"), "revoked");
    assert_eq!(fake.status_of("ses_1"), "active");
    assert_eq!(fake.world().requests, ["revoke ses_2", "read ses_2"]);
}

#[tokio::test]
async fn one_that_had_ended_before_has_ended() {
    let fake = Fake::start().await;
    assert_eq!(
        fake.adapter.revoke_session(&fake.context(), "ses_4").await,
        Ok(())
    );
}

#[tokio::test]
async fn a_word_of_revoked_for_a_living_session_is_no_success() {
    let fake = Fake::start().await;
    fake.world().revoke_answer = Some(says_revoked("ses_2"));
    let revoked = fake.adapter.revoke_session(&fake.context(), "ses_2").await;
    assert_eq!(revoked, Err(ProviderError::StillAlive));
}

#[tokio::test]
async fn no_wrong_answer_is_taken_for_a_success() {
    let answers = [
        (200, "<html>all is well</html>", ProviderError::Unreadable),
        (200, "{}", ProviderError::Unreadable),
        (
            200,
            r#"{"revoked_session":{"session_id":"ses_1","status":"revoked"}}"#,
            ProviderError::Unreadable,
        ),
        (
            200,
            r#"{"revoked_session":{"session_id":"ses_2","status":"active"}}"#,
            ProviderError::Unreadable,
        ),
        (204, "", ProviderError::Unreadable),
        (302, "", ProviderError::Unreadable),
        (
            400,
            r#"{"code":3,"message":"x","details":[]}"#,
            ProviderError::Refused,
        ),
        (
            403,
            r#"{"code":7,"message":"x","details":[]}"#,
            ProviderError::AdminRefused,
        ),
        (404, "not here", ProviderError::Unsupported),
        (
            404,
            r#"{"code":5,"message":"Not Found","details":[]}"#,
            ProviderError::Unsupported,
        ),
        (
            404,
            r#"{"code":5,"message":"x","details":[{"error_code":"E"}]}"#,
            ProviderError::NotFound,
        ),
        (
            429,
            "{}",
            ProviderError::TurnedAway {
                retry_after_ms: None,
            },
        ),
        (
            500,
            r#"{"code":13,"message":"x","details":[]}"#,
            ProviderError::Unreadable,
        ),
        (
            503,
            "{}",
            ProviderError::TurnedAway {
                retry_after_ms: None,
            },
        ),
    ];
    let fake = Fake::start().await;
    for (status, body, error) in answers {
        fake.world().revoke_answer = Some((status, body.to_owned()));
        let revoked = fake.adapter.revoke_session(&fake.context(), "ses_2").await;
        assert_eq!(revoked, Err(error), "{status} {body}");
        assert_eq!(fake.status_of("ses_2"), "active");
    }
}

#[tokio::test]
async fn when_it_cannot_be_read_again_nothing_is_promised() {
    let fake = Fake::start().await;
    let answers = [
        (
            200,
            json!({"session_id": "ses_1", "status": "revoked"}).to_string(),
        ),
        (
            200,
            json!({"session_id": "ses_2", "status": "retired"}).to_string(),
        ),
        (200, "<html>".to_owned()),
        (500, "{}".to_owned()),
    ];
    for answer in answers {
        fake.world().read_answer = Some(answer.clone());
        fake.world().revoke_answer = Some(says_revoked("ses_2"));
        let revoked = fake.adapter.revoke_session(&fake.context(), "ses_2").await;
        assert_eq!(revoked, Err(ProviderError::Unreadable), "{answer:?}");
    }
}

#[tokio::test]
async fn odd_names_are_never_sent() {
    let fake = Fake::start().await;
    for name in [
        "",
        "ses_",
        "ses_1/../ses_2",
        "ses_1/revoke",
        "usr_1",
        "ses_1\n",
    ] {
        let revoked = fake.adapter.revoke_session(&fake.context(), name).await;
        assert_eq!(revoked, Err(ProviderError::UnknownSession), "{name}");
    }
    assert!(fake.world().requests.is_empty());
    let without = fake
        .adapter
        .revoke_session(&fake.context_as(None), "ses_1")
        .await;
    assert_eq!(without, Err(ProviderError::NeedsAdmin));
}

#[tokio::test]
async fn revokes_all_and_counts_those_that_ended() {
    let fake = Fake::start().await;
    assert_eq!(
        fake.adapter.revoke_all(&fake.context(), EVERYBODY).await,
        Ok(3)
    );
    assert_eq!(
        fake.adapter.revoke_all(&fake.context(), EVERYBODY).await,
        Ok(0)
    );
}

#[tokio::test]
async fn all_is_not_said_while_one_is_still_shown_alive() {
    let fake = Fake::start().await;
    fake.world().revoke_answer =
        Some((200, r#"{"revoked_sessions":[],"total_revoked":"3"}"#.into()));
    let revoked = fake.adapter.revoke_all(&fake.context(), EVERYBODY).await;
    assert_eq!(revoked, Err(ProviderError::StillAlive));
    fake.world().revoke_answer = Some((500, "{}".into()));
    let revoked = fake.adapter.revoke_all(&fake.context(), EVERYBODY).await;
    assert_eq!(revoked, Err(ProviderError::Unreadable));
}
