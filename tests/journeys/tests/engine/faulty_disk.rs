//! An engine on a disk that fails at the k-th write, for every k: what is said is true, and no
//! token is lost. Each run knows whether its fault was met; a trial ends with the first that was
//! not, where everything works.

use std::{
    fs::{self, DirBuilder, File},
    io::BufReader,
    os::unix::fs::DirBuilderExt,
    path::Path,
    sync::Arc,
};

use anyhow::{Context, Result, ensure};
use keyfob_audit::{Finding, verify};
use keyfob_engine::{
    EngineError, NoticeKind,
    view::{
        AuditFilter, ErrorCode, ExportRequest, Gate, Mask, RevokeScope, RevokeStatus, SettingsView,
        State,
    },
};
use keyfob_faulty_disk::{Disk, Fault, Lasting, Trouble};
use keyfob_journeys::{host::put, provider::Provider, rig::Rig, wait};
use keyfob_keychain::MemoryKeychain;
use serde_json::json;
use tempfile::TempDir;

use super::fake::{self, Fake};

/// After so long the budget of a session is whole again, by the clock that counts it.
const BUDGET_MS: i64 = 16 * 60_000;

/// A folder in memory where the system has one: what is flushed there costs nothing.
fn in_memory() -> Result<TempDir> {
    Ok(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())?)
}

/// An engine that does nothing by itself, on a disk that can fail.
async fn on_a_faulty_disk<P>(provider: P) -> Result<(Rig<P>, Arc<Disk>)> {
    let folder = in_memory()?;
    let disk = Disk::under(folder.path());
    let rig = Rig::in_folder(folder, provider).await?;
    rig.set(|settings| settings.auto_refresh = false).await?;
    Ok((rig, disk))
}

/// The faults that are tried: each trouble, once and lasting, at place after place. `run` says
/// whether its fault was met.
async fn at_every_place(
    troubles: &[Trouble],
    mut run: impl AsyncFnMut(Fault) -> Result<bool>,
) -> Result<()> {
    for trouble in troubles {
        for lasting in Lasting::ALL {
            let mut at = 1;
            loop {
                let fault = Fault {
                    trouble: *trouble,
                    at,
                    lasting,
                };
                if !run(fault).await.with_context(|| format!("{fault:?}"))? {
                    break;
                }
                at += 1;
            }
            ensure!(at > 1, "{trouble:?} was never met");
        }
    }
    Ok(())
}

fn is_true(error: &EngineError, trouble: Trouble) -> Result<()> {
    let said = match trouble {
        Trouble::Full => ErrorCode::VaultDiskFull,
        _ => ErrorCode::VaultIo,
    };
    ensure!(error.code() == said, "{error:?}");
    Ok(())
}

/// How many refresh tokens the provider was shown.
async fn presented(provider: &Provider) -> Result<usize> {
    let all = provider.look("refreshes").await?;
    Ok(all.as_array().context("a list")?.len())
}

/// Refreshes as soon as the refresh before has landed.
async fn refresh<P>(rig: &Rig<P>, id: &str) -> Result<()> {
    let outcome = wait::until("the end of the refresh before", || async {
        match rig.engine.refresh_session(id).await {
            Err(error) if error.code() == ErrorCode::RefreshRunning => None,
            done => Some(done.map(drop)),
        }
    });
    Ok(outcome.await??)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_loses_no_token_wherever_the_disk_fails() -> Result<()> {
    let (rig, disk) = on_a_faulty_disk(Provider::start(&[])?).await?;
    let id = rig.sign_in("alice").await?.id;
    let (mut not_asked, mut held, mut saved_late) = (0, 0, 0);
    at_every_place(&[Trouble::Full, Trouble::SyncLoses], async |fault| {
        rig.clock.pass_by_boot(BUDGET_MS);
        let before = presented(&rig.provider).await?;
        disk.fail(fault);
        let outcome = rig.engine.refresh_session(&id).await;
        let (asked, met) = (presented(&rig.provider).await? > before, disk.failed() > 0);
        match outcome {
            Ok(_) => {
                ensure!(asked, "new tokens came from the provider");
                saved_late += usize::from(met);
            }
            Err(error) if error.code() == ErrorCode::NotSaved => {
                ensure!(asked && fault.lasting == Lasting::UntilHealed);
                let unsaved = rig.engine.vault_state().unsaved.context("it is shown")?;
                ensure!(unsaved.sessions == 1);
                is_true(&unsaved.error.code.into(), fault.trouble)?;
                held += 1;
            }
            Err(error) => {
                is_true(&error, fault.trouble)?;
                ensure!(
                    met && !asked,
                    "the provider was asked, and the tokens were lost"
                );
                not_asked += 1;
            }
        }
        let met = disk.heal() > 0;
        let saved = || async { rig.engine.vault_state().unsaved.is_none().then_some(()) };
        wait::until("tokens that are saved", saved).await?;
        // Only the newest refresh token is good for this: rotation is strict.
        refresh(&rig, &id).await?;
        Ok(met)
    })
    .await?;
    assert!(
        not_asked > 5 && held > 5 && saved_late > 5,
        "{not_asked} {held} {saved_late}"
    );
    let shown = presented(&rig.provider).await?;
    assert_eq!(
        rig.provider.granted_refreshes().await?,
        shown,
        "none was shown twice"
    );
    assert!(rig.engine.audit_chain().await?.intact);
    let rig = rig.restart().await?;
    assert_eq!(rig.gate(), Gate::Open);
    assert!(
        !rig.engine.vault_state().older_copy,
        "the rows are those of the last commit"
    );
    rig.clock.pass_by_boot(BUDGET_MS);
    rig.engine.refresh_session(&id).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn keyfob_does_not_end_before_new_tokens_are_saved() -> Result<()> {
    let (rig, disk) = on_a_faulty_disk(Provider::start(&[])?).await?;
    let id = rig.sign_in("alice").await?.id;
    rig.provider
        .fault(json!({"path": "/token", "when": "after", "held": true}))
        .await?;
    let (engine, asked) = (rig.engine.clone(), id.clone());
    let refreshing = tokio::spawn(async move { engine.refresh_session(&asked).await });
    rig.provider.until_held(1).await?;
    disk.fail(Fault {
        trouble: Trouble::Full,
        at: 1,
        lasting: Lasting::UntilHealed,
    });
    rig.provider.drop_at("held").await?;
    let told = refreshing.await?.expect_err("nothing can be written");
    assert_eq!(told.code(), ErrorCode::NotSaved);
    assert_eq!(told.fact("why"), Some("vault_disk_full"));
    let notices = put(&rig.host.notices, |all| all.clone());
    let kinds: Vec<_> = notices.iter().map(|notice| notice.kind).collect();
    assert_eq!(kinds, [NoticeKind::NotSaved]);

    let engine = rig.engine.clone();
    let ending = tokio::spawn(async move { engine.wind_up().await });
    let failed = disk.failed();
    let tries = || async { (disk.failed() > failed + 2).then_some(()) };
    wait::until("more tries", tries).await?;
    assert!(!ending.is_finished(), "it would have lost them");
    assert!(disk.heal() > 0);
    ending.await?;
    let rig = rig.reopen().await?;
    assert_eq!(rig.engine.vault_state().unsaved, None);
    rig.engine.refresh_session(&id).await?;
    assert_eq!(rig.provider.granted_refreshes().await?, 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_is_ordered_or_refused_and_never_forgotten_on_the_way() -> Result<()> {
    let (rig, disk) = on_a_faulty_disk(Fake::start().await?).await?;
    put(&rig.host.browser_stays_shut, |shut| *shut = true);
    rig.set(|settings| settings.revoke_hold_seconds = 0).await?;
    let (mut refused, mut later) = (0, 0);
    at_every_place(&[Trouble::Full, Trouble::SyncLoses], async |fault| {
        let id = fake::sign_in(&rig).await?.id;
        let asked = rig.provider.asked("/revoke").len();
        disk.fail(fault);
        let ids = vec![id.clone()];
        let ordered = rig.engine.revoke(&RevokeScope::Sessions { ids }).await;
        if let Err(error) = ordered {
            let met = disk.heal() > 0;
            is_true(&error, fault.trouble)?;
            ensure!(
                rig.row(&id)?.state == State::Active,
                "as if nobody had clicked"
            );
            ensure!(rig.provider.asked("/revoke").len() == asked);
            rig.engine.forget_session(&id).await?;
            refused += 1;
            return Ok(met);
        }
        // It goes by itself as far as the disk lets it.
        let over = || async {
            let gone = rig.row(&id).is_ok_and(|row| row.state == State::Revoked);
            (gone || disk.failed() > 0).then_some(())
        };
        wait::until("the end, or the fault", over).await?;
        ensure!(matches!(
            rig.row(&id)?.state,
            State::Revoking | State::Revoked
        ));
        let met = disk.heal() > 0;
        later += usize::from(met);
        // Where the fault stopped it, it rests for a while; the user may always push it on, and
        // the list follows what is committed however hard they push.
        let done = || async {
            let _ = rig.engine.revoke_now(&id).await;
            rig.row(&id).ok().filter(|row| row.state == State::Revoked)
        };
        let row = wait::until("the verdict", done).await?;
        ensure!(
            matches!(row.revoke, Some(RevokeStatus::Accepted { .. })),
            "{:?}",
            row.revoke
        );
        ensure!(rig.provider.asked("/revoke").len() > asked);
        Ok(met)
    })
    .await?;
    assert!(refused > 5 && later > 5, "{refused} {later}");
    assert!(rig.engine.audit_chain().await?.intact);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_kept_while_the_disk_is_full() -> Result<()> {
    let (rig, disk) = on_a_faulty_disk(Provider::start(&[])?).await?;
    let id = rig.sign_in("alice").await?.id;
    rig.provider
        .fault(json!({"path": "/token/revocation", "when": "after", "held": true}))
        .await?;
    rig.revoke_at_once(&id).await?;
    rig.provider.until_held(1).await?;
    disk.fail(Fault {
        trouble: Trouble::Full,
        at: 1,
        lasting: Lasting::UntilHealed,
    });
    rig.provider.drop_at("held").await?;
    let tries = || async { (disk.failed() > 2).then_some(()) };
    wait::until("more tries", tries).await?;
    assert_eq!(
        rig.row(&id)?.state,
        State::Revoking,
        "not said before it is kept"
    );
    disk.heal();
    let row = rig.becomes(&id, State::Revoked).await?;
    assert!(
        matches!(row.revoke, Some(RevokeStatus::ConfirmedDead { .. })),
        "{:?}",
        row.revoke
    );
    Ok(())
}

/// A session in a closed vault, to be opened on disks that fail.
struct Closed {
    folder: TempDir,
    keychain: Arc<MemoryKeychain>,
    session: String,
}

impl Closed {
    async fn new() -> Result<Self> {
        let rig = Fake::rig().await?;
        let session = fake::sign_in(&rig).await?.id;
        rig.engine.wind_up().await;
        Ok(Self {
            folder: rig.dir,
            keychain: rig.keychain,
            session,
        })
    }

    /// A rig on a copy of it, not opened yet.
    fn copy(&self) -> Result<(Rig<()>, Arc<Disk>)> {
        let folder = in_memory()?;
        copy_files(self.folder.path(), folder.path())?;
        let disk = Disk::under(folder.path());
        Ok((Rig::closed(folder, (), self.keychain.clone())?, disk))
    }
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let there = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            DirBuilder::new().mode(0o700).create(&there)?;
            copy_files(&entry.path(), &there)?;
        } else {
            fs::copy(entry.path(), there)?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_opens_or_says_why_and_opens_once_the_disk_works() -> Result<()> {
    let closed = Closed::new().await?;
    let troubles = [
        Trouble::Full,
        Trouble::SyncLoses,
        Trouble::OpenFails,
        Trouble::ReadFails,
    ];
    at_every_place(&troubles, async |fault| {
        let (rig, disk) = closed.copy()?;
        disk.fail(fault);
        let view = rig.engine.open().await;
        let met = disk.heal() > 0;
        if view.gate != Gate::Open {
            ensure!(met && view.gate == Gate::VaultTrouble, "{view:?}");
            is_true(
                &view.error.context("it says why")?.code.into(),
                fault.trouble,
            )?;
        }
        ensure!(rig.engine.retry().await.gate == Gate::Open);
        ensure!(rig.engine.vault_state().damage.is_none());
        ensure!(rig.row(&closed.session)?.state == State::Active);
        Ok(met)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_vault_is_made_or_not_there_at_all() -> Result<()> {
    at_every_place(
        &[Trouble::Full, Trouble::SyncLoses, Trouble::OpenFails],
        async |fault| {
            let folder = in_memory()?;
            let disk = Disk::under(folder.path());
            let rig = Rig::closed(folder, (), Arc::default())?;
            ensure!(rig.engine.open().await.gate == Gate::FirstRun);
            disk.fail(fault);
            let made = rig.engine.create_vault().await;
            let met = disk.heal() > 0;
            if let Err(error) = made {
                is_true(&error, fault.trouble)?;
                ensure!(rig.engine.create_vault().await?.gate == Gate::Open);
            }
            ensure!(rig.rows()?.is_empty());
            Ok(met)
        },
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_a_setting_and_the_lock_are_done_or_refused() -> Result<()> {
    let closed = Closed::new().await?;
    at_every_place(&[Trouble::Full, Trouble::SyncLoses], async |fault| {
        let (rig, disk) = closed.copy()?;
        ensure!(rig.engine.open().await.gate == Gate::Open);
        let target = rig.dir.path().join("log.jsonl");
        rig.engine.set_export_target(target.clone());
        disk.fail(fault);
        let exported = rig.engine.export_audit(everything()).await.map(drop);
        let before = rig.engine.settings();
        let settings = SettingsView {
            revoke_hold_seconds: 7,
            ..before.clone()
        };
        let changed = rig.engine.set_settings(settings).await.map(drop);
        let locked = rig.engine.lock().await.map(drop);
        let met = disk.heal() > 0;
        let wanted = if changed.is_ok() {
            7
        } else {
            before.revoke_hold_seconds
        };
        ensure!(rig.engine.settings().revoke_hold_seconds == wanted);
        ensure!((rig.gate() == Gate::Locked) == locked.is_ok());
        for error in [exported.err(), changed.err(), locked.err()]
            .iter()
            .flatten()
        {
            ensure!(met, "{error:?} on a disk that works");
            is_true(error, fault.trouble)?;
        }
        // What was written is a whole log, whether or not the vault could note it.
        if target.exists() {
            let report = verify(BufReader::new(File::open(&target)?), None)?;
            ensure!(
                matches!(report.finding, Finding::Intact(_)),
                "the file is whole"
            );
        }
        ensure!(rig.engine.unlock().await?.gate == Gate::Open);
        ensure!(rig.engine.audit_chain().await?.intact);
        Ok(met)
    })
    .await
}

fn everything() -> ExportRequest {
    ExportRequest {
        format: "jsonl".into(),
        accounts: Mask::Hash,
        hosts: Mask::Hash,
        filter: AuditFilter::default(),
    }
}
