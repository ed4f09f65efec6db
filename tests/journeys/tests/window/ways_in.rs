//! The device flow in the window.

use std::process::Command;

use anyhow::{Context, Result};
use keyfob_journeys::{
    places,
    provider::Provider,
    wait,
    window::{Profile, Window},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_code_typed_on_another_device_signs_in_here() -> Result<()> {
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let window = Window::open(&profile, &[]).await?;
    window.create_vault().await?;
    window
        .type_into("Provider address", &provider.issuer)
        .await?;
    window.press("Sign in").await?;
    window
        .click("[role='group'] input[type='checkbox']")
        .await?;
    window.type_into("Client ID", "native").await?;
    window.press("With a code, on any device").await?;
    window.press_starting("Sign in").await?;
    window.shows("Type this code").await?;
    window.find(".qr path").await?;
    let code = window.text_of(".code").await?;
    let page = window.text_of(".device .facts dd").await?;
    assert!(page.contains("/device"), "the page to open: {page}");
    assert_eq!(window.ids().await?, Vec::<String>::new());

    // Another device: nothing but the page and the code.
    let visited = Command::new("node")
        .arg(places::provider().join("visit.mjs"))
        .arg(format!("http://{page}?user_code={code}"))
        .arg("carol")
        .output()?;
    assert!(
        visited.status.success(),
        "{}",
        String::from_utf8_lossy(&visited.stdout)
    );
    window.shows("was added").await?;
    window.press("Done").await?;
    let row = || async { window.ids().await.ok()?.into_iter().next() };
    let id = wait::until("the new row", row).await?;
    window.row_says(&id, "carol@example.test").await?;
    let origin = window.detail(&id).await?["origin"].clone();
    assert_eq!(origin.as_str().context("a word")?, "device");
    window.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_nobody_finishes_can_be_cancelled() -> Result<()> {
    let provider = Provider::start(&[("OP_USER", "away")])?;
    let profile = Profile::new()?;
    let window = Window::open(&profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    window.press("Sign in there").await?;
    window.shows("Go on in your browser").await?;
    window.press("Cancel the sign-in").await?;
    window.no_longer_shows("Go on in your browser").await?;
    // The way is free for the next one.
    provider.user("dave").await?;
    window.press("Demonstration").await?;
    window.shows("was added").await?;
    window.press("Done").await?;
    window.shows("dave@example.test").await?;
    window.quit().await
}
