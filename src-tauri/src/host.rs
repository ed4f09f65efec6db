//! The desktop as the engine sees it.

use std::path::Path;

use keyfob_engine::{Changed, EngineError, Host, Notice, NoticeKind, view::ErrorCode};
use keyfob_secret::{AccessToken, PastedText};
use tauri::{AppHandle, Emitter};
use tauri_plugin_notification::NotificationExt;

use crate::clipboard::Clipboard;

/// Browser, clipboard, page and notifications of this desktop.
pub(crate) struct Desktop {
    app: AppHandle,
    clipboard: Clipboard,
}

impl Desktop {
    pub(crate) fn new(app: AppHandle) -> Self {
        Self {
            app,
            clipboard: Clipboard::default(),
        }
    }
}

impl Host for Desktop {
    fn open_browser(&self, url: &str) -> Result<(), EngineError> {
        open::that_detached(url).map_err(|_| EngineError::new(ErrorCode::SignInNoBrowser))
    }

    fn show_path(&self, path: &Path) -> Result<(), EngineError> {
        let folder = if path.is_dir() {
            path
        } else {
            path.parent().unwrap_or(path)
        };
        open::that_detached(folder).map_err(|_| EngineError::new(ErrorCode::FileUnreadable))
    }

    fn copy_token(&self, token: &AccessToken, as_header: bool) -> Result<(), EngineError> {
        self.clipboard.put_confidential(token, as_header)
    }

    fn copy_text(&self, text: &str) -> Result<(), EngineError> {
        self.clipboard.put_text(text)
    }

    fn clear_copied(&self) -> Result<(), EngineError> {
        self.clipboard.clear_if_ours()
    }

    fn read_clipboard(&self) -> Result<PastedText, EngineError> {
        self.clipboard.read()
    }

    fn changed(&self, what: Changed) {
        // A window that is gone fetches anew when it comes back.
        let _ = self.app.emit("changed", what.tag());
    }

    fn notify(&self, notice: &Notice) {
        let (title, body) = words(notice);
        let shown = self
            .app
            .notification()
            .builder()
            .title(title)
            .body(body)
            .show();
        if shown.is_err() {
            tracing::warn!("a notification could not be shown");
        }
        // The tray shows the same by its icon's tooltip, also where there is no notification daemon.
        if let Some(tray) = self.app.tray_by_id(crate::tray::ID) {
            let _ = tray.set_tooltip(Some(format!("Keyfob: {title}")));
        }
    }
}

/// No account is named: a notification can show on a locked screen.
fn words(notice: &Notice) -> (&'static str, String) {
    let host = &notice.host;
    let sessions = match notice.count {
        1 => "A session".to_owned(),
        count => format!("{count} sessions"),
    };
    match notice.kind {
        NoticeKind::SignInNeeded => ("Sign in again", format!("{sessions} at {host} ended.")),
        NoticeKind::EndsSoon => (
            "Ends soon",
            format!("{sessions} at {host} will end within 10 minutes."),
        ),
        NoticeKind::RefreshFailing => (
            "Refresh failed",
            format!("{sessions} at {host} can't be refreshed, with little time left."),
        ),
        NoticeKind::PossibleTheft => (
            "Possible theft",
            format!("Someone else may be using a session at {host}. Open Keyfob to see why."),
        ),
    }
}
