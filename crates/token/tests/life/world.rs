//! A session and all that surrounds it: clocks, a process that dies, a provider's answers.
//!
//! It keeps its own account of what the provider may have done with each refresh token, and holds
//! the rules against it after every event.

use std::collections::HashMap;

use keyfob_secret::Fingerprint;
use keyfob_token::life::{
    Action, Cell, Decision, Effect, Event, NewTokens, OnTheft, Reach, RefreshOutcome, RevokeReport,
    State, StepResult, decide, display_state, due_in, is_undecided, revocation_due_in,
};
use keyfob_token::{
    BootTime, Freshness, IssuerLimits, Now, Origin, Phase, Session, Spender, UnixMillis,
};
use uuid::Uuid;

use crate::sample::{MINUTE, SECOND, live, start, tokens};

/// One thing that happens.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    Wait(i64),
    SetWallClock(i64),
    Reboot(i64),
    Die,
    Due {
        sibling: bool,
    },
    Wanted(i64),
    Asked,
    Answer(Came),
    LateAnswer,
    Introspect(Option<bool>),
    NetworkBack,
    Click(i64),
    Undo,
    RevokeNow,
    HoldOver {
        refresh: Option<bool>,
        access: Option<bool>,
    },
    RevokeAnswer([StepResult; 3], Option<bool>, Option<bool>),
    SignInAgain,
    Copy,
    TakeOver,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Came {
    Tokens {
        refresh: bool,
        access: bool,
        other_subject: bool,
    },
    Failure(RefreshOutcome),
}

/// What the provider may have done with a refresh token, as an outsider knows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fate {
    /// Never acted on, for all that was answered.
    Unused,
    /// It may have been used up; first presented then.
    Maybe { since: i64 },
    /// The provider said no for good, or has given its successor.
    Gone,
}

pub(crate) struct World {
    now: Now,
    /// Milliseconds that really passed.
    truth: i64,
    pub(crate) session: Session,
    pub(crate) flight: Option<(Uuid, u64, Spender)>,
    given_up: Option<(Uuid, u64)>,
    pub(crate) fates: HashMap<Fingerprint, Fate>,
    /// Introspection has called the token alive since it was last presented.
    vouched: bool,
    ever_vouched: bool,
    wants_dead: bool,
    /// Real times of attempts that brought nothing or were asked for by hand.
    spent: Vec<(i64, Uuid)>,
    rebooted: bool,
    next: u64,
}

impl World {
    pub(crate) fn new(limits: IssuerLimits, origin: Origin, life: i64) -> Self {
        let now = start();
        let mut session = live(&now, life);
        session.limits = limits;
        session.origin = origin;
        if origin == Origin::Imported {
            session.phase = Phase::Watched;
        }
        Self {
            now,
            truth: 0,
            session,
            flight: None,
            given_up: None,
            fates: HashMap::new(),
            vouched: false,
            ever_vouched: false,
            wants_dead: false,
            spent: Vec::new(),
            rebooted: false,
            next: 2,
        }
    }

    fn fresh(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    pub(crate) fn hand(&self) -> Fingerprint {
        self.session
            .refresh
            .as_ref()
            .expect("checked after every event")
            .fingerprint
    }

    /// Applies an event and checks what holds after every event.
    fn apply(&mut self, event: &Event, rand: f64) -> Decision {
        let before = self.session.clone();
        let decision = decide(&before, event, &self.now, rand);
        assert_eq!(
            decision,
            decide(&before, event, &self.now, rand),
            "not deterministic"
        );
        let changed = decision.session != before;
        let persisted = decision.effects.first() == Some(&Effect::Persist);
        assert!(
            !changed || persisted,
            "{event:?} changed without being persisted"
        );
        let stored = serde_json::to_string(&decision.session).expect("a session is plain data");
        self.session = serde_json::from_str(&stored).expect("it was just written");
        assert_eq!(self.session, decision.session, "does not survive the disk");
        self.check_step(&before, event);
        decision
    }

    /// Now this, now that, in every history.
    fn on_theft(&self) -> OnTheft {
        if self.next.is_multiple_of(2) {
            OnTheft::Ask
        } else {
            OnTheft::Revoke
        }
    }

    fn check_step(&self, before: &Session, event: &Event) {
        if is_undecided(before) && !is_undecided(&self.session) {
            let said = matches!(
                event,
                Event::RevokeClicked { .. } | Event::SignedInAgain { .. }
            );
            assert!(said, "{event:?} decided in the user's place");
        }
        let after = &self.session;
        let signed_in = matches!(event, Event::SignedInAgain { .. });
        assert!(
            after.refresh.is_some() || signed_in,
            "{event:?} dropped the refresh token"
        );
        assert!(after.generation >= before.generation);
        assert!(after.lineage.len() <= 64 && after.renewal.spent.len() <= 16);
        let ended =
            |phase: &Phase| matches!(phase, Phase::SignInNeeded { .. } | Phase::Frozen { .. });
        if ended(&after.phase) && !ended(&before.phase) {
            let final_verdict = matches!(
                event,
                Event::RefreshAnswered {
                    outcome: RefreshOutcome::InvalidGrant { .. }
                        | RefreshOutcome::Granted {
                            other_subject: true,
                            ..
                        },
                    ..
                } | Event::Introspected {
                    active: Some(false)
                } | Event::RevokeUndone
            );
            assert!(final_verdict, "{event:?} ended the session");
        }
        if let Phase::Frozen { .. } = &after.phase
            && !matches!(before.phase, Phase::Frozen { .. } | Phase::Revoking(_))
        {
            let copied = matches!(before.origin, Origin::Imported | Origin::TakenOver);
            let other = matches!(
                event,
                Event::RefreshAnswered {
                    outcome: RefreshOutcome::Granted {
                        other_subject: true,
                        ..
                    },
                    ..
                }
            );
            assert!(other || !copied, "theft of a copy");
            assert!(
                other || before.renewal.uncertain.is_none(),
                "theft after a lost answer"
            );
        }
        self.check_wish();
        self.check_no_silence();
    }

    /// A revocation that was asked for is on its way or has its verdict.
    fn check_wish(&self) {
        match &self.session.phase {
            Phase::Revoked(_) => assert!(self.wants_dead),
            Phase::Revoking(_) => {
                assert!(self.wants_dead);
                assert!(revocation_due_in(&self.session, &self.now).is_some());
                assert_eq!(due_in(&self.session, &self.now, 1.0), None);
            }
            _ => assert!(!self.wants_dead, "a revocation was lost"),
        }
    }

    /// Every state names a way on: by itself, by a button, or by waiting for what is on its way.
    fn check_no_silence(&self) {
        for online in [true, false] {
            let reach = Reach {
                online,
                in_flight_since: None,
                policy: None,
                held: None,
                paused: false,
            };
            let shown = display_state(&self.session, &self.now, &reach);
            let by_itself = due_in(&self.session, &self.now, 1.0).is_some()
                || revocation_due_in(&self.session, &self.now).is_some();
            assert!(
                shown.action.is_some() || by_itself,
                "{shown:?} has no way on"
            );
            match shown.state {
                State::Failed | State::SignInAgain | State::PossibleTheft => {
                    assert!(shown.reason.is_some(), "{shown:?} gives no reason");
                }
                State::Revoking => assert!(matches!(
                    shown.cell,
                    Cell::Held { .. } | Cell::WaitingForNetwork | Cell::SentWaiting { .. }
                )),
                _ => {}
            }
            if shown.action == Some(Action::Copy) {
                self.check_alive();
            }
        }
    }

    /// Within one boot nothing past its real life is shown as one to copy.
    fn check_alive(&self) {
        let access = self.session.access.as_ref().expect("it is offered");
        let life = access.life_ms.expect("every token of the sample has one");
        let age = self.now.boot.millis - access.received.boot.millis;
        if access.received.boot.boot == self.now.boot.boot {
            assert!(age < life, "a token past its life is offered");
        }
    }

    pub(crate) fn start_refresh(&mut self, event: &Event, rand: f64) {
        let decision = self.apply(event, rand);
        let step = decision.effects.iter().find_map(|effect| match *effect {
            Effect::SendRefresh { generation, by } | Effect::Replay { generation, by } => {
                Some((generation, by))
            }
            _ => None,
        });
        let Some((generation, by)) = step else { return };
        let attempt = Uuid::from_u128(u128::from(self.fresh()));
        let gate = self.apply(
            &Event::RefreshSent {
                attempt,
                generation,
                by,
            },
            rand,
        );
        if gate.refused.is_none() {
            self.presented(attempt, generation, by);
        }
    }

    fn presented(&mut self, attempt: Uuid, generation: u64, by: Spender) {
        assert!(self.flight.is_none(), "two in flight");
        assert_eq!(self.session.phase, Phase::Live);
        let hand = self.hand();
        let limits = self.session.limits;
        match self.fates.get(&hand).copied().unwrap_or(Fate::Unused) {
            Fate::Unused => {}
            Fate::Gone => panic!("a dead refresh token was presented again"),
            Fate::Maybe { since } => {
                let harmless = limits.rotates == Some(false)
                    || limits
                        .grace_ms
                        .is_some_and(|grace| self.truth - since < grace);
                let asks = self.ever_vouched && limits.can_introspect;
                assert!(
                    harmless || !asks || self.vouched,
                    "presented without asking first"
                );
            }
        }
        self.flight = Some((attempt, generation, by));
        self.spent.push((self.truth, attempt));
        let recent = self
            .spent
            .iter()
            .filter(|(at, _)| self.truth - at < 15 * MINUTE)
            .count();
        assert!(
            recent <= 5 || self.rebooted,
            "{recent} attempts in 15 minutes"
        );
    }

    pub(crate) fn answered(&mut self, came: Came, rand: f64) {
        let Some((attempt, generation, by)) = self.flight else {
            return;
        };
        let hand = self.hand();
        let (outcome, new) = self.outcome(came);
        let event = Event::RefreshAnswered {
            attempt,
            generation,
            outcome,
            tokens: new.clone(),
            on_theft: self.on_theft(),
        };
        self.apply(&event, rand);
        let since = match self.fates.get(&hand) {
            Some(Fate::Maybe { since }) => *since,
            _ => self.truth,
        };
        match outcome {
            RefreshOutcome::NotSaved => return,
            RefreshOutcome::NotSent(_) => self.forgive(attempt),
            RefreshOutcome::Uncertain(_) => {
                self.fates.insert(hand, Fate::Maybe { since });
                self.vouched = false;
            }
            RefreshOutcome::InvalidGrant {
                generation_advanced,
                ..
            } => {
                assert!(!generation_advanced, "not drawn");
                self.fates.insert(hand, Fate::Gone);
            }
            RefreshOutcome::Granted { access_ok, .. } => {
                if new.refresh.is_some() {
                    self.fates.insert(hand, Fate::Gone);
                    assert_eq!(
                        self.session.refresh, new.refresh,
                        "an answer was thrown away"
                    );
                } else if access_ok {
                    self.fates.insert(hand, Fate::Unused);
                }
                if access_ok && by != Spender::User {
                    self.forgive(attempt);
                }
            }
            RefreshOutcome::TurnedAway { .. } | RefreshOutcome::Refused(_) => {}
        }
        self.flight = None;
    }

    fn forgive(&mut self, attempt: Uuid) {
        self.spent.retain(|(_, other)| *other != attempt);
    }

    fn outcome(&mut self, came: Came) -> (RefreshOutcome, NewTokens) {
        match came {
            Came::Failure(outcome) => (outcome, NewTokens::default()),
            Came::Tokens {
                refresh,
                access,
                other_subject,
            } => {
                let value = self.fresh();
                let mut new = tokens(value, &self.now, 5 * MINUTE);
                if !refresh {
                    new.refresh = None;
                }
                if !access {
                    new.access = None;
                }
                let outcome = RefreshOutcome::Granted {
                    has_new_refresh: refresh,
                    access_ok: access,
                    other_subject,
                };
                (outcome, new)
            }
        }
    }

    fn die(&mut self, rand: f64) {
        if let Some((attempt, generation, _)) = self.flight.take() {
            let hand = self.hand();
            let since = self.truth;
            if !matches!(self.fates.get(&hand), Some(Fate::Maybe { .. })) {
                self.fates.insert(hand, Fate::Maybe { since });
            }
            self.given_up = Some((attempt, generation));
            self.vouched = false;
        }
        self.apply(&Event::ProcessDied, rand);
    }

    pub(crate) fn live_through(&mut self, deed: &Deed, rand: f64) {
        match deed {
            Deed::Wait(millis) => {
                self.truth += millis;
                self.now = self.now.later(*millis);
            }
            Deed::SetWallClock(jump) => self.now.wall = self.now.wall + *jump,
            Deed::Reboot(wall) => {
                self.rebooted = true;
                let boot = format!("boot-{}", self.fresh());
                self.now = Now {
                    wall: UnixMillis(self.now.wall.0.saturating_add(*wall)),
                    boot: BootTime {
                        boot,
                        millis: 5 * SECOND,
                    },
                };
                self.die(rand);
            }
            Deed::Die => self.die(rand),
            Deed::Due { sibling } => {
                self.start_refresh(&Event::RefreshDue { sibling: *sibling }, rand);
            }
            Deed::Wanted(min_left_ms) => self.start_refresh(
                &Event::RefreshWanted {
                    min_left_ms: *min_left_ms,
                    sibling: false,
                },
                rand,
            ),
            Deed::Asked => self.start_refresh(&Event::RefreshAsked, rand),
            Deed::Answer(came) => self.answered(*came, rand),
            Deed::LateAnswer => self.late_answer(rand),
            Deed::Introspect(active) => {
                self.apply(&Event::Introspected { active: *active }, rand);
                let alive = *active == Some(true);
                self.vouched |= alive;
                self.ever_vouched |= alive;
            }
            Deed::NetworkBack => {
                self.apply(&Event::NetworkBack, rand);
            }
            Deed::Copy => self.copy(rand),
            Deed::TakeOver => {
                self.apply(&Event::TakenOver, rand);
            }
            Deed::SignInAgain => self.sign_in_again(rand),
            _ => self.revoke(deed, rand),
        }
    }

    fn revoke(&mut self, deed: &Deed, rand: f64) {
        match deed {
            Deed::Click(hold_ms) => {
                self.wants_dead = true;
                self.apply(&Event::RevokeClicked { hold_ms: *hold_ms }, rand);
            }
            Deed::Undo => {
                let sent = match &self.session.phase {
                    Phase::Revoking(revocation) => revocation.sent,
                    _ => true,
                };
                self.wants_dead &= sent;
                self.apply(&Event::RevokeUndone, rand);
            }
            Deed::RevokeNow => {
                self.apply(&Event::RevokeNow, rand);
            }
            Deed::HoldOver { refresh, access } => {
                self.apply(&Event::HoldOver, rand);
                let gate = Event::RevokeSent {
                    refresh_alive: *refresh,
                    access_alive: *access,
                };
                self.apply(&gate, rand);
            }
            Deed::RevokeAnswer([refresh, access, provider], refresh_alive, access_alive) => {
                let report = RevokeReport {
                    refresh: *refresh,
                    access: *access,
                    provider: *provider,
                    refresh_alive: *refresh_alive,
                    access_alive: *access_alive,
                };
                self.apply(&Event::RevokeAnswered { report }, rand);
            }
            _ => unreachable!("not a deed of revocation"),
        }
    }

    /// The answer of an attempt whose process was taken for dead.
    fn late_answer(&mut self, rand: f64) {
        let Some((attempt, generation)) = self.given_up.take() else {
            return;
        };
        let hand = self.hand();
        let value = self.fresh();
        let event = Event::RefreshAnswered {
            attempt,
            generation,
            outcome: RefreshOutcome::Granted {
                has_new_refresh: true,
                access_ok: true,
                other_subject: false,
            },
            tokens: tokens(value, &self.now, 5 * MINUTE),
            on_theft: self.on_theft(),
        };
        let before = self.session.generation;
        self.apply(&event, rand);
        if self.session.generation > before {
            self.fates.insert(hand, Fate::Gone);
            self.flight = None;
        }
    }

    fn copy(&mut self, rand: f64) {
        let decision = self.apply(&Event::Copied, rand);
        if decision.refused.is_none() {
            let access = self.session.access.as_ref().expect("it is offered");
            let left = keyfob_token::life::remaining(access, &self.now);
            assert!(matches!(left, Freshness::Left(left) if left > 0));
            self.check_alive();
        }
    }

    fn sign_in_again(&mut self, rand: f64) {
        let value = self.fresh();
        let new = tokens(value, &self.now, 5 * MINUTE);
        let event = Event::SignedInAgain {
            origin: Origin::Browser,
            tokens: new,
        };
        let decision = self.apply(&event, rand);
        if decision.refused.is_none() {
            self.flight = None;
            self.vouched = false;
        }
    }
}
