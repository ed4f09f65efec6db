use keyfob_keychain::{Keychain, KeychainError, LARGEST_SECRET, MemoryKeychain};
use keyfob_secret::SecretBytes;

fn secret(byte: u8) -> SecretBytes {
    SecretBytes::new(vec![byte; 32])
}

#[tokio::test]
async fn creates_loads_replaces_and_removes() {
    let keychain = MemoryKeychain::new();
    assert_eq!(
        keychain.load("a").await.unwrap_err(),
        KeychainError::NoEntry
    );
    keychain.create("a", &secret(1)).await.unwrap();
    assert_eq!(
        keychain.create("a", &secret(2)).await,
        Err(KeychainError::Exists)
    );
    assert_eq!(keychain.load("a").await.unwrap().expose(), [1; 32]);
    keychain.replace("a", &secret(3)).await.unwrap();
    keychain.replace("b", &secret(4)).await.unwrap();
    assert_eq!(keychain.load_quietly("a").await.unwrap().expose(), [3; 32]);
    assert_eq!(keychain.accounts().await.unwrap(), ["a", "b"]);
    keychain.remove("a").await.unwrap();
    assert_eq!(keychain.remove("a").await, Err(KeychainError::NoEntry));
}

#[tokio::test]
async fn takes_no_more_than_every_store_takes() {
    let keychain = MemoryKeychain::new();
    let large = SecretBytes::new(vec![0; LARGEST_SECRET + 1]);
    assert_eq!(
        keychain.create("a", &large).await,
        Err(KeychainError::TooLarge)
    );
    assert_eq!(keychain.accounts().await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn fails_as_it_is_told_and_recovers() {
    let keychain = MemoryKeychain::new();
    keychain.create("a", &secret(1)).await.unwrap();
    keychain.fail_with(Some(KeychainError::Denied));
    assert_eq!(keychain.load("a").await.unwrap_err(), KeychainError::Denied);
    assert_eq!(
        keychain.create("b", &secret(1)).await,
        Err(KeychainError::Denied)
    );
    keychain.fail_with(None);
    assert!(keychain.load("a").await.is_ok());
}

#[tokio::test]
async fn waits_for_its_user_as_it_is_told() {
    let keychain = MemoryKeychain::new();
    keychain.create("a", &secret(1)).await.unwrap();
    keychain.wait_for_user();
    assert_eq!(
        keychain.load_quietly("a").await.unwrap_err(),
        KeychainError::Locked
    );
    assert_eq!(keychain.accounts().await, Err(KeychainError::Locked));
    let mut waiting = keychain.waiting();
    let answer = async {
        waiting.until(true).await;
        keychain.answer();
    };
    let (loaded, ()) = tokio::join!(keychain.load("a"), answer);
    assert_eq!(loaded.unwrap().expose(), [1; 32]);
}
