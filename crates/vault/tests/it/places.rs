//! Who may reach the files.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, chown},
};

use keyfob_vault::{CreateError, OpenError, UnsafePath, Vault, lock::CredentialLock, peek};
use uuid::Uuid;

use crate::support::{Home, NOW, id, mode, sign_in, wrapping};

#[test]
fn folder_and_files_are_for_this_user_alone() {
    let home = Home::new();
    let vault = home.create();
    sign_in(&vault, 1);
    let _lock = CredentialLock::try_take(&home.files, id(1)).unwrap();
    assert_eq!(mode(home.files.dir()), 0o700);
    assert_eq!(mode(&home.files.dir().join("locks")), 0o700);
    for name in ["vault.db", "vault.db-wal", "vault.db-shm", "use.lock"] {
        assert_eq!(mode(&home.files.dir().join(name)), 0o600, "{name}");
    }
    assert_eq!(mode(&home.files.credential_lock(id(1))), 0o600);
}

#[test]
fn a_folder_that_others_may_write_is_refused() {
    let home = Home::new();
    drop(home.create());
    for bits in [0o770, 0o707, 0o777] {
        fs::set_permissions(home.files.dir(), Permissions::from_mode(bits)).unwrap();
        assert!(matches!(
            peek(&home.files),
            Err(OpenError::Unsafe(UnsafePath::WritableByOthers))
        ));
        let made = Vault::create(&home.files, Uuid::nil(), &wrapping(), NOW);
        assert!(matches!(
            made,
            Err(CreateError::Unsafe(UnsafePath::WritableByOthers))
        ));
    }
    fs::set_permissions(home.files.dir(), Permissions::from_mode(0o700)).unwrap();
    assert!(peek(&home.files).is_ok());
}

#[test]
fn a_vault_that_others_may_write_is_refused() {
    let home = Home::new();
    drop(home.create());
    fs::set_permissions(home.files.database(), Permissions::from_mode(0o666)).unwrap();
    assert!(matches!(
        peek(&home.files),
        Err(OpenError::Unsafe(UnsafePath::WritableByOthers))
    ));
}

#[test]
fn a_folder_that_others_may_only_read_is_closed_to_them() {
    let home = Home::new();
    fs::create_dir(home.files.dir()).unwrap();
    fs::set_permissions(home.files.dir(), Permissions::from_mode(0o755)).unwrap();
    drop(home.create());
    assert_eq!(mode(home.files.dir()), 0o700);
}

#[test]
fn a_folder_in_place_of_the_vault_and_a_file_in_place_of_the_folder_are_refused() {
    let home = Home::new();
    home.files.prepare().unwrap();
    fs::create_dir(home.files.database()).unwrap();
    assert!(matches!(
        peek(&home.files),
        Err(OpenError::Unsafe(UnsafePath::WrongKind))
    ));

    let home = Home::new();
    fs::write(home.files.dir(), b"a file").unwrap();
    assert!(matches!(
        peek(&home.files),
        Err(OpenError::Unsafe(UnsafePath::WrongKind))
    ));
    assert!(home.files.prepare().is_err());
}

#[test]
fn a_vault_of_another_user_is_refused() {
    let home = Home::new();
    drop(home.create());
    // Only root can give a file away; for everybody else the kernel answers what we would.
    if chown(home.files.database(), Some(65534), None).is_ok() {
        assert!(matches!(
            peek(&home.files),
            Err(OpenError::Unsafe(UnsafePath::ForeignOwner))
        ));
    } else {
        assert_ne!(rustix::process::geteuid().as_raw(), 0);
    }
}
