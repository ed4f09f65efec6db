//! The ways out: a signal at logout, the end of the session bus, Quit from the keyring's question.

use std::process::Command;

use anyhow::Result;
use keyfob_audit::EventKind;
use keyfob_journeys::{
    provider::Provider,
    window::{Bus, Profile, Window, peers::Desktop},
};
use keyfob_keychain::{Keychain, anchor_account};
use keyfob_vault::{Anchor, VaultFiles, peek};
use serde_json::json;

use super::on;

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_sends_what_is_held_and_leaves_a_folded_signed_anchored_vault() -> Result<()> {
    for signal in ["TERM", "INT", "HUP"] {
        let provider = Provider::start(&[])?;
        let profile = Profile::new()?;
        let window = Window::open(&profile, &["--demo-issuer", &provider.issuer]).await?;
        window.create_vault().await?;
        let id = window.sign_in(&provider, "alice").await?;
        let access = profile.tokens().await?.remove(0).access.expect("a token");
        let hold = json!({ "settings": { "revokeHoldSeconds": 10 } });
        window.call("set_settings", hold).await?;
        let scope = json!({ "scope": { "scope": "sessions", "ids": [id] } });
        window.call("revoke", scope).await?;
        window.row_becomes(&id, "revoking").await?;
        assert!(provider.takes(&access).await?, "it is held");

        let pid = window.pid()?.to_string();
        Command::new("kill").args(["-s", signal, &pid]).status()?;
        window.ended().await?;
        assert!(!provider.takes(&access).await?, "SIG{signal}: it was sent");
        let wal = profile.vault().join("vault.db-wal");
        let left = std::fs::metadata(&wal).map_or(0, |found| found.len());
        assert_eq!(left, 0, "SIG{signal}: the log of the database is folded in");

        let vault_id = peek(&VaultFiles::new(profile.vault()))?.vault_id;
        let kept = profile
            .keychain()
            .load_quietly(&anchor_account(vault_id))
            .await?;
        // EXPOSE: the anchor is a counter and a hash, compared with the vault's own.
        let kept = Anchor::from_bytes(kept.expose()).expect("an anchor");
        let vault = profile.open().await?;
        assert_eq!(
            kept,
            vault.anchor()?,
            "SIG{signal}: the anchor is that of the last commit"
        );
        let events = vault.audit_events(1..=vault.audit_head()?.seq)?;
        assert!(
            events
                .iter()
                .any(|event| event.draft.event == EventKind::RevokeConfirmed)
        );
        let signed = vault.audit_checkpoints()?.last().map(|it| it.seq);
        assert_eq!(
            signed,
            Some(vault.audit_head()?.seq),
            "SIG{signal}: signed to the end"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_that_can_not_be_sent_holds_no_exit_up_and_goes_out_at_the_next_start()
-> Result<()> {
    let folder = tempfile::tempdir()?;
    let state = folder.path().join("op.json").display().to_string();
    let settings = [("OP_STATE_FILE", state.as_str())];
    let mut provider = Provider::start(&settings)?;
    let profile = Profile::new()?;
    let demo = ["--demo-issuer", provider.issuer.clone().leak()];
    let window = Window::open(&profile, &demo).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "alice").await?;
    let access = profile.tokens().await?.remove(0).access.expect("a token");
    let scope = json!({ "scope": { "scope": "sessions", "ids": [id] } });
    window.call("revoke", scope).await?;
    provider.stop()?;
    let pid = window.pid()?.to_string();
    Command::new("kill").args(["-s", "TERM", &pid]).status()?;
    window.ended().await?;
    provider.start_again(&settings)?;
    assert!(provider.takes(&access).await?, "nothing was sent");
    let window = Window::open(&profile, &demo).await?;
    window.row_becomes(&id, "revoked").await?;
    assert!(!provider.takes(&access).await?);
    window.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn held_revocations_are_out_before_the_machine_shuts_down() -> Result<()> {
    let desktop = Desktop::start().await?;
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let window = on(&desktop, &profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "alice").await?;
    desktop.login.held(1).await?;
    let hold = json!({ "settings": { "revokeHoldSeconds": 10 } });
    window.call("set_settings", hold).await?;
    let scope = json!({ "scope": { "scope": "sessions", "ids": [id] } });
    window.call("revoke", scope).await?;
    desktop.login.shuts_down().await?;
    desktop.login.held(0).await?;
    let revoked = provider.asked("/token/revocation").await?;
    assert!(revoked > 0, "it was sent while there was a network");
    window.quit().await
}

/// The keyring asks its user, and nobody is there.
#[tokio::test(flavor = "multi_thread")]
async fn the_question_of_the_keyring_can_be_left_for_its_screen_or_for_good() -> Result<()> {
    let profile = Profile::new()?;
    let mut bus = Bus::start()?;
    bus.unlocked_keyring()?;
    let environment = bus.environment();
    let window = Window::open_with(&profile, &[], &environment).await?;
    window.create_vault().await?;
    window.quit().await?;

    bus.locked_keyring()?;
    let window = Window::open_with(&profile, &[], &environment).await?;
    window.shows("The keyring is locked").await?;
    window.press("Unlock the keyring").await?;
    window.shows("Waiting for the keyring").await?;
    window.press("Ask again").await?;
    window.shows("Waiting for the keyring").await?;
    window.press("Stop waiting").await?;
    window.shows("The keyring is locked").await?;
    window.press("Unlock the keyring").await?;
    window.shows("Waiting for the keyring").await?;
    window.quit().await
}
