//! The settings.

use keyfob_token::life;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Light, dark, or as the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What closing the window does where no tray icon could bring it back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OnClose {
    /// Asks, once.
    #[default]
    Ask,
    /// Keyfob runs on; starting it again shows the window.
    KeepRunning,
    /// Keyfob quits.
    Quit,
}

/// What becomes of a session when a theft of it is possible; it is frozen in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OnTheft {
    /// What is left of it is revoked at once.
    #[default]
    Revoke,
    /// The user looks at the evidence first, and decides.
    Ask,
}

impl From<OnTheft> for life::OnTheft {
    fn from(wish: OnTheft) -> Self {
        match wish {
            OnTheft::Revoke => Self::Revoke,
            OnTheft::Ask => Self::Ask,
        }
    }
}

/// What the user can set. Kept sealed in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct SettingsView {
    /// Light, dark, system.
    pub theme: Theme,
    /// Background refresh.
    pub auto_refresh: bool,
    /// How long a revocation is held, seconds, 0 to 10.
    pub revoke_hold_seconds: u32,
    /// What becomes of a session when a theft of it is possible.
    pub on_theft: OnTheft,
    /// After how many seconds a copied token is cleared, 10 to 120.
    pub clipboard_seconds: u32,
    /// Lock after so many idle minutes; 0: never.
    pub lock_after_minutes: u32,
    /// Whether closing the window keeps Keyfob in the tray.
    pub close_to_tray: bool,
    /// What closing the window does without a tray.
    pub without_tray: OnClose,
    /// Notifications; off until chosen.
    pub notifications: bool,
    /// Whether single letters are shortcuts.
    pub letter_shortcuts: bool,
}

impl Default for SettingsView {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            auto_refresh: true,
            revoke_hold_seconds: 5,
            on_theft: OnTheft::Revoke,
            clipboard_seconds: 30,
            lock_after_minutes: 15,
            close_to_tray: true,
            without_tray: OnClose::Ask,
            notifications: false,
            letter_shortcuts: true,
        }
    }
}

impl SettingsView {
    /// The same with every number inside its bounds.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        self.revoke_hold_seconds = self.revoke_hold_seconds.min(10);
        self.clipboard_seconds = self.clipboard_seconds.clamp(10, 120);
        self.lock_after_minutes = self.lock_after_minutes.min(24 * 60);
        self
    }
}
