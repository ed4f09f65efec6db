//! The desktop as the engine sees it.

use std::path::Path;

use keyfob_engine::{Changed, EngineError, Host, Notice, view::ErrorCode};
use keyfob_secret::{AccessToken, PastedText};
use tauri::{AppHandle, Emitter, Manager};

use crate::{clipboard::Clipboard, notices::Notices, tray::Tray};

/// Browser, clipboard, page and notifications of this desktop.
pub(crate) struct Desktop {
    app: AppHandle,
    clipboard: Clipboard,
    notices: Notices,
}

impl Desktop {
    pub(crate) fn new(app: AppHandle) -> Self {
        Self {
            notices: Notices::new(&app),
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
        tell(&self.app, what);
        if let Some(tray) = self.app.try_state::<Tray>() {
            tray.look();
        }
    }

    fn notify(&self, notice: &Notice) {
        self.notices.show(notice);
    }
}

/// Tells the page to fetch anew.
pub(crate) fn tell(app: &AppHandle, what: Changed) {
    // A window that is gone fetches anew when it comes back.
    let _ = app.emit("changed", what.tag());
}
