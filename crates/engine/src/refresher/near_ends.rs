//! Whoever ends soon and can't be renewed is told of once.

use std::{collections::HashSet, sync::Mutex};

use keyfob_token::{Phase, Session, SessionId, life};

use crate::{
    engine::{Core, locked},
    host::NoticeKind,
};

/// Told of when a session ends within this and can't be refreshed.
const ENDS_SOON_MS: i64 = 10 * 60_000;

/// Sessions whose near end the user was told of.
#[derive(Default)]
pub(crate) struct Told(Mutex<HashSet<SessionId>>);

impl Core {
    pub(super) fn tell_of_near_ends(&self) {
        let now = self.now();
        let near: Vec<Session> = self.roster(|roster| {
            roster
                .sessions()
                .filter(|session| {
                    // Whoever has to sign in again was told that already.
                    matches!(session.phase, Phase::Live | Phase::Watched)
                        && matches!(life::effective_end(session, &now),
                            life::End::HardEnd { left_ms, .. } if left_ms < ENDS_SOON_MS)
                        && life::due_in(session, &now, 0.0).is_none()
                })
                .cloned()
                .collect()
        });
        for session in near {
            if locked(&self.limits.told.0).insert(session.id) {
                self.tell_of(&session, NoticeKind::EndsSoon);
            }
        }
    }
}
