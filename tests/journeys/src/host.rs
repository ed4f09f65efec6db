//! A host without a desktop: its browser is the test's, its clipboard a field.

use std::{path::Path, process::Command, sync::Mutex};

use keyfob_engine::{Changed, EngineError, Host, Notice, view::ErrorCode};
use keyfob_secret::{AccessToken, PastedText};

use crate::places;

/// What a test sees of the world around the engine.
#[derive(Default)]
pub struct TestHost {
    /// Who signs in.
    pub user: Mutex<Option<String>>,
    /// Pages that were opened.
    pub opened: Mutex<Vec<String>>,
    /// Text on the clipboard.
    pub clipboard: Mutex<Option<String>>,
    /// What changed, as tags.
    pub changes: Mutex<Vec<&'static str>>,
    /// Notices shown.
    pub notices: Mutex<Vec<Notice>>,
    /// Whether pages are only noted, not visited.
    pub browser_stays_shut: Mutex<bool>,
}

impl TestHost {
    /// Goes to a page as the system browser would, and returns at once.
    pub fn visit(&self, url: &str) -> Result<(), EngineError> {
        let mut visit = Command::new(places::browser().join("xdg-open"));
        if let Some(user) = put(&self.user, |user| user.clone()) {
            visit.env("KEYFOB_BROWSER_USER", user);
        }
        let done = visit
            .arg(url)
            .status()
            .map_err(|_| ErrorCode::SignInNoBrowser)?;
        if done.success() {
            Ok(())
        } else {
            Err(ErrorCode::SignInNoBrowser.into())
        }
    }
}

impl Host for TestHost {
    fn open_browser(&self, url: &str) -> Result<(), EngineError> {
        put(&self.opened, |list| list.push(url.to_owned()));
        if put(&self.browser_stays_shut, |shut| *shut) {
            return Ok(());
        }
        self.visit(url)
    }

    fn show_path(&self, _path: &Path) -> Result<(), EngineError> {
        Ok(())
    }

    fn copy_token(&self, token: &AccessToken, as_header: bool) -> Result<(), EngineError> {
        // EXPOSE: the test plays the program that the user pastes into.
        let text = token.expose();
        let text = if as_header {
            format!("Authorization: Bearer {text}")
        } else {
            text.into()
        };
        put(&self.clipboard, |clipboard| *clipboard = Some(text));
        Ok(())
    }

    fn copy_text(&self, text: &str) -> Result<(), EngineError> {
        put(&self.clipboard, |clipboard| {
            *clipboard = Some(text.to_owned())
        });
        Ok(())
    }

    fn clear_copied(&self) -> Result<(), EngineError> {
        put(&self.clipboard, |clipboard| *clipboard = None);
        Ok(())
    }

    fn read_clipboard(&self) -> Result<PastedText, EngineError> {
        put(&self.clipboard, |clipboard| clipboard.clone())
            .map(PastedText::new)
            .ok_or_else(|| ErrorCode::ClipboardEmpty.into())
    }

    fn changed(&self, what: Changed) {
        put(&self.changes, |list| list.push(what.tag()));
    }

    fn notify(&self, notice: &Notice) {
        put(&self.notices, |list| list.push(notice.clone()));
    }
}

/// Looks into a field.
pub fn put<T, R>(field: &Mutex<T>, look: impl FnOnce(&mut T) -> R) -> R {
    look(
        &mut field
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner),
    )
}
