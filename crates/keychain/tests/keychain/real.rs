//! A real gnome-keyring, unlocked, locked, absent.
//!
//! The store finds its bus by the environment, which a process can't change safely. So each test
//! starts a private bus and runs itself again, in a process of its own, with that environment.

mod calls;
mod desktop;
mod prompter;

use std::time::{Duration, Instant};

use keyfob_keychain::{Keychain, KeychainError, LARGEST_SECRET, OsKeychain, Patience};
use keyfob_secret::SecretBytes;
use secret_service::{EncryptionType, blocking::SecretService};

use calls::Calls;
use desktop::{Keyring, on_a_desktop};
use prompter::Prompter;

const SERVICE: &str = "dev.keyfob.test";

fn keychain() -> OsKeychain {
    OsKeychain::new(SERVICE)
}

fn secret(byte: u8) -> SecretBytes {
    SecretBytes::new(vec![byte; 32])
}

/// Locks the default keyring, as a screen lock may.
fn lock_keyring() {
    let service = SecretService::connect(EncryptionType::Plain).unwrap();
    service.get_default_collection().unwrap().lock().unwrap();
    assert!(
        service
            .get_default_collection()
            .unwrap()
            .is_locked()
            .unwrap()
    );
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[test]
fn creates_loads_replaces_and_removes() {
    on_a_desktop(
        Keyring::Unlocked,
        "real::creates_loads_replaces_and_removes",
        async {
            let keychain = keychain();
            assert_eq!(
                keychain.load("a").await.unwrap_err(),
                KeychainError::NoEntry
            );
            assert_eq!(
                keychain.load_quietly("a").await.unwrap_err(),
                KeychainError::NoEntry
            );
            assert_eq!(keychain.accounts().await.unwrap(), [""; 0]);

            keychain.create("a", &secret(1)).await.unwrap();
            assert_eq!(
                keychain.create("a", &secret(2)).await,
                Err(KeychainError::Exists)
            );
            assert_eq!(keychain.load("a").await.unwrap().expose(), [1; 32]);

            keychain.replace("a/anchor", &secret(3)).await.unwrap();
            keychain.replace("a/anchor", &secret(4)).await.unwrap();
            assert_eq!(
                keychain.load_quietly("a/anchor").await.unwrap().expose(),
                [4; 32]
            );
            assert_eq!(keychain.accounts().await.unwrap(), ["a", "a/anchor"]);
            assert_eq!(
                OsKeychain::new("another").accounts().await.unwrap(),
                [""; 0]
            );

            keychain.remove("a").await.unwrap();
            assert_eq!(keychain.remove("a").await, Err(KeychainError::NoEntry));
            assert_eq!(
                keychain.load("a").await.unwrap_err(),
                KeychainError::NoEntry
            );
        },
    );
}

#[test]
fn any_bytes_up_to_the_largest_secret_come_back() {
    on_a_desktop(
        Keyring::Unlocked,
        "real::any_bytes_up_to_the_largest_secret_come_back",
        async {
            let keychain = keychain();
            let bytes: Vec<u8> = (0..LARGEST_SECRET).map(|n| (n % 256) as u8).collect();
            keychain
                .create("a", &SecretBytes::new(bytes.clone()))
                .await
                .unwrap();
            assert_eq!(keychain.load("a").await.unwrap().expose(), bytes);
            let large = SecretBytes::new(vec![0; LARGEST_SECRET + 1]);
            assert_eq!(
                keychain.create("b", &large).await,
                Err(KeychainError::TooLarge)
            );
        },
    );
}

#[test]
fn a_person_can_tell_what_the_items_are() {
    on_a_desktop(
        Keyring::Unlocked,
        "real::a_person_can_tell_what_the_items_are",
        async {
            keychain().create("a", &secret(1)).await.unwrap();
            let label = blocking(|| {
                let service = SecretService::connect(EncryptionType::Plain).unwrap();
                let found = service.search_items([("service", SERVICE)].into()).unwrap();
                found.unlocked[0].get_label().unwrap()
            });
            assert_eq!(label.await, "Keyfob vault key");
        },
    );
}

#[test]
fn a_locked_keyring_is_told_apart_and_nobody_is_asked() {
    on_a_desktop(
        Keyring::Unlocked,
        "real::a_locked_keyring_is_told_apart_and_nobody_is_asked",
        async {
            let keychain = keychain();
            keychain.create("a", &secret(1)).await.unwrap();
            let prompter = blocking(|| {
                lock_keyring();
                Prompter::that_waits()
            })
            .await;
            for account in ["a", "not there"] {
                let error = keychain.load_quietly(account).await.unwrap_err();
                assert_eq!(error, KeychainError::Locked);
                let error = keychain.replace(account, &secret(2)).await.unwrap_err();
                assert_eq!(error, KeychainError::Locked);
            }
            assert_eq!(keychain.accounts().await, Err(KeychainError::Locked));
            assert_eq!(prompter.asked(), 0);
        },
    );
}

#[test]
fn a_keyring_that_waits_for_its_user_is_noticed_and_can_be_given_up() {
    on_a_desktop(
        Keyring::Unlocked,
        "real::a_keyring_that_waits_for_its_user_is_noticed_and_can_be_given_up",
        async {
            let keychain = keychain();
            keychain.create("a", &secret(1)).await.unwrap();
            let prompter = blocking(|| {
                lock_keyring();
                Prompter::that_waits()
            })
            .await;
            let mut waiting = keychain.waiting();
            let begun = Instant::now();
            tokio::select! {
                outcome = keychain.load("a") => panic!("{outcome:?}"),
                () = waiting.until(true) => {}
            }
            assert!(begun.elapsed() >= Duration::from_millis(400));
            assert!(!keychain.waiting().now());
            prompter.wait_until_asked();
            // The thread of the call given up still waits. Others do not wait for it.
            let error = keychain.load_quietly("a").await.unwrap_err();
            assert_eq!(error, KeychainError::Locked);
            // And once the keyring is unlocked, the key is there.
            let _daemon = blocking(desktop::unlock_again).await;
            assert_eq!(keychain.load("a").await.unwrap().expose(), [1; 32]);
        },
    );
}

#[test]
fn a_keyring_whose_user_never_answers_is_left_after_a_while() {
    on_a_desktop(
        Keyring::Unlocked,
        "real::a_keyring_whose_user_never_answers_is_left_after_a_while",
        async {
            keychain().create("a", &secret(1)).await.unwrap();
            let _prompter = blocking(|| {
                lock_keyring();
                Prompter::that_waits()
            })
            .await;
            let patience = Patience {
                user: Duration::from_millis(700),
                ..Patience::default()
            };
            let keychain = OsKeychain::with_patience(SERVICE, patience);
            assert_eq!(
                keychain.load("a").await.unwrap_err(),
                KeychainError::NoAnswer
            );
            let outcome = keychain.create("b", &secret(2)).await;
            assert_eq!(outcome, Err(KeychainError::NoAnswer));
        },
    );
}

#[test]
fn a_user_who_says_no_is_a_denial() {
    on_a_desktop(
        Keyring::Unlocked,
        "real::a_user_who_says_no_is_a_denial",
        async {
            let keychain = keychain();
            keychain.create("a", &secret(1)).await.unwrap();
            let _prompter = blocking(|| {
                lock_keyring();
                Prompter::that_refuses()
            })
            .await;
            assert_eq!(keychain.load("a").await.unwrap_err(), KeychainError::Denied);
            assert_eq!(
                keychain.create("b", &secret(2)).await,
                Err(KeychainError::Denied)
            );
            assert_eq!(keychain.remove("a").await, Err(KeychainError::Denied));
        },
    );
}

#[test]
fn a_daemon_without_a_keyring_is_no_missing_key() {
    on_a_desktop(
        Keyring::NeverMade,
        "real::a_daemon_without_a_keyring_is_no_missing_key",
        async {
            expect_unavailable().await;
        },
    );
}

#[test]
fn a_bus_without_a_daemon_is_no_missing_key() {
    on_a_desktop(
        Keyring::NoDaemon,
        "real::a_bus_without_a_daemon_is_no_missing_key",
        async {
            expect_unavailable().await;
        },
    );
}

#[test]
fn no_bus_is_no_missing_key() {
    on_a_desktop(Keyring::NoBus, "real::no_bus_is_no_missing_key", async {
        expect_unavailable().await;
    });
}

async fn expect_unavailable() {
    let keychain = keychain();
    assert_eq!(
        keychain.load("a").await.unwrap_err(),
        KeychainError::Unavailable
    );
    assert_eq!(
        keychain.load_quietly("a").await.unwrap_err(),
        KeychainError::Unavailable
    );
    assert_eq!(
        keychain.create("a", &secret(1)).await,
        Err(KeychainError::Unavailable)
    );
    assert_eq!(
        keychain.replace("a", &secret(1)).await,
        Err(KeychainError::Unavailable)
    );
    assert_eq!(keychain.remove("a").await, Err(KeychainError::Unavailable));
    assert_eq!(keychain.accounts().await, Err(KeychainError::Unavailable));
}

#[test]
fn a_keyring_that_comes_back_is_found_again() {
    on_a_desktop(
        Keyring::NoDaemon,
        "real::a_keyring_that_comes_back_is_found_again",
        async {
            let keychain = keychain();
            assert_eq!(
                keychain.load("a").await.unwrap_err(),
                KeychainError::Unavailable
            );
            let _daemon = blocking(desktop::start_keyring).await;
            keychain.create("a", &secret(1)).await.unwrap();
            assert_eq!(keychain.load("a").await.unwrap().expose(), [1; 32]);
        },
    );
}

#[test]
fn a_caller_introduces_itself_before_it_opens_a_session() {
    on_a_desktop(
        Keyring::Unlocked,
        "real::a_caller_introduces_itself_before_it_opens_a_session",
        async {
            let calls = blocking(Calls::overheard).await;
            let keychain = keychain();
            keychain.create("a", &secret(1)).await.unwrap();
            keychain.load_quietly("a").await.unwrap();
            keychain.replace("a", &secret(2)).await.unwrap();
            keychain.accounts().await.unwrap();
            keychain.remove("a").await.unwrap();
            let callers = blocking(move || calls.by_caller_until("Delete")).await;
            assert!(callers.len() >= 6, "{callers:?}");
            for calls in callers.values() {
                let begin: Vec<_> = calls.iter().map(String::as_str).take(2).collect();
                assert_eq!(begin, ["Get", "OpenSession"], "{callers:?}");
            }
        },
    );
}
