//! What is written is read again, all of it or nothing.

use std::{panic::AssertUnwindSafe, sync::Arc, thread};

use keyfob_audit::{CHECKPOINT_EVERY, Draft, EventKind, verify_chain};
use keyfob_secret::ClientSecret;
use keyfob_token::TokenKind;
use keyfob_vault::{AdminCredentials, Vault, VaultError, peek};
use uuid::Uuid;

use crate::support::{Home, NOW, id, issuer, secrets, session, sign_in, signed_in, wrapping};

#[test]
fn a_new_vault_says_what_it_is_and_opens_again() {
    let home = Home::new();
    let vault = home.create();
    assert_eq!(vault.id(), Uuid::from_u128(0xF0B));
    assert_eq!(vault.sessions().unwrap(), []);
    let (log_id, key) = (vault.log_id(), vault.audit_signer().fingerprint());
    let named = vault.fingerprint_of("host", "id.example");
    drop(vault);

    let header = peek(&home.files).unwrap();
    assert_eq!(
        (header.vault_id, header.format, header.epoch),
        (Uuid::from_u128(0xF0B), 1, 1)
    );
    assert!(!header.damaged);
    let vault = home.open();
    assert_eq!(
        (vault.log_id(), vault.audit_signer().fingerprint()),
        (log_id, key)
    );
    assert_eq!(vault.fingerprint_of("host", "id.example"), named);
    assert_eq!(vault.damage(), None);
}

#[test]
fn two_vaults_share_no_key() {
    let (one, two) = (Home::new(), Home::new());
    let (one, two) = (one.create(), two.create());
    assert_ne!(one.log_id(), two.log_id());
    assert_ne!(
        one.audit_signer().fingerprint(),
        two.audit_signer().fingerprint()
    );
    assert_ne!(
        one.fingerprint_of("host", "x"),
        two.fingerprint_of("host", "x")
    );
}

#[test]
fn everything_written_is_there_after_a_restart() {
    let home = Home::new();
    let vault = home.create();
    sign_in(&vault, 3);
    vault
        .write(|change| {
            change.put_issuer(&issuer(7))?;
            change.put_client_secret(
                Uuid::from_u128(7),
                Some(&ClientSecret::new("client-secret".into())),
            )?;
            let admin = AdminCredentials {
                client_id: "admin".into(),
                client_secret: ClientSecret::new("admin-secret".into()),
            };
            change.put_admin_credentials(Uuid::from_u128(7), Some(&admin))?;
            change.put_setting("idle-minutes", &15_u32)
        })
        .unwrap();
    let before = vault.sessions().unwrap();
    drop(vault);

    let vault = home.open();
    assert_eq!(vault.sessions().unwrap(), before);
    assert_eq!(before.len(), 3);
    assert_eq!(vault.session(id(2)).unwrap().unwrap(), before[1]);
    assert_eq!(vault.session(id(9)).unwrap(), None);
    let tokens = vault.secrets(id(2)).unwrap().unwrap();
    assert!(
        tokens
            .access
            .unwrap()
            .same_as(secrets(2).access.unwrap().expose())
    );
    assert!(
        tokens
            .refresh
            .unwrap()
            .same_as(secrets(2).refresh.unwrap().expose())
    );
    assert!(
        tokens
            .id_token
            .unwrap()
            .same_as(secrets(2).id_token.unwrap().expose())
    );
    assert_eq!(vault.issuers().unwrap(), [issuer(7)]);
    assert!(
        vault
            .client_secret(Uuid::from_u128(7))
            .unwrap()
            .unwrap()
            .same_as("client-secret")
    );
    let admin = vault
        .admin_credentials(Uuid::from_u128(7))
        .unwrap()
        .unwrap();
    assert_eq!(admin.client_id, "admin");
    assert!(admin.client_secret.same_as("admin-secret"));
    assert_eq!(vault.setting::<u32>("idle-minutes").unwrap(), Some(15));
    assert_eq!(vault.setting::<u32>("other").unwrap(), None);
}

#[test]
fn wiped_tokens_and_deleted_sessions_are_gone() {
    let home = Home::new();
    let vault = home.create();
    sign_in(&vault, 2);
    vault
        .write(|change| {
            change.wipe_secrets(id(1))?;
            change.delete_session(id(2))
        })
        .unwrap();
    assert!(vault.session(id(1)).unwrap().is_some());
    assert!(vault.secrets(id(1)).unwrap().is_none());
    assert!(vault.session(id(2)).unwrap().is_none());
    assert!(vault.secrets(id(2)).unwrap().is_none());
    assert!(vault.rows_match_ledger().unwrap());
}

#[test]
fn an_issuer_goes_with_its_secrets() {
    let home = Home::new();
    let vault = home.create();
    let name = Uuid::from_u128(7);
    vault
        .write(|change| {
            change.put_issuer(&issuer(7))?;
            change.put_client_secret(name, Some(&ClientSecret::new("client-secret".into())))
        })
        .unwrap();
    vault.write(|change| change.delete_issuer(name)).unwrap();
    assert_eq!(vault.issuers().unwrap(), []);
    assert!(vault.client_secret(name).unwrap().is_none());
    assert!(vault.rows_match_ledger().unwrap());
}

#[test]
fn a_change_that_fails_keeps_nothing_of_itself() {
    let home = Home::new();
    let vault = home.create();
    sign_in(&vault, 1);
    let (counter, head) = (vault.counter().unwrap(), vault.audit_head().unwrap());
    let failed = vault.write(|change| {
        change.put_session(&session(2, 1))?;
        change.record(signed_in(2, 1))?;
        change.session(id(99)).map(|_| ())
    });
    assert!(matches!(failed, Err(VaultError::NotFound)));
    assert_eq!(vault.sessions().unwrap().len(), 1);
    assert_eq!(
        (vault.counter().unwrap(), vault.audit_head().unwrap()),
        (counter, head)
    );
}

#[test]
fn a_change_that_panics_keeps_nothing_and_the_vault_goes_on() {
    let home = Home::new();
    let vault = home.create();
    let panicked = std::panic::catch_unwind(AssertUnwindSafe(|| {
        vault.write(|change| -> Result<(), VaultError> {
            change.put_session(&session(1, 1))?;
            panic!("in the middle of a change");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(vault.sessions().unwrap(), []);
    sign_in(&vault, 1);
    assert_eq!(vault.sessions().unwrap().len(), 1);
}

#[test]
fn a_change_sees_what_it_wrote() {
    let home = Home::new();
    let vault = home.create();
    vault
        .write(|change| {
            change.put_session(&session(1, 1))?;
            assert_eq!(change.session(id(1))?.generation, 1);
            change.put_session(&session(1, 2))?;
            assert_eq!(change.session(id(1))?.generation, 2);
            change.put_setting("k", &"v")?;
            assert_eq!(change.setting::<String>("k")?.as_deref(), Some("v"));
            change.put_secrets(id(1), &secrets(1))?;
            assert!(change.secrets(id(1))?.is_some());
            Ok(())
        })
        .unwrap();
    assert!(vault.rows_match_ledger().unwrap());
}

#[test]
fn a_value_over_four_mebibytes_is_refused_and_nothing_lost() {
    let home = Home::new();
    let vault = home.create();
    let large = "x".repeat(5 << 20);
    assert!(matches!(
        vault.write(|change| change.put_setting("k", &large)),
        Err(VaultError::TooLarge)
    ));
    vault
        .write(|change| change.put_setting("k", &"small"))
        .unwrap();
    assert_eq!(
        vault.setting::<String>("k").unwrap().as_deref(),
        Some("small")
    );
}

#[test]
fn each_commit_counts_once() {
    let home = Home::new();
    let vault = home.create();
    let before = vault.counter().unwrap();
    vault.write(|change| change.put_setting("a", &1)).unwrap();
    vault.write(|_| Ok(())).unwrap();
    assert_eq!(vault.counter().unwrap(), before + 2);
}

#[test]
fn the_audit_log_begins_with_the_vault_and_holds_together() {
    let home = Home::new();
    let vault = home.create();
    sign_in(&vault, 5);
    let events = vault.audit_events(1..=u64::MAX).unwrap();
    assert_eq!(events.len(), 6);
    assert_eq!(events[0].draft.event, EventKind::VaultCreated);
    assert_eq!(
        verify_chain(vault.log_id(), &events).unwrap(),
        vault.audit_head().unwrap()
    );
    assert_eq!(vault.audit_events(2..=3).unwrap(), &events[1..3]);
}

#[test]
fn checkpoints_are_signed_every_256_events_and_when_asked_for() {
    let home = Home::new();
    let vault = home.create();
    vault
        .write(|change| {
            while change.record(Draft::new(NOW, EventKind::TokenCopied))? < CHECKPOINT_EVERY + 3 {}
            Ok(())
        })
        .unwrap();
    let automatic = vault.audit_checkpoints().unwrap();
    assert_eq!(
        automatic
            .iter()
            .map(|checkpoint| checkpoint.seq)
            .collect::<Vec<_>>(),
        [CHECKPOINT_EVERY]
    );
    let asked = vault.write(|change| change.checkpoint(NOW)).unwrap();
    assert_eq!(asked.seq, CHECKPOINT_EVERY + 3);
    assert!(asked.is_signed(vault.log_id()));
    let again = vault.write(|change| change.checkpoint(NOW + 1)).unwrap();
    assert_eq!(
        vault.audit_checkpoints().unwrap(),
        [automatic[0].clone(), again]
    );
}

#[test]
fn two_writers_at_once_lose_nothing() {
    let home = Home::new();
    let one = Arc::new(home.create());
    let two = Arc::new(home.open());
    thread::scope(|scope| {
        for (vault, first) in [(&one, 0_u128), (&two, 100)] {
            scope.spawn(move || {
                for number in first + 1..=first + 20 {
                    vault
                        .write(|change| {
                            change.put_session(&session(number, 1))?;
                            change.record(signed_in(number, 1))
                        })
                        .unwrap();
                }
            });
        }
    });
    for vault in [&one, &two] {
        assert_eq!(vault.sessions().unwrap().len(), 40);
        assert!(vault.rows_match_ledger().unwrap());
        let events = vault.audit_events(1..=u64::MAX).unwrap();
        assert_eq!(
            verify_chain(vault.log_id(), &events).unwrap(),
            vault.audit_head().unwrap()
        );
    }
    assert_eq!(one.counter().unwrap(), 41);
}

#[test]
fn a_write_by_another_connection_shows_in_the_data_version() {
    let home = Home::new();
    let one = home.create();
    let two = home.open();
    let before = one.data_version().unwrap();
    one.write(|change| change.put_setting("a", &1)).unwrap();
    assert_eq!(
        one.data_version().unwrap(),
        before,
        "our own writes don't count"
    );
    two.write(|change| change.put_setting("a", &2)).unwrap();
    assert_ne!(one.data_version().unwrap(), before);
    assert_eq!(one.setting::<u32>("a").unwrap(), Some(2));
}

#[test]
fn peeking_while_the_vault_is_open_does_not_drop_its_locks() {
    let home = Home::new();
    let vault = home.create();
    let other = rusqlite::Connection::open(home.files.database()).unwrap();
    other.busy_timeout(std::time::Duration::ZERO).unwrap();
    vault
        .write(|change| {
            change.put_session(&session(1, 1))?;
            peek(&home.files).unwrap();
            let intruder = other.execute_batch("BEGIN IMMEDIATE");
            assert!(intruder.is_err(), "a second writer got in");
            Ok(())
        })
        .unwrap();
    assert!(other.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok());
}

#[test]
fn the_log_of_sqlite_is_emptied_on_request() {
    let home = Home::new();
    let vault = home.create();
    sign_in(&vault, 1);
    let size = || {
        std::fs::metadata(home.files.write_ahead_log())
            .unwrap()
            .len()
    };
    assert!(size() > 0);
    vault.checkpoint_wal();
    assert_eq!(size(), 0);
    assert_eq!(vault.sessions().unwrap().len(), 1);
}

#[test]
fn a_thousand_sessions_come_back_in_the_order_in_which_they_were_added() {
    let home = Home::new();
    let vault = home.create();
    vault
        .write(|change| (1..=1000).try_for_each(|number| change.put_session(&session(number, 1))))
        .unwrap();
    let order: Vec<_> = vault
        .sessions()
        .unwrap()
        .iter()
        .map(|session| session.id)
        .collect();
    assert_eq!(order, (1..=1000).map(id).collect::<Vec<_>>());
    drop(vault);
    assert_eq!(
        keyfob_vault::Vault::open(&home.files, &wrapping())
            .unwrap()
            .sessions()
            .unwrap()
            .len(),
        1000
    );
}

#[test]
fn ten_thousand_ancestors_are_remembered_and_go_only_with_their_session() {
    let home = Home::new();
    let vault = home.create();
    let print = |number: usize| vault.fingerprint(TokenKind::Refresh, &number.to_string());
    let all: Vec<_> = (0..Vault::MOST_ANCESTORS + 64).map(print).collect();
    vault
        .write(|tx| {
            tx.put_session(&session(1, 1))?;
            tx.put_secrets(id(1), &secrets(1))?;
            tx.add_ancestors(id(1), &all[..32])?;
            tx.add_ancestors(id(1), &all[32..64])
        })
        .unwrap();
    assert_eq!(vault.ancestors(id(1)).unwrap(), all[..64]);
    assert_eq!(vault.ancestors(id(2)).unwrap(), []);
    vault
        .write(|tx| {
            tx.add_ancestors(id(1), &all[64..])?;
            tx.wipe_secrets(id(1))
        })
        .unwrap();
    drop(vault);
    let vault = home.open();
    assert_eq!(
        vault.ancestors(id(1)).unwrap(),
        all[64..],
        "the newest stay, and outlive the tokens"
    );
    vault.write(|tx| tx.delete_session(id(1))).unwrap();
    assert_eq!(vault.ancestors(id(1)).unwrap(), []);
    drop(vault);
    assert_eq!(home.open().damage(), None, "the ledger agrees");
}
