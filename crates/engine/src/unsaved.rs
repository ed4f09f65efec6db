//! Tokens that came and could not be written down yet: who waits for that, and who is told.
//!
//! The provider may have used up the token before them, so they are held here, tried again, and
//! keep Keyfob from ending.

use std::{collections::BTreeMap, time::Duration};

use keyfob_token::SessionId;
use tokio::sync::watch;

use crate::{
    audit::word,
    engine::Core,
    error::EngineError,
    host::{Changed, NoticeKind},
    view::{ErrorCode, UnsavedView},
};

/// The pause before the second try to write an answer down; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The pause after so many tries.
pub(crate) fn pause_after(tries: u32) -> Duration {
    FIRST_PAUSE
        .saturating_mul(2_u32.saturating_pow(tries.saturating_sub(1)))
        .min(LONGEST_PAUSE)
}

/// The sessions whose newest tokens are only in memory, and why.
pub(crate) struct Unsaved(watch::Sender<BTreeMap<SessionId, ErrorCode>>);

impl Default for Unsaved {
    fn default() -> Self {
        Self(watch::Sender::new(BTreeMap::new()))
    }
}

impl Unsaved {
    /// Ends when the tokens of this session have had to be held; says why.
    pub(crate) async fn held(&self, id: SessionId) -> EngineError {
        let mut changes = self.0.subscribe();
        let held = changes.wait_for(|all| all.contains_key(&id)).await;
        let why = held.ok().and_then(|all| all.get(&id).copied());
        EngineError::new(ErrorCode::NotSaved)
            .with("why", why.map(|it| word(&it)).unwrap_or_default())
    }

    /// Ends when nothing is held any more.
    pub(crate) async fn all_saved(&self) {
        // The sender is `self`: it can't have gone.
        let _ = self.0.subscribe().wait_for(BTreeMap::is_empty).await;
    }

    /// As the outside sees it.
    pub(crate) fn view(&self) -> Option<UnsavedView> {
        let all = self.0.borrow();
        let why = *all.values().next()?;
        Some(UnsavedView {
            sessions: u32::try_from(all.len()).unwrap_or(u32::MAX),
            error: EngineError::from(why).view(),
        })
    }
}

impl Core {
    /// New tokens could not be written: until they are, Keyfob does not end, and the user is told.
    pub(crate) fn hold_unsaved(&self, id: SessionId, why: ErrorCode) {
        let mut is_new = false;
        let changed = self.unsaved.0.send_if_modified(|all| {
            let before = all.insert(id, why);
            is_new = before.is_none();
            before != Some(why)
        });
        if changed {
            self.host.changed(Changed::Vault);
        }
        if let (true, Ok(session)) = (is_new, self.session(id)) {
            self.tell_of(&session, NoticeKind::NotSaved);
        }
    }

    /// They are written, or nobody is left to keep them for.
    pub(crate) fn release_unsaved(&self, id: SessionId) {
        if self
            .unsaved
            .0
            .send_if_modified(|all| all.remove(&id).is_some())
        {
            self.host.changed(Changed::Vault);
        }
    }
}
