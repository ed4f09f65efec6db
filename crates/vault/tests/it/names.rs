//! The index of names: it says what a look at every session says, or that it can't tell.

use std::fs;

use keyfob_secret::Key32;
use keyfob_token::{Session, SessionId};
use keyfob_vault::Vault;
use rusqlite::Connection;

use crate::support::{Home, id, session};

fn named(number: u128, name: &str) -> Session {
    Session {
        name: name.to_owned(),
        ..session(number, 1)
    }
}

fn put(vault: &Vault, number: u128, name: &str) {
    vault
        .write(|change| change.put_session(&named(number, name)))
        .unwrap();
}

/// The sessions that the index gives for a name.
fn indexed(vault: &Vault, name: &str) -> Option<Vec<SessionId>> {
    let found = vault.sessions_named(name).unwrap()?;
    let mut ids: Vec<_> = found.iter().map(|session| session.id).collect();
    ids.sort_unstable();
    Some(ids)
}

#[test]
fn the_index_follows_every_change_of_a_name() {
    const NAMES: [&str; 4] = ["work", "Work", "home", ""];
    let home = Home::new();
    let vault = home.create();
    // A walk through changes of a few sessions that often share names: the same on every run.
    let mut state = 1_u32;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % below
    };
    for step in 0..300 {
        let number = next(5) as u128 + 1;
        let name = NAMES[next(4)];
        vault
            .write(|change| match next(4) {
                0 => change.delete_session(id(number)),
                1 => {
                    change.put_session(&named(number, "in between"))?;
                    change.put_session(&named(number, name))
                }
                _ => change.put_session(&named(number, name)),
            })
            .unwrap();
        let sessions = vault.sessions().unwrap();
        for name in NAMES.into_iter().chain(["in between", "nobody"]) {
            let mut expected: Vec<_> = sessions
                .iter()
                .filter(|session| session.name == name)
                .map(|session| session.id)
                .collect();
            expected.sort_unstable();
            assert_eq!(indexed(&vault, name), Some(expected), "{name} after {step}");
        }
        assert!(vault.rows_match_ledger().unwrap(), "after {step}");
    }
}

#[test]
fn a_change_that_is_not_kept_leaves_the_index_as_it_was() {
    let home = Home::new();
    let vault = home.create();
    put(&vault, 1, "work");
    let failed = vault.write(|change| {
        change.put_session(&named(1, "home"))?;
        change.session(id(9)).map(drop)
    });
    assert!(failed.is_err());
    assert_eq!(indexed(&vault, "work"), Some(vec![id(1)]));
    assert_eq!(indexed(&vault, "home"), Some(vec![]));
}

#[test]
fn a_file_without_the_index_says_so_until_its_first_change() {
    let home = Home::new();
    home.files.prepare().unwrap();
    let fixture = include_bytes!("../fixtures/format-1.db");
    fs::write(home.files.database(), fixture).unwrap();
    let vault = Vault::open(&home.files, &Key32::new([0x42; 32])).unwrap();
    let there = vault.sessions().unwrap().remove(0);
    assert_eq!(indexed(&vault, &there.name), None);
    vault
        .write(|change| change.put_setting("theme", &"light"))
        .unwrap();
    assert_eq!(indexed(&vault, &there.name), Some(vec![there.id]));
    assert!(vault.rows_match_ledger().unwrap());
}

#[test]
fn more_sessions_of_a_name_than_are_listed_are_left_to_a_look_at_all() {
    let home = Home::new();
    let vault = home.create();
    for number in 1..=16 {
        put(&vault, number, "work");
    }
    assert_eq!(indexed(&vault, "work").map(|ids| ids.len()), Some(16));
    put(&vault, 17, "work");
    assert_eq!(indexed(&vault, "work"), None);
    // Who is missing from the list is not known any more, however few are left.
    for number in 2..=17 {
        vault
            .write(|change| change.delete_session(id(number)))
            .unwrap();
    }
    assert_eq!(indexed(&vault, "work"), None);
    put(&vault, 1, "home");
    assert_eq!(indexed(&vault, "home"), Some(vec![id(1)]));
}

#[test]
fn an_altered_row_of_the_index_is_not_believed_and_hinders_no_change() {
    let alterations = [
        "UPDATE setting SET sealed = zeroblob(150)",
        "UPDATE setting SET version = version + 1",
        "UPDATE setting SET sealed = x''",
    ];
    for sql in alterations {
        let home = Home::new();
        put(&home.create(), 1, "work");
        home.tamper(sql);
        let vault = home.open();
        assert_eq!(indexed(&vault, "work"), None, "{sql}");
        put(&vault, 2, "work");
        assert_eq!(indexed(&vault, "work"), None, "{sql}");
        put(&vault, 1, "home");
        assert_eq!(indexed(&vault, "home"), Some(vec![id(1)]), "{sql}");
    }
}

#[test]
fn a_row_of_the_index_put_back_leads_to_no_session_of_another_name_and_is_found_by_the_ledger() {
    let home = Home::new();
    let vault = home.create();
    put(&vault, 1, "work");
    let copy = home.dir.path().join("old.db");
    let conn = Connection::open(home.files.database()).unwrap();
    conn.execute("VACUUM INTO ?1", [copy.to_str().unwrap()])
        .unwrap();
    put(&vault, 1, "home");
    put(&vault, 2, "work");
    conn.execute("ATTACH ?1 AS old", [copy.to_str().unwrap()])
        .unwrap();
    conn.execute_batch("DELETE FROM setting; INSERT INTO setting SELECT * FROM old.setting")
        .unwrap();
    assert_eq!(
        indexed(&vault, "work"),
        None,
        "session 1 has another name now"
    );
    assert!(!vault.rows_match_ledger().unwrap());
}

#[test]
fn sessions_are_found_by_the_range_of_their_ids() {
    let home = Home::new();
    let vault = home.create();
    for number in [5, 1, 3] {
        put(&vault, number, "work");
    }
    let between = |first, last| -> Vec<_> {
        let found = vault.sessions_between(id(first), id(last)).unwrap();
        found.iter().map(|session| session.id).collect()
    };
    assert_eq!(between(0, 9), [id(1), id(3), id(5)]);
    assert_eq!(between(3, 3), [id(3)]);
    assert_eq!(between(6, 9), []);
}
