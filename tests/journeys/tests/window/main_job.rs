//! The main job in the window: sign in, see, keep fresh.

use anyhow::Result;
use keyfob_journeys::{
    canary::Canary,
    provider::Provider,
    wait,
    window::{Profile, Window},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn signs_in_through_the_browser_and_shows_verified_claims() -> Result<()> {
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let window = Window::open(&profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "bob").await?;
    window.row_becomes(&id, "active").await?;
    window.row_says(&id, "bob@example.test").await?;
    let visits = profile.visits();
    assert!(visits.contains("/auth?"), "{visits}");
    let page = visits
        .lines()
        .find(|line| line.starts_with("page:"))
        .unwrap_or_default();
    assert!(
        page.to_lowercase().contains("close this"),
        "the browser says: {visits}"
    );

    window.details(&id, "Claims").await?;
    let claim = async |name: &str| window.text_of(&format!("[data-claim='{name}']")).await;
    let subject = claim("sub").await?;
    assert!(
        subject.contains("bob") && subject.contains("verified"),
        "{subject}"
    );
    let issuer = claim("iss").await?;
    assert!(issuer.contains(&provider.issuer), "{issuer}");
    let end = claim("exp").await?;
    assert!(
        end.contains(", in ") && end.contains("verified"),
        "absolute and human: {end}"
    );
    window.shows("The signature is valid.").await?;
    window.press("History").await?;
    window.find("[data-event='session.signed_in']").await?;
    window.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn refreshes_by_itself_and_presents_each_token_once() -> Result<()> {
    let provider = Provider::start(&[("OP_TTL_ACCESS", "6")])?;
    let profile = Profile::new()?;
    let window = Window::open(&profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "alice").await?;
    window.details(&id, "Overview").await?;
    window.shows("generation 3").await?;
    window.row_becomes(&id, "active").await?;
    window.quit().await?;

    let seen = provider.look("refreshes").await?;
    let seen = seen.as_array().expect("a list");
    assert!(seen.len() >= 2);
    let mut tokens: Vec<String> = seen
        .iter()
        .map(|entry| entry["token"].to_string())
        .collect();
    tokens.sort();
    tokens.dedup();
    assert_eq!(
        tokens.len(),
        seen.len(),
        "no refresh token was presented twice: {seen:?}"
    );
    assert!(
        seen.iter().all(|entry| entry["outcome"] == "granted"),
        "{seen:?}"
    );
    let kept = &profile.tokens().await?[0];
    assert!(
        provider
            .takes(kept.access.as_deref().expect("it is there"))
            .await?
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_main_job_logs_no_secret() -> Result<()> {
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let arguments = ["--demo-issuer", provider.issuer.as_str()];
    let window = Window::open_with(&profile, &arguments, &[("KEYFOB_LOG", "debug")]).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "alice").await?;
    let mut tokens = profile.tokens().await?;
    window.call("refresh_session", json!({ "id": id })).await?;
    tokens.extend(profile.tokens().await?);
    window.call("lock", json!({})).await?;
    window.press("Unlock").await?;
    window.row_becomes(&id, "active").await?;
    window
        .call("revoke", json!({ "scope": { "scope": "everything" } }))
        .await?;
    window.call("revoke_now", json!({ "id": id })).await?;
    window.row_becomes(&id, "revoked").await?;
    window.quit().await?;

    let log = std::fs::read(profile.stderr())?;
    assert!(!log.is_empty(), "at this level it says something");
    let mut searched = 0;
    for token in tokens.iter().flat_map(|tokens| tokens.all()) {
        let canary = Canary::of(token);
        assert_eq!(canary.found_in(&log), Vec::<&str>::new());
        let planted = [&log[..], b"\n", token.as_bytes()].concat();
        assert!(
            !canary.found_in(&planted).is_empty(),
            "the search finds what is there"
        );
        searched += 1;
    }
    assert_eq!(
        searched, 6,
        "three tokens before the refresh and three after it"
    );
    // The code of the redirect opens a session as a token does.
    let code = profile.visits();
    let code = code
        .split("code=")
        .nth(1)
        .and_then(|rest| rest.split(['&', '\n']).next())
        .expect("a code came back");
    assert_eq!(Canary::of(code).found_in(&log), Vec::<&str>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_down_costs_no_session_and_is_found_again() -> Result<()> {
    let provider = Provider::start(&[("OP_TTL_ACCESS", "12")])?;
    let profile = Profile::new()?;
    let window = Window::open(&profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "alice").await?;
    provider
        .fault(json!({ "path": "/token", "when": "before", "status": 503, "times": 1000 }))
        .await?;
    window.row_becomes(&id, "failed").await?;
    window.row_says(&id, "retry").await?;
    let kept = profile.tokens().await?[0].refresh.clone();
    assert!(kept.is_some(), "nothing was thrown away");

    provider.drop_at("faults").await?;
    let renewed = || async {
        // The row's own button.
        window.press("Try now").await.ok()?;
        window.row_becomes(&id, "active").await.ok()
    };
    wait::until("the session to be fresh again", renewed).await?;
    let now = profile.tokens().await?[0].clone();
    assert_ne!(now.refresh, kept);
    assert!(
        provider
            .takes(now.access.as_deref().expect("a fresh one"))
            .await?
    );
    window.quit().await
}
