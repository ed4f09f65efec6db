//! The stores of macOS and Windows: they ask their user themselves, and can't be asked whether
//! they would.

use std::{collections::HashMap, error::Error as StdError};

use keyfob_secret::SecretBytes;
use keyring_core::{Entry, api::CredentialStoreApi};

use super::{Asking, Item, store};
use crate::KeychainError;

/// Looks for an item.
pub(super) fn find(item: &Item, _asking: Asking) -> Result<(), KeychainError> {
    store::take(item).map(drop)
}

/// The secret of an item.
pub(super) fn take(item: &Item, _asking: Asking) -> Result<SecretBytes, KeychainError> {
    store::take(item)
}

pub(super) use super::store::{put, remove};

/// All accounts with an item of a service.
pub(super) fn accounts(service: &str) -> Result<Vec<String>, KeychainError> {
    let store = store::open().map_err(|error| store::known(&error))?;
    let entries = store
        .search(&all_of(service))
        .map_err(|error| store::known(&error))?;
    let accounts = entries
        .iter()
        .filter_map(Entry::get_specifiers)
        .filter(|(of, _)| of == service)
        .map(|(_, account)| account);
    Ok(accounts.collect())
}

#[cfg(target_os = "macos")]
fn all_of(service: &str) -> HashMap<&'static str, &str> {
    HashMap::from([("service", service)])
}

/// Everything: which service an item is of is asked of the item.
#[cfg(windows)]
fn all_of(_service: &str) -> HashMap<&'static str, &str> {
    HashMap::from([("pattern", "")])
}

/// What the cause of a keyring-core error means (`SecBase.h`).
#[cfg(target_os = "macos")]
pub(super) fn known_cause(cause: &(dyn StdError + Send + Sync + 'static)) -> Option<KeychainError> {
    let code = cause
        .downcast_ref::<security_framework::base::Error>()?
        .code();
    Some(match code {
        // errSecUserCanceled, errSecAuthFailed, wrPermErr, errSecInvalidOwnerEdit
        -128 | -25293 | -61 | -25244 => KeychainError::Denied,
        // errSecInteractionNotAllowed, errSecInteractionRequired
        -25308 | -25315 => KeychainError::Locked,
        // errSecNotAvailable, errSecNoSuchKeychain, errSecInvalidKeychain, errSecNoDefaultKeychain
        -25291 | -25294 | -25295 | -25307 => KeychainError::Unavailable,
        _ => KeychainError::Failed,
    })
}

/// What the cause of a keyring-core error means: the Windows store keeps that to itself.
#[cfg(windows)]
pub(super) fn known_cause(
    _cause: &(dyn StdError + Send + Sync + 'static),
) -> Option<KeychainError> {
    None
}
