//! What a token is: kinds, formats, claims, validation; and the life of a session as pure rules.
//!
//! Owns every decision about tokens and sessions. Does no I/O and has no clock: rules take `now`.
#![forbid(unsafe_code)]

pub mod claims;
pub mod expires_in;
pub mod facts;
pub mod findings;
mod json;
pub mod jwks;
pub mod jwt;
pub mod life;
pub mod recognise;
pub mod session;
pub mod time;

pub use session::{
    Account, Ancestor, ClientAuth, Evidence, FailureCode, Freshness, HandOut, Intent, IssuerLimits,
    Marks, Origin, Phase, Renewal, Revocation, Revoked, Session, SessionId, SignInReason, Spender,
    Spent, StepState, TokenFacts, TokenFormat, TokenKind, Uncertain, Verdict, Verification,
};
pub use time::{BootTime, Now, Stamp, UnixMillis};
