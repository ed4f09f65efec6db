//! In the hands of somebody who can write the file and has no key.

use keyfob_vault::{Fault, Replayed, RowFault, Table, VaultError};
use rusqlite::Connection;
use uuid::Uuid;

use crate::support::{Home, full_session, id, refreshed, secrets, session, sign_in, signed_in};

/// Names a row in SQL.
fn row(number: u128) -> String {
    format!("x'{}'", Uuid::from_u128(number).simple())
}

#[test]
fn swapped_rows_do_not_open_and_the_others_do() {
    let home = Home::new();
    sign_in(&home.create(), 3);
    home.tamper(&format!(
        "CREATE TEMP TABLE t AS SELECT id, sealed, version FROM session;
         UPDATE session SET sealed = (SELECT sealed FROM t WHERE t.id = {two}) WHERE id = {one};
         UPDATE session SET sealed = (SELECT sealed FROM t WHERE t.id = {one}) WHERE id = {two};",
        one = row(1),
        two = row(2)
    ));
    let vault = home.open();
    let left: Vec<_> = vault
        .sessions()
        .unwrap()
        .iter()
        .map(|session| session.id)
        .collect();
    assert_eq!(left, [id(3)]);
    let fault = |number| RowFault {
        table: Table::Session,
        row: Some(Uuid::from_u128(number)),
        fault: Fault::NotAuthentic,
    };
    let damage = vault.damage().unwrap();
    assert_eq!(damage.rows, [fault(1), fault(2)]);
    assert!(!damage.read_only);
    assert!(matches!(vault.session(id(1)), Err(VaultError::Unreadable)));
    assert!(
        vault
            .write(|change| change.put_session(&session(4, 1)))
            .is_ok()
    );
}

#[test]
fn tokens_of_one_session_do_not_open_as_those_of_another() {
    let home = Home::new();
    sign_in(&home.create(), 2);
    home.tamper(&format!(
        "UPDATE session_secret SET sealed = (SELECT sealed FROM session_secret WHERE id = {}) WHERE id = {}",
        row(2),
        row(1)
    ));
    let vault = home.open();
    assert!(matches!(vault.secrets(id(1)), Err(VaultError::Unreadable)));
    assert!(vault.secrets(id(2)).unwrap().is_some());
}

#[test]
fn a_row_does_not_open_under_another_version_kind_or_table() {
    let tampering = [
        "UPDATE session SET version = version + 1".to_owned(),
        "UPDATE session SET kind = 2".to_owned(),
        "DELETE FROM session; INSERT INTO session SELECT * FROM session_secret".to_owned(),
        "UPDATE session SET sealed = zeroblob(200)".to_owned(),
        "UPDATE session SET sealed = x''".to_owned(),
    ];
    for sql in tampering {
        let home = Home::new();
        sign_in(&home.create(), 1);
        home.tamper(&sql);
        let vault = home.open();
        assert_eq!(vault.sessions().unwrap(), [], "{sql}");
        assert_eq!(vault.damage().unwrap().rows.len(), 1, "{sql}");
    }
}

#[test]
fn rows_of_another_vault_do_not_open() {
    let (home, other) = (Home::new(), Home::new());
    sign_in(&home.create(), 1);
    sign_in(&other.create(), 1);
    home.tamper(&format!(
        "ATTACH '{}' AS other; DELETE FROM session; INSERT INTO session SELECT * FROM other.session",
        other.files.database().display()
    ));
    let vault = home.open();
    assert_eq!(vault.sessions().unwrap(), []);
    assert_eq!(vault.damage().unwrap().rows[0].fault, Fault::NotAuthentic);
}

/// The session's rows as they are, to be put back later.
fn keep_rows(home: &Home, table: &str) -> impl Fn() {
    let copy = home.dir.path().join(format!("{table}.old"));
    let database = home.files.database();
    let conn = Connection::open(&database).unwrap();
    conn.execute("VACUUM INTO ?1", [copy.to_str().unwrap()])
        .unwrap();
    let table = table.to_owned();
    move || {
        let conn = Connection::open(&database).unwrap();
        conn.execute("ATTACH ?1 AS old", [copy.to_str().unwrap()])
            .unwrap();
        conn.execute_batch(&format!(
            "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM old.{table}"
        ))
        .unwrap();
    }
}

#[test]
fn a_row_put_back_from_an_older_copy_is_found_by_ledger_and_log() {
    let home = Home::new();
    let vault = home.create();
    sign_in(&vault, 2);
    assert!(vault.rows_match_ledger().unwrap());
    let put_back = keep_rows(&home, "session");
    vault
        .write(|change| {
            change.put_session(&full_session(&vault, 1, 2))?;
            change.record(refreshed(1, 2))
        })
        .unwrap();
    assert!(vault.rows_match_ledger().unwrap());
    assert_eq!(vault.replayed().unwrap(), []);

    put_back();
    assert_eq!(
        vault.session(id(1)).unwrap().unwrap().generation,
        1,
        "the old row authenticates"
    );
    assert!(!vault.rows_match_ledger().unwrap());
    assert_eq!(
        vault.replayed().unwrap(),
        [Replayed {
            session: id(1),
            recorded: 2,
            found: Some(1)
        }]
    );
}

#[test]
fn tokens_put_back_after_they_were_wiped_are_found_by_the_ledger() {
    let home = Home::new();
    let vault = home.create();
    sign_in(&vault, 1);
    let put_back = keep_rows(&home, "session_secret");
    vault.write(|change| change.wipe_secrets(id(1))).unwrap();
    assert!(vault.rows_match_ledger().unwrap());
    put_back();
    assert!(vault.secrets(id(1)).unwrap().is_some());
    assert!(!vault.rows_match_ledger().unwrap());
}

#[test]
fn a_row_deleted_from_outside_is_found_by_ledger_and_log() {
    let home = Home::new();
    sign_in(&home.create(), 2);
    home.tamper(&format!("DELETE FROM session WHERE id = {}", row(1)));
    let vault = home.open();
    assert!(!vault.rows_match_ledger().unwrap());
    assert_eq!(
        vault.replayed().unwrap(),
        [Replayed {
            session: id(1),
            recorded: 1,
            found: None
        }]
    );
}

#[test]
fn a_session_removed_by_its_user_is_not_suspect() {
    let home = Home::new();
    let vault = home.create();
    sign_in(&vault, 2);
    vault
        .write(|change| {
            change.delete_session(id(1))?;
            let removed = keyfob_audit::EventKind::SessionRemoved;
            change.record(keyfob_audit::Draft {
                event: removed,
                generation: None,
                ..signed_in(1, 1)
            })
        })
        .unwrap();
    assert!(vault.rows_match_ledger().unwrap());
    assert_eq!(vault.replayed().unwrap(), []);
}

#[test]
fn a_row_written_anew_after_its_deletion_has_a_version_never_used_before() {
    let home = Home::new();
    let vault = home.create();
    let version = || -> i64 {
        let conn = Connection::open(home.files.database()).unwrap();
        conn.query_row("SELECT version FROM session_secret", [], |row| row.get(0))
            .unwrap()
    };
    vault
        .write(|change| change.put_secrets(id(1), &secrets(1)))
        .unwrap();
    let first = version();
    vault.write(|change| change.wipe_secrets(id(1))).unwrap();
    vault
        .write(|change| change.put_secrets(id(1), &secrets(1)))
        .unwrap();
    assert!(version() > first);
}

#[test]
fn events_altered_or_missing_are_left_out_and_listed() {
    let home = Home::new();
    sign_in(&home.create(), 4);
    home.tamper(
        "UPDATE audit_event SET sealed = (SELECT sealed FROM audit_event WHERE seq = 2) WHERE seq = 3;
         DELETE FROM audit_event WHERE seq = 5;",
    );
    let vault = home.open();
    let seqs: Vec<_> = vault
        .audit_events(1..=10)
        .unwrap()
        .iter()
        .map(|event| event.seq)
        .collect();
    assert_eq!(seqs, [1, 2, 4]);
    assert_eq!(vault.damage().unwrap().rows.len(), 1);
    assert_eq!(
        vault.audit_head().unwrap().seq,
        5,
        "the head still knows what is missing"
    );
}

#[test]
fn a_slot_moved_to_another_name_does_not_open() {
    let home = Home::new();
    drop(home.create());
    home.tamper("UPDATE slot SET id = zeroblob(16)");
    let opened = keyfob_vault::Vault::open(&home.files, &crate::support::wrapping());
    assert!(
        matches!(opened, Err(keyfob_vault::OpenError::Damaged)),
        "{opened:?}"
    );
}
