//! What keyring-core does not tell about a Secret Service: whether it is there, whether it is
//! locked, and what unlocking came to (Secret Service API 0.2).

use std::{collections::HashMap, error::Error as StdError, io};

use secret_service::{
    EncryptionType, Error,
    blocking::{Collection, Item as ServiceItem, SecretService},
};

use keyfob_secret::SecretBytes;

use super::{Asking, store::Item};
use crate::KeychainError;

/// Looks for an item and makes sure that it is unlocked.
pub(super) fn find(item: &Item, asking: Asking) -> Result<(), KeychainError> {
    unlocked(&connect(EncryptionType::Plain)?, item, asking).map(drop)
}

/// The secret of an item, over one connection; on the bus it goes encrypted.
pub(super) fn take(item: &Item, asking: Asking) -> Result<SecretBytes, KeychainError> {
    let service = connect(EncryptionType::Dh)?;
    match unlocked(&service, item, asking)?.as_slice() {
        [only] => only
            .get_secret()
            .map(SecretBytes::new)
            .map_err(|error| known(&error)),
        // Which of several is meant, nobody can tell.
        _ => Err(KeychainError::Failed),
    }
}

/// The items of this name, unlocked.
///
/// [`KeychainError::NoEntry`] is said only by an unlocked default keyring: a locked one may hide
/// items, and a daemon without any keyring is not the one that the item was put into.
fn unlocked<'a>(
    service: &'a SecretService<'static>,
    item: &Item,
    asking: Asking,
) -> Result<Vec<ServiceItem<'a>>, KeychainError> {
    let attributes = || {
        HashMap::from([
            ("service", item.service.as_str()),
            ("username", item.account.as_str()),
        ])
    };
    let mut found = service
        .search_items(attributes())
        .map_err(|error| known(&error))?;
    if found.unlocked.is_empty() && found.locked.is_empty() {
        let collection = default_collection(service)?;
        if !collection.is_locked().map_err(|error| known(&error))? {
            return Err(KeychainError::NoEntry);
        }
        unlock_collection(&collection, asking)?;
        found = service
            .search_items(attributes())
            .map_err(|error| known(&error))?;
    }
    if !found.unlocked.is_empty() {
        return Ok(found.unlocked);
    }
    if found.locked.is_empty() {
        return Err(KeychainError::NoEntry);
    }
    if asking == Asking::Nobody {
        return Err(KeychainError::Locked);
    }
    let locked: Vec<&ServiceItem<'_>> = found.locked.iter().collect();
    service.unlock_all(&locked).map_err(|error| known(&error))?;
    Ok(found.locked)
}

/// All accounts with an item of a service.
pub(super) fn accounts(service_name: &str) -> Result<Vec<String>, KeychainError> {
    // No secret passes through it, so it needs no encryption.
    let service = connect(EncryptionType::Plain)?;
    let found = service
        .search_items(HashMap::from([("service", service_name)]))
        .map_err(|error| known(&error))?;
    let hides_some = !found.locked.is_empty()
        || default_collection(&service)?
            .is_locked()
            .map_err(|error| known(&error))?;
    if hides_some {
        return Err(KeychainError::Locked);
    }
    let mut accounts = Vec::new();
    for item in &found.unlocked {
        let mut attributes = item.get_attributes().map_err(|error| known(&error))?;
        accounts.extend(attributes.remove("username"));
    }
    Ok(accounts)
}

fn connect(encryption: EncryptionType) -> Result<SecretService<'static>, KeychainError> {
    SecretService::connect(encryption).map_err(|error| known(&error))
}

fn default_collection<'a>(
    service: &'a SecretService<'static>,
) -> Result<Collection<'a>, KeychainError> {
    service
        .get_default_collection()
        .map_err(|error| known(&error))
}

fn unlock_collection(collection: &Collection<'_>, asking: Asking) -> Result<(), KeychainError> {
    match asking {
        Asking::Nobody => Err(KeychainError::Locked),
        Asking::User => collection.unlock().map_err(|error| known(&error)),
    }
}

/// What the cause of a keyring-core error means.
pub(super) fn known_cause(cause: &(dyn StdError + Send + Sync + 'static)) -> Option<KeychainError> {
    cause.downcast_ref::<Error>().map(known)
}

fn known(error: &Error) -> KeychainError {
    match error {
        Error::Locked => KeychainError::Locked,
        Error::Prompt => KeychainError::Denied,
        // No default keyring, or no daemon.
        Error::NoResult | Error::Unavailable => KeychainError::Unavailable,
        Error::PromptDisconnected => KeychainError::NoAnswer,
        Error::Zbus(error) => known_bus_error(error),
        Error::ZbusFdo(zbus::fdo::Error::ZBus(error)) => known_bus_error(error),
        Error::ZbusFdo(error) => known_bus_name(&zbus::DBusError::name(error)),
        _ => KeychainError::Failed,
    }
}

fn known_bus_error(error: &zbus::Error) -> KeychainError {
    match error {
        zbus::Error::MethodError(name, _, _) => known_bus_name(name),
        zbus::Error::FDO(error) => known_bus_name(&zbus::DBusError::name(&**error)),
        zbus::Error::Address(_) | zbus::Error::InterfaceNotFound | zbus::Error::Handshake(_) => {
            KeychainError::Unavailable
        }
        zbus::Error::InputOutput(error) | zbus::Error::Connection(error, _) => match error.kind() {
            io::ErrorKind::TimedOut => KeychainError::NoAnswer,
            _ => KeychainError::Unavailable,
        },
        _ => KeychainError::Failed,
    }
}

fn known_bus_name(name: &str) -> KeychainError {
    match name {
        "org.freedesktop.Secret.Error.IsLocked" => KeychainError::Locked,
        "org.freedesktop.DBus.Error.AccessDenied"
        | "org.freedesktop.DBus.Error.AuthFailed"
        | "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired" => KeychainError::Denied,
        "org.freedesktop.DBus.Error.NoReply"
        | "org.freedesktop.DBus.Error.Timeout"
        | "org.freedesktop.DBus.Error.TimedOut" => KeychainError::NoAnswer,
        "org.freedesktop.DBus.Error.ServiceUnknown"
        | "org.freedesktop.DBus.Error.NameHasNoOwner"
        | "org.freedesktop.DBus.Error.NoServer"
        | "org.freedesktop.DBus.Error.Disconnected" => KeychainError::Unavailable,
        name if name.starts_with("org.freedesktop.DBus.Error.Spawn.") => KeychainError::Unavailable,
        _ => KeychainError::Failed,
    }
}
