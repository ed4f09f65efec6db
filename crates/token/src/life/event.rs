//! What can happen to a session.

use uuid::Uuid;

use crate::session::{FailureCode, Origin, Spender, TokenFacts};

/// What happened; the argument of [`decide`](crate::life::decide()).
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The schedule found the session due. Decide again with the row read under the lock.
    RefreshDue {
        /// Whether another live session here shares issuer, client and account: a replay could
        /// end that one too.
        sibling: bool,
    },
    /// A caller needs an access token that lives at least this long.
    RefreshWanted {
        /// Milliseconds.
        min_left_ms: i64,
        /// As for [`Event::RefreshDue`].
        sibling: bool,
    },
    /// The user asks for a refresh.
    RefreshAsked,
    /// A refresh is about to be sent: the gate before the intent. Nothing may be sent when this is
    /// refused, or before what it answers is committed.
    RefreshSent {
        /// Names the attempt.
        attempt: Uuid,
        /// The generation whose token will be sent.
        generation: u64,
        /// Who asked, as the effect named it.
        by: Spender,
    },
    /// The provider has answered, or will not any more.
    RefreshAnswered {
        /// The attempt.
        attempt: Uuid,
        /// The generation whose token was sent.
        generation: u64,
        /// What came.
        outcome: RefreshOutcome,
        /// The facts of every token that is to be saved. Whatever is here is kept, however bad the
        /// rest of the answer is.
        tokens: NewTokens,
        /// What the user wants of a session that turns out to be possibly stolen.
        on_theft: OnTheft,
    },
    /// Introspection (RFC 7662) spoke about the refresh token in hand; `None`: it gave no answer.
    Introspected {
        /// `active`.
        active: Option<bool>,
    },
    /// Keyfob starts anew: whoever wrote an intent is dead (its lock is free), and a held
    /// revocation is held no longer.
    ProcessDied,
    /// The network is back, or the machine has woken up and is online.
    NetworkBack,
    /// The user wants it dead.
    RevokeClicked {
        /// How long to hold it, in milliseconds, at most 10 s.
        hold_ms: i64,
    },
    /// The user takes it back: Undo, or Cancel while it waits for the network.
    RevokeUndone,
    /// Not held any longer: the user says "now", or Keyfob quits, sleeps or drops its keys.
    RevokeNow,
    /// The hold or the pause of a revocation may be over.
    HoldOver,
    /// A revocation is about to be sent: the gate before its first byte, with what the probes say
    /// of the tokens just before. Nothing may be sent when this is refused.
    RevokeSent {
        /// Whether the refresh token is alive.
        refresh_alive: Option<bool>,
        /// Whether the access token is alive.
        access_alive: Option<bool>,
    },
    /// A round of revocation calls has ended.
    RevokeAnswered {
        /// What came of each.
        report: RevokeReport,
    },
    /// The user signed in again.
    SignedInAgain {
        /// The way in.
        origin: Origin,
        /// The new tokens.
        tokens: NewTokens,
    },
    /// An imported session is Keyfob's own from now on.
    TakenOver,
    /// The access token is about to be copied or handed out: a gate.
    Copied,
    /// The user has it wiped here. Nothing is revoked.
    Forgotten,
}

/// What becomes of a session when a theft of it is possible. It is frozen in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnTheft {
    /// What is left of it is revoked, without a hold.
    #[default]
    Revoke,
    /// Nothing is sent before the user has looked at the evidence and says what to do.
    Ask,
}

/// The facts of new tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewTokens {
    /// The access token, if it is usable.
    pub access: Option<TokenFacts>,
    /// The refresh token, if a new one came. `None` keeps the old one (RFC 6749 §6).
    pub refresh: Option<TokenFacts>,
    /// The ID token, if one came.
    pub id_token: Option<TokenFacts>,
    /// Scopes, if the answer named them; `None`: unchanged.
    pub scopes: Option<Vec<String>>,
}

impl NewTokens {
    /// Whether any token came at all.
    pub fn holds_any(&self) -> bool {
        self.access.is_some() || self.refresh.is_some() || self.id_token.is_some()
    }
}

/// What came of a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// Tokens came: something that is plausible and new is in the answer.
    Granted {
        /// Whether a new refresh token is among them; judged by the facts of the tokens.
        has_new_refresh: bool,
        /// Whether the access token can be used (size, token type, all the rest).
        access_ok: bool,
        /// Whether they are for another subject than before.
        other_subject: bool,
    },
    /// The provider never saw the request (DNS, connect, TLS, a proxy's refusal).
    NotSent(FailureCode),
    /// "Later" (429, 503): not acted on.
    TurnedAway {
        /// `Retry-After` in milliseconds from now.
        retry_after_ms: Option<i64>,
    },
    /// It may have acted; no readable answer came.
    Uncertain(FailureCode),
    /// `invalid_grant` (RFC 6749 §5.2).
    InvalidGrant {
        /// Whether the provider itself says that a refresh token was used twice.
        provider_reported_reuse: bool,
        /// Whether the provider still shows the grant or session alive, where it can be asked.
        grant_still_alive: Option<bool>,
        /// Whether the row, read again, holds a newer generation.
        generation_advanced: bool,
    },
    /// Another refusal; the refresh token stays.
    Refused(FailureCode),
    /// Tokens came and could not be written yet; the caller holds them and tries again.
    NotSaved,
}

/// What came of one revocation call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepResult {
    /// Not called this time.
    #[default]
    Skipped,
    /// The provider answered that it accepts (RFC 7009 §2.2); for tokens nobody knows too.
    Accepted,
    /// `unsupported_token_type` (RFC 7009 §2.2.1).
    Unsupported,
    /// There is no such token, or no such endpoint.
    NotApplicable,
    /// The provider never saw it.
    NotSent(FailureCode),
    /// 503 or 429: the token still lives (RFC 7009 §2.2.1).
    TurnedAway {
        /// `Retry-After` in milliseconds from now.
        retry_after_ms: Option<i64>,
    },
    /// It may have acted; no readable answer came.
    NoAnswer(FailureCode),
    /// Another refusal.
    Refused(FailureCode),
}

/// A round of revocation calls: refresh token, then access token, then the provider's own API,
/// each made even if the one before failed. A step that stays open keeps the revocation open: say
/// [`StepResult::NotApplicable`] for what the provider doesn't have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RevokeReport {
    /// The refresh token.
    pub refresh: StepResult,
    /// The access token.
    pub access: StepResult,
    /// The provider's own session API.
    pub provider: StepResult,
    /// Whether the refresh token is alive now; `None`: it can't be told.
    pub refresh_alive: Option<bool>,
    /// Whether the access token is alive now; `None`: it can't be told.
    pub access_alive: Option<bool>,
}

impl RevokeReport {
    /// The results of the three calls.
    pub fn results(&self) -> [StepResult; 3] {
        [self.refresh, self.access, self.provider]
    }
}
