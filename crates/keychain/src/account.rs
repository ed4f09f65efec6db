//! How the items are named.

use uuid::Uuid;

/// The service of all items of the default profile.
pub const SERVICE: &str = "dev.keyfob.app";

/// The account of a vault's key.
pub fn key_account(vault: Uuid) -> String {
    vault.to_string()
}

/// The account of a vault's anchor: the newest commit counter and audit head known to be written.
pub fn anchor_account(vault: Uuid) -> String {
    format!("{vault}/anchor")
}

/// What a person sees in the system's own view of its store.
#[cfg(target_os = "linux")]
pub(crate) fn label(account: &str) -> &'static str {
    if account.ends_with("/anchor") {
        "Keyfob vault anchor"
    } else {
        "Keyfob vault key"
    }
}
