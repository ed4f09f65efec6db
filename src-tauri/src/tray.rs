//! The tray: there only where a library and a host for it are.

use keyfob_engine::Engine;
use tauri::{
    AppHandle, Manager,
    menu::{MenuBuilder, MenuEvent, MenuItemBuilder},
    tray::TrayIconBuilder,
};

use crate::{start::quit, window};

/// The id of the tray icon.
pub(crate) const ID: &str = "main";

/// Whether the window has a tray to close to.
pub(crate) struct Tray(pub(crate) bool);

/// Builds the tray where the system can show one; says so in one line where it can't.
pub(crate) fn build(app: &AppHandle) -> bool {
    if let Some(missing) = missing() {
        tracing::info!("no tray: {missing}");
        return false;
    }
    match try_build(app) {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "the tray could not be built");
            false
        }
    }
}

fn try_build(app: &AppHandle) -> tauri::Result<()> {
    let item = |id: &str, text: &str| MenuItemBuilder::with_id(id, text).build(app);
    let menu = MenuBuilder::new(app)
        .item(&item("open", "Open Keyfob")?)
        .separator()
        .item(&item("refresh", "Refresh all due")?)
        .item(&item("pause", "Pause or resume refresh")?)
        .item(&item("lock", "Lock now")?)
        .separator()
        .item(&item("quit", "Quit")?)
        .build()?;
    let mut builder = TrayIconBuilder::with_id(ID)
        .menu(&menu)
        .tooltip("Keyfob")
        .show_menu_on_left_click(true)
        .on_menu_event(chosen);
    if let Some(icon) = app.default_window_icon() {
        builder = builder.icon(icon.clone());
    }
    builder.build(app)?;
    Ok(())
}

fn chosen(app: &AppHandle, event: MenuEvent) {
    let engine = app.state::<Engine>().inner().clone();
    let handle = app.clone();
    match event.id().as_ref() {
        "open" => report(window::show(app).map_err(|error| error.to_string())),
        "quit" => quit(app),
        id => {
            let id = id.to_owned();
            tauri::async_runtime::spawn(async move {
                let outcome = match id.as_str() {
                    "refresh" => engine.refresh_due().await.map(drop),
                    "pause" => {
                        let running = engine.settings().auto_refresh;
                        engine.pause_refresh(running).await.map(drop)
                    }
                    "lock" => engine.lock().await.map(drop),
                    _ => Ok(()),
                };
                report(outcome.map_err(|error| format!("{:?}", error.code())));
                drop(handle);
            });
        }
    }
}

fn report(outcome: Result<(), String>) {
    if let Err(error) = outcome {
        tracing::warn!(error, "a choice of the tray's menu failed");
    }
}

#[cfg(target_os = "linux")]
fn missing() -> Option<&'static str> {
    if !library_is_there() {
        return Some("libayatana-appindicator3 is not installed");
    }
    if !host_is_there() {
        return Some("this desktop has no place for tray icons");
    }
    None
}

#[cfg(not(target_os = "linux"))]
fn missing() -> Option<&'static str> {
    None
}

/// The tray crate panics without its library, so it is looked for first.
#[cfg(target_os = "linux")]
fn library_is_there() -> bool {
    const NAMES: [&str; 2] = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];
    let folders =
        ["/usr/lib", "/usr/lib64", "/lib", "/usr/local/lib"].map(std::path::PathBuf::from);
    let triplet = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    folders
        .into_iter()
        .chain([triplet.into()])
        .any(|folder| NAMES.iter().any(|name| folder.join(name).exists()))
}

/// Without a host an icon would be shown nowhere, and a hidden window could not come back.
#[cfg(target_os = "linux")]
fn host_is_there() -> bool {
    let asked = tauri::async_runtime::block_on(async {
        let bus = zbus::Connection::session().await?;
        let answer = bus
            .call_method(
                Some("org.freedesktop.DBus"),
                "/org/freedesktop/DBus",
                Some("org.freedesktop.DBus"),
                "NameHasOwner",
                &"org.kde.StatusNotifierWatcher",
            )
            .await?;
        answer.body().deserialize::<bool>()
    });
    asked.unwrap_or(false)
}
