//! Start at login: off until the user chooses it, and only for the user's own profile.

#[cfg(target_os = "linux")]
mod entry;

use keyfob_engine::{EngineError, view::ErrorCode};
use tauri::{AppHandle, Builder, Manager, Wry};

/// Starts in the tray, without a window.
const ARGUMENT: &str = "--hidden";

/// Whether this profile can start at login.
struct Offered;

/// A program whose profile can start at login.
pub(crate) fn offered(builder: Builder<Wry>) -> Builder<Wry> {
    let builder = builder.manage(Offered);
    #[cfg(not(target_os = "linux"))]
    let builder = builder.plugin(
        tauri_plugin_autostart::Builder::new()
            .arg(ARGUMENT)
            .app_name("Keyfob")
            .build(),
    );
    builder
}

/// Whether Keyfob starts at login; `None`: this profile can't.
pub(crate) fn is_on(app: &AppHandle) -> Option<bool> {
    app.try_state::<Offered>()?;
    Some(system::is_on(app))
}

/// Switches it, and reads back what it is now.
///
/// # Errors
/// The system's entry could not be written, or this profile has none.
pub(crate) fn set(app: &AppHandle, on: bool) -> Result<bool, EngineError> {
    let failed = || EngineError::new(ErrorCode::AutostartFailed);
    app.try_state::<Offered>().ok_or_else(failed)?;
    system::set(app, on).ok_or_else(failed)?;
    Ok(system::is_on(app))
}

#[cfg(target_os = "linux")]
mod system {
    use tauri::{AppHandle, Manager};

    use super::{ARGUMENT, entry};

    fn file(app: &AppHandle) -> Option<std::path::PathBuf> {
        Some(entry::file(&app.path().config_dir().ok()?))
    }

    pub(super) fn is_on(app: &AppHandle) -> bool {
        file(app).is_some_and(|file| entry::is_on(&file))
    }

    pub(super) fn set(app: &AppHandle, on: bool) -> Option<()> {
        let file = file(app)?;
        if on {
            // An AppImage runs from a folder that goes with it; its own file stays.
            let program = std::env::var_os("APPIMAGE")
                .map_or_else(std::env::current_exe, |image| Ok(image.into()));
            entry::write(&file, &program.ok()?, ARGUMENT).ok()
        } else {
            entry::remove(&file).ok()
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use tauri::AppHandle;
    use tauri_plugin_autostart::ManagerExt;

    pub(super) fn is_on(app: &AppHandle) -> bool {
        app.autolaunch().is_enabled().unwrap_or(false)
    }

    pub(super) fn set(app: &AppHandle, on: bool) -> Option<()> {
        let manager = app.autolaunch();
        let done = if on {
            manager.enable()
        } else {
            manager.disable()
        };
        done.ok()
    }
}
