//! The one window.

mod fit;

use std::path::PathBuf;

use tauri::{
    AppHandle, Manager, PhysicalPosition, PhysicalSize, Theme as WindowTheme, Url, WebviewUrl,
    WebviewWindow, WebviewWindowBuilder,
};

use keyfob_engine::view::Theme;
use tauri_plugin_window_state::{DEFAULT_FILENAME, StateFlags};

/// Its label; capabilities name it.
pub(crate) const MAIN: &str = "main";

/// The folder of this profile.
pub(crate) struct Profile(pub(crate) PathBuf);

fn automated() -> bool {
    cfg!(debug_assertions) && std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some()
}

/// Shows the window, building it where there is none.
pub(crate) fn show(app: &AppHandle) -> tauri::Result<()> {
    let window = match app.get_webview_window(MAIN) {
        Some(window) => window,
        None => {
            let stood = last_place(app);
            let window = build(app)?;
            bring_into_reach(&window, stood)?;
            window
        }
    };
    window.show()?;
    window.unminimize()?;
    window.set_focus()
}

fn build(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    let data_dir = &app.state::<Profile>().0;
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Keyfob")
        // Shown once it stands where it stood last.
        .visible(false)
        .inner_size(1280.0, 800.0)
        .min_inner_size(640.0, 480.0)
        // Nothing that the page could store outlives the window. Under automation, which a
        // release build refuses, the folder is kept so that a test can read what is in it.
        .incognito(!automated())
        .data_directory(data_dir.join("webview"))
        .devtools(cfg!(debug_assertions))
        // Ctrl + and Ctrl − enlarge the page, as people with low sight need it.
        .zoom_hotkeys_enabled(true)
        .on_navigation(is_own_page)
        .build()
}

/// Remembers where the window stands and how large it is.
pub(crate) fn remembering() -> tauri::plugin::TauriPlugin<tauri::Wry> {
    tauri_plugin_window_state::Builder::default()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .build()
}

/// Where the window stood when Keyfob ended, as far as it is remembered.
fn last_place(app: &AppHandle) -> Option<fit::Rect> {
    let file = app.path().app_config_dir().ok()?.join(DEFAULT_FILENAME);
    let states: serde_json::Value = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
    let number = |name: &str| i32::try_from(states[MAIN][name].as_i64()?).ok();
    Some(fit::Rect {
        x: number("x")?,
        y: number("y")?,
        width: number("width")?,
        height: number("height")?,
    })
}

/// A window that stood on a monitor that is gone comes to one that is there.
fn bring_into_reach(window: &WebviewWindow, stood: Option<fit::Rect>) -> tauri::Result<()> {
    let length = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
    let monitors: Vec<_> = window
        .available_monitors()?
        .iter()
        .map(|monitor| fit::Rect {
            x: monitor.position().x,
            y: monitor.position().y,
            width: length(monitor.size().width),
            height: length(monitor.size().height),
        })
        .collect();
    if let Some(better) = stood.and_then(|stood| fit::fitted(stood, &monitors)) {
        window.set_position(PhysicalPosition::new(better.x, better.y))?;
        window.set_size(PhysicalSize::new(better.width, better.height))?;
    }
    Ok(())
}

/// The page never leads anywhere else: links open in the system browser, through a command.
fn is_own_page(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => true,
        "http" | "https" => {
            url.host_str() == Some("tauri.localhost")
                || (cfg!(debug_assertions) && url.host_str() == Some("127.0.0.1"))
        }
        _ => false,
    }
}

/// The window's frame follows the setting; the page follows it by itself.
pub(crate) fn apply_theme(app: &AppHandle, theme: Theme) {
    let theme = match theme {
        Theme::System => None,
        Theme::Light => Some(WindowTheme::Light),
        Theme::Dark => Some(WindowTheme::Dark),
    };
    if let Some(window) = app.get_webview_window(MAIN)
        && window.set_theme(theme).is_err()
    {
        tracing::warn!("the theme of the window could not be set");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_leads_nowhere_else() {
        let own = |text: &str| is_own_page(&text.parse().unwrap());
        assert!(own("tauri://localhost/index.html"));
        assert!(own("http://tauri.localhost/"));
        assert!(!own("https://evil.example/"));
        assert!(!own("data:text/html,x"));
        assert!(!own("file:///etc/passwd"));
    }
}
