//! Start at login: off until the user chooses it, and only for the user's own profile.

use keyfob_engine::{EngineError, view::ErrorCode};
use tauri::{AppHandle, Manager, Wry, plugin::TauriPlugin};
use tauri_plugin_autostart::AutoLaunchManager;

/// Starts in the tray, without a window.
pub(crate) fn plugin() -> TauriPlugin<Wry> {
    tauri_plugin_autostart::Builder::new()
        .arg("--hidden")
        .app_name("Keyfob")
        .build()
}

/// Whether Keyfob starts at login; `None`: this profile can't.
pub(crate) fn is_on(app: &AppHandle) -> Option<bool> {
    let manager = app.try_state::<AutoLaunchManager>()?;
    Some(manager.is_enabled().unwrap_or(false))
}

/// Switches it, and reads back what it is now.
///
/// # Errors
/// The system's entry could not be written, or this profile has none.
pub(crate) fn set(app: &AppHandle, on: bool) -> Result<bool, EngineError> {
    let failed = || EngineError::new(ErrorCode::AutostartFailed);
    let manager = app.try_state::<AutoLaunchManager>().ok_or_else(failed)?;
    let done = if on {
        manager.enable()
    } else {
        manager.disable()
    };
    done.map_err(|_| failed())?;
    manager.is_enabled().map_err(|_| failed())
}
