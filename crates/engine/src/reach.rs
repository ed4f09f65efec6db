//! Which providers could be reached last time, each for itself.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use keyfob_token::SessionId;

use crate::{
    engine::{Core, locked},
    host::Changed,
};

/// By issuer: whether the last request got through.
#[derive(Default)]
pub(crate) struct Reachability(Mutex<HashMap<String, bool>>);

impl Reachability {
    /// Whether an issuer answered last time; unknown counts as reachable.
    pub(crate) fn of(&self, issuer: &str) -> bool {
        locked(&self.0).get(issuer).copied().unwrap_or(true)
    }

    /// Whether anything answers: offline only when nothing did.
    pub(crate) fn any(&self) -> bool {
        let known = locked(&self.0);
        known.is_empty() || known.values().any(|reached| *reached)
    }

    fn set(&self, issuer: &str, reached: bool) -> bool {
        locked(&self.0).insert(issuer.to_owned(), reached) != Some(reached)
    }
}

impl Core {
    /// Takes in whether a provider could be reached, and tells the page when that changed.
    pub(crate) fn saw_provider(self: &Arc<Self>, issuer: &str, reached: bool) {
        let was = self.reach.of(issuer);
        if self.reach.set(issuer, reached) && was != reached {
            self.host.changed(Changed::Online);
            self.host.changed(Changed::Sessions);
            if reached {
                self.let_waiting_go(issuer);
            }
        }
    }

    /// What waited for this provider's network may go.
    fn let_waiting_go(self: &Arc<Self>, issuer: &str) {
        let waiting: Vec<SessionId> = self.roster(|roster| {
            roster
                .sessions()
                .filter(|session| session.issuer == issuer)
                .map(|session| session.id)
                .collect()
        });
        self.let_go(waiting);
    }
}
