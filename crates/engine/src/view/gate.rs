//! What stands between the user and the sessions: the vault and its key.

use serde::Serialize;
use ts_rs::TS;

use super::{ErrorView, SettingsView};

/// Which screen the vault asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// No vault yet: choose where its key lives.
    FirstRun,
    /// No vault file, but the keyring holds keys of Keyfob: ask before a first start.
    FirstRunKeysFound,
    /// Opening; takes well under a second.
    Opening,
    /// The keyring is asking its user something.
    WaitingForKeyring,
    /// The keyring is locked.
    KeyringLocked,
    /// The keyring refused.
    KeyringDenied,
    /// The keyring doesn't answer.
    KeyringSilent,
    /// There is no keyring.
    KeyringMissing,
    /// The keyring has no key for this vault.
    KeyGone,
    /// The key of the keyring doesn't open this vault.
    WrongKey,
    /// The vault file can't be used; `error` says why.
    VaultTrouble,
    /// Another desktop has this vault open.
    InUse,
    /// Locked by the user.
    Locked,
    /// Open.
    Open,
}

/// The vault as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VaultView {
    /// Which screen.
    pub gate: Gate,
    /// The folder of the vault, for "Show file".
    pub folder: String,
    /// Why, where the gate alone doesn't say it.
    pub error: Option<ErrorView>,
    /// Since when the gate has been shown, ms since 1970.
    pub since: i64,
    /// The vault was put back from an older copy: refresh is off until the user decides.
    pub older_copy: bool,
    /// The file is damaged and opened read-only.
    pub damage: Option<DamageView>,
    /// New tokens that could not be written yet: Keyfob holds them and does not end.
    pub unsaved: Option<UnsavedView>,
    /// Whether Lock protects (a passphrase vault) or only hides (keyring only).
    pub lock_protects: bool,
}

/// New tokens that are only in memory, because the vault can't be written.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UnsavedView {
    /// How many sessions they are of.
    pub sessions: u32,
    /// Why the vault can't be written.
    pub error: ErrorView,
}

/// What could be saved from a damaged file.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DamageView {
    /// Sessions that authenticate.
    pub readable: u32,
    /// Rows that don't.
    pub lost: u32,
}

/// The demonstration provider, offered on the first page.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DemoView {
    /// Its issuer.
    pub issuer: String,
    /// A client that it knows.
    pub client_id: String,
}

/// Everything the page needs at its start.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppView {
    /// The program's version.
    pub version: String,
    /// The vault.
    pub vault: VaultView,
    /// The settings; defaults while the vault is closed.
    pub settings: SettingsView,
    /// The demonstration provider, with `--demo`.
    pub demo: Option<DemoView>,
    /// Whether there is a tray to close to.
    pub tray: bool,
    /// Now by the engine's clock, ms since 1970; countdowns start from it.
    pub now: i64,
}
