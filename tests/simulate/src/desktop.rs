//! One desktop, from event to event: the loop of the engine with made-up time.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

use fastrand::Rng;
use keyfob_secret::{Fingerprint, FingerprintKey, Key32};
use keyfob_token::life::{
    Breaker, DueQueue, Effect, Event, NewTokens, OnTheft, RefreshOutcome, Turn, catch_up,
    catch_up::waits, decide, due_in, jitter, remaining,
};
use keyfob_token::{
    Account as Person, BootTime, ClientAuth, Freshness, IssuerLimits, Marks, Now, Origin, Phase,
    Renewal, Session, SessionId, TokenFacts, TokenFormat, TokenKind, UnixMillis, Verification,
};
use uuid::Uuid;

use crate::{
    plan::{MINUTE, Plan},
    tally::{Account, Tally, mixed},
};

/// Refreshes of one desktop at one issuer at once, as in the engine.
const AT_ONCE: usize = 2;
const LIVES: [i64; 3] = [5 * MINUTE, 15 * MINUTE, 60 * MINUTE];
/// The boot-time clock at the beginning; sessions were begun before it.
const UP_SINCE: i64 = 600 * MINUTE;
const BEGIN: UnixMillis = UnixMillis(1_795_600_000_000);

/// A session, and what an outsider knows of it.
struct Played {
    session: Session,
    life: i64,
    /// Held back until then, to catch up.
    held: i64,
    /// In flight, or waiting for its turn.
    busy: bool,
    spent: Account,
    /// When the token it had at the provider's return ends, where that is at stake.
    stake: Option<i64>,
    /// Without a living token since the provider's return.
    dry: bool,
}

/// An answer on its way: when it comes, to which session, and what it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Coming {
    at: i64,
    session: usize,
    granted: bool,
}

struct Desktop<'a> {
    plan: &'a Plan,
    number: usize,
    rng: Rng,
    at: i64,
    sessions: Vec<Played>,
    queue: DueQueue<usize>,
    breaker: Breaker,
    waiting: VecDeque<usize>,
    coming: BinaryHeap<Reverse<Coming>>,
    /// The session that finds out for all.
    probe: Option<usize>,
    print: Fingerprint,
    tally: &'a mut Tally,
}

/// Plays a desktop to its end; what it does depends on the seed and its number only.
pub fn play(plan: &Plan, number: usize, tally: &mut Tally) {
    let rng = Rng::with_seed(mixed(plan.seed ^ mixed(number as u64)));
    let mut desktop = Desktop {
        plan,
        number,
        rng,
        at: 0,
        sessions: Vec::new(),
        queue: DueQueue::default(),
        breaker: Breaker::default(),
        waiting: VecDeque::new(),
        coming: BinaryHeap::new(),
        probe: None,
        print: FingerprintKey::new(Key32::new([7; 32])).fingerprint("refresh", "simulated"),
        tally,
    };
    desktop.begin();
    desktop.run();
}

impl Desktop<'_> {
    /// Sessions somewhere in the middle of a token's life, as in a steady state.
    fn begin(&mut self) {
        for index in 0..self.plan.sessions {
            let life = LIVES[(index + self.number) % LIVES.len()];
            let id = Uuid::from_u64_pair(self.rng.u64(..), self.rng.u64(..));
            let mut session = signed_in(SessionId(id), life, self.print, &self.now());
            let whole = due_in(&session, &self.now(), jitter(&session)).unwrap_or(life);
            let age = self.rng.i64(0..whole.max(1));
            let begun = now_at(-age).stamp();
            let both = [&mut session.access, &mut session.refresh];
            for facts in both.into_iter().flatten() {
                facts.received = begun.clone();
                facts.expires_at = facts.life_ms.map(|life| begun.wall + life);
            }
            session.renewal.last_success = Some(begun);
            self.sessions.push(Played {
                session,
                life,
                held: 0,
                busy: false,
                spent: Account::default(),
                stake: None,
                dry: false,
            });
            self.key(index);
        }
    }

    fn run(&mut self) {
        let mut returned = false;
        loop {
            let answer = self.coming.peek().map(|next| next.0.at);
            let due = self.queue.next_at().map(|at| at - UP_SINCE);
            let Some(next) = answer.into_iter().chain(due).min() else {
                return;
            };
            if !returned && next >= self.plan.up_at {
                self.at = self.plan.up_at;
                self.take_stock();
                returned = true;
            }
            self.at = self.at.max(next);
            if self.at >= self.plan.end {
                return;
            }
            if answer == Some(next)
                && let Some(Reverse(coming)) = self.coming.pop()
            {
                self.answered(coming);
            }
            self.let_due_go();
        }
    }

    fn now(&self) -> Now {
        now_at(self.at)
    }

    /// Puts a session where it is due: by its own rules, its turn after an outage, and the breaker.
    fn key(&mut self, index: usize) {
        let now = self.now();
        let played = &self.sessions[index];
        let due = if played.busy {
            None
        } else {
            due_in(&played.session, &now, jitter(&played.session))
        };
        let own = due.map(|left| (now.boot.millis + left).max(played.held));
        let at = match self.breaker.turn(now.boot.millis) {
            Turn::Free | Turn::Probe => own,
            Turn::Wait { until } => own.map(|at| at.max(until)),
            Turn::Probing => None,
        };
        self.queue.put(index, at);
    }

    fn key_all(&mut self) {
        for index in 0..self.sessions.len() {
            self.key(index);
        }
    }

    /// Those that are due, the earliest end first.
    fn let_due_go(&mut self) {
        let now = self.now();
        let mut due: Vec<(i64, usize)> =
            std::iter::from_fn(|| self.queue.take_due(now.boot.millis))
                .map(|index| (left(&self.sessions[index].session, &now), index))
                .collect();
        due.sort_unstable();
        for (_, index) in due {
            self.sessions[index].busy = true;
            self.waiting.push_back(index);
        }
        while self.coming.len() < AT_ONCE
            && let Some(index) = self.waiting.pop_front()
        {
            if !self.sent(index) {
                self.sessions[index].busy = false;
                self.key(index);
            }
        }
    }

    /// Asks the rules, and sends; whether it was sent.
    fn sent(&mut self, index: usize) -> bool {
        let now = self.now();
        match self.breaker.turn(now.boot.millis) {
            Turn::Free => {}
            Turn::Probe => {
                self.breaker.probe();
                self.probe = Some(index);
            }
            Turn::Wait { .. } | Turn::Probing => return false,
        }
        let session = &self.sessions[index].session;
        let due = Event::RefreshDue { sibling: false };
        let step = decide(session, &due, &now, self.rng.f64());
        let step = step.effects.into_iter().find_map(|effect| match effect {
            Effect::SendRefresh { generation, by } | Effect::Replay { generation, by } => {
                Some(Event::RefreshSent {
                    attempt: Uuid::from_u128(1),
                    generation,
                    by,
                })
            }
            _ => None,
        });
        let gate = step.map(|event| decide(session, &event, &now, self.rng.f64()));
        let Some(gate) = gate.filter(|it| it.refused.is_none()) else {
            if self.probe == Some(index) {
                self.probe = None;
                self.breaker.probe_ended();
                self.key_all();
            }
            return false;
        };
        let granted = !self.plan.is_down(self.at);
        let played = &mut self.sessions[index];
        played.session = gate.session;
        self.tally.request(self.at, self.number, index, granted);
        if !granted && self.plan.down != crate::Down::Refused && played.spent.spent(self.at) {
            self.tally.over_budget += 1;
        }
        self.coming.push(Reverse(Coming {
            at: self.at + self.rng.i64(50..250),
            session: index,
            granted,
        }));
        true
    }

    fn answered(&mut self, coming: Coming) {
        let now = self.now();
        let index = coming.session;
        let played = &mut self.sessions[index];
        let (outcome, tokens) = if coming.granted {
            let granted = RefreshOutcome::Granted {
                has_new_refresh: true,
                access_ok: true,
                other_subject: false,
            };
            (granted, new_tokens(played.life, self.print, &now))
        } else {
            (self.plan.down.outcome(), NewTokens::default())
        };
        let event = Event::RefreshAnswered {
            attempt: Uuid::from_u128(1),
            generation: played.session.generation,
            outcome,
            tokens,
            on_theft: OnTheft::default(),
        };
        played.session = decide(&played.session, &event, &now, self.rng.f64()).session;
        played.busy = false;
        if self.probe == Some(index) {
            self.probe = None;
        }
        if coming.granted {
            self.account_for(index);
            if let Some(away) = self.breaker.answered(now.boot.millis) {
                self.catch_up(away);
            }
        } else {
            let chance = self.rng.f64();
            self.breaker
                .failed(now.boot.millis, self.plan.down.code(), chance, None);
        }
        if coming.granted {
            self.key(index);
        } else {
            self.key_all();
        }
    }

    /// The provider answers again: who waited for it comes back in turn.
    fn catch_up(&mut self, away: i64) {
        let now = self.now();
        let waiting: Vec<(usize, i64)> = (0..self.sessions.len())
            .filter(|index| !self.sessions[*index].busy)
            .filter_map(|index| Some((index, waits(&self.sessions[index].session, &now)?)))
            .collect();
        let left: Vec<i64> = waiting.iter().map(|(_, left)| *left).collect();
        let turns = catch_up(&left, away, self.rng.f64());
        for ((index, _), turn) in waiting.into_iter().zip(turns) {
            let chance = self.rng.f64();
            let played = &mut self.sessions[index];
            played.held = now.boot.millis + turn;
            let back = decide(&played.session, &Event::NetworkBack, &now, chance);
            played.session = back.session;
        }
        self.key_all();
    }

    /// At the provider's return: what is at stake, and who has nothing left.
    fn take_stock(&mut self) {
        let now = self.now();
        for played in &mut self.sessions {
            let left = left(&played.session, &now);
            played.dry = left <= 0;
            played.stake = (left >= 5 * MINUTE).then_some(self.at + left);
            self.tally.at_stake += u64::from(played.stake.is_some());
        }
    }

    fn account_for(&mut self, index: usize) {
        let played = &mut self.sessions[index];
        if let Some(end) = played.stake.take() {
            self.tally.in_time += u64::from(self.at < end);
        }
        if std::mem::take(&mut played.dry) {
            let minutes = usize::try_from((self.at - self.plan.up_at) / MINUTE).unwrap_or(0);
            self.tally.waited[minutes] += 1;
        }
    }
}

fn now_at(at: i64) -> Now {
    Now {
        wall: BEGIN + at,
        boot: BootTime {
            boot: "1".to_owned(),
            millis: UP_SINCE + at,
        },
    }
}

fn left(session: &Session, now: &Now) -> i64 {
    match session.access.as_ref().map(|it| remaining(it, now)) {
        Some(Freshness::Left(left)) => left,
        _ => 0,
    }
}

fn new_tokens(life: i64, print: Fingerprint, now: &Now) -> NewTokens {
    let token = |kind, life_ms: Option<i64>| TokenFacts {
        kind,
        format: TokenFormat::Opaque,
        fingerprint: print,
        length: 43,
        received: now.stamp(),
        life_ms,
        expires_at: life_ms.map(|life| now.wall + life),
        verification: Verification::NotApplicable,
    };
    NewTokens {
        access: Some(token(TokenKind::Access, Some(life))),
        refresh: Some(token(TokenKind::Refresh, None)),
        id_token: None,
        scopes: None,
    }
}

fn signed_in(id: SessionId, life: i64, print: Fingerprint, now: &Now) -> Session {
    let tokens = new_tokens(life, print, now);
    Session {
        id,
        name: String::new(),
        labels: Vec::new(),
        issuer: String::new(),
        provider: "oidc".to_owned(),
        client_id: String::new(),
        client_auth: ClientAuth::None,
        account: Person::default(),
        origin: Origin::Browser,
        scopes: Vec::new(),
        provider_session: None,
        created_at: now.wall,
        signed_in_at: Some(now.wall),
        last_used_at: None,
        marks: Marks::default(),
        access: tokens.access,
        refresh: tokens.refresh,
        id_token: None,
        generation: 1,
        lineage: Vec::new(),
        phase: Phase::Live,
        renewal: Renewal::default(),
        limits: IssuerLimits {
            rotates: Some(true),
            grace_ms: None,
            can_revoke: true,
            can_introspect: false,
        },
        dismissed: Vec::new(),
    }
}
