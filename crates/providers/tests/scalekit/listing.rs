//! Listing sessions, the administrator's token, and the session policy.

use keyfob_oauth::{Metadata, http::HttpOptions};
use keyfob_providers::{
    Provider, ProviderContext, ProviderError, SessionFacts, by_id, for_issuer,
    scalekit::{PolicySource, Scalekit, SessionPolicy},
};
use keyfob_token::{FailureCode, UnixMillis};

use crate::fake::{Fake, USER, admin};

fn of(subject: &str) -> SessionFacts<'_> {
    SessionFacts {
        subject: Some(subject),
        ..SessionFacts::default()
    }
}

#[tokio::test]
async fn lists_all_pages_the_living_first_and_the_last_used_before_others() {
    let fake = Fake::start().await;
    let sessions = fake
        .adapter
        .list_sessions(&fake.context(), of(USER))
        .await
        .unwrap();
    let order: Vec<_> = sessions
        .iter()
        .map(|found| (found.id.as_str(), found.active))
        .collect();
    assert_eq!(
        order,
        [
            ("ses_3", true),
            ("ses_2", true),
            ("ses_1", true),
            ("ses_4", false)
        ]
    );
    let first = &sessions[0];
    assert_eq!(
        first.device.as_deref(),
        Some("Chrome 120.0 on macOS 14.2 (desktop)")
    );
    assert_eq!(first.address.as_deref(), Some("203.0.113.7"));
    assert_eq!(first.created_at, Some(UnixMillis(1_736_937_000_000)));
    assert_eq!(
        first.expires_at,
        Some(UnixMillis(1_736_940_600_000)),
        "the idle end comes first"
    );
    assert_eq!(
        sessions[3].expires_at,
        Some(UnixMillis(1_736_938_800_000)),
        "when it really ended"
    );
}

#[tokio::test]
async fn one_token_serves_many_calls() {
    let fake = Fake::start().await;
    for _ in 0..3 {
        fake.adapter
            .list_sessions(&fake.context(), of(USER))
            .await
            .unwrap();
    }
    assert_eq!(fake.world().tokens, 1);
    fake.adapter.forget_admin();
    fake.adapter
        .list_sessions(&fake.context(), of(USER))
        .await
        .unwrap();
    assert_eq!(fake.world().tokens, 2);
}

#[tokio::test]
async fn a_token_in_its_last_minute_is_not_used_again() {
    let fake = Fake::start().await;
    fake.world().token_life = 60;
    for _ in 0..2 {
        fake.adapter
            .session_policy(&fake.context(), "org_own")
            .await
            .unwrap();
    }
    assert_eq!(fake.world().tokens, 2);
}

#[tokio::test]
async fn a_token_that_is_refused_is_replaced_once() {
    let fake = Fake::start().await;
    fake.adapter
        .list_sessions(&fake.context(), of(USER))
        .await
        .unwrap();
    fake.world().refuse_older_tokens = true;
    fake.adapter
        .list_sessions(&fake.context(), of(USER))
        .await
        .unwrap();
    assert_eq!(fake.world().tokens, 2);
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_is_the_last_word() {
    let fake = Fake::start().await;
    fake.world().refuse_older_tokens = true;
    let refused = fake.adapter.list_sessions(&fake.context(), of(USER)).await;
    assert_eq!(refused, Err(ProviderError::AdminRefused));
    assert_eq!(fake.world().requests.len(), 1);
}

#[tokio::test]
async fn missing_and_wrong_credentials_are_told_apart() {
    let fake = Fake::start().await;
    let without = fake
        .adapter
        .list_sessions(&fake.context_as(None), of(USER))
        .await;
    assert_eq!(without, Err(ProviderError::NeedsAdmin));
    let wrong = admin("wrong-secret");
    let refused = fake
        .adapter
        .list_sessions(&fake.context_as(Some(&wrong)), of(USER))
        .await;
    assert_eq!(refused, Err(ProviderError::AdminRefused));
    assert!(fake.world().requests.is_empty());
}

#[tokio::test]
async fn an_unknown_user_is_not_found_and_an_odd_name_is_never_sent() {
    let fake = Fake::start().await;
    let list = async |subject| {
        fake.adapter
            .list_sessions(&fake.context(), of(subject))
            .await
    };
    assert_eq!(list("usr_nobody").await, Err(ProviderError::NotFound));
    let sent = fake.world().requests.len();
    let long = format!("usr_{}", "1".repeat(200));
    for name in [
        "alice",
        "usr_",
        "usr_1/../../users",
        "usr_1?x=",
        "usr_%2e",
        "ses_1",
        long.as_str(),
    ] {
        assert_eq!(
            list(name).await,
            Err(ProviderError::UnknownSession),
            "{name}"
        );
    }
    assert_eq!(fake.world().requests.len(), sent);
    let nobody = fake
        .adapter
        .list_sessions(&fake.context(), SessionFacts::default())
        .await;
    assert_eq!(nobody, Err(ProviderError::UnknownSession));
}

#[tokio::test]
async fn sessions_of_somebody_else_make_the_list_unreadable() {
    let fake = Fake::start().await;
    fake.world().sessions.get_mut("ses_2").unwrap()["user_id"] = "usr_other".into();
    let list = fake.adapter.list_sessions(&fake.context(), of(USER)).await;
    assert_eq!(list, Err(ProviderError::Unreadable));
}

#[tokio::test]
async fn a_session_without_a_name_or_a_status_makes_the_list_unreadable() {
    for member in ["session_id", "status"] {
        let fake = Fake::start().await;
        fake.world()
            .sessions
            .get_mut("ses_2")
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove(member);
        let list = fake.adapter.list_sessions(&fake.context(), of(USER)).await;
        assert_eq!(list, Err(ProviderError::Unreadable), "{member}");
    }
}

#[tokio::test]
async fn a_list_without_end_is_cut() {
    let fake = Fake::start().await;
    {
        let mut world = fake.world();
        let template = world.sessions["ses_1"].clone();
        for number in 100..200 {
            let id = format!("ses_{number}");
            let mut session = template.clone();
            session["session_id"] = id.clone().into();
            world.sessions.insert(id, session);
        }
    }
    let list = fake
        .adapter
        .list_sessions(&fake.context(), of(USER))
        .await
        .unwrap();
    assert_eq!(list.len(), 20, "ten pages of two");
}

#[tokio::test]
async fn another_api_at_this_place_is_unsupported_and_a_dead_host_is_not_reached() {
    let fake = Fake::start().await;
    let elsewhere = format!("{}/elsewhere/", fake.context().metadata.issuer);
    let odd = Scalekit::at(elsewhere.parse().unwrap());
    assert!(
        odd.list_sessions(&fake.context(), of(USER)).await.is_ok(),
        "the API is at the origin"
    );
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let away = Scalekit::at(closed.parse().unwrap());
    let list = away.list_sessions(&fake.context(), of(USER)).await;
    assert_eq!(list, Err(ProviderError::NotSent(FailureCode::NotReached)));
}

#[tokio::test]
async fn loopback_needs_the_opt_in_here_as_well() {
    let fake = Fake::start().await;
    let http = keyfob_oauth::Http::new(HttpOptions::new("test")).unwrap();
    let context = ProviderContext {
        http: &http,
        ..fake.context()
    };
    let list = fake.adapter.list_sessions(&context, of(USER)).await;
    assert_eq!(list, Err(ProviderError::NotSent(FailureCode::Blocked)));
}

#[tokio::test]
async fn reads_the_session_policy() {
    let fake = Fake::start().await;
    let policy = async |name| fake.adapter.session_policy(&fake.context(), name).await;
    let own = SessionPolicy {
        source: PolicySource::Organization,
        absolute_ms: Some(360 * 60_000),
        idle_ms: Some(60 * 60_000),
    };
    assert_eq!(policy("org_own").await, Ok(own));
    let inherited = SessionPolicy {
        source: PolicySource::Environment,
        absolute_ms: None,
        idle_ms: None,
    };
    assert_eq!(policy("org_default").await, Ok(inherited));
    assert_eq!(policy("org_nobody").await, Err(ProviderError::NotFound));
    assert_eq!(policy("own").await, Err(ProviderError::UnknownSession));
}

#[test]
fn is_found_by_its_domains_and_by_its_name() {
    let chosen = |issuer: &str| for_issuer(issuer, &Metadata::example(issuer)).id();
    assert_eq!(chosen("https://acme.scalekit.com"), "scalekit");
    assert_eq!(chosen("https://acme.scalekit.dev"), "scalekit");
    for issuer in [
        "https://scalekit.com.evil.example",
        "https://evilscalekit.com",
        "https://127.0.0.1",
    ] {
        assert_eq!(chosen(issuer), "oidc", "{issuer}");
    }
    assert_eq!(by_id("scalekit").id(), "scalekit");
    assert!(by_id("scalekit").needs_admin());
}
