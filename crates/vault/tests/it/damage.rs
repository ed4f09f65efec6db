//! Damaged files open for reading, row by row, and stay as they are.

use std::fs;

use keyfob_vault::{Vault, VaultError, peek};

use crate::support::{Home, id, secrets, session, sign_in};

const COUNT: u128 = 400;

/// A vault of some size, moved into its file.
fn large() -> Home {
    let home = Home::new();
    let vault = home.create();
    sign_in(&vault, COUNT);
    drop(vault);
    home
}

fn write_fails(vault: &Vault) {
    let written = vault.write(|change| change.put_session(&session(1, 9)));
    assert!(matches!(written, Err(VaultError::Damaged)));
}

#[test]
fn a_file_cut_short_gives_what_is_left_of_it() {
    let home = large();
    let whole = home.bytes();
    let left: Vec<usize> = [9, 7, 5, 3]
        .into_iter()
        .map(|tenths| {
            let cut = &whole[..whole.len() * tenths / 10];
            fs::write(home.files.database(), cut).unwrap();
            assert!(peek(&home.files).unwrap().damaged);
            let vault = home.open();
            let sessions = vault.sessions().unwrap();
            for found in &sessions {
                assert!(found.name.starts_with("Session "));
            }
            let tokens = (1..=COUNT)
                .filter(|number| matches!(vault.secrets(id(*number)), Ok(Some(_))))
                .count();
            assert!(vault.damage().unwrap().read_only);
            write_fails(&vault);
            drop(vault);
            assert_eq!(home.bytes(), cut, "the original was touched");
            sessions.len() + tokens
        })
        .collect();
    assert!(left.is_sorted_by(|more, less| more >= less), "{left:?}");
    assert!(left[0] > 600, "hardly anything was salvaged: {left:?}");
    assert!(left[3] > 0, "{left:?}");
}

#[test]
fn a_page_overwritten_in_the_middle_hides_only_its_own_rows() {
    let home = large();
    let mut bytes = home.bytes();
    let conn = rusqlite::Connection::open(home.files.database()).unwrap();
    // A leaf of the table of sessions, neither the first nor the last.
    let page: i64 = conn
        .query_row(
            "SELECT pageno FROM dbstat WHERE name = 'session' AND pagetype = 'leaf' LIMIT 1 OFFSET 5",
            [],
            |row| row.get(0),
        )
        .unwrap();
    conn.close().unwrap();
    let page = usize::try_from(page).unwrap();
    bytes[(page - 1) * 4096..page * 4096].fill(0xFF);
    fs::write(home.files.database(), &bytes).unwrap();

    let vault = home.open();
    let sessions = vault.sessions().unwrap();
    let lost = usize::try_from(COUNT).unwrap() - sessions.len();
    assert!(
        (1..=20).contains(&lost),
        "{lost} sessions were lost with one page"
    );
    assert!(
        sessions.iter().any(|found| found.id == id(COUNT)),
        "the rows behind it are there"
    );
    let damage = vault.damage().unwrap();
    assert!(damage.read_only);
    assert!(!damage.rows.is_empty());
    write_fails(&vault);
    assert!(
        vault
            .secrets(id(3))
            .unwrap()
            .unwrap()
            .access
            .unwrap()
            .same_as(secrets(3).access.unwrap().expose())
    );
    drop(vault);
    assert_eq!(home.bytes(), bytes, "the original was touched");
}

#[test]
fn a_flipped_bit_in_a_row_hides_only_that_row() {
    let home = large();
    home.tamper("UPDATE session SET sealed = CAST(substr(sealed, 1, 200) || x'00' || substr(sealed, 202) AS BLOB) WHERE seq = 7");
    let vault = home.open();
    assert!(vault.sessions().unwrap().len() >= 399);
    assert!(!vault.damage().is_some_and(|damage| damage.read_only));
}
