//! Signing in by the browser: with a secret, given up, refused, twice at once, again.

use anyhow::Result;
use keyfob_engine::view::{ErrorCode, FlowStage, SignInRequest, State};
use keyfob_journeys::{host::put, rig::Rig};
use serde_json::json;

use super::fake::{Fake, comes_back, sent_to};

async fn signs_in_with_a_pasted_secret(client: &str) -> Result<()> {
    let rig = Rig::new(&[]).await?;
    rig.clipboard(" confidential-secret\n");
    let pasted = rig.engine.paste_client_secret()?;
    assert_eq!((pasted.held, pasted.length), (true, 19));
    let request = SignInRequest {
        client_id: client.into(),
        use_secret: true,
        ..rig.request()
    };
    let row = rig.sign_in_with(request.clone(), "alice").await?;
    assert!(
        rig.engine
            .session_detail(&row.id)
            .await?
            .confidential_client
    );
    rig.engine.refresh_session(&row.id).await?;
    assert_eq!(rig.provider.granted_refreshes().await?, 1);
    let known = rig.engine.known_issuers().await?;
    assert!(known[0].has_secret, "the secret is kept for the next time");
    let next = SignInRequest {
        use_secret: false,
        ..request
    };
    rig.sign_in_with(next, "bob").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_proves_itself_in_the_header_signs_in_and_refreshes() -> Result<()> {
    signs_in_with_a_pasted_secret("confidential").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_whose_provider_wants_the_secret_in_the_body_signs_in_and_refreshes() -> Result<()>
{
    signs_in_with_a_pasted_secret("confidential-post").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_said_and_not_kept() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    rig.clipboard("another-secret");
    rig.engine.paste_client_secret()?;
    let request = SignInRequest {
        client_id: "confidential".into(),
        use_secret: true,
        ..rig.request()
    };
    let flow = rig.flow(request, "alice").await?;
    let error = flow.error.expect("it failed");
    assert_eq!(error.code, ErrorCode::SignInClientRefused);
    assert!(rig.engine.known_issuers().await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_given_up_ends_at_once_and_frees_its_port() -> Result<()> {
    let rig = Fake::rig().await?;
    let flow = rig
        .engine
        .start_sign_in(super::fake::request(&rig.provider))?;
    rig.waits(&flow.id).await?;
    let (redirect, state) = sent_to(&rig)?;
    rig.engine.cancel_flow(&flow.id)?;
    let ended = rig.ended(&flow.id).await?;
    assert_eq!(
        ended.error.expect("it failed").code,
        ErrorCode::SignInCancelled
    );
    let late = comes_back(&redirect, &[("code", "c"), ("state", &state)]).await;
    assert!(late.is_err(), "nobody listens any more");
    assert!(rig.provider.asked("/token").is_empty());
    assert_eq!(rig.newest("signin.failed").await?.0, "cancelled");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_refuses_at_the_provider_is_believed() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let flow = rig.flow(rig.request(), "deny").await?;
    let error = flow.error.expect("it failed");
    assert_eq!(error.code, ErrorCode::SignInRefused);
    assert_eq!(
        error.facts.get("oauth_error").map(String::as_str),
        Some("access_denied")
    );
    assert!(rig.rows()?.is_empty());
    assert_eq!(rig.newest("signin.failed").await?.0, "refused");
    rig.sign_in("alice").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sign_ins_at_once_end_in_two_sessions() -> Result<()> {
    let rig = Fake::rig().await?;
    let request = super::fake::request(&rig.provider);
    let first = rig.engine.start_sign_in(request.clone())?;
    rig.waits(&first.id).await?;
    let (first_at, first_state) = sent_to(&rig)?;
    let second = rig.engine.start_sign_in(request)?;
    rig.waits(&second.id).await?;
    let (second_at, second_state) = sent_to(&rig)?;
    assert_ne!(first_at, second_at);
    comes_back(&second_at, &[("code", "2"), ("state", &second_state)]).await?;
    let second = rig.row_of(&rig.ended(&second.id).await?)?;
    comes_back(&first_at, &[("code", "1"), ("state", &first_state)]).await?;
    let first = rig.row_of(&rig.ended(&first.id).await?)?;
    assert_ne!(first.id, second.id);
    assert_ne!(first.name, second.name, "names are told apart");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_that_end_in_one_instant_get_a_name_each() -> Result<()> {
    let rig = Fake::rig().await?;
    let mut back = Vec::new();
    for _ in 0..6 {
        let flow = rig
            .engine
            .start_sign_in(super::fake::request(&rig.provider))?;
        rig.waits(&flow.id).await?;
        back.push((flow.id, sent_to(&rig)?));
    }
    let mut browsers = tokio::task::JoinSet::new();
    for (_, (redirect, state)) in back.clone() {
        let back = async move { comes_back(&redirect, &[("code", "c"), ("state", &state)]).await };
        browsers.spawn(back);
    }
    browsers.join_all().await;
    let mut names = std::collections::BTreeSet::new();
    for (flow, _) in &back {
        names.insert(rig.row_of(&rig.ended(flow).await?)?.name);
    }
    let wanted = ["app", "app 2", "app 3", "app 4", "app 5", "app 6"].map(str::to_owned);
    assert_eq!(names, wanted.into());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_named_after_its_account_and_told_apart_by_its_host() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let elsewhere = keyfob_journeys::provider::Provider::start(&[])?;
    let first = rig.sign_in("alice").await?;
    assert_eq!(first.name, "alice@example.test");
    let request = keyfob_journeys::rig::request(&elsewhere.issuer);
    let second = rig.sign_in_with(request, "alice").await?;
    assert_eq!(
        second.name,
        format!("alice@example.test at {}", second.host)
    );
    let third = rig.sign_in("alice").await?;
    assert_eq!(third.name, "alice@example.test 2");
    let request = SignInRequest {
        name: Some("work".into()),
        ..rig.request()
    };
    assert_eq!(rig.sign_in_with(request, "alice").await?.name, "work");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fixed_port_that_is_taken_is_named() -> Result<()> {
    let rig = Fake::rig().await?;
    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let port = taken.local_addr()?.port();
    let request = SignInRequest {
        redirect_port: Some(port),
        ..super::fake::request(&rig.provider)
    };
    let flow = rig.engine.start_sign_in(request.clone())?;
    let error = rig.ended(&flow.id).await?.error.expect("it failed");
    assert_eq!(error.code, ErrorCode::SignInPortBusy);
    assert_eq!(error.facts.get("port"), Some(&port.to_string()));
    drop(taken);
    let flow = rig.engine.start_sign_in(request)?;
    rig.waits(&flow.id).await?;
    assert!(sent_to(&rig)?.0.contains(&port.to_string()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_browser_the_sign_in_says_so() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    // The stand-in opens pages of this machine alone.
    let elsewhere = json!({
        "issuer": rig.provider.issuer, "jwks_uri": format!("{}/jwks", rig.provider.issuer),
        "authorization_endpoint": "https://id.example.test/auth",
        "token_endpoint": format!("{}/token", rig.provider.issuer),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    let path = "/.well-known/openid-configuration";
    let fault = json!({ "path": path, "when": "before", "status": 200, "body": elsewhere });
    rig.provider.fault(fault).await?;
    let flow = rig.flow(rig.request(), "alice").await?;
    assert_eq!(
        flow.error.expect("it failed").code,
        ErrorCode::SignInNoBrowser
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_again_renews_the_same_session() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    rig.engine.rename_session(&row.id, "my laptop").await?;
    let before = rig.engine.session_detail(&row.id).await?;
    let old = rig.copied_token(&row.id).await?;
    let request = SignInRequest {
        session: Some(row.id.clone()),
        ..rig.request()
    };
    let again = rig.sign_in_with(request, "alice").await?;
    assert_eq!(again.id, row.id);
    assert_eq!(again.name, "my laptop");
    assert_eq!(rig.rows()?.len(), 1);
    let after = rig.engine.session_detail(&row.id).await?;
    assert_eq!(after.generation, before.generation + 1);
    let new = rig.copied_token(&row.id).await?;
    assert_ne!(new, old);
    assert!(rig.provider.takes(&new).await?);
    rig.engine.refresh_session(&row.id).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_elsewhere_comes_back_by_signing_in_again() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    let grants = rig.provider.look("grants").await?;
    let grant = grants[0]["id"].as_str().expect("a grant").to_owned();
    rig.provider.drop_at(&format!("grants/{grant}")).await?;
    assert!(rig.engine.refresh_session(&row.id).await.is_err());
    let ended = rig.becomes(&row.id, State::Relogin).await?;
    assert!(ended.can_sign_in);
    let reason = rig.engine.session_detail(&row.id).await?.reason;
    assert_eq!(reason.as_deref(), Some("ended_unexpectedly"));
    let request = SignInRequest {
        session: Some(row.id.clone()),
        ..rig.request()
    };
    let again = rig.sign_in_with(request, "alice").await?;
    assert_eq!((again.id, again.state), (row.id, State::Active));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_is_another_session() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let alice = rig.sign_in("alice").await?;
    let old = rig.copied_token(&alice.id).await?;
    let request = SignInRequest {
        session: Some(alice.id.clone()),
        ..rig.request()
    };
    // The hint says alice; at the provider somebody else signs in.
    let bob = rig.sign_in_with(request, "bob").await?;
    assert_ne!(bob.id, alice.id);
    assert_eq!(bob.account.as_deref(), Some("bob@example.test"));
    let kept = rig.row(&alice.id)?;
    assert_eq!(kept.account.as_deref(), Some("alice@example.test"));
    assert_eq!(rig.copied_token(&alice.id).await?, old);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_for_another_request_leaves_nothing_alive_and_the_next_try_works() -> Result<()>
{
    let rig = Rig::new(&[]).await?;
    // A good answer of the same issuer to the same client, but of another request: another nonce.
    let stolen = rig.provider.mint("mallory").await?;
    let access = stolen["access_token"].as_str().expect("a token").to_owned();
    assert!(rig.provider.takes(&access).await?);
    let fault = json!({ "path": "/token", "when": "before", "status": 200, "body": stolen });
    rig.provider.fault(fault).await?;
    let flow = rig.flow(rig.request(), "alice").await?;
    assert_eq!(flow.stage, FlowStage::Failed);
    let error = flow.error.expect("it failed");
    assert_eq!(error.code, ErrorCode::IdTokenInvalid);
    let why = error.facts.get("why").map(String::as_str);
    assert_eq!(why, Some("the token answers another sign-in"));
    assert!(rig.rows()?.is_empty());
    assert!(
        !rig.provider.takes(&access).await?,
        "what came was revoked, not dropped"
    );
    // The keys of the issuer are known from a moment ago, and are not fetched again.
    rig.sign_in("alice").await?;
    assert_eq!(rig.provider.asked("/jwks").await?, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_client_of_an_issuer_needs_no_second_fetch_of_its_keys() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    rig.sign_in("alice").await?;
    rig.clipboard("confidential-secret");
    rig.engine.paste_client_secret()?;
    let request = SignInRequest {
        client_id: "confidential".into(),
        use_secret: true,
        ..rig.request()
    };
    rig.sign_in_with(request, "alice").await?;
    assert_eq!(rig.provider.asked("/jwks").await?, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn locking_gives_sign_ins_up_and_starts_no_new_ones() -> Result<()> {
    let rig = Fake::rig().await?;
    let flow = rig
        .engine
        .start_sign_in(super::fake::request(&rig.provider))?;
    rig.waits(&flow.id).await?;
    rig.engine.lock().await?;
    let ended = rig.ended(&flow.id).await?;
    assert_eq!(
        ended.error.expect("locking gives it up").code,
        ErrorCode::SignInCancelled
    );
    assert_eq!(
        rig.engine
            .start_sign_in(super::fake::request(&rig.provider))
            .expect_err("locked")
            .code(),
        ErrorCode::VaultLocked
    );
    assert_eq!(put(&rig.host.opened, |pages| pages.len()), 1);
    Ok(())
}
