//! From what a rule decided to what the audit log says.

use keyfob_audit::{Actor, Code, Detail, DetailKey, Draft, EventKind, Outcome, TokenRef};
use keyfob_secret::LengthClass;
use keyfob_token::{FailureCode, Session, Spender, TokenFacts, Verdict, life::Fact};

use crate::{
    audit::word,
    engine::{Core, about},
};

impl Core {
    /// The event for a fact of the session's life.
    pub(crate) fn draft(&self, session: &Session, fact: Fact) -> Draft {
        let by_itself = |kind| Draft {
            actor: Actor::Keyfob,
            ..self.event(kind)
        };
        let draft = match fact {
            Fact::RefreshStarted { by, generation, .. } => Draft {
                result: Outcome::Pending,
                generation: Some(generation),
                ..self.by(by, EventKind::RefreshStarted)
            },
            Fact::Renewed { generation, .. } => Draft {
                generation: Some(generation),
                token: session.access.as_ref().map(token_ref),
                ..by_itself(EventKind::RefreshSucceeded)
            },
            Fact::RefreshFailed { code } => Draft {
                result: Outcome::Failed,
                code: code_of(code),
                ..by_itself(EventKind::RefreshFailed)
            },
            Fact::RefreshUncertain { generation } => Draft {
                result: Outcome::Pending,
                generation: Some(generation),
                ..by_itself(EventKind::RefreshUncertain)
            },
            Fact::IntrospectionSaid { active } => Draft {
                code: Some(Code::known(if active { "active" } else { "inactive" })),
                ..by_itself(EventKind::RefreshUncertain)
            },
            Fact::RefreshRefused => Draft {
                result: Outcome::Refused,
                token: session.refresh.as_ref().map(token_ref),
                code: code_of(FailureCode::InvalidGrant),
                ..by_itself(EventKind::RefreshRefused)
            },
            Fact::Ended { reason } => Draft {
                code: word(&reason).parse().ok(),
                ..by_itself(EventKind::SessionEnded)
            },
            Fact::Frozen { evidence } => Draft {
                code: word(&evidence).parse().ok(),
                ..by_itself(EventKind::SessionFrozen)
            },
            Fact::RevokeRequested => Draft {
                result: Outcome::Pending,
                ..self.event(EventKind::RevokeRequested)
            },
            Fact::RevokeUndone => Draft {
                result: Outcome::Cancelled,
                ..self.event(EventKind::RevokeUndone)
            },
            Fact::RevokeSent => Draft {
                result: Outcome::Pending,
                token: session
                    .refresh
                    .as_ref()
                    .or(session.access.as_ref())
                    .map(token_ref),
                ..by_itself(EventKind::RevokeSent)
            },
            Fact::RevokeDelayed { code } => Draft {
                result: Outcome::Failed,
                code: code_of(code),
                ..by_itself(EventKind::RevokeFailed)
            },
            Fact::RevokeEnded { verdict } => revoked(by_itself, verdict),
            Fact::SignedIn => Draft {
                generation: Some(session.generation),
                token: session
                    .refresh
                    .as_ref()
                    .or(session.access.as_ref())
                    .map(token_ref),
                ..self.event(EventKind::SessionSignedIn)
            },
            Fact::TakenOver => self.event(EventKind::SessionTakenOver),
            Fact::Copied => Draft {
                token: session.access.as_ref().map(token_ref),
                ..self.event(EventKind::TokenCopied)
            },
            Fact::Forgotten => self.event(EventKind::SessionForgotten),
        };
        about(draft, session)
    }

    fn by(&self, spender: Spender, kind: EventKind) -> Draft {
        match spender {
            Spender::User => self.event(kind),
            Spender::Automation | Spender::Replay => Draft {
                actor: Actor::Keyfob,
                ..self.event(kind)
            },
        }
    }
}

/// What the log says of a verdict: never more than was proved.
fn revoked(by_itself: impl Fn(EventKind) -> Draft, verdict: Verdict) -> Draft {
    let (kind, code, until) = match verdict {
        Verdict::ConfirmedDead { offline_until } => {
            (EventKind::RevokeConfirmed, "confirmed_dead", offline_until)
        }
        Verdict::Accepted { offline_until } => (
            EventKind::RevokeAccepted,
            "accepted_unchecked",
            offline_until,
        ),
        Verdict::ValidUntil { until } => (EventKind::RevokeFailed, "not_supported", until),
    };
    let mut draft = by_itself(kind);
    draft.code = Some(Code::known(code));
    if kind == EventKind::RevokeFailed {
        draft.result = Outcome::Refused;
    }
    if let Some(until) = until {
        draft
            .details
            .insert(DetailKey::ValidUntil, Detail::At(until));
    }
    draft
}

fn code_of(code: FailureCode) -> Option<Code> {
    word(&code).parse().ok()
}

/// A token as the log names it.
pub(crate) fn token_ref(facts: &TokenFacts) -> TokenRef {
    TokenRef {
        kind: facts.kind,
        fingerprint: facts.fingerprint,
        length: LengthClass::of(facts.length as usize),
    }
}
