//! The log leaves without a secret and can be verified by anybody.

use std::process::Command;

use anyhow::{Context, Result};
use keyfob_journeys::{
    canary::Canary,
    places,
    provider::Provider,
    window::{Profile, Window},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_exported_log_holds_no_secret_and_verifies_offline() -> Result<()> {
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let window = Window::open_at_home(&profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    let alice = window.sign_in(&provider, "alice").await?;
    let mut tokens = profile.tokens().await?;
    window
        .call("refresh_session", json!({ "id": alice }))
        .await?;
    let bob = window.sign_in(&provider, "bob").await?;
    tokens.extend(profile.tokens().await?);
    window
        .call(
            "revoke",
            json!({ "scope": { "scope": "sessions", "ids": [bob] } }),
        )
        .await?;
    window.call("revoke_now", json!({ "id": bob })).await?;
    window.row_becomes(&bob, "revoked").await?;

    window.press("Audit log").await?;
    window.shows("Chain verified").await?;
    window.press("Export").await?;
    window.shows("Preview").await?;
    // The filled button counts the events.
    window.press_starting("Export ").await?;
    window.shows("no secrets.").await?;
    let command = window.text_of("pre").await?;
    window.quit().await?;

    let mut words = command.split_whitespace();
    let file = words
        .find(|word| word.ends_with(".jsonl"))
        .context("the sheet names the file")?;
    let key = words.last().context("the sheet names the key")?;
    let exported = std::fs::read(file)?;
    let text = String::from_utf8(exported.clone())?;
    assert!(text.contains("session.signed_in") && text.contains("revoke.confirmed"));
    assert!(
        !text.contains("alice@example.test"),
        "accounts are hashed unless asked otherwise"
    );
    let mut searched = 0;
    for token in tokens.iter().flat_map(|tokens| tokens.all()) {
        let canary = Canary::of(token);
        assert_eq!(canary.found_in(&exported), Vec::<&str>::new());
        for (form, bytes) in canary.every_form() {
            let planted = [&exported[..], bytes].concat();
            assert!(
                canary.found_in(&planted).contains(&form),
                "the search finds {form}"
            );
        }
        searched += 1;
    }
    assert_eq!(
        searched, 9,
        "three tokens of each generation of each session"
    );

    let verify = |file: &str| {
        Command::new(places::cli())
            .args(["audit", "verify", file, "--key", key])
            .output()
    };
    let intact = verify(file)?;
    let said = String::from_utf8_lossy(&intact.stdout).to_lowercase();
    assert_eq!(intact.status.code(), Some(0), "{said}");
    assert!(said.contains("intact"), "{said}");
    let altered = profile.beside("altered.jsonl");
    std::fs::write(&altered, text.replacen("\"user\"", "\"keyfob\"", 1))?;
    assert_ne!(std::fs::read_to_string(&altered)?, text);
    assert_eq!(
        verify(&altered.display().to_string())?.status.code(),
        Some(8)
    );
    Ok(())
}
