//! Copying an access token: in Rust, marked confidential, cleared after a while if unchanged.

use std::{sync::atomic::Ordering, time::Duration};

use keyfob_audit::{EventKind, TokenRef};
use keyfob_secret::LengthClass;
use keyfob_token::{Phase, life};

use crate::{
    engine::{Core, Engine, about, blocking, locked, parse_id},
    error::EngineError,
    host::Changed,
    view::ErrorCode,
};

impl Engine {
    /// Copies the access token, alone or as an `Authorization` header; answers when it is cleared,
    /// ms since 1970.
    ///
    /// # Errors
    /// There is no living access token, the session is being revoked, or there is no clipboard.
    pub async fn copy_access_token(&self, id: &str, header: bool) -> Result<i64, EngineError> {
        let core = &self.core;
        let id = parse_id(id)?;
        let vault = core.vault()?;
        let session = core.session(id)?;
        match session.phase {
            Phase::Revoking(_) | Phase::Revoked(_) => {
                return Err(ErrorCode::SessionRevoking.into());
            }
            Phase::Frozen { .. } => return Err(ErrorCode::SessionFrozen.into()),
            Phase::Live | Phase::Watched | Phase::SignInNeeded { .. } => {}
        }
        let facts = session.access.as_ref().ok_or(ErrorCode::NoAccessToken)?;
        if !life::may_hand_out(facts, &core.now()) {
            return Err(ErrorCode::AccessTokenEnded.into());
        }
        let reader = vault.clone();
        let token = blocking(move || Ok(reader.secrets(id)?.and_then(|secrets| secrets.access)))
            .await?
            .ok_or(ErrorCode::NoAccessToken)?;
        core.host.copy_token(&token, header)?;
        drop(token);
        let writer = core.clone();
        let now = core.now().stamp();
        let wall = now.wall;
        core.change_session(vault, id, move |tx, mut session| {
            session.last_used_at = Some(wall);
            session.marks.used = Some(now);
            let mut event = about(writer.event(EventKind::TokenCopied), &session);
            event.token = session.access.as_ref().map(|facts| TokenRef {
                kind: facts.kind,
                fingerprint: facts.fingerprint,
                length: LengthClass::of(facts.length as usize),
            });
            tx.record(event)?;
            Ok(session)
        })
        .await?;
        let seconds = u64::from(locked(&core.settings).clipboard_seconds);
        let cleaner = core.clone();
        let copy = core.copies.fetch_add(1, Ordering::SeqCst) + 1;
        core.tasks.spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
                () = cleaner.stop.cancelled() => {}
            }
            if cleaner.copies.load(Ordering::SeqCst) != copy {
                // A newer copy has its own time.
                return;
            }
            // Nothing more can be done when the clipboard is gone; it holds the token no longer.
            if cleaner.clear_clipboard().is_err() {
                tracing::warn!("the clipboard could not be cleared");
            }
        });
        Ok((wall + i64::try_from(seconds * 1000).unwrap_or(30_000)).0)
    }

    /// Clears the clipboard if it still holds what Keyfob put there.
    ///
    /// # Errors
    /// There is no clipboard.
    pub fn clear_clipboard(&self) -> Result<(), EngineError> {
        self.core.clear_clipboard()
    }
}

impl Core {
    fn clear_clipboard(&self) -> Result<(), EngineError> {
        self.host.clear_copied()?;
        self.host.changed(Changed::Clipboard);
        Ok(())
    }
}
