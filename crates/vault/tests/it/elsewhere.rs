//! What root cannot be refused is tried as another user; a full disk is tried on a small one.

use std::{
    env,
    fs::{self, Permissions},
    io::Write,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use keyfob_secret::AccessToken;
use keyfob_vault::{
    CreateError, OpenError, Secrets, Vault, VaultError, VaultFiles, lock::DesktopLock, peek,
};
use uuid::Uuid;

use crate::support::{NOW, id, session, wrapping};

/// Tells a test that it is the one that was started again.
const FOLDER: &str = "KEYFOB_TEST_FOLDER";

/// Nobody.
const OTHER_USER: u32 = 65534;

/// Runs the test `name` of this program again by `command`, and requires that it ran and passed.
fn run_again(command: &mut Command, name: &str, folder: &Path) {
    let ran = command
        .args(["--exact", name, "--nocapture"])
        .env(FOLDER, folder)
        .output()
        .unwrap();
    assert!(
        ran.status.success() && text(&ran).contains("1 passed"),
        "{}",
        text(&ran)
    );
}

fn text(ran: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr)
    )
}

/// A copy of this program that other users can reach.
fn program(dir: &Path) -> PathBuf {
    let copy = dir.join("tests");
    fs::copy(env::current_exe().unwrap(), &copy).unwrap();
    fs::set_permissions(&copy, Permissions::from_mode(0o755)).unwrap();
    copy
}

/// Runs `body` in a folder, as a user who is not root. Root writes anywhere, whatever the bits say.
fn not_as_root(name: &str, body: impl FnOnce(&Path)) {
    if let Some(folder) = env::var_os(FOLDER) {
        assert_ne!(rustix::process::geteuid().as_raw(), 0);
        return body(Path::new(&folder));
    }
    let dir = tempfile::tempdir().unwrap();
    if rustix::process::geteuid().as_raw() != 0 {
        return body(dir.path());
    }
    fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
    let folder = dir.path().join("home");
    fs::create_dir(&folder).unwrap();
    chown(&folder, Some(OTHER_USER), Some(OTHER_USER)).unwrap();
    let user = OTHER_USER.to_string();
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", &user, "--regid", &user, "--clear-groups"])
        .arg(program(dir.path()));
    run_again(&mut command, name, &folder);
}

fn set_mode(path: &Path, bits: u32) {
    fs::set_permissions(path, Permissions::from_mode(bits)).unwrap();
}

#[test]
fn no_permission_is_said_and_nothing_is_lost() {
    not_as_root(
        "elsewhere::no_permission_is_said_and_nothing_is_lost",
        |folder| {
            let files = VaultFiles::new(folder.join("keyfob"));
            let vault = Vault::create(&files, Uuid::from_u128(1), &wrapping(), NOW).unwrap();
            vault
                .write(|change| change.put_session(&session(1, 1)))
                .unwrap();
            drop(vault);
            let before = fs::read(files.database()).unwrap();

            set_mode(&files.database(), 0o400);
            let control = fs::OpenOptions::new().write(true).open(files.database());
            assert!(control.is_err(), "the file could be written");
            assert!(peek(&files).is_ok());
            assert!(matches!(
                Vault::open(&files, &wrapping()),
                Err(OpenError::NoPermission)
            ));

            set_mode(&files.database(), 0o000);
            assert!(matches!(peek(&files), Err(OpenError::NoPermission)));
            assert!(matches!(
                Vault::open(&files, &wrapping()),
                Err(OpenError::NoPermission)
            ));
            set_mode(&files.database(), 0o600);

            set_mode(files.dir(), 0o500);
            assert!(
                fs::write(files.dir().join("control"), b"x").is_err(),
                "the folder could be written"
            );
            assert!(peek(&files).is_ok());
            assert!(matches!(
                Vault::open(&files, &wrapping()),
                Err(OpenError::NoPermission)
            ));
            set_mode(files.dir(), 0o000);
            assert!(matches!(peek(&files), Err(OpenError::NoPermission)));
            set_mode(files.dir(), 0o700);

            assert_eq!(fs::read(files.database()).unwrap(), before);
            assert_eq!(
                Vault::open(&files, &wrapping())
                    .unwrap()
                    .sessions()
                    .unwrap()
                    .len(),
                1
            );
        },
    );
}

#[test]
fn a_vault_is_not_made_where_nothing_may_be_written() {
    not_as_root(
        "elsewhere::a_vault_is_not_made_where_nothing_may_be_written",
        |folder| {
            let parent = folder.join("parent");
            fs::create_dir(&parent).unwrap();
            set_mode(&parent, 0o500);
            assert!(
                fs::write(parent.join("control"), b"x").is_err(),
                "the folder could be written"
            );
            let files = VaultFiles::new(parent.join("keyfob"));
            let made = Vault::create(&files, Uuid::nil(), &wrapping(), NOW);
            assert!(matches!(made, Err(CreateError::NoPermission)), "{made:?}");
            assert!(DesktopLock::try_take(&files).is_err());
            set_mode(&parent, 0o700);
            assert!(!files.dir().exists());
        },
    );
}

#[test]
fn the_folder_of_another_user_is_refused() {
    not_as_root("elsewhere::the_folder_of_another_user_is_refused", |_| {
        let files = VaultFiles::new("/");
        assert!(
            fs::write("/keyfob-control", b"x").is_err(),
            "the root folder could be written"
        );
        assert!(matches!(files.prepare(), Err(CreateError::Unsafe(_))));
    });
}

/// Fills the disk of `folder` to the last byte; removing the file makes room again.
fn fill(folder: &Path) -> PathBuf {
    let path = folder.join("filler");
    let mut file = fs::File::create(&path).unwrap();
    while file.write_all(&[0; 1024]).is_ok() {}
    while file.write_all(&[0]).is_ok() {}
    let control = fs::write(folder.join("control"), [0; 4096]).unwrap_err();
    assert_eq!(
        control.kind(),
        std::io::ErrorKind::StorageFull,
        "the disk is not full"
    );
    path
}

#[test]
fn a_full_disk_is_said_and_nothing_is_lost() {
    let name = "elsewhere::a_full_disk_is_said_and_nothing_is_lost";
    let Some(folder) = env::var_os(FOLDER) else {
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new("unshare");
        let script = "mount -t tmpfs -o size=1m,mode=700 tmpfs \"$KEYFOB_TEST_FOLDER\" && exec \"$0\" \"$@\"";
        command
            .args(["-rm", "sh", "-c", script])
            .arg(env::current_exe().unwrap());
        return run_again(&mut command, name, dir.path());
    };
    let folder = Path::new(&folder);
    let files = VaultFiles::new(folder.join("keyfob"));

    let filler = fill(folder);
    let made = Vault::create(&files, Uuid::from_u128(1), &wrapping(), NOW);
    assert!(matches!(made, Err(CreateError::DiskFull)), "{made:?}");
    assert!(!files.database().exists());
    fs::remove_file(filler).unwrap();

    let vault = Vault::create(&files, Uuid::from_u128(1), &wrapping(), NOW).unwrap();
    vault
        .write(|change| change.put_session(&session(1, 1)))
        .unwrap();
    let filler = fill(folder);
    let large = Secrets {
        access: Some(AccessToken::new("t".repeat(200_000))),
        ..Secrets::default()
    };
    let written = vault.write(|change| {
        change.put_session(&session(1, 2))?;
        change.put_secrets(id(1), &large)
    });
    assert!(matches!(written, Err(VaultError::DiskFull)), "{written:?}");
    assert_eq!(vault.session(id(1)).unwrap().unwrap().generation, 1);
    assert!(vault.rows_match_ledger().unwrap());
    fs::remove_file(filler).unwrap();
    vault
        .write(|change| change.put_secrets(id(1), &large))
        .unwrap();
    drop(vault);

    let filler = fill(folder);
    let opened = Vault::open(&files, &wrapping());
    assert!(matches!(opened, Err(OpenError::DiskFull)), "{opened:?}");
    fs::remove_file(filler).unwrap();
    let vault = Vault::open(&files, &wrapping()).unwrap();
    assert_eq!(vault.damage(), None);
    assert!(
        vault
            .secrets(id(1))
            .unwrap()
            .unwrap()
            .access
            .unwrap()
            .same_as(&"t".repeat(200_000))
    );
}
