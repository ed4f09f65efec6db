//! The system's own key store.
//!
//! A locked Secret Service blocks its caller in the prompter, and the store behind it holds one
//! lock: so each call has a thread and a connection of its own, and a caller that gives up leaves
//! nothing that later calls wait for.

mod call;
#[cfg(target_os = "linux")]
mod secret_service;
#[cfg(not(target_os = "linux"))]
mod store;
#[cfg(not(target_os = "linux"))]
mod unasked;

use std::time::Duration;

use async_trait::async_trait;
use keyfob_secret::SecretBytes;
use subtle::ConstantTimeEq;

use crate::{Keychain, KeychainError, LARGEST_SECRET, Waiting};
use call::Calls;
#[cfg(target_os = "linux")]
use secret_service as platform;
#[cfg(not(target_os = "linux"))]
use unasked as platform;

/// One item of the store.
struct Item {
    service: String,
    account: String,
}

/// Whether the user may be asked to unlock the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    /// They may, and are waited for.
    User,
    /// They may not.
    Nobody,
}

/// How long a call waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Without an answer for this long, the store seems to wait for its user.
    pub notice: Duration,
    /// The most for a call that may ask the user.
    pub user: Duration,
    /// The most for a call that asks nobody.
    pub store: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            notice: Duration::from_millis(400),
            user: Duration::from_secs(180),
            store: Duration::from_secs(10),
        }
    }
}

/// The key store of the system the program runs on.
pub struct OsKeychain {
    service: String,
    patience: Patience,
    calls: Calls,
}

impl OsKeychain {
    /// Items of one service: [`SERVICE`](crate::SERVICE), or another for another profile.
    pub fn new(service: impl Into<String>) -> Self {
        Self::with_patience(service, Patience::default())
    }

    /// As [`new`](Self::new), with other time limits.
    pub fn with_patience(service: impl Into<String>, patience: Patience) -> Self {
        Self {
            service: service.into(),
            patience,
            calls: Calls::new(patience.notice),
        }
    }

    fn item(&self, account: &str) -> Item {
        Item {
            service: self.service.clone(),
            account: account.to_owned(),
        }
    }
}

#[async_trait]
impl Keychain for OsKeychain {
    async fn create(&self, account: &str, secret: &SecretBytes) -> Result<(), KeychainError> {
        let (item, secret) = (self.item(account), fitting(secret)?);
        let work = move |wanted: &call::Wanted| {
            match platform::find(&item, Asking::User) {
                Ok(()) => return Err(KeychainError::Exists),
                Err(KeychainError::NoEntry) => wanted.still()?,
                Err(error) => return Err(error),
            }
            platform::put(&item, &secret)?;
            read_back(&item, &secret)
        };
        self.calls.run(self.patience.user, work).await
    }

    async fn load(&self, account: &str) -> Result<SecretBytes, KeychainError> {
        let item = self.item(account);
        let work = move |_: &call::Wanted| platform::take(&item, Asking::User);
        self.calls.run(self.patience.user, work).await
    }

    async fn load_quietly(&self, account: &str) -> Result<SecretBytes, KeychainError> {
        let item = self.item(account);
        let work = move |_: &call::Wanted| platform::take(&item, Asking::Nobody);
        self.calls.run(self.patience.store, work).await
    }

    async fn replace(&self, account: &str, secret: &SecretBytes) -> Result<(), KeychainError> {
        let (item, secret) = (self.item(account), fitting(secret)?);
        let work = move |wanted: &call::Wanted| {
            match platform::find(&item, Asking::Nobody) {
                Ok(()) | Err(KeychainError::NoEntry) => {}
                Err(error) => return Err(error),
            }
            // A caller that gave up may have stored something newer since.
            wanted.still()?;
            platform::put(&item, &secret)
        };
        self.calls.run(self.patience.store, work).await
    }

    async fn remove(&self, account: &str) -> Result<(), KeychainError> {
        let item = self.item(account);
        let work = move |wanted: &call::Wanted| {
            platform::find(&item, Asking::User)?;
            wanted.still()?;
            platform::remove(&item)
        };
        self.calls.run(self.patience.user, work).await
    }

    async fn accounts(&self) -> Result<Vec<String>, KeychainError> {
        let service = self.service.clone();
        let work = move |_: &call::Wanted| platform::accounts(&service);
        let mut accounts = self.calls.run(self.patience.store, work).await?;
        accounts.sort();
        accounts.dedup();
        Ok(accounts)
    }

    fn waiting(&self) -> Waiting {
        self.calls.waiting()
    }
}

/// Whether the item holds the secret; if not, it is removed.
fn read_back(item: &Item, secret: &SecretBytes) -> Result<(), KeychainError> {
    let stored = platform::take(item, Asking::Nobody)?;
    // EXPOSE: compared with what was stored, in constant time.
    if bool::from(stored.expose().ct_eq(secret.expose())) {
        return Ok(());
    }
    tracing::error!("the keyring gave back something else than was stored");
    platform::remove(item)?;
    Err(KeychainError::Failed)
}

fn fitting(secret: &SecretBytes) -> Result<SecretBytes, KeychainError> {
    if secret.len() > LARGEST_SECRET {
        return Err(KeychainError::TooLarge);
    }
    // EXPOSE: the thread of the call needs a copy of its own, which wipes itself.
    Ok(SecretBytes::new(secret.expose().to_vec()))
}
