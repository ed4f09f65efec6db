//! One click, five seconds, and a proof.

use anyhow::Result;
use keyfob_journeys::{
    provider::Provider,
    wait,
    window::{Profile, Window},
};
use serde_json::json;

struct SignedIn {
    provider: Provider,
    profile: Profile,
    window: Window,
    id: String,
    access: String,
}

async fn signed_in() -> Result<SignedIn> {
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let window = Window::open(&profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "alice").await?;
    let access = profile
        .tokens()
        .await?
        .remove(0)
        .access
        .expect("an access token");
    assert!(
        provider.takes(&access).await?,
        "the provider takes it before"
    );
    Ok(SignedIn {
        provider,
        profile,
        window,
        id,
        access,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_can_be_undone_and_else_the_provider_refuses_the_token() -> Result<()> {
    let SignedIn {
        provider,
        profile,
        window,
        id,
        access,
    } = signed_in().await?;
    window.details(&id, "Overview").await?;
    window.press("Revoke").await?;
    window.row_says(&id, "revoked in").await?;
    window.row_becomes(&id, "revoking").await?;
    window.press("Undo").await?;
    window.row_becomes(&id, "active").await?;
    assert!(provider.takes(&access).await?, "nothing was sent");

    window.press("Revoke").await?;
    window.row_becomes(&id, "revoking").await?;
    window.row_becomes(&id, "revoked").await?;
    let status = window.detail(&id).await?["row"]["revoke"]["step"].clone();
    assert_eq!(status, "confirmed_dead");
    window.shows("and checked: it is dead").await?;
    assert!(
        !provider.takes(&access).await?,
        "the provider itself refuses it"
    );
    assert!(refresh_is_dead(&provider).await?, "no refresh token lives");
    assert_eq!(
        profile.tokens().await?[0].all().count(),
        0,
        "and it is wiped here"
    );
    window.press("History").await?;
    for event in ["revoke.undone", "revoke.sent", "revoke.confirmed"] {
        window.find(&format!("[data-event='{event}']")).await?;
    }
    window.quit().await
}

async fn refresh_is_dead(provider: &Provider) -> Result<bool> {
    let grants = provider.look("grants").await?;
    let grants = grants.as_array().expect("a list");
    Ok(grants.iter().all(|grant| {
        let tokens = grant["refreshTokens"].as_array();
        tokens.is_none_or(|tokens| tokens.iter().all(|token| !token["consumed"].is_null()))
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn quitting_while_a_revocation_is_held_sends_it() -> Result<()> {
    let SignedIn {
        provider,
        window,
        id,
        access,
        profile: _kept,
    } = signed_in().await?;
    window.details(&id, "Overview").await?;
    window.press("Revoke").await?;
    window.row_becomes(&id, "revoking").await?;
    window.quit().await?;
    assert!(!provider.takes(&access).await?);
    assert!(refresh_is_dead(&provider).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_a_revocation_is_held_loses_nothing() -> Result<()> {
    let SignedIn {
        provider,
        profile,
        window,
        id,
        access,
    } = signed_in().await?;
    window
        .call(
            "set_settings",
            json!({ "settings": { "revokeHoldSeconds": 10 } }),
        )
        .await?;
    window.details(&id, "Overview").await?;
    window.press("Revoke").await?;
    window.row_becomes(&id, "revoking").await?;
    window.kill().await?;
    assert!(provider.takes(&access).await?, "nothing had been sent");

    let window = Window::open(&profile, &["--demo-issuer", &provider.issuer]).await?;
    window.row_becomes(&id, "revoked").await?;
    let dead = || async { (!provider.takes(&access).await.ok()?).then_some(()) };
    wait::until("the provider to refuse it", dead).await?;
    window.quit().await
}
