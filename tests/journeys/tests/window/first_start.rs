//! The vault and its key: made, kept over a restart, locked away, lost.

use std::os::unix::fs::PermissionsExt;

use anyhow::Result;
use keyfob_journeys::{
    provider::Provider,
    wait,
    window::{Bus, Profile, Window},
};
use keyfob_keychain::Keychain;
use serde_json::json;

fn mode(path: &std::path::Path) -> Result<u32> {
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o777)
}

#[tokio::test(flavor = "multi_thread")]
async fn first_start_keeps_the_key_in_the_keyring_and_the_file_private() -> Result<()> {
    let profile = Profile::new()?;
    let window = Window::open(&profile, &[]).await?;
    window.shows("Where the key will live").await?;
    assert!(
        !profile.vault().join("vault.db").exists(),
        "nothing before the click"
    );
    assert_eq!(profile.keychain().accounts().await?, Vec::<String>::new());

    window.create_vault().await?;
    assert_eq!(mode(&profile.vault())?, 0o700);
    let mut files = 0;
    for entry in std::fs::read_dir(profile.vault())? {
        let path = entry?.path();
        let wanted = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path)?, wanted, "{}", path.display());
        files += 1;
    }
    assert!(files > 0);
    let accounts = profile.keychain().accounts().await?;
    let key = accounts
        .iter()
        .find(|account| !account.ends_with("/anchor"))
        .expect("the key is in the keyring");
    assert_eq!(profile.keychain().load_quietly(key).await?.len(), 32);
    assert_eq!(profile.tokens().await?, [], "and it opens the file");
    window.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_sessions_names_and_labels() -> Result<()> {
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let demo = ["--demo-issuer", provider.issuer.as_str()];
    let window = Window::open(&profile, &demo).await?;
    window.create_vault().await?;
    let alice = window.sign_in(&provider, "alice").await?;
    let bob = window.sign_in(&provider, "bob").await?;
    window
        .call(
            "rename_session",
            json!({ "id": alice, "name": "my laptop" }),
        )
        .await?;
    window
        .call("label_session", json!({ "id": alice, "labels": ["prod"] }))
        .await?;
    window.row_says(&alice, "my laptop").await?;
    let before = window.detail(&alice).await?;
    let tokens = profile.tokens().await?;
    window.quit().await?;

    let window = Window::open(&profile, &demo).await?;
    window.row_says(&alice, "my laptop").await?;
    window.row_says(&bob, "bob@example.test").await?;
    assert_eq!(window.ids().await?.len(), 2);
    let after = window.detail(&alice).await?;
    assert_eq!(after["row"]["labels"], json!(["prod"]));
    for kept in ["account", "lineage", "generation", "signedInAt", "clientId"] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    assert_eq!(profile.tokens().await?, tokens);
    window.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_has_its_own_screen_and_the_window_stays_alive() -> Result<()> {
    let profile = Profile::new()?;
    let mut bus = Bus::start()?;
    bus.unlocked_keyring()?;
    let environment = bus.environment();
    let window = Window::open_with(&profile, &[], &environment).await?;
    window.create_vault().await?;
    window.quit().await?;
    let file = std::fs::read(profile.vault().join("vault.db"))?;

    bus.locked_keyring()?;
    let window = Window::open_with(&profile, &[], &environment).await?;
    window.shows("The keyring is locked").await?;
    let asked = std::time::Instant::now();
    let state = window.call("app_state", json!({})).await?;
    assert!(
        asked.elapsed().as_secs() < 2,
        "the window answers while the keyring doesn't"
    );
    assert_eq!(state["vault"]["gate"], "keyring_locked");
    assert_eq!(
        std::fs::read(profile.vault().join("vault.db"))?,
        file,
        "the file is untouched"
    );

    bus.unlocked_keyring()?;
    window.press("Unlock the keyring").await?;
    window.shows("No sessions yet").await?;
    window.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn with_its_key_gone_a_vault_is_left_as_it_is_and_a_new_one_starts_beside_it() -> Result<()> {
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let demo = ["--demo-issuer", provider.issuer.as_str()];
    let window = Window::open(&profile, &demo).await?;
    window.create_vault().await?;
    window.sign_in(&provider, "alice").await?;
    window.quit().await?;
    let keychain = profile.keychain();
    for account in keychain.accounts().await? {
        keychain.remove(&account).await?;
    }
    let contents = || -> Result<Vec<(std::path::PathBuf, Vec<u8>)>> {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(profile.vault())? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "lock") && path.is_file() {
                all.push((path.clone(), std::fs::read(&path)?));
            }
        }
        all.sort();
        Ok(all)
    };
    let old = contents()?;
    assert!(!old.is_empty());

    let window = Window::open(&profile, &demo).await?;
    window.shows("The key is gone").await?;
    window.press("Try again").await?;
    window.shows("The key is gone").await?;
    window.press("Start a new vault…").await?;
    window.press("Start a new vault").await?;
    window.shows("No sessions yet").await?;
    assert_eq!(contents()?, old, "not a byte of the old vault changed");
    window.sign_in(&provider, "bob").await?;
    window.quit().await?;

    let window = Window::open(&profile, &demo).await?;
    let rows = || async { window.ids().await.ok().filter(|ids| ids.len() == 1) };
    wait::until("the new vault's session after a restart", rows).await?;
    assert_eq!(contents()?, old);
    window.quit().await
}
