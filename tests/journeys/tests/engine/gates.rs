//! What stands between the user and the sessions: the keyring, the file, another copy, the lock.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result};
use keyfob_engine::view::{ErrorCode, Gate, RevokeScope, SessionQuery, State};
use keyfob_journeys::{
    host::TestHost,
    rig::{Rig, engine_at},
    wait,
};
use keyfob_keychain::{Keychain, KeychainError, MemoryKeychain};

fn database<P>(rig: &Rig<P>) -> PathBuf {
    rig.dir.path().join("vault/vault.db")
}

/// Every file of a folder with its bytes; locks are no data.
fn bytes_of(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_none_or(|it| it != "lock") {
            let bytes = fs::read(&path)?;
            files.insert(path, bytes);
        }
    }
    Ok(files)
}

/// Winds the engine up, and waits until nothing has the vault open any more.
async fn close<P>(rig: &Rig<P>) -> Result<()> {
    rig.engine.wind_up().await;
    closed(rig).await
}

async fn closed<P>(rig: &Rig<P>) -> Result<()> {
    let wal = rig.dir.path().join("vault/vault.db-wal");
    let gone = || async { (!wal.exists()).then_some(()) };
    wait::until("the last connection to close", gone).await
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for path in bytes_of(from)?.into_keys() {
        fs::copy(
            &path,
            to.join(path.file_name().context("a file has a name")?),
        )?;
    }
    Ok(())
}

/// The item that holds the vault's key, not its anchor.
async fn key_item(keychain: &MemoryKeychain) -> Result<String> {
    let accounts = keychain.accounts().await?;
    let key = accounts.into_iter().find(|name| !name.contains('/'));
    key.context("the key is in the keyring")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_trouble_of_the_keyring_has_its_gate_and_never_a_new_key() -> Result<()> {
    let mut rig = Rig::beside(()).await?;
    let keys = rig.keychain.accounts().await?.len();
    for (trouble, gate, code) in [
        (
            KeychainError::Locked,
            Gate::KeyringLocked,
            ErrorCode::KeyringLocked,
        ),
        (
            KeychainError::Denied,
            Gate::KeyringDenied,
            ErrorCode::KeyringDenied,
        ),
        (
            KeychainError::NoAnswer,
            Gate::KeyringSilent,
            ErrorCode::KeyringSilent,
        ),
        (
            KeychainError::Unavailable,
            Gate::KeyringMissing,
            ErrorCode::KeyringMissing,
        ),
        (
            KeychainError::NoEntry,
            Gate::KeyGone,
            ErrorCode::KeyringNoKey,
        ),
        (
            KeychainError::Failed,
            Gate::KeyringMissing,
            ErrorCode::KeyringFailed,
        ),
    ] {
        close(&rig).await?;
        rig.keychain.fail_with(Some(trouble));
        let before = bytes_of(&rig.dir.path().join("vault"))?;
        rig = rig.reopen().await?;
        assert_eq!((rig.gate(), rig.trouble()), (gate, Some(code)));
        let listed = rig.engine.list_sessions(&SessionQuery::default());
        assert_eq!(listed.expect_err("closed").code(), ErrorCode::VaultNotOpen);
        let made = rig.engine.create_vault().await;
        assert_eq!(
            made.expect_err("one exists").code(),
            ErrorCode::VaultExists,
            "{trouble:?}"
        );
        assert_eq!(before, bytes_of(&rig.dir.path().join("vault"))?);
        rig.keychain.fail_with(None);
        assert_eq!(rig.engine.retry().await.gate, Gate::Open, "{trouble:?}");
        let now = rig.keychain.accounts().await?.len();
        assert!(now <= keys + 1, "no key but the first, beside its anchor");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_cannot_keep_the_key_leaves_no_vault() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let keychain = Arc::new(MemoryKeychain::new());
    let engine = engine_at(folder.path(), keychain.clone(), Arc::default())?;
    assert_eq!(engine.open().await.gate, Gate::FirstRun);
    for trouble in [
        KeychainError::Locked,
        KeychainError::Denied,
        KeychainError::Unavailable,
        KeychainError::Failed,
    ] {
        keychain.fail_with(Some(trouble));
        engine.create_vault().await.expect_err("no key, no vault");
        assert!(!folder.path().join("vault/vault.db").exists());
    }
    keychain.fail_with(None);
    assert_eq!(engine.create_vault().await?.gate, Gate::Open);
    Ok(())
}

// One thread for everything: whatever blocked it would hold the test up for ever.
#[tokio::test(flavor = "current_thread")]
async fn a_keyring_that_waits_for_its_user_freezes_nothing() -> Result<()> {
    let rig = Rig::beside(()).await?;
    close(&rig).await?;
    rig.keychain.wait_for_user();
    let rig = rig.reopen().await?;
    assert_eq!(rig.gate(), Gate::KeyringLocked, "nobody was asked");
    let engine = rig.engine.clone();
    let asking = tokio::spawn(async move { engine.retry().await });
    let waiting = || async { (rig.gate() == Gate::WaitingForKeyring).then_some(()) };
    wait::until("the screen that says so", waiting).await?;
    assert_eq!(
        rig.engine.app_state(false).vault.gate,
        Gate::WaitingForKeyring
    );
    rig.keychain.answer();
    assert_eq!(asking.await?.gate, Gate::Open);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_key_gone_a_new_vault_stands_beside_the_old_one_which_stays_as_it_was()
-> Result<()> {
    let rig = Rig::new(&[]).await?;
    rig.sign_in("alice").await?;
    close(&rig).await?;
    let item = key_item(&rig.keychain).await?;
    let key = rig.keychain.load(&item).await?;
    rig.keychain.remove(&item).await?;
    let old = rig.dir.path().join("vault");
    let before = bytes_of(&old)?;
    let rig = rig.reopen().await?;
    assert_eq!(rig.gate(), Gate::KeyGone);
    assert_eq!(rig.engine.retry().await.gate, Gate::KeyGone);
    let view = rig.engine.start_new_vault().await?;
    assert_eq!(view.gate, Gate::Open);
    assert!(view.folder.ends_with("vault-2"), "{}", view.folder);
    assert!(rig.rows()?.is_empty());
    rig.sign_in("bob").await?;
    assert_eq!(before, bytes_of(&old)?, "byte for byte");

    let rig = rig.restart().await?;
    assert_eq!(rig.rows()?.len(), 1, "the new one is the one in use");
    close(&rig).await?;
    // The key turns up again: the old vault opens as if nothing had been.
    rig.keychain.create(&item, &key).await?;
    fs::remove_file(rig.dir.path().join("current"))?;
    let rig = rig.reopen().await?;
    assert_eq!(rig.gate(), Gate::Open);
    assert_eq!(
        rig.rows()?[0].account.as_deref(),
        Some("alice@example.test")
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_under_the_vaults_name_is_told_apart_from_none() -> Result<()> {
    let rig = Rig::beside(()).await?;
    close(&rig).await?;
    let item = key_item(&rig.keychain).await?;
    let other = keyfob_secret::SecretBytes::new(vec![7; 32]);
    rig.keychain.replace(&item, &other).await?;
    let before = bytes_of(&rig.dir.path().join("vault"))?;
    let rig = rig.reopen().await?;
    assert_eq!(rig.gate(), Gate::WrongKey);
    closed(&rig).await?;
    assert_eq!(before, bytes_of(&rig.dir.path().join("vault"))?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_without_a_vault_are_asked_about_before_a_first_start() -> Result<()> {
    let first = Rig::beside(()).await?;
    let elsewhere = tempfile::tempdir()?;
    let host = Arc::new(TestHost::default());
    let engine = engine_at(elsewhere.path(), first.keychain.clone(), host)?;
    assert_eq!(engine.open().await.gate, Gate::FirstRunKeysFound);
    assert_eq!(
        fs::read_dir(elsewhere.path().join("vault"))?
            .filter(|it| {
                it.as_ref()
                    .is_ok_and(|it| it.file_name().to_string_lossy().ends_with(".db"))
            })
            .count(),
        0
    );
    Ok(())
}

/// Opens a vault whose file was changed by `change`: what is said, and that nothing was written.
async fn opened_after(change: impl FnOnce(&mut Vec<u8>)) -> Result<(Gate, Option<ErrorCode>)> {
    let rig = Rig::beside(()).await?;
    close(&rig).await?;
    let file = database(&rig);
    let mut bytes = fs::read(&file)?;
    change(&mut bytes);
    fs::write(&file, &bytes)?;
    let rig = rig.reopen().await?;
    assert_eq!(fs::read(&file)?, bytes, "the file stays as it was found");
    let made = rig.engine.create_vault().await;
    assert_eq!(made.expect_err("one exists").code(), ErrorCode::VaultExists);
    let damaged = rig.engine.vault_state().damage.is_some();
    assert_eq!(damaged, rig.gate() == Gate::Open, "open means salvaged");
    Ok((rig.gate(), rig.trouble()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_from_a_newer_version_is_refused_untouched() -> Result<()> {
    // `user_version` in the header of a SQLite file.
    let found = opened_after(|bytes| bytes[60..64].copy_from_slice(&99_u32.to_be_bytes())).await?;
    assert_eq!(found, (Gate::VaultTrouble, Some(ErrorCode::VaultNewer)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_cut_short_is_said_and_left_untouched() -> Result<()> {
    for quarters in [1, 2, 3] {
        let cut = |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() / 4 * quarters - 100);
        let (gate, code) = opened_after(cut).await?;
        // Where enough is left, it opens read-only and says what is lost.
        let said = matches!(
            (gate, code),
            (Gate::VaultTrouble, Some(ErrorCode::VaultDamaged)) | (Gate::Open, None)
        );
        assert!(said, "{quarters} quarters: {gate:?} {code:?}");
    }
    Ok(())
}

/// One answer for each length: with the pages that hold its keys, a vault opens for reading and
/// shows what is left; without them it is damaged. Never now this, now that.
#[tokio::test(flavor = "multi_thread")]
async fn a_vault_cut_anywhere_opens_for_reading_from_the_length_on_that_holds_its_keys()
-> Result<()> {
    let rig = Rig::beside(()).await?;
    for number in 0..24 {
        rig.clipboard(&format!("opaque-canary-{number:02}-{}", "x".repeat(900)));
        let preview = rig.engine.import_from_clipboard().await?;
        rig.engine.import_commit(&preview.id, "one").await?;
    }
    rig.set(|settings| settings.lock_after_minutes = 60).await?;
    close(&rig).await?;
    let whole = fs::read(database(&rig))?;
    let page = usize::from(u16::from_be_bytes([whole[16], whole[17]]));
    let (mut answers, mut readable) = (Vec::new(), 0);
    let step = page / 2;
    for length in (512..whole.len()).step_by(step) {
        let cut = tempfile::tempdir()?;
        let file = cut.path().join("vault").join("vault.db");
        copy_files(&rig.dir.path().join("vault"), &cut.path().join("vault"))?;
        fs::write(&file, &whole[..length])?;
        let engine = engine_at(cut.path(), rig.keychain.clone(), Arc::default())?;
        let view = engine.open().await;
        answers.push((length, view.gate, view.error.map(|error| error.code)));
        if view.gate == Gate::Open {
            let damage = view
                .damage
                .with_context(|| format!("{length} of {}", whole.len()))?;
            assert!(
                damage.readable >= readable,
                "{length}: more file, fewer rows"
            );
            readable = damage.readable;
        }
        assert_eq!(
            fs::read(&file)?,
            whole[..length],
            "the file stays as it was found"
        );
    }
    let opened = answers.partition_point(|(_, gate, _)| *gate != Gate::Open);
    assert!(0 < opened && opened < answers.len(), "{answers:#?}");
    for (number, (_, gate, code)) in answers.iter().enumerate() {
        let expected = if number < opened {
            (Gate::VaultTrouble, Some(ErrorCode::VaultDamaged))
        } else {
            (Gate::Open, None)
        };
        assert_eq!((*gate, *code), expected, "{answers:#?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_database_of_ours_is_refused_untouched() -> Result<()> {
    let text = opened_after(|bytes| *bytes = b"Dear diary, ".repeat(500)).await?;
    assert_eq!(text, (Gate::VaultTrouble, Some(ErrorCode::VaultNotOurs)));
    // `application_id` of another program.
    let other = opened_after(|bytes| bytes[68..72].copy_from_slice(&1_u32.to_be_bytes())).await?;
    assert_eq!(other, (Gate::VaultTrouble, Some(ErrorCode::VaultNotOurs)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_copy_put_back_is_seen_and_nothing_of_it_is_refreshed_until_the_user_says_so()
-> Result<()> {
    let rig = Rig::new(&[("OP_TTL_ACCESS", "4")]).await?;
    let row = rig.sign_in("alice").await?;
    close(&rig).await?;
    let vault = rig.dir.path().join("vault");
    let copy = tempfile::tempdir()?;
    copy_files(&vault, copy.path())?;
    let rig = rig.reopen().await?;
    rig.engine.refresh_session(&row.id).await?;
    close(&rig).await?;
    let used = rig.provider.granted_refreshes().await?;
    copy_files(copy.path(), &vault)?;

    let rig = rig.reopen().await?;
    assert_eq!(rig.gate(), Gate::Open);
    assert!(rig.engine.vault_state().older_copy);
    let ended = || async {
        let row = rig.row(&row.id).ok()?;
        (!row.can_copy).then_some(())
    };
    wait::until("the end of the access token", ended).await?;
    assert_eq!(rig.engine.refresh_due().await?, 0);
    let by_hand = rig.engine.refresh_session(&row.id).await;
    assert_eq!(
        by_hand.expect_err("the user decides first").code(),
        ErrorCode::VaultOlderCopy
    );
    let presented = rig.provider.look("refreshes").await?;
    assert_eq!(presented.as_array().map_or(0, Vec::len), used);
    let view = rig.engine.accept_older_copy().await?;
    assert!(!view.older_copy);
    assert_eq!(rig.newest("vault.rolled_back").await?.0, "ok");
    assert_eq!(
        rig.engine.refresh_due().await?,
        0,
        "its refresh token may have been used: only the user presents it"
    );
    let rig = rig.restart().await?;
    assert!(!rig.engine.vault_state().older_copy, "accepted is accepted");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn locking_hides_while_refresh_goes_on() -> Result<()> {
    let rig = Rig::new(&[("OP_TTL_ACCESS", "4")]).await?;
    let row = rig.sign_in("alice").await?;
    assert_eq!(rig.engine.lock().await?.gate, Gate::Locked);
    assert!(!rig.engine.vault_state().lock_protects);
    let query = SessionQuery::default();
    let refusals = [
        rig.engine.list_sessions(&query).err(),
        rig.engine.session_detail(&row.id).await.err(),
        rig.engine.session_claims(&row.id, "id").await.err(),
        rig.engine.copy_access_token(&row.id, false).await.err(),
        rig.engine.audit_page(Default::default()).await.err(),
        rig.engine.known_issuers().await.err(),
        rig.engine.revoke(&RevokeScope::Everything).await.err(),
        rig.engine.rename_session(&row.id, "x").await.err(),
        rig.engine.forget_session(&row.id).await.err(),
        rig.engine.refresh_session(&row.id).await.err(),
        rig.engine.import_from_clipboard().await.err(),
    ];
    for (number, refusal) in refusals.into_iter().enumerate() {
        let code = refusal.map(|error| error.code());
        assert_eq!(code, Some(ErrorCode::VaultLocked), "call {number}");
    }
    let before = rig.provider.granted_refreshes().await?;
    let refreshed =
        || async { (rig.provider.granted_refreshes().await.ok()? > before).then_some(()) };
    wait::until("a refresh behind the lock", refreshed).await?;
    let rig = rig.restart().await?;
    assert_eq!(rig.gate(), Gate::Locked, "a restart opens no lock");
    assert_eq!(rig.engine.unlock().await?.gate, Gate::Open);
    assert_eq!(rig.becomes(&row.id, State::Active).await?.id, row.id);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn locking_does_not_hold_a_revocation_back() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    let token = rig.copied_token(&row.id).await?;
    rig.set(|settings| settings.revoke_hold_seconds = 1).await?;
    rig.engine.revoke(&RevokeScope::Everything).await?;
    rig.engine.lock().await?;
    let dead = || async { (!rig.provider.takes(&token).await.ok()?).then_some(()) };
    wait::until("the end of the token", dead).await?;
    rig.engine.unlock().await?;
    rig.becomes(&row.id, State::Revoked).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_desktop_on_the_same_folder_is_kept_out() -> Result<()> {
    let rig = Rig::beside(()).await?;
    let second = engine_at(rig.dir.path(), rig.keychain.clone(), Arc::default())?;
    let view = second.open().await;
    assert_eq!(view.gate, Gate::InUse);
    let error = view.error.context("it says why")?;
    assert_eq!(error.code, ErrorCode::VaultInUse);
    assert_eq!(
        error.facts.get("pid"),
        Some(&std::process::id().to_string())
    );
    rig.engine.wind_up().await;
    assert_eq!(second.retry().await.gate, Gate::Open);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_on_its_way_out_is_waited_for() -> Result<()> {
    let rig = Rig::beside(()).await?;
    let second = engine_at(rig.dir.path(), rig.keychain.clone(), Arc::default())?;
    let (view, ()) = tokio::join!(second.open(), rig.engine.wind_up());
    assert_eq!(view.gate, Gate::Open);
    Ok(())
}
