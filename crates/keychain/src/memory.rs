//! A key store in memory, for tests and demonstrations. It can be made to fail and to wait.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use keyfob_secret::SecretBytes;
use tokio::sync::watch;

use crate::{Keychain, KeychainError, LARGEST_SECRET, Waiting};

/// A key store that forgets everything when it is dropped.
pub struct MemoryKeychain {
    items: Mutex<BTreeMap<String, SecretBytes>>,
    failure: Mutex<Option<KeychainError>>,
    waiting: watch::Sender<bool>,
}

impl Default for MemoryKeychain {
    fn default() -> Self {
        Self {
            items: Mutex::default(),
            failure: Mutex::default(),
            waiting: watch::Sender::new(false),
        }
    }
}

impl MemoryKeychain {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on every call fails so; with `None` they work again.
    pub fn fail_with(&self, failure: Option<KeychainError>) {
        *lock(&self.failure) = failure;
    }

    /// From now on calls that may ask the user wait, until [`answer`](Self::answer).
    pub fn wait_for_user(&self) {
        self.waiting.send_replace(true);
    }

    /// The calls that wait go on.
    pub fn answer(&self) {
        self.waiting.send_replace(false);
    }

    async fn ask_user(&self) {
        Waiting::of(&self.waiting).until(false).await;
    }

    fn working(&self) -> Result<MutexGuard<'_, BTreeMap<String, SecretBytes>>, KeychainError> {
        match *lock(&self.failure) {
            Some(failure) => Err(failure),
            None => Ok(lock(&self.items)),
        }
    }

    fn item(&self, account: &str) -> Result<SecretBytes, KeychainError> {
        self.working()?
            .get(account)
            .map(copy)
            .ok_or(KeychainError::NoEntry)
    }
}

#[async_trait]
impl Keychain for MemoryKeychain {
    async fn create(&self, account: &str, secret: &SecretBytes) -> Result<(), KeychainError> {
        self.ask_user().await;
        let mut items = self.working()?;
        if items.contains_key(account) {
            return Err(KeychainError::Exists);
        }
        items.insert(account.to_owned(), fitting(secret)?);
        Ok(())
    }

    async fn load(&self, account: &str) -> Result<SecretBytes, KeychainError> {
        self.ask_user().await;
        self.item(account)
    }

    async fn load_quietly(&self, account: &str) -> Result<SecretBytes, KeychainError> {
        if *self.waiting.borrow() {
            Err(KeychainError::Locked)
        } else {
            self.item(account)
        }
    }

    async fn replace(&self, account: &str, secret: &SecretBytes) -> Result<(), KeychainError> {
        if *self.waiting.borrow() {
            return Err(KeychainError::Locked);
        }
        self.working()?.insert(account.to_owned(), fitting(secret)?);
        Ok(())
    }

    async fn remove(&self, account: &str) -> Result<(), KeychainError> {
        self.ask_user().await;
        self.working()?
            .remove(account)
            .map(drop)
            .ok_or(KeychainError::NoEntry)
    }

    async fn accounts(&self) -> Result<Vec<String>, KeychainError> {
        if *self.waiting.borrow() {
            return Err(KeychainError::Locked);
        }
        Ok(self.working()?.keys().cloned().collect())
    }

    fn waiting(&self) -> Waiting {
        Waiting::of(&self.waiting)
    }
}

fn fitting(secret: &SecretBytes) -> Result<SecretBytes, KeychainError> {
    if secret.len() > LARGEST_SECRET {
        Err(KeychainError::TooLarge)
    } else {
        Ok(copy(secret))
    }
}

fn copy(secret: &SecretBytes) -> SecretBytes {
    // EXPOSE: the copy wipes itself as the original does.
    SecretBytes::new(secret.expose().to_vec())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
