//! The tray: there only where a library and a host for it are.

#[cfg(target_os = "linux")]
mod host;
#[cfg(target_os = "linux")]
mod library;

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use keyfob_engine::{Engine, view::Gate};
use tauri::{
    AppHandle, Manager, Wry,
    image::Image,
    include_image,
    menu::{MenuBuilder, MenuEvent, MenuItem, MenuItemBuilder},
    tray::TrayIconBuilder,
};
use tokio::sync::Notify;

use crate::{leaving::quit, window};

/// The id of the tray icon.
const ID: &str = "main";
/// The rest between two looks at what the menu says.
const REST: std::time::Duration = std::time::Duration::from_millis(500);

/// The tray icon, and whether anybody shows it.
#[derive(Default)]
pub(crate) struct Tray {
    is_shown: AtomicBool,
    /// Whether a second start reaches this one.
    has_bus: AtomicBool,
    menu: Mutex<Option<Menu>>,
    /// Something changed that the menu may speak of.
    changed: Notify,
}

/// The entries that change.
#[derive(Clone)]
struct Menu {
    attention: MenuItem<Wry>,
    refresh: MenuItem<Wry>,
    pause: MenuItem<Wry>,
    lock: MenuItem<Wry>,
}

/// What the icon says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Badge {
    Normal,
    Attention,
    Locked,
}

impl Badge {
    fn image(self) -> Image<'static> {
        match self {
            Self::Normal => include_image!("src-tauri/icons/tray/normal.png"),
            Self::Attention => include_image!("src-tauri/icons/tray/attention.png"),
            Self::Locked => include_image!("src-tauri/icons/tray/locked.png"),
        }
    }
}

/// What the entries say.
#[derive(Clone, PartialEq, Eq)]
struct Words {
    badge: Badge,
    attention: String,
    pause: &'static str,
    open: bool,
}

impl Tray {
    /// Whether the window has a tray to close to.
    pub(crate) fn is_shown(&self) -> bool {
        self.is_shown.load(Ordering::SeqCst)
    }

    /// Whether a hidden window can be brought back, by the tray or by a second start.
    pub(crate) fn can_come_back(&self) -> bool {
        self.is_shown() || self.has_bus.load(Ordering::SeqCst)
    }

    /// The menu looks anew.
    pub(crate) fn look(&self) {
        self.changed.notify_one();
    }

    fn menu(&self) -> Option<Menu> {
        self.menu
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Builds the tray where the system can show one, now or once a host for it comes, and keeps its
/// menu true. Says in one line where it can't.
pub(crate) fn start(app: &AppHandle) {
    let missing = missing_library();
    if let Some(missing) = missing {
        tracing::warn!("no tray: {missing}");
    }
    let handle = app.clone();
    tauri::async_runtime::spawn(async move { keep_true(&handle).await });
    #[cfg(target_os = "linux")]
    host::watch(app, missing.is_none());
    #[cfg(not(target_os = "linux"))]
    shown(app, true);
}

/// The bus over which a second start speaks to this one is there.
#[cfg(target_os = "linux")]
fn has_bus(app: &AppHandle) {
    app.state::<Tray>().has_bus.store(true, Ordering::SeqCst);
}

/// A host for tray icons is there, or has gone.
fn shown(app: &AppHandle, is_shown: bool) {
    let tray = app.state::<Tray>();
    if is_shown && tray.menu().is_none() {
        match build(app) {
            Ok(menu) => {
                *tray.menu.lock().unwrap_or_else(PoisonError::into_inner) = Some(menu);
                tray.look();
            }
            Err(error) => {
                tracing::warn!(%error, "the tray could not be built");
                return;
            }
        }
    }
    tray.is_shown.store(is_shown, Ordering::SeqCst);
    // The settings say what closing the window does.
    crate::host::tell(app, keyfob_engine::Changed::Vault);
}

fn build(app: &AppHandle) -> tauri::Result<Menu> {
    let item = |id: &str, text: &str| MenuItemBuilder::with_id(id, text).build(app);
    let items = Menu {
        attention: item("attention", "Nothing needs you")?,
        refresh: item("refresh", "Refresh all due")?,
        pause: item("pause", "Pause refresh")?,
        lock: item("lock", "Lock now")?,
    };
    let menu = MenuBuilder::new(app)
        .item(&items.attention)
        .separator()
        .item(&item("open", "Open Keyfob")?)
        .item(&items.refresh)
        .item(&items.pause)
        .item(&items.lock)
        .separator()
        .item(&item("quit", "Quit")?)
        .build()?;
    TrayIconBuilder::with_id(ID)
        .icon(Badge::Normal.image())
        .menu(&menu)
        .tooltip("Keyfob")
        .show_menu_on_left_click(true)
        .on_menu_event(chosen)
        .build(app)?;
    Ok(items)
}

async fn keep_true(app: &AppHandle) {
    let mut said = None;
    loop {
        app.state::<Tray>().changed.notified().await;
        let Some(menu) = app.state::<Tray>().menu() else {
            continue;
        };
        let words = words(&app.state::<Engine>());
        if said.as_ref() != Some(&words) {
            if let Err(error) = menu.say(app, &words) {
                tracing::warn!(%error, "the tray's menu could not be changed");
            }
            said = Some(words);
        }
        tokio::time::sleep(REST).await;
    }
}

fn words(engine: &Engine) -> Words {
    let gate = engine.vault_state().gate;
    let count = engine.attention();
    let badge = match gate {
        Gate::Open if count == 0 => Badge::Normal,
        Gate::Open => Badge::Attention,
        _ => Badge::Locked,
    };
    let attention = match (gate, count) {
        (Gate::Locked, _) => "Locked".to_owned(),
        (Gate::Open, 0) => "Nothing needs you".to_owned(),
        (Gate::Open, 1) => "1 session needs attention".to_owned(),
        (Gate::Open, count) => format!("{count} sessions need attention"),
        _ => "The vault is not open".to_owned(),
    };
    Words {
        badge,
        attention,
        pause: if engine.settings().auto_refresh {
            "Pause refresh"
        } else {
            "Resume refresh"
        },
        open: gate == Gate::Open,
    }
}

impl Menu {
    fn say(&self, app: &AppHandle, words: &Words) -> tauri::Result<()> {
        if let Some(icon) = app.tray_by_id(ID) {
            icon.set_icon(Some(words.badge.image()))?;
        }
        self.attention.set_text(&words.attention)?;
        self.pause.set_text(words.pause)?;
        // What asks the vault works only while it is open.
        for item in [&self.refresh, &self.pause, &self.lock] {
            item.set_enabled(words.open)?;
        }
        Ok(())
    }
}

fn chosen(app: &AppHandle, event: MenuEvent) {
    let engine = app.state::<Engine>().inner().clone();
    match event.id().as_ref() {
        "open" | "attention" => report(window::show(app).map_err(|error| error.to_string())),
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
            });
        }
    }
}

fn report(outcome: Result<(), String>) {
    if let Err(error) = outcome {
        tracing::warn!(error, "a choice of the tray's menu failed");
    }
}

/// The tray crate panics without its library, so it is looked for first.
#[cfg(target_os = "linux")]
fn missing_library() -> Option<&'static str> {
    (!library::is_there()).then_some("libayatana-appindicator3 is not installed")
}

#[cfg(not(target_os = "linux"))]
fn missing_library() -> Option<&'static str> {
    None
}
