//! No form of any secret is in any file.

use std::{collections::BTreeMap, fs};

use keyfob_audit::Draft;
use keyfob_secret::{AccessToken, ClientSecret, IdToken, Key32, RefreshToken};
use keyfob_vault::{AdminCredentials, Secrets, Vault};
use uuid::Uuid;

use crate::{
    canary::Canary,
    support::{Home, NOW, id, issuer, session, signed_in},
};

const ACCESS: &str = "canary-access-eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.";
const REFRESH: &str = "canary-refresh/0123+4567=89?&~-abcdefgh";
const ID_TOKEN: &str = "canary-id-eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwcyJ9.c2ln";
const CLIENT_SECRET: &str = "canary-client-secret-Xy7_Qw9";
const ADMIN_SECRET: &str = "canary-admin-secret-Zz8_Pp0";
const ACCOUNT: &str = "canary-account-ada@lovelace.example";
const ISSUER: &str = "https://canary-issuer.example/realm";
const LABEL: &str = "canary-label-of-a-session";

fn canaries() -> Vec<(&'static str, Canary)> {
    [
        ACCESS,
        REFRESH,
        ID_TOKEN,
        CLIENT_SECRET,
        ADMIN_SECRET,
        ACCOUNT,
        ISSUER,
        LABEL,
    ]
    .into_iter()
    .map(|secret| (secret, Canary::of(secret)))
    .collect()
}

fn files_of(home: &Home) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(home.files.dir())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect()
}

fn search(home: &Home) -> Vec<String> {
    let mut found = Vec::new();
    for (name, bytes) in files_of(home) {
        for (secret, canary) in canaries() {
            found.extend(
                canary
                    .found_in(&bytes)
                    .into_iter()
                    .map(|form| format!("{secret} in {name}, {form}")),
            );
        }
    }
    found
}

fn fill(vault: &Vault) {
    let mut with_canaries = session(1, 1);
    with_canaries.account.email = Some(ACCOUNT.into());
    with_canaries.issuer = ISSUER.into();
    with_canaries.name = LABEL.into();
    with_canaries.labels = vec![LABEL.into()];
    let tokens = Secrets {
        access: Some(AccessToken::new(ACCESS.into())),
        refresh: Some(RefreshToken::new(REFRESH.into())),
        id_token: Some(IdToken::new(ID_TOKEN.into())),
    };
    let mut event: Draft = signed_in(1, 1);
    event.guarded.account = Some(ACCOUNT.into());
    event.guarded.issuer = Some(ISSUER.into());
    let mut there = issuer(1);
    there.issuer = ISSUER.into();
    there.metadata = serde_json::json!({"issuer": ISSUER});
    vault
        .write(|change| {
            change.put_session(&with_canaries)?;
            change.put_secrets(id(1), &tokens)?;
            change.put_issuer(&there)?;
            change.put_client_secret(there.id, Some(&ClientSecret::new(CLIENT_SECRET.into())))?;
            let admin = AdminCredentials {
                client_id: "admin".into(),
                client_secret: ClientSecret::new(ADMIN_SECRET.into()),
            };
            change.put_admin_credentials(there.id, Some(&admin))?;
            change.put_setting(LABEL, &ACCOUNT)?;
            change.record(event)
        })
        .unwrap();
}

#[test]
fn no_secret_is_in_the_file_its_log_or_its_index() {
    let home = Home::new();
    let vault = home.create();
    fill(&vault);
    let names: Vec<_> = files_of(&home).into_keys().collect();
    for name in ["vault.db", "vault.db-wal", "vault.db-shm"] {
        assert!(names.contains(&name.to_owned()), "{name} was not searched");
    }
    assert_eq!(search(&home), Vec::<String>::new());
    vault.write(|change| change.wipe_secrets(id(1))).unwrap();
    vault.checkpoint_wal();
    assert_eq!(search(&home), Vec::<String>::new());
    drop(vault);
    assert_eq!(search(&home), Vec::<String>::new());
}

#[test]
fn the_search_finds_what_was_planted() {
    let home = Home::new();
    fill(&home.create());
    for (secret, canary) in canaries() {
        for (form, bytes) in canary.every_form() {
            let planted = [&[7; 5000], bytes, &[9; 50]].concat();
            assert!(
                canary.found_in(&planted).contains(&form),
                "{secret}, {form}"
            );
        }
    }
    let planted = Canary::of(REFRESH)
        .every_form()
        .map(|(_, bytes)| bytes.to_vec())
        .collect::<Vec<_>>()
        .concat();
    fs::write(home.files.dir().join("planted"), planted).unwrap();
    assert!(
        search(&home)
            .iter()
            .any(|found| found.starts_with(&format!("{REFRESH} in planted")))
    );
    fs::remove_file(home.files.dir().join("planted")).unwrap();

    // The same by way of SQLite: a token that is not sealed is found in the log and in the file.
    home.tamper(&format!(
        "PRAGMA wal_autocheckpoint = 0; UPDATE session SET sealed = CAST('{ACCESS}' AS BLOB)"
    ));
    assert!(search(&home).iter().any(|found| found.starts_with(ACCESS)));
}

#[test]
fn no_key_is_in_any_file() {
    let home = Home::new();
    let wrapping = Key32::new(*b"canary-wrapping-key-0123456789ab");
    let vault = Vault::create(&home.files, Uuid::from_u128(5), &wrapping, NOW).unwrap();
    fill(&vault);
    let canary = Canary::of("canary-wrapping-key-0123456789ab");
    for (name, bytes) in files_of(&home) {
        assert_eq!(canary.found_in(&bytes), Vec::<&str>::new(), "{name}");
    }
}

#[test]
fn a_wiped_token_leaves_no_sealed_bytes_behind() {
    let home = Home::new();
    let vault = home.create();
    fill(&vault);
    vault.checkpoint_wal();
    let conn = rusqlite::Connection::open(home.files.database()).unwrap();
    let sealed: Vec<u8> = conn
        .query_row("SELECT sealed FROM session_secret", [], |row| row.get(0))
        .unwrap();
    conn.close().unwrap();
    let contains = |bytes: &[u8]| {
        bytes
            .windows(64)
            .any(|window| window == &sealed[sealed.len() - 64..])
    };
    assert!(contains(&home.bytes()), "the control finds nothing");
    vault.write(|change| change.wipe_secrets(id(1))).unwrap();
    vault.checkpoint_wal();
    for (name, bytes) in files_of(&home) {
        assert!(!contains(&bytes), "{name}");
    }
}
