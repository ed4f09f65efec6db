//! The clipboard: tokens go in marked confidential and come out again if nobody replaced them.

use std::sync::Mutex;

use arboard::Clipboard as System;
use keyfob_engine::{EngineError, view::ErrorCode};
use keyfob_secret::{AccessToken, PastedText};

/// Most bytes that are read from the clipboard.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The system's clipboard, opened at first use and kept open: on X11 and Wayland its owner serves
/// the content.
#[derive(Default)]
pub(crate) struct Clipboard {
    system: Mutex<Option<System>>,
    /// What we put there, to recognise it.
    ours: Mutex<Option<AccessToken>>,
}

impl Clipboard {
    pub(crate) fn put_confidential(
        &self,
        token: &AccessToken,
        as_header: bool,
    ) -> Result<(), EngineError> {
        // EXPOSE: the user asked for the value on the clipboard.
        let value = token.expose();
        let text = if as_header {
            format!("Authorization: Bearer {value}")
        } else {
            value.to_owned()
        };
        let kept = AccessToken::new(text.clone());
        self.with(|system| set_confidential(system, text))?;
        *lock(&self.ours) = Some(kept);
        Ok(())
    }

    pub(crate) fn put_text(&self, text: &str) -> Result<(), EngineError> {
        self.with(|system| system.set_text(text))
    }

    pub(crate) fn clear_if_ours(&self) -> Result<(), EngineError> {
        let Some(ours) = lock(&self.ours).take() else {
            return Ok(());
        };
        self.with(|system| match system.get_text() {
            Ok(found) if ours.same_as(&found) => system.clear(),
            // Replaced by another program, or emptied already.
            _ => Ok(()),
        })
    }

    pub(crate) fn read(&self) -> Result<PastedText, EngineError> {
        let text = match self.with(|system| match system.get_text() {
            Err(arboard::Error::ContentNotAvailable) => Ok(String::new()),
            other => other,
        }) {
            Ok(text) => PastedText::new(text),
            Err(error) => return Err(error),
        };
        match text.len() {
            0 => Err(ErrorCode::ClipboardEmpty.into()),
            length if length > MOST_BYTES => Err(ErrorCode::TokenTooLarge.into()),
            _ => Ok(text),
        }
    }

    fn with<T>(
        &self,
        act: impl FnOnce(&mut System) -> Result<T, arboard::Error>,
    ) -> Result<T, EngineError> {
        let unavailable = |_| EngineError::new(ErrorCode::ClipboardUnavailable);
        let mut system = lock(&self.system);
        if system.is_none() {
            *system = Some(System::new().map_err(unavailable)?);
        }
        let open = system.as_mut().ok_or(ErrorCode::ClipboardUnavailable)?;
        act(open).map_err(unavailable)
    }
}

#[cfg(target_os = "linux")]
fn set_confidential(system: &mut System, text: String) -> Result<(), arboard::Error> {
    use arboard::SetExtLinux;
    system.set().exclude_from_history().text(text)
}

#[cfg(target_os = "macos")]
fn set_confidential(system: &mut System, text: String) -> Result<(), arboard::Error> {
    use arboard::SetExtApple;
    system.set().exclude_from_history().text(text)
}

#[cfg(windows)]
fn set_confidential(system: &mut System, text: String) -> Result<(), arboard::Error> {
    use arboard::SetExtWindows;
    system
        .set()
        .exclude_from_cloud()
        .exclude_from_history()
        .exclude_from_monitoring()
        .text(text)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
