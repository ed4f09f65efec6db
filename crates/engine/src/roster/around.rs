//! What is known around the sessions when their states are judged: the time, the network, what is
//! on its way, and what waits for its turn.

use std::collections::HashMap;

use keyfob_token::{
    Now, Session, SessionId, Stamp,
    life::{DisplayState, PolicyEnd, Reach, display_state},
};

use crate::{
    engine::{Core, locked},
    reach::Reachability,
    refresher::Holds,
};

/// One look at all of it, for one answer.
pub(crate) struct Around<'a> {
    pub(crate) now: Now,
    pub(crate) reach: &'a Reachability,
    in_flight: HashMap<SessionId, Stamp>,
    holds: Holds,
    paused: bool,
}

impl Core {
    pub(crate) fn around(&self) -> Around<'_> {
        let now = self.now();
        Around {
            holds: self.holds(&now),
            paused: !self.may_refresh(),
            in_flight: locked(&self.in_flight).clone(),
            reach: &self.reach,
            now,
        }
    }
}

impl Around<'_> {
    /// The state of a session as its row shows it.
    pub(crate) fn shown(&self, session: &Session, policy: Option<PolicyEnd>) -> DisplayState {
        let reach = Reach {
            online: self.reach.of(&session.issuer),
            in_flight_since: self.in_flight.get(&session.id).cloned(),
            policy,
            held: self.holds.of(session),
            paused: self.paused,
        };
        display_state(session, &self.now, &reach)
    }
}
