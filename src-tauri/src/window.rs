//! The one window.

use std::path::PathBuf;

use tauri::{
    AppHandle, Manager, Theme as WindowTheme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
};

use keyfob_engine::view::Theme;

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
        None => build(app)?,
    };
    window.show()?;
    window.unminimize()?;
    window.set_focus()
}

fn build(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    let data_dir = &app.state::<Profile>().0;
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Keyfob")
        .inner_size(1280.0, 800.0)
        .min_inner_size(640.0, 480.0)
        // Nothing that the page could store outlives the window. Under automation, which a
        // release build refuses, the folder is kept so that a test can read what is in it.
        .incognito(!automated())
        .data_directory(data_dir.join("webview"))
        .devtools(cfg!(debug_assertions))
        .on_navigation(is_own_page)
        .build()
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
