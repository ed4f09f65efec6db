//! The items of a Secret Service (Secret Service API 0.2), by the library that keyring's own store
//! for it is made of: that store does not tell whether the service is there, whether it is locked
//! and what unlocking came to, and it opens its session without having introduced itself.

use std::{collections::HashMap, io};

use secret_service::{
    EncryptionType, Error,
    blocking::{Collection, Item as ServiceItem, SecretService},
};

use keyfob_secret::SecretBytes;
use zbus::blocking::Connection;

use super::{Asking, Item};
use crate::{KeychainError, account::label};

const NAME: &str = "org.freedesktop.secrets";
const PATH: &str = "/org/freedesktop/secrets";
/// The type of what is kept.
const CONTENT: &str = "application/octet-stream";
const INTERFACE: &str = "org.freedesktop.Secret.Service";

/// Looks for an item and makes sure that it is unlocked.
pub(super) fn find(item: &Item, asking: Asking) -> Result<(), KeychainError> {
    unlocked(&connect(EncryptionType::Plain)?, item, asking).map(drop)
}

/// The secret of an item; on the bus it goes encrypted.
pub(super) fn take(item: &Item, asking: Asking) -> Result<SecretBytes, KeychainError> {
    let service = connect(EncryptionType::Dh)?;
    let found = unlocked(&service, item, asking)?;
    let secret = only(&found)?.get_secret().map_err(|error| known(&error))?;
    Ok(SecretBytes::new(secret))
}

/// Stores the secret in the item, which is made in the default keyring if it isn't there.
pub(super) fn put(item: &Item, secret: &SecretBytes) -> Result<(), KeychainError> {
    let service = connect(EncryptionType::Dh)?;
    // EXPOSE: the store keeps the raw secret; on the bus it goes encrypted.
    let bytes = secret.expose();
    match unlocked(&service, item, Asking::Nobody) {
        Ok(found) => only(&found)?.set_secret(bytes, CONTENT),
        Err(KeychainError::NoEntry) => default_collection(&service)?
            .create_item(label(&item.account), attributes(item), bytes, true, CONTENT)
            .map(drop),
        Err(error) => return Err(error),
    }
    .map_err(|error| known(&error))
}

/// Removes the item.
pub(super) fn remove(item: &Item) -> Result<(), KeychainError> {
    let service = connect(EncryptionType::Plain)?;
    let found = unlocked(&service, item, Asking::Nobody)?;
    only(&found)?.delete().map_err(|error| known(&error))
}

/// Which of several is meant, nobody can tell.
fn only<'a, 'b>(found: &'b [ServiceItem<'a>]) -> Result<&'b ServiceItem<'a>, KeychainError> {
    match found {
        [only] => Ok(only),
        _ => Err(KeychainError::Failed),
    }
}

fn attributes(item: &Item) -> HashMap<&str, &str> {
    HashMap::from([
        ("service", item.service.as_str()),
        ("username", item.account.as_str()),
    ])
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
    let mut found = service
        .search_items(attributes(item))
        .map_err(|error| known(&error))?;
    if found.unlocked.is_empty() && found.locked.is_empty() {
        let collection = default_collection(service)?;
        if !collection.is_locked().map_err(|error| known(&error))? {
            return Err(KeychainError::NoEntry);
        }
        unlock_collection(&collection, asking)?;
        found = service
            .search_items(attributes(item))
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

/// Opens a session on a connection that the service has got to know.
///
/// gnome-keyring crashes now and then when a session is the first thing that a caller asks for
/// (its work items 190, 196 and 199): it notes who calls beside answering, and may not have done
/// so yet. The keyring is locked then. After one harmless question it has.
fn connect(encryption: EncryptionType) -> Result<SecretService<'static>, KeychainError> {
    let bus = Connection::session().map_err(|error| known_bus_error(&error))?;
    let question = (INTERFACE, "Collections");
    bus.call_method(
        Some(NAME),
        PATH,
        Some("org.freedesktop.DBus.Properties"),
        "Get",
        &question,
    )
    .map_err(|error| known_bus_error(&error))?;
    SecretService::connect_with_existing(encryption, bus).map_err(|error| known(&error))
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
