//! The log: what happened is in it, what is secret is not, and its exports verify.

use std::{
    fs::{self, File},
    io::{BufReader, Write},
    sync::{Arc, Mutex, OnceLock},
};

use anyhow::{Context, Result};
use keyfob_audit::{Finding, verify};
use keyfob_engine::view::{AuditFilter, ExportRequest, Mask, RevokeScope, SignInRequest, State};
use keyfob_journeys::{canary::Canary, host::put, rig::Rig, wait};
use serde_json::{Value, json};

use super::fake::{self, Fake, says};

#[tokio::test(flavor = "multi_thread")]
async fn every_use_case_leaves_its_event_with_its_result() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let folder = tempfile::tempdir()?;
    rig.flow(rig.request(), "deny").await?;
    let row = rig.sign_in("alice").await?;
    rig.engine.rename_session(&row.id, "laptop").await?;
    rig.engine.label_session(&row.id, &["ci".into()]).await?;
    rig.copied_token(&row.id).await?;
    rig.engine.refresh_session(&row.id).await?;
    let fault = json!({ "path": "/token", "when": "before", "status": 503 });
    rig.provider.fault(fault).await?;
    rig.engine.refresh_session(&row.id).await.expect_err("503");
    let lost = rig.sign_in("lena").await?;
    rig.provider
        .fault(json!({ "path": "/token", "when": "drop" }))
        .await?;
    rig.engine.refresh_session(&lost.id).await.expect_err("cut");
    let mint = rig.provider.mint("carol").await?;
    rig.clipboard(&mint.to_string());
    let preview = rig.engine.import_from_clipboard().await?;
    let watched = rig.engine.import_commit(&preview.id, "carol's").await?;
    rig.engine
        .take_over_session(&watched.id, rig.request())
        .await?;
    rig.engine.sign_out_in_browser(&row.id).await?;
    rig.set(|settings| settings.notifications = true).await?;
    let one = RevokeScope::Sessions {
        ids: vec![row.id.clone()],
    };
    rig.engine.revoke(&one).await?;
    rig.engine.undo_revoke(&row.id).await?;
    rig.revoke_at_once(&row.id).await?;
    rig.becomes(&row.id, State::Revoked).await?;
    rig.engine.remove_session(&row.id).await?;
    rig.engine.forget_session(&watched.id).await?;
    rig.engine
        .set_export_target(folder.path().join("log.jsonl"));
    rig.engine
        .export_audit(request("jsonl", Mask::Hash))
        .await?;
    rig.engine.lock().await?;
    rig.engine.unlock().await?;
    let log = rig.log().await?;
    for (event, result) in [
        ("vault.created", "ok"),
        ("signin.failed", "refused"),
        ("session.signed_in", "ok"),
        ("session.renamed", "ok"),
        ("session.labelled", "ok"),
        ("token.copied", "ok"),
        ("refresh.started", "pending"),
        ("refresh.succeeded", "ok"),
        ("refresh.failed", "failed"),
        ("refresh.uncertain", "pending"),
        ("session.imported", "ok"),
        ("session.taken_over", "ok"),
        ("signout.opened", "ok"),
        ("settings.changed", "ok"),
        ("revoke.requested", "pending"),
        ("revoke.undone", "cancelled"),
        ("revoke.sent", "pending"),
        ("revoke.confirmed", "ok"),
        ("session.removed", "ok"),
        ("session.forgotten", "ok"),
        ("log.exported", "ok"),
        ("vault.locked", "ok"),
        ("vault.unlocked", "ok"),
    ] {
        let results: Vec<_> = log
            .iter()
            .filter(|row| row.event == event)
            .map(|row| row.result.as_str())
            .collect();
        assert!(results.contains(&result), "{event}: {results:?}");
    }
    assert!(rig.engine.audit_chain().await?.intact);
    Ok(())
}

fn request(format: &str, mask: Mask) -> ExportRequest {
    ExportRequest {
        format: format.into(),
        accounts: mask,
        hosts: mask,
        filter: AuditFilter::default(),
    }
}

/// Everything that the programs of this test run have logged.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        put(&self.0, |all| all.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn logged() -> &'static Logged {
    static LOGGED: OnceLock<Logged> = OnceLock::new();
    LOGGED.get_or_init(|| {
        let logged = Logged::default();
        let writer = logged.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).expect("nobody else sets one");
        logged
    })
}

/// A day in the life of a vault whose every secret is known.
async fn full_of_canaries() -> Result<(Rig<Fake>, Vec<Canary>)> {
    let rig = Fake::rig().await?;
    let secret = "canary-client-secret/+0123456789";
    rig.clipboard(secret);
    rig.engine.paste_client_secret()?;
    rig.provider.announce(
        "token_endpoint_auth_methods_supported",
        json!(["client_secret_post"]),
    );
    let asked = SignInRequest {
        use_secret: true,
        ..fake::request(&rig.provider)
    };
    let flow = rig.engine.start_sign_in(asked)?;
    rig.waits(&flow.id).await?;
    let (redirect, state) = fake::sent_to(&rig)?;
    let code = "canary-authorization-code-0123456789";
    fake::comes_back(&redirect, &[("code", code), ("state", &state)]).await?;
    let row = rig.row_of(&rig.ended(&flow.id).await?)?;
    rig.engine.refresh_session(&row.id).await?;
    // A provider that echoes what it was sent, in an error and in an account.
    let echo = format!("unknown token {}", fake::refresh(2));
    rig.provider.next(says(
        400,
        &json!({ "error": echo, "error_description": echo, "error_uri": echo }),
    ));
    rig.engine
        .refresh_session(&row.id)
        .await
        .expect_err("an error that echoes the token");
    let header = "eyJhbGciOiJub25lIn0";
    let unsigned =
        format!("{header}.eyJzdWIiOiJjYW5hcnktc3ViamVjdC1vZi1hbi11bnNpZ25lZC10b2tlbiJ9.");
    rig.clipboard(&unsigned);
    let preview = rig.engine.import_from_clipboard().await?;
    rig.engine.import_commit(&preview.id, "unsigned").await?;
    rig.copied_token(&row.id).await?;
    let secrets = [
        secret.to_owned(),
        code.to_owned(),
        state,
        fake::access(1),
        fake::access(2),
        fake::refresh(1),
        fake::refresh(2),
        unsigned,
    ];
    Ok((rig, secrets.iter().map(|it| Canary::of(it)).collect()))
}

fn assert_clean(what: &str, bytes: &[u8], canaries: &[Canary]) {
    assert!(!bytes.is_empty(), "{what} holds something");
    for (number, canary) in canaries.iter().enumerate() {
        assert_eq!(
            canary.found_in(bytes),
            Vec::<&str>::new(),
            "secret {number} in {what}"
        );
        // The control: the same search finds each form where it was planted.
        let (form, planted) = canary.every_form().last().expect("there are forms");
        let dirty = [bytes, planted].concat();
        assert!(canary.found_in(&dirty).contains(&form), "{what}, {form}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_in_the_vaults_files_the_logs_or_any_export_and_every_export_verifies()
-> Result<()> {
    let log = logged();
    let (rig, canaries) = full_of_canaries().await?;
    let folder = tempfile::tempdir()?;
    let key = rig.engine.audit_chain().await?.key;
    for format in ["jsonl", "csv"] {
        for mask in [Mask::Keep, Mask::Hash, Mask::Remove] {
            let path = folder.path().join(format!("{mask:?}.{format}"));
            rig.engine.set_export_target(path.clone());
            let written = rig.engine.export_audit(request(format, mask)).await?;
            assert_eq!(written.key, key);
            let report = verify(BufReader::new(File::open(&path)?), Some(&key))?;
            assert!(
                matches!(report.finding, Finding::Intact(_)),
                "{mask:?} {format}: {:?}",
                report.finding
            );
            assert_clean(&path.display().to_string(), &fs::read(&path)?, &canaries);
        }
    }
    // Read while it is open: what a crash would leave on the disk.
    let vault = rig.dir.path().join("vault");
    for name in ["vault.db", "vault.db-wal", "vault.db-shm"] {
        let bytes = fs::read(vault.join(name)).context(name)?;
        assert_clean(name, &bytes, &canaries);
    }
    rig.engine.wind_up().await;
    assert_clean(
        "vault.db, closed",
        &fs::read(vault.join("vault.db"))?,
        &canaries,
    );
    let lines = put(&log.0, |all| all.clone());
    assert_clean("the logs", &lines, &canaries);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_export_is_named_by_its_event() -> Result<()> {
    let rig = Rig::beside(()).await?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("log.jsonl");
    rig.engine.set_export_target(path.clone());
    rig.engine
        .export_audit(request("jsonl", Mask::Keep))
        .await?;
    let text = fs::read_to_string(&path)?;
    assert!(text.contains("vault.created"));
    let altered = text.replacen("vault.created", "vault.migrated", 1);
    let report = verify(altered.as_bytes(), None)?;
    assert!(matches!(report.finding, Finding::Broken(breach) if breach.seq == 1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_in_place_of_the_exports_target_is_refused() -> Result<()> {
    let rig = Rig::beside(()).await?;
    let folder = tempfile::tempdir()?;
    let target = folder.path().join("precious");
    fs::write(&target, "precious")?;
    let link = folder.path().join("log.jsonl");
    std::os::unix::fs::symlink(&target, &link)?;
    rig.engine.set_export_target(link);
    let refused = rig.engine.export_audit(request("jsonl", Mask::Keep)).await;
    let code = serde_json::to_value(refused.expect_err("a link").code())?;
    assert_eq!(code, Value::from("export_target_is_link"));
    assert_eq!(fs::read_to_string(&target)?, "precious");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_token_is_cleared_after_the_set_time() -> Result<()> {
    let rig = Fake::rig().await?;
    let row = fake::sign_in(&rig).await?;
    rig.set(|settings| settings.clipboard_seconds = 1).await?;
    assert_eq!(rig.engine.settings().clipboard_seconds, 10, "the bound");
    let now = rig.engine.app_state(false).now;
    let clears_at = rig.engine.copy_access_token(&row.id, true).await?;
    assert!((now + 9_000..now + 12_000).contains(&clears_at));
    let held = put(&rig.host.clipboard, |text| text.clone());
    let header = format!("Authorization: Bearer {}", fake::access(1));
    assert_eq!(held, Some(header));
    let cleared = || async { put(&rig.host.clipboard, |text| text.is_none()).then_some(()) };
    wait::until("an empty clipboard", cleared).await?;
    assert!(rig.engine.app_state(false).now >= clears_at);
    Ok(())
}
