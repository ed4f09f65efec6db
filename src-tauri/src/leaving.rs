//! The ways out: the window is closed, the user quits, the desktop logs out. None loses a
//! revocation.

use std::sync::atomic::{AtomicBool, Ordering};

use keyfob_engine::{
    Engine,
    view::{Gate, OnClose, SettingsView},
};
use tauri::{AppHandle, Emitter, Manager};

use crate::{tray::Tray, window};

/// How far Keyfob is on its way out.
#[derive(Default)]
pub(crate) struct Leaving {
    begun: AtomicBool,
    /// The page asks what closing the window means.
    asking: AtomicBool,
}

impl Leaving {
    pub(crate) fn has_begun(&self) -> bool {
        self.begun.load(Ordering::SeqCst)
    }
}

/// The window is to be closed.
pub(crate) fn close(app: &AppHandle) {
    let engine = app.state::<Engine>();
    let settings = engine.settings();
    if app.state::<Tray>().is_shown() {
        if settings.close_to_tray {
            hide(app);
        } else {
            quit(app);
        }
        return;
    }
    match settings.without_tray {
        OnClose::KeepRunning => hide(app),
        OnClose::Quit => quit(app),
        OnClose::Ask => {
            let leaving = app.state::<Leaving>();
            let can_ask = matches!(engine.vault_state().gate, Gate::Open | Gate::Locked)
                // A page that doesn't answer must not keep its window open for ever.
                && !leaving.asking.swap(true, Ordering::SeqCst);
            if !can_ask || app.emit("changed", "closing").is_err() {
                quit(app);
            }
        }
    }
}

/// The user has said what closing means; [`OnClose::Ask`] is: nothing, stay.
pub(crate) async fn close_as(app: &AppHandle, answer: OnClose) {
    app.state::<Leaving>().asking.store(false, Ordering::SeqCst);
    if answer == OnClose::Ask {
        return;
    }
    let engine = app.state::<Engine>().inner().clone();
    let settings = SettingsView {
        without_tray: answer,
        ..engine.settings()
    };
    // While locked nothing is kept, and the question comes again next time.
    if let Err(error) = engine.set_settings(settings).await {
        tracing::info!(code = ?error.code(), "the answer is not remembered");
    }
    match answer {
        OnClose::KeepRunning => hide(app),
        _ => quit(app),
    }
}

/// Out of sight, and running on: the tray or a second start brings the window back. Where neither
/// can, it is only made small.
fn hide(app: &AppHandle) {
    let Some(window) = app.get_webview_window(window::MAIN) else {
        return;
    };
    let gone = if app.state::<Tray>().can_come_back() {
        window.hide()
    } else {
        window.minimize()
    };
    if gone.is_err() {
        tracing::warn!("the window could not be hidden");
    }
}

/// Winds up: held revocations are sent at once, the anchor is kept, then the program ends. While
/// new tokens can't be saved it doesn't, and the window shows why.
pub(crate) fn quit(app: &AppHandle) {
    if app.state::<Leaving>().begun.swap(true, Ordering::SeqCst) {
        return;
    }
    let handle = app.clone();
    let engine = app.state::<Engine>().inner().clone();
    if engine.vault_state().unsaved.is_none() {
        let_another_start(app.clone());
    } else if window::show(app).is_err() {
        tracing::warn!("the window could not be shown");
    }
    tauri::async_runtime::spawn(async move {
        engine.wind_up().await;
        handle.exit(0);
    });
}

/// Whoever starts Keyfob from now on gets a Keyfob of their own, which waits for the vault: this one
/// would take the wish with it.
fn let_another_start(app: AppHandle) {
    // Nobody waits for the bus.
    drop(tauri::async_runtime::spawn_blocking(move || {
        tauri_plugin_single_instance::destroy(&app);
    }));
}

/// Logging out and shutting down end programs by SIGTERM: held revocations go out first.
#[cfg(unix)]
pub(crate) fn on_signals(app: &AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::hangup(),
    ] {
        let handle = app.clone();
        tauri::async_runtime::spawn(async move {
            let Ok(mut signals) = signal(kind) else {
                tracing::warn!("a signal can't be listened for");
                return;
            };
            if signals.recv().await.is_some() {
                quit(&handle);
            }
        });
    }
}
