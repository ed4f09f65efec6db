//! Files that are not ours to open: each is told apart, and none is touched.

use std::fs;

use keyfob_secret::Key32;
use keyfob_vault::{CreateError, OpenError, UnsafePath, Vault, VaultError, lock::UseLock, peek};
use rusqlite::Connection;
use uuid::Uuid;

use crate::support::{Home, NOW, sign_in, wrapping};

/// What peeking and opening both say, with the file unchanged by either.
fn refused(home: &Home) -> OpenError {
    let before = home.bytes();
    let peeked = peek(&home.files).unwrap_err();
    let opened = Vault::open(&home.files, &wrapping()).unwrap_err();
    assert_eq!(peeked.to_string(), opened.to_string());
    assert!(matches!(
        Vault::create(&home.files, Uuid::nil(), &wrapping(), NOW),
        Err(CreateError::Exists)
    ));
    assert_eq!(home.bytes(), before, "the file was touched");
    peeked
}

#[test]
fn nothing_there() {
    let home = Home::new();
    assert!(matches!(peek(&home.files), Err(OpenError::Missing)));
    assert!(matches!(
        Vault::open(&home.files, &wrapping()),
        Err(OpenError::Missing)
    ));
    assert!(!home.files.dir().exists(), "looking made a folder");
    home.files.prepare().unwrap();
    assert!(matches!(peek(&home.files), Err(OpenError::Missing)));
}

#[test]
fn an_existing_vault_is_never_made_anew() {
    let home = Home::new();
    sign_in(&home.create(), 1);
    let again = Vault::create(&home.files, Uuid::from_u128(2), &Key32::new([1; 32]), NOW);
    assert!(matches!(again, Err(CreateError::Exists)));
    assert_eq!(home.open().sessions().unwrap().len(), 1);
}

#[test]
fn an_unfinished_vault_of_a_crash_is_no_obstacle() {
    let home = Home::new();
    home.files.prepare().unwrap();
    fs::write(home.files.dir().join("vault.db.new"), b"half a vault").unwrap();
    drop(home.create());
    assert!(!home.files.dir().join("vault.db.new").exists());
    assert_eq!(home.open().damage(), None);
}

#[test]
fn another_key_is_told_from_damage() {
    let home = Home::new();
    sign_in(&home.create(), 1);
    let before = home.bytes();
    assert!(matches!(
        Vault::open(&home.files, &Key32::new([1; 32])),
        Err(OpenError::WrongKey)
    ));
    assert_eq!(home.bytes(), before);
    assert_eq!(home.open().sessions().unwrap().len(), 1);
}

#[test]
fn a_newer_vault_is_left_as_it_is() {
    let home = Home::new();
    sign_in(&home.create(), 1);
    home.tamper("PRAGMA user_version = 2; PRAGMA journal_mode = DELETE;");
    assert!(matches!(
        refused(&home),
        OpenError::Newer {
            found: 2,
            supported: 1
        }
    ));
    assert!(!home.files.write_ahead_log().exists());
}

#[test]
fn a_vault_that_became_newer_in_its_log_is_left_as_it_is() {
    let home = Home::new();
    drop(home.create());
    let other = Connection::open(home.files.database()).unwrap();
    other.execute_batch("PRAGMA user_version = 2").unwrap();
    assert!(fs::metadata(home.files.write_ahead_log()).unwrap().len() > 0);
    assert!(matches!(
        refused(&home),
        OpenError::Newer {
            found: 2,
            supported: 1
        }
    ));
}

#[test]
fn a_vault_that_becomes_newer_while_open_is_not_written() {
    let home = Home::new();
    let vault = home.create();
    home.tamper("PRAGMA user_version = 2");
    assert!(matches!(
        vault.write(|_| Ok(())),
        Err(VaultError::FormatChanged)
    ));
}

#[test]
fn not_a_database() {
    for content in [
        &b"%PDF-1.7 and so on, for long enough to be a page or two"[..],
        &[0xAA; 8192],
        b"x",
    ] {
        let home = Home::new();
        home.files.prepare().unwrap();
        fs::write(home.files.database(), content).unwrap();
        let error = refused(&home);
        assert!(
            matches!(error, OpenError::NotADatabase),
            "{error:?} for {} bytes",
            content.len()
        );
    }
}

#[test]
fn a_database_of_another_program() {
    let home = Home::new();
    home.files.prepare().unwrap();
    home.tamper("CREATE TABLE moz_places (id); PRAGMA application_id = 12345;");
    assert!(matches!(
        refused(&home),
        OpenError::NotOurs {
            application_id: 12345
        }
    ));
}

#[test]
fn cut_so_short_that_nothing_is_left() {
    let home = Home::new();
    sign_in(&home.create(), 50);
    let whole = home.bytes();
    for length in [0, 10, 16, 99, 100, 600, 4096] {
        fs::write(home.files.database(), &whole[..length]).unwrap();
        let error = refused(&home);
        assert!(
            matches!(error, OpenError::CutShort),
            "{error:?} at {length}"
        );
    }
}

#[test]
fn zeroed_or_scrambled_beginnings() {
    let home = Home::new();
    sign_in(&home.create(), 5);
    let whole = home.bytes();
    let mut zeroed = whole.clone();
    zeroed[..100].fill(0);
    fs::write(home.files.database(), &zeroed).unwrap();
    assert!(matches!(refused(&home), OpenError::NotADatabase));
    let mut scrambled = whole;
    scrambled[100..4096].fill(0x5A);
    fs::write(home.files.database(), &scrambled).unwrap();
    assert!(matches!(refused(&home), OpenError::Damaged));
}

#[test]
fn in_exclusive_use() {
    let home = Home::new();
    drop(home.create());
    let lock = UseLock::try_exclusive(&home.files).unwrap();
    assert!(matches!(
        Vault::open(&home.files, &wrapping()),
        Err(OpenError::Busy)
    ));
    drop(lock);
    let vault = home.open();
    assert!(
        UseLock::try_exclusive(&home.files).is_err(),
        "an open vault holds the lock"
    );
    assert_eq!(
        home.open().id(),
        vault.id(),
        "a second process may open it too"
    );
}

#[test]
fn symbolic_links() {
    use std::os::unix::fs::symlink;
    let real = Home::new();
    drop(real.create());
    let home = Home::new();
    symlink(real.files.dir(), home.files.dir()).unwrap();
    assert!(matches!(
        peek(&home.files),
        Err(OpenError::Unsafe(UnsafePath::Symlink))
    ));
    assert!(matches!(
        home.files.prepare(),
        Err(CreateError::Unsafe(UnsafePath::Symlink))
    ));

    let home = Home::new();
    home.files.prepare().unwrap();
    symlink(real.files.database(), home.files.database()).unwrap();
    assert!(matches!(
        peek(&home.files),
        Err(OpenError::Unsafe(UnsafePath::Symlink))
    ));
    let made = Vault::create(&home.files, Uuid::nil(), &wrapping(), NOW);
    assert!(matches!(made, Err(CreateError::Exists)));

    let home = Home::new();
    home.files.prepare().unwrap();
    let elsewhere = home.dir.path().join("elsewhere");
    symlink(&elsewhere, home.files.database()).unwrap();
    assert!(matches!(
        Vault::create(&home.files, Uuid::nil(), &wrapping(), NOW),
        Err(CreateError::Exists)
    ));
    assert!(
        !elsewhere.exists(),
        "a vault was made through a dangling link"
    );
}
