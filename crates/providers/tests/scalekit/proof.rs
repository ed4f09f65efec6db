//! The report of a revocation: what the session says before and after.

use keyfob_providers::{Probes, Provider, SessionFacts, Tokens};
use keyfob_secret::{AccessToken, RefreshToken};
use keyfob_token::{
    FailureCode, StepState,
    life::{RevokeReport, StepResult},
};
use serde_json::json;

use crate::fake::{Fake, USER, admin};

fn of(session: &str) -> SessionFacts<'_> {
    SessionFacts {
        subject: Some(USER),
        provider_session: Some(session),
        ..SessionFacts::default()
    }
}

struct Held {
    refresh: RefreshToken,
    access: AccessToken,
}

impl Held {
    fn new() -> Self {
        Self {
            refresh: RefreshToken::new("rt".into()),
            access: AccessToken::new("at".into()),
        }
    }

    fn both(&self) -> Tokens<'_> {
        Tokens {
            refresh: Some(&self.refresh),
            access: Some(&self.access),
        }
    }

    fn access_alone(&self) -> Tokens<'_> {
        Tokens {
            refresh: None,
            access: Some(&self.access),
        }
    }
}

async fn round(fake: &Fake, tokens: Tokens<'_>, facts: SessionFacts<'_>) -> (Probes, RevokeReport) {
    let context = fake.context();
    let before = fake.adapter.probe(&context, tokens, facts).await;
    (
        before,
        fake.adapter.revoke(&context, tokens, facts, before).await,
    )
}

#[tokio::test]
async fn a_session_read_as_active_and_then_as_ended_is_proof_of_its_refresh_token() {
    let (fake, held) = (Fake::start().await, Held::new());
    let (before, report) = round(&fake, held.both(), of("ses_1")).await;
    assert_eq!(
        (before.refresh_alive, before.access_alive),
        (Some(true), None)
    );
    assert_eq!(
        (report.refresh_alive, report.access_alive),
        (Some(false), None)
    );
    assert_eq!(
        report.results(),
        [
            StepResult::NotApplicable,
            StepResult::NotApplicable,
            StepResult::Accepted
        ]
    );
}

#[tokio::test]
async fn without_a_refresh_token_it_is_proof_of_the_access_token() {
    let (fake, held) = (Fake::start().await, Held::new());
    let (before, report) = round(&fake, held.access_alone(), of("ses_1")).await;
    assert_eq!(
        (before.access_alive, report.access_alive),
        (Some(true), Some(false))
    );
    assert_eq!((before.refresh_alive, report.refresh_alive), (None, None));
}

#[tokio::test]
async fn one_that_had_ended_before_is_no_change() {
    let (fake, held) = (Fake::start().await, Held::new());
    let (before, report) = round(&fake, held.both(), of("ses_4")).await;
    assert_eq!(
        (before.refresh_alive, report.refresh_alive),
        (Some(false), Some(false))
    );
    assert_eq!(report.provider, StepResult::Accepted);
}

#[tokio::test]
async fn a_word_of_revoked_for_a_living_session_keeps_the_step_open() {
    let (fake, held) = (Fake::start().await, Held::new());
    let says = json!({"revoked_session": {"session_id": "ses_1", "status": "revoked"}});
    fake.world().revoke_answer = Some((200, says.to_string()));
    let (_, report) = round(&fake, held.both(), of("ses_1")).await;
    assert_eq!(report.refresh_alive, Some(true));
    assert_eq!(
        report.provider,
        StepResult::NoAnswer(FailureCode::Unreadable)
    );
}

#[tokio::test]
async fn accepted_without_a_second_look_is_not_proof() {
    let (fake, held) = (Fake::start().await, Held::new());
    fake.world().read_answer = Some((500, "{}".into()));
    let (before, report) = round(&fake, held.both(), of("ses_1")).await;
    assert_eq!((before.refresh_alive, report.refresh_alive), (None, None));
    assert_eq!(report.provider, StepResult::Accepted);
}

#[tokio::test]
async fn every_failure_has_its_step() {
    let cases = [
        (400, "{}", StepResult::Refused(FailureCode::Refused)),
        (403, "{}", StepResult::Refused(FailureCode::InvalidClient)),
        (404, "{}", StepResult::NotApplicable),
        (
            429,
            "{}",
            StepResult::TurnedAway {
                retry_after_ms: None,
            },
        ),
        (500, "{}", StepResult::NoAnswer(FailureCode::Unreadable)),
        (200, "<html>", StepResult::NoAnswer(FailureCode::Unreadable)),
    ];
    let (fake, held) = (Fake::start().await, Held::new());
    for (status, body, step) in cases {
        fake.world().revoke_answer = Some((status, body.into()));
        let (_, report) = round(&fake, held.both(), of("ses_1")).await;
        assert_eq!(
            (report.provider, report.refresh_alive),
            (step, Some(true)),
            "{status}"
        );
    }
}

#[tokio::test]
async fn without_credentials_or_a_name_nothing_is_asked_and_nothing_claimed() {
    let (fake, held) = (Fake::start().await, Held::new());
    let context = fake.context_as(None);
    let before = fake.adapter.probe(&context, held.both(), of("ses_1")).await;
    let report = fake
        .adapter
        .revoke(&context, held.both(), of("ses_1"), before)
        .await;
    assert_eq!(
        (before, report.provider),
        (Probes::default(), StepResult::NotApplicable)
    );
    let nameless = SessionFacts {
        subject: Some(USER),
        ..SessionFacts::default()
    };
    let (before, report) = round(&fake, held.both(), nameless).await;
    assert_eq!(
        (before, report.provider),
        (Probes::default(), StepResult::NotApplicable)
    );
    let (before, report) = round(&fake, held.both(), of("../ses_1")).await;
    assert_eq!(
        (before, report.provider),
        (Probes::default(), StepResult::NotApplicable)
    );
    assert!(fake.world().requests.is_empty());
}

#[tokio::test]
async fn refused_credentials_are_named_and_nothing_is_sent() {
    let (fake, held) = (Fake::start().await, Held::new());
    let wrong = admin("wrong");
    let context = fake.context_as(Some(&wrong));
    let report = fake
        .adapter
        .revoke(&context, held.both(), of("ses_1"), Probes::default())
        .await;
    assert_eq!(
        report.provider,
        StepResult::Refused(FailureCode::InvalidClient)
    );
    assert_eq!(report.refresh_alive, None);
    assert_eq!(fake.status_of("ses_1"), "active");
}

#[tokio::test]
async fn a_step_that_was_accepted_is_not_sent_again_but_read_again() {
    let (fake, held) = (Fake::start().await, Held::new());
    let facts = SessionFacts {
        provider: StepState::Accepted,
        ..of("ses_1")
    };
    let (_, report) = round(&fake, held.both(), facts).await;
    assert_eq!(
        (report.provider, report.refresh_alive),
        (StepResult::Skipped, Some(true))
    );
    assert!(
        fake.world()
            .requests
            .iter()
            .all(|request| request == "read ses_1")
    );
}
