//! The machine sleeps, the screen is locked: held revocations are out before, and the window is
//! locked after.

use anyhow::Result;
use keyfob_journeys::{
    provider::Provider,
    wait,
    window::{Profile, peers::Desktop},
};
use serde_json::json;

use super::on;

#[tokio::test(flavor = "multi_thread")]
async fn before_sleep_held_revocations_are_sent_and_the_window_is_locked() -> Result<()> {
    let desktop = Desktop::start().await?;
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let window = on(&desktop, &profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "alice").await?;
    window.sign_in(&provider, "bob").await?;
    desktop.login.held(1).await?;

    let hold = json!({ "settings": { "revokeHoldSeconds": 10 } });
    window.call("set_settings", hold).await?;
    window
        .call(
            "revoke",
            json!({ "scope": { "scope": "sessions", "ids": [id] } }),
        )
        .await?;
    window.row_becomes(&id, "revoking").await?;
    assert!(lives(&provider, "alice").await?, "it is held");
    desktop.login.sleeps(true).await?;
    // The lock on sleep goes only once it was sent.
    desktop.login.held(0).await?;
    assert!(
        !lives(&provider, "alice").await?,
        "sent before the machine sleeps"
    );
    assert!(lives(&provider, "bob").await?, "and nothing else");
    window.shows("Keyfob is locked").await?;

    desktop.login.sleeps(false).await?;
    desktop.login.held(1).await?;
    window.press("Unlock").await?;
    window.row_becomes(&id, "revoked").await?;
    window.quit().await?;
    desktop.login.held(0).await
}

/// Whether the provider holds a refresh token of a user that it would take.
async fn lives(provider: &Provider, user: &str) -> Result<bool> {
    let grants = provider.look("grants").await?;
    let grants = grants.as_array().into_iter().flatten();
    let mut tokens = grants
        .filter(|grant| grant["user"] == user)
        .flat_map(|grant| grant["refreshTokens"].as_array().into_iter().flatten());
    Ok(tokens.any(|token| token["consumed"].is_null()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_waited_for_the_network_goes_when_the_machine_wakes_up() -> Result<()> {
    let desktop = Desktop::start().await?;
    let folder = tempfile::tempdir()?;
    let state = folder.path().join("op.json").display().to_string();
    let settings = [("OP_STATE_FILE", state.as_str()), ("OP_TTL_ACCESS", "20")];
    let mut provider = Provider::start(&settings)?;
    let profile = Profile::new()?;
    let window = on(&desktop, &profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "alice").await?;
    desktop.login.held(1).await?;
    provider.stop()?;
    // So many failures that the pause before the next try is minutes long.
    for _ in 0..12 {
        window
            .answer("refresh_session", json!({ "id": id }))
            .await?;
    }
    window.row_becomes(&id, "offline").await?;
    provider.start_again(&settings)?;
    let before = provider.granted_refreshes().await?;
    desktop.login.sleeps(true).await?;
    desktop.login.held(0).await?;
    desktop.login.sleeps(false).await?;
    let renewed = || async { (provider.granted_refreshes().await.ok()? > before).then_some(()) };
    wait::until("a refresh after waking up", renewed).await?;
    window.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_screen_or_session_locks_the_window_unless_it_never_locks() -> Result<()> {
    let desktop = Desktop::start().await?;
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let window = on(&desktop, &profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "alice").await?;
    desktop.login.held(1).await?;
    let savers = [
        (
            "org.freedesktop.ScreenSaver",
            "/org/freedesktop/ScreenSaver",
        ),
        ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
    ];
    for (saver, path) in savers {
        desktop.lock_screen(saver, path).await?;
        window.shows("Keyfob is locked").await?;
        assert!(!window.body().await?.contains("alice@example.test"));
        window.press("Unlock").await?;
        window.row_says(&id, "alice@example.test").await?;
    }
    desktop.login.lock_session().await?;
    window.shows("Keyfob is locked").await?;
    window.press("Unlock").await?;
    window.row_says(&id, "alice@example.test").await?;

    let never = json!({ "settings": { "lockAfterMinutes": 0 } });
    window.call("set_settings", never).await?;
    desktop.login.lock_session().await?;
    // The next sleep comes after it on the same bus: once that is done with, so is this.
    desktop.login.sleeps(true).await?;
    desktop.login.held(0).await?;
    let state = window.call("app_state", json!({})).await?;
    assert_eq!(state["vault"]["gate"], "open");
    window.quit().await
}
