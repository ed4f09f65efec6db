//! Sessions as the user sees and names them.

use std::sync::Arc;

use keyfob_audit::EventKind;
use keyfob_providers::by_id;
use keyfob_token::{Phase, SessionId};

use crate::{
    engine::{Core, Engine, about, blocking, parse_id},
    error::EngineError,
    host::Changed,
    roster::row_of,
    view::{ErrorCode, Row, SessionPage, SessionQuery},
};

/// Longest name and label, and most labels.
const LONGEST_NAME: usize = 120;
const LONGEST_LABEL: usize = 40;
const MOST_LABELS: usize = 20;

impl Engine {
    /// A window of the list. Reads memory only.
    ///
    /// # Errors
    /// The vault is not open.
    pub fn list_sessions(&self, query: &SessionQuery) -> Result<SessionPage, EngineError> {
        let core = &self.core;
        core.require_open()?;
        let around = core.around();
        let name = |id: &str| by_id(id).display_name().to_owned();
        Ok(core.roster(|roster| roster.page(query, &around, name)))
    }

    /// How many sessions ask for the user; none while the vault is locked or closed.
    pub fn attention(&self) -> u32 {
        let core = &self.core;
        if core.require_open().is_err() {
            return 0;
        }
        let around = core.around();
        core.roster(|roster| roster.attention(&around))
    }

    /// Gives a session another name.
    ///
    /// # Errors
    /// The name is empty or too long, or the vault can't be written.
    pub async fn rename_session(&self, id: &str, name: &str) -> Result<Row, EngineError> {
        let core = &self.core;
        let id = parse_id(id)?;
        let name = cleaned(name, LONGEST_NAME).ok_or(ErrorCode::NameInvalid)?;
        let writer = core.clone();
        core.change_session(core.vault()?, id, move |tx, mut session| {
            session.name = name;
            tx.record(about(writer.event(EventKind::SessionRenamed), &session))?;
            Ok(session)
        })
        .await?;
        core.row(id)
    }

    /// Sets the labels of a session.
    ///
    /// # Errors
    /// A label is too long, there are too many, or the vault can't be written.
    pub async fn label_session(&self, id: &str, labels: &[String]) -> Result<Row, EngineError> {
        let core = &self.core;
        let id = parse_id(id)?;
        let mut clean = Vec::new();
        for label in labels {
            clean.push(cleaned(label, LONGEST_LABEL).ok_or(ErrorCode::LabelInvalid)?);
        }
        clean.sort();
        clean.dedup();
        if clean.len() > MOST_LABELS {
            return Err(ErrorCode::LabelInvalid.into());
        }
        let writer = core.clone();
        core.change_session(core.vault()?, id, move |tx, mut session| {
            session.labels = clean;
            tx.record(about(writer.event(EventKind::SessionLabelled), &session))?;
            Ok(session)
        })
        .await?;
        core.row(id)
    }

    /// Wipes a session here. Nothing is revoked: its tokens live on at the provider.
    ///
    /// # Errors
    /// There is no such session, or the vault can't be written.
    pub async fn forget_session(&self, id: &str) -> Result<(), EngineError> {
        self.core
            .drop_session(id, EventKind::SessionForgotten, |_| true)
            .await
    }

    /// Removes the tombstone of a session that has ended, or a watched token.
    ///
    /// # Errors
    /// The session still lives here, or the vault can't be written.
    pub async fn remove_session(&self, id: &str) -> Result<(), EngineError> {
        let ended = |phase: &Phase| matches!(phase, Phase::Revoked(_) | Phase::Watched);
        self.core
            .drop_session(id, EventKind::SessionRemoved, ended)
            .await
    }

    /// Opens the provider's sign-out page in the browser, with the ID token as a hint.
    ///
    /// # Errors
    /// The provider has no such page, or there is no browser.
    pub async fn sign_out_in_browser(&self, id: &str) -> Result<(), EngineError> {
        let core = &self.core;
        let id = parse_id(id)?;
        let vault = core.vault()?;
        let session = core.session(id)?;
        let registration = core
            .registration(
                vault.clone(),
                session.issuer.clone(),
                session.client_id.clone(),
            )
            .await?
            .ok_or(ErrorCode::SignOutNotOffered)?;
        let provider = by_id(&session.provider);
        let reader = vault.clone();
        let hint = blocking(move || Ok(reader.secrets(id)?.and_then(|it| it.id_token))).await?;
        let url = provider
            .end_session_url(&registration.metadata, &session.client_id, hint.as_ref())
            .ok_or(ErrorCode::SignOutNotOffered)?;
        core.host.open_browser(url.as_str())?;
        let event = core.session_event(EventKind::SignOutOpened, &session);
        blocking(move || Ok(vault.write(|tx| tx.record(event).map(drop))?)).await?;
        core.host.changed(Changed::Audit);
        Ok(())
    }
}

impl Core {
    /// The row of a session as it is now.
    pub(crate) fn row(&self, id: SessionId) -> Result<Row, EngineError> {
        let session = self.session(id)?;
        let around = self.around();
        let shown = around.shown(&session, self.policy_end(&session, &around.now));
        Ok(row_of(&session, &shown, &around.now))
    }

    async fn drop_session(
        self: &Arc<Self>,
        id: &str,
        kind: EventKind,
        allowed: impl FnOnce(&Phase) -> bool + Send + 'static,
    ) -> Result<(), EngineError> {
        let id = parse_id(id)?;
        let vault = self.vault()?;
        let draft = self.event(kind);
        let core = self.clone();
        blocking(move || {
            core.in_order(|| {
                vault.write_with(|tx| {
                    let session = tx.session(id)?;
                    if !allowed(&session.phase) {
                        return Err(EngineError::new(ErrorCode::SessionRevoking));
                    }
                    tx.record(about(draft, &session))?;
                    Ok(tx.delete_session(id)?)
                })?;
                core.roster_mut(|roster| roster.remove(id));
                Ok(())
            })
        })
        .await?;
        self.host.changed(Changed::Sessions);
        self.host.changed(Changed::Audit);
        Ok(())
    }
}

/// Trimmed, not empty, bounded, without control characters.
fn cleaned(text: &str, most: usize) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= most;
    (fits && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_bounded_and_free_of_control_characters() {
        assert_eq!(cleaned("  ci ", 10).as_deref(), Some("ci"));
        assert_eq!(cleaned("   ", 10), None);
        assert_eq!(cleaned("a\nb", 10), None);
        assert_eq!(cleaned(&"x".repeat(11), 10), None);
    }
}
