//! What an event is: public fields that every export shows, guarded fields that it may mask.

mod code;
mod guarded;
mod kind;

use std::collections::BTreeMap;

use keyfob_secret::{Fingerprint, LengthClass};
use keyfob_token::{SessionId, TokenKind, UnixMillis};
use serde::{Deserialize, Serialize};

pub use code::{Code, Detail, DetailKey, ParseCodeError};
pub use guarded::{Guarded, GuardedField, Salts};
pub use kind::EventKind;

use crate::digest::Digest;

/// Something that happened, before it has a place in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// When, on the wall clock.
    pub at: UnixMillis,
    /// What.
    pub event: EventKind,
    /// Who asked for it.
    pub actor: Actor,
    /// How it went.
    pub result: Outcome,
    /// The session it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// The token it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenRef>,
    /// The generation of the session's tokens afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// Why, as a known code; never text from a provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// Further facts under known names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<DetailKey, Detail>,
    /// What an export may hash or remove.
    #[serde(default, skip_serializing_if = "Guarded::is_empty")]
    pub guarded: Guarded,
}

impl Draft {
    /// An event of the user that went well and says nothing more; fill in the rest with
    /// `Draft { session, ..Draft::new(at, event) }`.
    pub fn new(at: UnixMillis, event: EventKind) -> Self {
        Self {
            at,
            event,
            actor: Actor::User,
            result: Outcome::Ok,
            session: None,
            token: None,
            generation: None,
            code: None,
            details: BTreeMap::new(),
            guarded: Guarded::default(),
        }
    }
}

/// Who asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A person, in the window.
    User,
    /// Keyfob by itself: the refresher, a timer, a start.
    Keyfob,
    /// The command line.
    Cli,
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done.
    Ok,
    /// Tried, and it did not work.
    Failed,
    /// The other side, or a rule here, said no.
    Refused,
    /// Begun; a later event says how it ended.
    Pending,
    /// Called off before it took effect.
    Cancelled,
}

/// A token as the log names it: never any part of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRef {
    /// Access, refresh or ID token.
    pub kind: TokenKind,
    /// Its keyed fingerprint.
    pub fingerprint: Fingerprint,
    /// How long it is, as a class.
    pub length: LengthClass,
}

/// An event with its place in the log: the form that the vault seals and stores.
///
/// `leaf` is what the chain holds; [`verify_chain`](crate::verify_chain) recomputes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number; the first is 1, and there are no gaps.
    pub seq: u64,
    /// What happened.
    pub draft: Draft,
    /// The salts of the guarded fields that are present.
    #[serde(default, skip_serializing_if = "Salts::is_empty")]
    pub salts: Salts,
    /// SHA-256 over 0x00 and the canonical form.
    pub leaf: Digest,
}
