//! Locks between processes.

use std::{fs, process};

use keyfob_vault::lock::{CredentialLock, DesktopLock, LockError, UseLock};

use crate::support::{Home, id};

fn holder<T: std::fmt::Debug>(taken: Result<T, LockError>) -> Option<u32> {
    match taken {
        Err(LockError::Held { holder }) => holder,
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_desktop_at_a_time_and_the_other_learns_who() {
    let home = Home::new();
    let first = DesktopLock::try_take(&home.files).unwrap();
    assert_eq!(
        holder(DesktopLock::try_take(&home.files)),
        Some(process::id())
    );
    drop(first);
    DesktopLock::try_take(&home.files).unwrap();
}

#[test]
fn use_is_shared_or_exclusive() {
    let home = Home::new();
    home.files.prepare().unwrap();
    let one = UseLock::try_shared(&home.files).unwrap();
    let two = UseLock::try_shared(&home.files).unwrap();
    assert_eq!(
        holder(UseLock::try_exclusive(&home.files)),
        Some(process::id())
    );
    drop((one, two));
    let alone = UseLock::try_exclusive(&home.files).unwrap();
    assert_eq!(
        holder(UseLock::try_shared(&home.files)),
        Some(process::id())
    );
    drop(alone);
    UseLock::try_shared(&home.files).unwrap();
}

#[test]
fn credentials_lock_each_for_itself() {
    let home = Home::new();
    home.files.prepare().unwrap();
    let one = CredentialLock::try_take(&home.files, id(1)).unwrap();
    CredentialLock::try_take(&home.files, id(2)).unwrap();
    assert_eq!(
        holder(CredentialLock::try_take(&home.files, id(1))),
        Some(process::id())
    );
    drop(one);
    CredentialLock::try_take(&home.files, id(1)).unwrap();
}

#[test]
fn a_lock_on_a_removed_file_holds_nobody_up_and_is_no_lock() {
    let home = Home::new();
    home.files.prepare().unwrap();
    let old = CredentialLock::try_take(&home.files, id(1)).unwrap();
    fs::remove_file(home.files.credential_lock(id(1))).unwrap();
    let new = CredentialLock::try_take(&home.files, id(1)).unwrap();
    drop(old);
    assert_eq!(
        holder(CredentialLock::try_take(&home.files, id(1))),
        Some(process::id())
    );
    new.remove();
    assert!(!home.files.credential_lock(id(1)).exists());
    CredentialLock::try_take(&home.files, id(1)).unwrap();
}

#[test]
fn a_killed_holder_lets_go() {
    let home = Home::new();
    home.files.prepare().unwrap();
    drop(UseLock::try_shared(&home.files).unwrap());
    let mut other = process::Command::new("flock")
        .args(["--exclusive", "--no-fork"])
        .arg(home.files.use_lock())
        .args(["sh", "-c", "echo held; exec sleep 600"])
        .stdout(process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = [0; 4];
    std::io::Read::read_exact(&mut other.stdout.take().unwrap(), &mut said).unwrap();
    assert!(matches!(
        UseLock::try_shared(&home.files),
        Err(LockError::Held { .. })
    ));
    other.kill().unwrap();
    other.wait().unwrap();
    UseLock::try_shared(&home.files).unwrap();
}
