//! The sessions in memory: searched, sorted, grouped and counted there, window by window.

mod around;
mod facets;
mod list;
mod row;
mod search;
mod timeline;

use std::{cmp::Ordering, collections::HashMap};

use keyfob_secret::Fingerprint;
use keyfob_token::{
    Now, Session, SessionId,
    life::{Policy, PolicyEnd, policy_end},
};

pub(crate) use around::Around;
pub(crate) use row::{account_ref, row_of};

use crate::{error::host_of, view::State};

/// The states that ask for something, most urgent first.
pub(crate) const ATTENTION: [State; 5] = [
    State::Theft,
    State::Relogin,
    State::Expired,
    State::Failed,
    State::Expiring,
];

/// All sessions as last committed.
#[derive(Default)]
pub(crate) struct Roster {
    entries: HashMap<SessionId, Entry>,
    policies: Vec<Policy>,
}

/// A session and what searching it needs.
pub(crate) struct Entry {
    pub(crate) session: Session,
    pub(crate) host: String,
    /// Everything that words match, in lower case.
    haystack: String,
}

impl Entry {
    fn new(session: Session) -> Self {
        let host = host_of(&session.issuer);
        let account = &session.account;
        let mut haystack = String::new();
        let fields = [
            Some(session.name.as_str()),
            Some(session.issuer.as_str()),
            Some(session.client_id.as_str()),
            account.subject.as_deref(),
            account.name.as_deref(),
            account.username.as_deref(),
            account.email.as_deref(),
        ];
        let lists = session
            .labels
            .iter()
            .chain(&session.scopes)
            .map(String::as_str);
        for field in fields.into_iter().flatten().chain(lists) {
            haystack.push_str(&field.to_lowercase());
            haystack.push('\n');
        }
        Self {
            session,
            host,
            haystack,
        }
    }

    /// By name without regard to case, then by id: a total order.
    fn by_name(&self, other: &Self) -> Ordering {
        let key = |entry: &Self| entry.session.name.to_lowercase();
        key(self)
            .cmp(&key(other))
            .then_with(|| self.session.id.cmp(&other.session.id))
    }
}

impl Roster {
    pub(crate) fn replace(&mut self, sessions: Vec<Session>) {
        self.entries = sessions
            .into_iter()
            .map(|session| (session.id, Entry::new(session)))
            .collect();
    }

    pub(crate) fn put(&mut self, session: Session) {
        self.entries.insert(session.id, Entry::new(session));
    }

    pub(crate) fn remove(&mut self, id: SessionId) {
        self.entries.remove(&id);
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.policies.clear();
    }

    pub(crate) fn policies(&self) -> &[Policy] {
        &self.policies
    }

    pub(crate) fn set_policies(&mut self, policies: Vec<Policy>) {
        self.policies = policies;
    }

    /// The end that the policies set for a session, as it is shown: a doubtful clock ends nothing.
    pub(crate) fn policy_end(&self, session: &Session, now: &Now) -> Option<PolicyEnd> {
        policy_end(&self.policies, session, now, false)
    }

    pub(crate) fn session(&self, id: SessionId) -> Option<Session> {
        self.entries.get(&id).map(|entry| entry.session.clone())
    }

    pub(crate) fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.entries.values().map(|entry| &entry.session)
    }

    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.sessions().any(|session| session.name == name)
    }

    /// The session that holds a token.
    pub(crate) fn holder_of(&self, fingerprint: Fingerprint) -> Option<SessionId> {
        self.sessions()
            .find(|session| {
                [&session.access, &session.refresh]
                    .into_iter()
                    .flatten()
                    .any(|facts| facts.fingerprint == fingerprint)
            })
            .map(|session| session.id)
    }

    /// Whether another live session shares issuer, client and account: a provider may end it along
    /// with this one.
    pub(crate) fn has_sibling(&self, session: &Session) -> bool {
        self.sessions().any(|other| {
            other.id != session.id
                && other.issuer == session.issuer
                && other.client_id == session.client_id
                && other.account.subject == session.account.subject
                && other.phase == keyfob_token::Phase::Live
        })
    }
}
