//! The terminal as the engine sees it: a browser beside it, and nothing else.

use std::path::Path;

use keyfob_engine::{Changed, EngineError, Host, Notice, NoticeKind, view::ErrorCode};
use keyfob_secret::{AccessToken, PastedText};

/// A terminal.
pub(crate) struct Terminal;

impl Host for Terminal {
    fn open_browser(&self, url: &str) -> Result<(), EngineError> {
        // Said in any case: the browser may be on another screen, or there is none here.
        crate::shell::tell(&format!("if no browser opens, go to {url}"));
        let _ = open::that_detached(url);
        Ok(())
    }

    fn show_path(&self, _path: &Path) -> Result<(), EngineError> {
        Err(ErrorCode::FileUnreadable.into())
    }

    fn copy_token(&self, _token: &AccessToken, _as_header: bool) -> Result<(), EngineError> {
        Err(ErrorCode::ClipboardUnavailable.into())
    }

    fn copy_text(&self, _text: &str) -> Result<(), EngineError> {
        Err(ErrorCode::ClipboardUnavailable.into())
    }

    fn clear_copied(&self) -> Result<(), EngineError> {
        Ok(())
    }

    fn read_clipboard(&self) -> Result<PastedText, EngineError> {
        Err(ErrorCode::ClipboardUnavailable.into())
    }

    fn changed(&self, _what: Changed) {}

    fn notify(&self, notice: &Notice) {
        // Only possible theft is told in any case; the exit code says the rest.
        let then = match notice.kind {
            NoticeKind::PossibleTheft => "it was frozen, and what is left of it is revoked",
            NoticeKind::TheftUndecided => {
                "it was frozen, and nothing was revoked; decide in the window, or with: keyfob revoke"
            }
            _ => return,
        };
        let host = &notice.host;
        crate::shell::tell(&format!(
            "someone else may be using a session at {host}; {then}"
        ));
    }
}
