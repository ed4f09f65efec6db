//! What a rule answers: the new state, what to do, what to write down.

use keyfob_secret::Fingerprint;

use crate::session::{Evidence, FailureCode, Phase, Session, SignInReason, Spender, Verdict};

/// The answer to an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The session as it is now. Changed only if the effects say [`Effect::Persist`].
    pub session: Session,
    /// What to do, in this order.
    pub effects: Vec<Effect>,
    /// What goes into the audit log, in the same transaction as the state.
    pub facts: Vec<Fact>,
    /// Why the event was not followed; the effects still hold.
    pub refused: Option<Refusal>,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Commit the session and the facts in one transaction, if its generation is still the one
    /// that was read; before any other effect.
    Persist,
    /// Under the credential's lock: read again, pass [`RefreshSent`], commit, send.
    ///
    /// [`RefreshSent`]: crate::life::Event::RefreshSent
    SendRefresh {
        /// The generation to send.
        generation: u64,
        /// Who spends the attempt.
        by: Spender,
    },
    /// The same, with a token whose generation is uncertain; on a connection of its own.
    Replay {
        /// The generation to send.
        generation: u64,
        /// Who spends the attempt.
        by: Spender,
    },
    /// Ask introspection about the refresh token in hand and tell [`Introspected`].
    ///
    /// [`Introspected`]: crate::life::Event::Introspected
    AskIntrospection {
        /// The generation to ask about.
        generation: u64,
    },
    /// The row holds a newer generation: read it, use no network.
    TakeNewer,
    /// The answer could not be written: hold its tokens, try again, don't let Keyfob exit.
    HoldAnswer,
    /// Under the credential's lock: read again, probe, pass [`RevokeSent`], commit, send.
    ///
    /// [`RevokeSent`]: crate::life::Event::RevokeSent
    SendRevocation,
    /// The same for what is left of a frozen session; at once, unless the user wants to be asked.
    RevokeRemains,
    /// Remember these refresh tokens of the session, oldest first, in the same transaction: it no
    /// longer lists them itself.
    KeepAncestors(Vec<Fingerprint>),
    /// Wipe the tokens; the row stays.
    WipeTokens,
    /// Remove the row.
    RemoveRow,
    /// Tell the user.
    Notify(Notice),
}

/// What the user is told outside the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Possible theft.
    PossibleTheft(Evidence),
    /// Sign-in needed.
    SignInNeeded(SignInReason),
    /// A refresh failed with under 5 minutes left.
    RefreshFailing {
        /// Milliseconds the access token has left.
        left_ms: i64,
        /// Why.
        code: FailureCode,
    },
}

/// What the audit log records. No variant holds any part of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A refresh was begun.
    RefreshStarted {
        /// The generation sent.
        generation: u64,
        /// Who asked.
        by: Spender,
        /// Whether the token was presented before.
        again: bool,
    },
    /// New tokens were saved.
    Renewed {
        /// The new generation.
        generation: u64,
        /// Whether the refresh token changed.
        rotated: bool,
    },
    /// A refresh brought nothing; the refresh token was not used up.
    RefreshFailed {
        /// Why.
        code: FailureCode,
    },
    /// A refresh may have used up the refresh token.
    RefreshUncertain {
        /// The generation.
        generation: u64,
    },
    /// Introspection spoke.
    IntrospectionSaid {
        /// `active`.
        active: bool,
    },
    /// The provider refused the refresh token.
    RefreshRefused,
    /// The session ended: a sign-in is needed.
    Ended {
        /// Why.
        reason: SignInReason,
    },
    /// Possible theft.
    Frozen {
        /// What speaks for it.
        evidence: Evidence,
    },
    /// A revocation was asked for.
    RevokeRequested,
    /// It was taken back.
    RevokeUndone,
    /// It left for the provider.
    RevokeSent,
    /// A round of it reached no verdict.
    RevokeDelayed {
        /// Why.
        code: FailureCode,
    },
    /// It reached its verdict.
    RevokeEnded {
        /// What is known.
        verdict: Verdict,
    },
    /// Signed in again.
    SignedIn,
    /// Taken over.
    TakenOver,
    /// The access token was copied or handed out.
    Copied,
    /// Wiped here; nothing was revoked.
    Forgotten,
}

/// Why an event was not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The phase does not allow it.
    WrongPhase,
    /// There is no refresh token.
    NoRefreshToken,
    /// It came back with an older copy of the vault: only the user may try it.
    Restored,
    /// There is no access token.
    NoAccessToken,
    /// A refresh is on its way.
    InFlight,
    /// Nothing is due; the session may have been renewed meanwhile.
    NotDue,
    /// A pause after a failure is not over.
    Waiting {
        /// Milliseconds left.
        left_ms: i64,
    },
    /// The rate budget is spent.
    Budget {
        /// Milliseconds until it allows one more.
        left_ms: i64,
    },
    /// A replay could end another session here that shares issuer, client and account; it waits
    /// until the access token has ended or the user asks.
    SiblingAtRisk,
    /// The generation is not the one in hand.
    StaleGeneration,
    /// The answer belongs to an attempt that was given up.
    StaleAnswer,
    /// Introspection must be asked before this token is presented again.
    AskFirst,
    /// The first byte may have left.
    TooLate,
    /// The hold is not over.
    Held {
        /// Milliseconds left.
        left_ms: i64,
    },
    /// The token has ended.
    TokenEnded,
    /// The token has a known end, and the clock can't tell whether it has passed.
    ClockUnsure,
}

impl Decision {
    /// Nothing changes.
    pub(crate) fn unchanged(session: &Session) -> Self {
        Self {
            session: session.clone(),
            effects: Vec::new(),
            facts: Vec::new(),
            refused: None,
        }
    }

    /// Nothing changes, and why.
    pub(crate) fn refused(session: &Session, refusal: Refusal) -> Self {
        Self {
            refused: Some(refusal),
            ..Self::unchanged(session)
        }
    }

    /// Something changes: to be persisted first.
    pub(crate) fn changed(session: &Session) -> Self {
        Self {
            effects: vec![Effect::Persist],
            ..Self::unchanged(session)
        }
    }

    /// With one more effect.
    #[must_use]
    pub(crate) fn then(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }

    /// With one more fact.
    #[must_use]
    pub(crate) fn noting(mut self, fact: Fact) -> Self {
        self.facts.push(fact);
        self
    }

    /// In another phase.
    #[must_use]
    pub(crate) fn into_phase(mut self, phase: Phase) -> Self {
        self.session.phase = phase;
        self
    }
}
