//! The adapter for everyone: revocation and its proof, at a certified provider and at odd ones.
#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

#[path = "../../../oauth/tests/protocol/fake.rs"]
#[expect(
    dead_code,
    reason = "shared with the tests of the protocol, which use all of it"
)]
mod fake;
#[path = "../../../oauth/tests/protocol/provider.rs"]
mod provider;

use fake::{Fake, Reply, answer, json as json_reply};
use keyfob_oauth::{
    AddressPolicy, ClientConfig, Http, HttpOptions, Metadata,
    token::{TokenAnswer, TokenError, refresh},
};
use keyfob_providers::{
    AccessProbe, Probes, ProviderContext, SessionFacts, Tokens, by_id, for_issuer,
};
use keyfob_secret::{AccessToken, RefreshToken};
use keyfob_token::{
    FailureCode, StepState,
    life::{RevokeReport, StepResult},
};
use provider::Provider;
use serde_json::json;

/// One session at one provider, as the engine would hold it.
struct Session {
    http: Http,
    metadata: Metadata,
    client: ClientConfig,
    refresh: Option<RefreshToken>,
    access: Option<AccessToken>,
}

impl Session {
    fn at(metadata: Metadata) -> Self {
        let http = Http::new(HttpOptions::new("test"))
            .unwrap()
            .under(AddressPolicy::AllowPrivate);
        let client = ClientConfig::public("native");
        Self {
            http,
            metadata,
            client,
            refresh: None,
            access: None,
        }
    }

    async fn signed_in(provider: &Provider) -> Self {
        let mut session = Self::at(Metadata::example(&provider.issuer));
        session.metadata = provider.metadata(&session.http).await;
        let TokenAnswer {
            access, refresh, ..
        } = provider
            .sign_in(&session.http, &session.client, "alice")
            .await;
        Self {
            access: access.ok(),
            refresh,
            ..session
        }
    }

    /// A session with an access token alone, so that a fake's replies come in one order.
    fn with_access(fake: &Fake) -> Self {
        Self {
            access: Some(AccessToken::new("at".into())),
            ..Self::at(fake.metadata())
        }
    }

    /// Probes and revokes as the engine does.
    async fn revoke(&self, facts: SessionFacts<'_>) -> (Probes, RevokeReport) {
        let Self {
            http,
            metadata,
            client,
            ..
        } = self;
        let context = ProviderContext {
            http,
            metadata,
            client,
            admin: None,
        };
        let tokens = Tokens {
            refresh: self.refresh.as_ref(),
            access: self.access.as_ref(),
        };
        let adapter = by_id("oidc");
        let before = adapter.probe(&context, tokens, facts).await;
        (
            before,
            adapter.revoke(&context, tokens, facts, before).await,
        )
    }

    async fn refresh(&self) -> Result<TokenAnswer, TokenError> {
        refresh(
            &self.http,
            &self.metadata,
            &self.client,
            self.refresh.as_ref().unwrap(),
        )
        .await
    }
}

fn revocation_path(session: &Session) -> String {
    session
        .metadata
        .revocation_endpoint
        .as_ref()
        .unwrap()
        .path()
        .to_owned()
}

#[tokio::test]
async fn a_session_is_revoked_and_its_death_is_a_change_of_both_probes() {
    let provider = Provider::start(&[]).await;
    let session = Session::signed_in(&provider).await;
    let (before, report) = session.revoke(SessionFacts::default()).await;
    assert_eq!(
        (before.refresh_alive, before.access_alive),
        (Some(true), Some(true))
    );
    assert_eq!(
        (report.refresh, report.access),
        (StepResult::Accepted, StepResult::Accepted)
    );
    assert_eq!(
        (report.refresh_alive, report.access_alive),
        (Some(false), Some(false))
    );
    assert_eq!(report.provider, StepResult::NotApplicable);
    let used = provider.control("GET", "refreshes", "").await;
    assert_eq!(
        used,
        json!([]),
        "no refresh token was presented to probe it"
    );
    assert!(matches!(
        session.refresh().await,
        Err(TokenError::InvalidGrant(_))
    ));
}

#[tokio::test]
async fn a_provider_that_says_later_has_revoked_nothing() {
    let provider = Provider::start(&[]).await;
    let session = Session::signed_in(&provider).await;
    let path = revocation_path(&session);
    let busy = json!({"path": path, "when": "before", "status": 503, "times": 2,
        "headers": {"retry-after": "3"}});
    provider.fault(busy).await;
    let (_, report) = session.revoke(SessionFacts::default()).await;
    let later = StepResult::TurnedAway {
        retry_after_ms: Some(3_000),
    };
    assert_eq!((report.refresh, report.access), (later, later));
    assert_eq!((report.refresh_alive, report.access_alive), (None, None));
    assert!(session.refresh().await.is_ok(), "the session lives");
}

#[tokio::test]
async fn a_lost_answer_does_not_keep_the_access_token_and_the_probes_still_speak() {
    let provider = Provider::start(&[]).await;
    let session = Session::signed_in(&provider).await;
    provider
        .fault(json!({"path": revocation_path(&session), "when": "drop"}))
        .await;
    let (_, report) = session.revoke(SessionFacts::default()).await;
    assert_eq!(
        report.refresh,
        StepResult::NoAnswer(FailureCode::Unreadable)
    );
    assert_eq!(report.access, StepResult::Accepted);
    assert_eq!(
        (report.refresh_alive, report.access_alive),
        (Some(false), Some(false))
    );
}

#[tokio::test]
async fn steps_of_an_earlier_round_are_not_sent_again() {
    let provider = Provider::start(&[]).await;
    let session = Session::signed_in(&provider).await;
    let facts = SessionFacts {
        refresh: StepState::Accepted,
        ..SessionFacts::default()
    };
    let (before, report) = session.revoke(facts).await;
    assert_eq!(
        (before.refresh_alive, before.access_alive),
        (None, Some(true))
    );
    assert_eq!(
        (report.refresh, report.access),
        (StepResult::Skipped, StepResult::Accepted)
    );
    let settled = SessionFacts {
        access: StepState::NotApplicable,
        ..facts
    };
    let (before, report) = session.revoke(settled).await;
    assert_eq!(before, Probes::default());
    assert_eq!(
        (report.refresh, report.access),
        (StepResult::Skipped, StepResult::Skipped)
    );
}

async fn with_access_at(replies: [Reply; 4]) -> (Probes, RevokeReport, Vec<String>) {
    let fake = Fake::says(replies).await;
    let (before, report) = Session::with_access(&fake)
        .revoke(SessionFacts::default())
        .await;
    let first_line = |request: &String| request.lines().next().unwrap_or_default().to_owned();
    (
        before,
        report,
        fake.requests().iter().map(first_line).collect(),
    )
}

fn inactive() -> Reply {
    json_reply(200, &json!({"active": false}))
}

fn me() -> Reply {
    json_reply(200, &json!({"sub": "alice"}))
}

#[tokio::test]
async fn where_introspection_is_blind_userinfo_proves() {
    let replies = [inactive(), me(), answer(200, "", ""), answer(401, "", "")];
    let (before, report, asked) = with_access_at(replies).await;
    assert_eq!(
        (before.access_alive, before.access_probe),
        (Some(true), Some(AccessProbe::UserInfo))
    );
    assert_eq!(
        (report.access, report.access_alive),
        (StepResult::Accepted, Some(false))
    );
    assert_eq!(report.refresh, StepResult::NotApplicable);
    let expected = ["POST /introspect", "GET /me", "POST /revoke", "GET /me"];
    for (asked, expected) in asked.iter().zip(expected) {
        assert!(asked.starts_with(expected), "{asked}");
    }
    assert_eq!(asked.len(), expected.len());
}

#[tokio::test]
async fn forbidden_broken_and_still_alive_are_no_death() {
    for (reply, alive) in [
        (answer(403, "", ""), None),
        (answer(500, "", ""), None),
        (
            answer(302, "Location: https://id.example/login\r\n", ""),
            None,
        ),
        (Reply::Bytes(Vec::new()), None),
        (me(), Some(true)),
    ] {
        let replies = [inactive(), me(), answer(200, "", ""), reply];
        let (before, report, _) = with_access_at(replies).await;
        assert_eq!(before.access_alive, Some(true));
        assert_eq!(
            (report.access, report.access_alive),
            (StepResult::Accepted, alive)
        );
    }
}

#[tokio::test]
async fn a_token_that_was_dead_before_proves_nothing() {
    let replies = [
        inactive(),
        answer(401, "", ""),
        answer(200, "", ""),
        inactive(),
    ];
    let (before, report, _) = with_access_at(replies).await;
    assert_eq!(before.access_alive, Some(false));
    assert_eq!(report.access, StepResult::Accepted);
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let unsupported = json_reply(400, &json!({"error": "unsupported_token_type"}));
    let (_, report, _) = with_access_at([inactive(), me(), unsupported, me()]).await;
    assert_eq!(report.access, StepResult::Unsupported);
    let client = json_reply(401, &json!({"error": "invalid_client"}));
    let (_, report, _) = with_access_at([inactive(), me(), client, me()]).await;
    assert_eq!(
        report.access,
        StepResult::Refused(FailureCode::InvalidClient)
    );
}

#[tokio::test]
async fn without_an_endpoint_nothing_is_asked_and_without_a_network_nothing_was_sent() {
    let fake = Fake::says([me()]).await;
    let mut session = Session::with_access(&fake);
    session.refresh = Some(RefreshToken::new("rt".into()));
    session.metadata.revocation_endpoint = None;
    let (before, report) = session.revoke(SessionFacts::default()).await;
    assert_eq!(before, Probes::default());
    assert_eq!(
        (report.refresh, report.access),
        (StepResult::NotApplicable, StepResult::NotApplicable)
    );
    assert!(fake.requests().is_empty());

    let mut offline = Session::with_access(&fake);
    offline.http = offline.http.under(AddressPolicy::PublicOnly);
    let (before, report) = offline.revoke(SessionFacts::default()).await;
    assert_eq!(before, Probes::default());
    assert_eq!(report.access, StepResult::NotSent(FailureCode::Blocked));
}

#[test]
fn everyone_without_an_adapter_is_generic() {
    let metadata = Metadata::example("https://id.example");
    let adapter = for_issuer("https://id.example", &metadata);
    assert_eq!(adapter.id(), "oidc");
    assert_eq!(by_id("of-a-later-version").id(), "oidc");
    assert!(!adapter.limits(&metadata).can_revoke && !adapter.needs_admin());
    assert!(adapter.end_session_url(&metadata, "app", None).is_none());
}
