//! Items of macOS and Windows by way of keyring-core, the store opened afresh for each use.

use std::{collections::HashMap, sync::Arc};

use keyfob_secret::SecretBytes;
use keyring_core::{Entry, Error, api::CredentialStoreApi};

use super::Item;
use crate::KeychainError;

/// Stores the secret in the item, which is made if it isn't there.
pub(super) fn put(item: &Item, secret: &SecretBytes) -> Result<(), KeychainError> {
    // EXPOSE: the store keeps the raw secret.
    entry(item)?
        .set_secret(secret.expose())
        .map_err(|error| known(&error))
}

/// The item's secret.
pub(super) fn take(item: &Item) -> Result<SecretBytes, KeychainError> {
    let secret = entry(item)?.get_secret().map_err(|error| known(&error))?;
    Ok(SecretBytes::new(secret))
}

/// Removes the item.
pub(super) fn remove(item: &Item) -> Result<(), KeychainError> {
    entry(item)?
        .delete_credential()
        .map_err(|error| known(&error))
}

fn entry(item: &Item) -> Result<Entry, KeychainError> {
    let store = open().map_err(|error| known(&error))?;
    let modifiers = modifiers(&item.account);
    store
        .build(&item.service, &item.account, Some(&modifiers))
        .map_err(|error| known(&error))
}

#[cfg(target_os = "macos")]
pub(super) fn open() -> keyring_core::Result<Arc<apple_native_keyring_store::keychain::Store>> {
    apple_native_keyring_store::keychain::Store::new()
}

#[cfg(target_os = "macos")]
fn modifiers(_account: &str) -> HashMap<&'static str, &'static str> {
    HashMap::new()
}

#[cfg(windows)]
pub(super) fn open() -> keyring_core::Result<Arc<windows_native_keyring_store::Store>> {
    windows_native_keyring_store::Store::new()
}

/// The vault stays on this machine, so its key does not roam either.
#[cfg(windows)]
fn modifiers(_account: &str) -> HashMap<&'static str, &'static str> {
    HashMap::from([("persistence", "Local")])
}

/// What an error of keyring-core means. Its text may name items, so only its kind is logged.
pub(super) fn known(error: &Error) -> KeychainError {
    let known = match error {
        Error::NoEntry => return KeychainError::NoEntry,
        Error::NoStorageAccess(cause) | Error::PlatformFailure(cause) => {
            super::platform::known_cause(cause.as_ref()).unwrap_or(KeychainError::Failed)
        }
        Error::NoDefaultStore | Error::NotSupportedByStore(_) => KeychainError::Unavailable,
        Error::TooLong(..) => KeychainError::TooLarge,
        _ => KeychainError::Failed,
    };
    tracing::warn!(?known, "the keyring did not do it");
    known
}
