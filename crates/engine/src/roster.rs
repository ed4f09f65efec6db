//! The sessions in memory: searched, sorted, grouped and counted there, window by window.

mod around;
mod facets;
mod list;
mod row;
mod search;
mod timeline;

use std::{
    cmp::Ordering,
    collections::HashMap,
    sync::{
        OnceLock,
        atomic::{self, AtomicU32},
    },
};

use keyfob_secret::Fingerprint;
use keyfob_token::{
    Now, Session, SessionId,
    life::{Policy, PolicyEnd, policy_end},
};

pub(crate) use around::Around;
pub(crate) use row::{account_ref, row_of};

use crate::{
    error::host_of,
    view::{Facet, IssuerFacet, State},
};

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
    /// What does not depend on the time or the query, made when it is first asked for after a
    /// change of a name, an account, an issuer or a label.
    ranked: OnceLock<Counts>,
}

/// A session and what searching it needs.
pub(crate) struct Entry {
    pub(crate) session: Session,
    pub(crate) host: String,
    /// Everything that words match, in lower case.
    haystack: String,
    name: String,
    account: String,
    /// Where it stands among all sessions, so that a list is sorted by numbers.
    ranks: Ranks,
}

/// Places in the orders of the list; they are set before anybody sorts by them.
#[derive(Default)]
struct Ranks {
    name: AtomicU32,
    account: AtomicU32,
    issuer: AtomicU32,
}

/// Counts for the sidebar that only a change of the sessions changes.
struct Counts {
    issuers: Vec<IssuerFacet>,
    labels: Vec<Facet>,
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
            name: session.name.to_lowercase(),
            account: account.label().unwrap_or_default().to_lowercase(),
            session,
            host,
            haystack,
            ranks: Ranks::default(),
        }
    }

    /// By name without regard to case, then by id: a total order.
    fn by_name(&self, other: &Self) -> Ordering {
        (self.name.cmp(&other.name)).then_with(|| self.session.id.cmp(&other.session.id))
    }

    /// By host, then by issuer; unknown issuers last.
    fn by_issuer(&self, other: &Self) -> Ordering {
        let (one, another) = (&self.session.issuer, &other.session.issuer);
        (one.is_empty().cmp(&another.is_empty()))
            .then_with(|| self.host.cmp(&other.host))
            .then_with(|| one.cmp(another))
    }

    /// Whether both stand in the same places and are counted alike.
    fn ranks_as(&self, other: &Self) -> bool {
        self.name == other.name
            && self.account == other.account
            && self.session.issuer == other.session.issuer
            && self.session.labels == other.session.labels
    }
}

impl Ranks {
    fn get(rank: &AtomicU32) -> u32 {
        // Whoever reads has waited for the lock under which they were set.
        rank.load(atomic::Ordering::Relaxed)
    }

    fn copy(&self, other: &Self) {
        for (to, from) in [
            (&self.name, &other.name),
            (&self.account, &other.account),
            (&self.issuer, &other.issuer),
        ] {
            to.store(Self::get(from), atomic::Ordering::Relaxed);
        }
    }
}

impl Roster {
    pub(crate) fn replace(&mut self, sessions: Vec<Session>) {
        self.entries = sessions
            .into_iter()
            .map(|session| (session.id, Entry::new(session)))
            .collect();
        self.ranked = OnceLock::new();
    }

    pub(crate) fn put(&mut self, session: Session) {
        let entry = Entry::new(session);
        match self.entries.get(&entry.session.id) {
            // Most changes are refreshes: every order stays.
            Some(before) if before.ranks_as(&entry) => entry.ranks.copy(&before.ranks),
            _ => self.ranked = OnceLock::new(),
        }
        self.entries.insert(entry.session.id, entry);
    }

    pub(crate) fn remove(&mut self, id: SessionId) {
        self.entries.remove(&id);
        self.ranked = OnceLock::new();
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.policies.clear();
        self.ranked = OnceLock::new();
    }

    /// Sets the ranks where a change has undone them.
    fn ranked(&self) -> &Counts {
        self.ranked.get_or_init(|| {
            let mut order: Vec<&Entry> = self.entries.values().collect();
            order.sort_unstable_by(|a, b| a.by_name(b));
            set_ranks(&order, |ranks| &ranks.name, |_, _| false);
            // Equal accounts and issuers share a rank: inside of it the name decides.
            order.sort_unstable_by(|a, b| a.account.cmp(&b.account));
            set_ranks(
                &order,
                |ranks| &ranks.account,
                |a, b| a.account == b.account,
            );
            order.sort_unstable_by(|a, b| a.by_issuer(b));
            let same = |a: &Entry, b: &Entry| a.session.issuer == b.session.issuer;
            set_ranks(&order, |ranks| &ranks.issuer, same);
            facets::count(&order)
        })
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

/// Numbers what is sorted; neighbours that are the same get the same number.
fn set_ranks(
    order: &[&Entry],
    of: impl Fn(&Ranks) -> &AtomicU32,
    same: impl Fn(&Entry, &Entry) -> bool,
) {
    let mut rank = 0;
    let mut before: Option<&Entry> = None;
    for entry in order {
        if before.is_some_and(|before| !same(before, entry)) {
            rank += 1;
        }
        of(&entry.ranks).store(rank, atomic::Ordering::Relaxed);
        before = Some(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(number: u128, name: &str, issuer: &str) -> Session {
        let one = include_str!("../../vault/tests/fixtures/session-1.json");
        Session {
            id: SessionId(uuid::Uuid::from_u128(number)),
            name: name.to_owned(),
            issuer: issuer.to_owned(),
            ..serde_json::from_str(one).unwrap()
        }
    }

    /// The names in the order of their ranks, and the ranks of their issuers.
    fn order(roster: &Roster) -> Vec<(String, u32)> {
        roster.ranked();
        let mut entries: Vec<_> = roster.entries.values().collect();
        entries.sort_by_key(|entry| Ranks::get(&entry.ranks.name));
        let shown = |entry: &&Entry| (entry.session.name.clone(), Ranks::get(&entry.ranks.issuer));
        entries.iter().map(shown).collect()
    }

    fn named(roster: &Roster) -> Vec<String> {
        order(roster).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn ranks_follow_every_change_of_what_they_are_made_of() {
        let mut roster = Roster::default();
        roster.replace(vec![
            session(3, "beta", "https://b.example"),
            session(2, "Beta", "https://a.example"),
            session(1, "alpha", ""),
        ]);
        let [alpha, upper, lower] = ["alpha", "Beta", "beta"].map(str::to_owned);
        let first = [(alpha, 2), (upper, 0), (lower, 1)];
        assert_eq!(order(&roster), first, "equal but for case: by id");
        // A refresh changes nothing of it.
        let mut refreshed = session(2, "Beta", "https://a.example");
        refreshed.generation += 1;
        roster.put(refreshed);
        assert!(roster.ranked.get().is_some());
        assert_eq!(order(&roster), first);
        roster.put(session(1, "gamma", ""));
        assert_eq!(named(&roster), ["Beta", "beta", "gamma"]);
        roster.put(session(4, "Aleph", "https://a.example"));
        assert_eq!(named(&roster), ["Aleph", "Beta", "beta", "gamma"]);
        assert_eq!(roster.ranked().issuers[0].count, 2);
        roster.remove(SessionId(uuid::Uuid::from_u128(4)));
        assert_eq!(named(&roster), ["Beta", "beta", "gamma"]);
        assert!(
            roster
                .ranked()
                .issuers
                .iter()
                .all(|issuer| issuer.count == 1)
        );
    }
}
