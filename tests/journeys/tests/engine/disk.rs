//! A full disk and a folder that may not be written, for real: each test starts itself again, in
//! a mount namespace of its own or as another user, and there proves first that writing fails.

use std::{
    fs::{self, File, Permissions},
    io::{ErrorKind, Write},
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::Path,
    process::Command,
    sync::Arc,
};

use anyhow::{Context, Result, ensure};
use keyfob_engine::view::{ErrorCode, Gate, State};
use keyfob_journeys::{
    again,
    rig::{Rig, engine_at},
};
use keyfob_keychain::{Keychain, MemoryKeychain};

/// Set in the process that meets the trouble, with the folder that has it.
const HERE: &str = "KEYFOB_TEST_TROUBLED_FOLDER";
const NOBODY: u32 = 65_534;

/// Runs one test of this file again under `program`; it must pass there.
fn run_again(mut program: Command, folder: &Path, test: &str) -> Result<()> {
    // A copy where everybody may read it: the build may lie in a folder that is closed to others.
    let place = tempfile::tempdir()?;
    fs::set_permissions(place.path(), Permissions::from_mode(0o755))?;
    let copy = place.path().join("engine");
    fs::copy(std::env::current_exe()?, &copy)?;
    program.arg(&copy).env(HERE, folder).env("TMPDIR", folder);
    again::passes(&mut program, &format!("engine::disk::{test}"))
}

fn troubled_folder() -> Option<std::path::PathBuf> {
    std::env::var_os(HERE).map(Into::into)
}

/// Fills the disk to its last byte; the file that does it.
fn fill(folder: &Path) -> Result<std::path::PathBuf> {
    let path = folder.join("filler");
    let mut file = File::create(&path)?;
    let mut size = 1 << 16;
    while size > 0 {
        match file.write(&vec![b'x'; size]) {
            Ok(0) => size /= 2,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::StorageFull => size /= 2,
            Err(error) => return Err(error.into()),
        }
    }
    let one_more = fs::write(folder.join("control"), b"more");
    let full = one_more.expect_err("the control: the disk is full");
    ensure!(full.kind() == ErrorKind::StorageFull, "{full}");
    Ok(path)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_met_before_the_provider_is_asked_and_costs_nothing() -> Result<()> {
    let Some(disk) = troubled_folder() else {
        let folder = tempfile::tempdir()?;
        let mut program = Command::new("unshare");
        program.args(["-rm", "sh", "-c"]);
        program.arg("mount -t tmpfs -o size=8m tmpfs \"$TMPDIR\" && exec \"$0\" \"$@\"");
        let test = "a_full_disk_is_met_before_the_provider_is_asked_and_costs_nothing";
        return run_again(program, folder.path(), test);
    };
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    let filler = fill(&disk)?;
    let refused = rig.engine.refresh_session(&row.id).await;
    assert_eq!(
        refused.expect_err("no intent can be written").code(),
        ErrorCode::VaultDiskFull
    );
    assert_eq!(
        rig.provider.look("refreshes").await?,
        serde_json::json!([]),
        "the provider saw no refresh token"
    );
    let refused = rig.engine.rename_session(&row.id, "another").await;
    assert_eq!(
        refused.expect_err("nothing can be written").code(),
        ErrorCode::VaultDiskFull
    );
    assert_eq!(rig.row(&row.id)?.name, row.name);
    fs::remove_file(filler)?;
    rig.engine.refresh_session(&row.id).await?;
    assert_eq!(rig.provider.granted_refreshes().await?, 1);
    let rig = rig.restart().await?;
    assert_eq!(rig.row(&row.id)?.state, State::Active);
    assert!(rig.engine.audit_chain().await?.intact);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_room_for_a_vault_the_first_start_says_so() -> Result<()> {
    let Some(disk) = troubled_folder() else {
        let folder = tempfile::tempdir()?;
        let mut program = Command::new("unshare");
        program.args(["-rm", "sh", "-c"]);
        program.arg("mount -t tmpfs -o size=64k tmpfs \"$TMPDIR\" && exec \"$0\" \"$@\"");
        let test = "without_room_for_a_vault_the_first_start_says_so";
        return run_again(program, folder.path(), test);
    };
    let data = disk.join("data");
    let engine = engine_at(&data, Arc::new(MemoryKeychain::new()), Arc::default())?;
    assert_eq!(engine.open().await.gate, Gate::FirstRun);
    let filler = fill(&disk)?;
    let made = engine.create_vault().await;
    assert_eq!(
        made.expect_err("there is no room").code(),
        ErrorCode::VaultDiskFull
    );
    fs::remove_file(filler)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_may_not_be_written_is_said_and_left_alone() -> Result<()> {
    let Some(folder) = troubled_folder() else {
        let folder = tempfile::tempdir()?;
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        let data = folder.path().join("data");
        fs::create_dir(&data)?;
        let root = fs::metadata(&data)?.uid() == 0;
        let mut program = Command::new(if root { "setpriv" } else { "env" });
        if root {
            let user = NOBODY.to_string();
            program.args(["--reuid", &user, "--regid", &user, "--clear-groups"]);
            chown(&data, Some(NOBODY), Some(NOBODY))?;
        }
        fs::set_permissions(&data, Permissions::from_mode(0o500))?;
        let test = "a_folder_that_may_not_be_written_is_said_and_left_alone";
        return run_again(program, folder.path(), test);
    };
    let data = folder.join("data");
    let control = fs::write(data.join("control"), b"x").expect_err("the control: no permission");
    assert_eq!(control.kind(), ErrorKind::PermissionDenied);
    let keychain = Arc::new(MemoryKeychain::new());
    let engine = engine_at(&data, keychain.clone(), Arc::default())?;
    let view = engine.open().await;
    assert_eq!(view.gate, Gate::VaultTrouble);
    let error = view.error.context("it says why")?;
    assert_eq!(error.code, ErrorCode::VaultNoPermission);
    engine.create_vault().await.expect_err("no permission");
    assert!(keychain.accounts().await?.is_empty(), "no key was made");
    assert_eq!(fs::read_dir(&data)?.count(), 0);
    Ok(())
}
