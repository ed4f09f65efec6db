//! The life of a session as pure rules: how long it lives, when it is renewed, what an answer
//! means, when it is revoked and what may then be said of it.
//!
//! Owns every decision between two states of a session. Must not do I/O, read a clock or draw a
//! random number: rules take `now`, and chance as an `f64` in `0.0..=1.0`. The engine carries out
//! what [`decide()`] answers; docs/LIFE-OF-A-SESSION.md draws the picture.

mod answer;
pub mod backoff;
pub mod breaker;
pub mod budget;
pub mod catch_up;
pub mod clock;
pub mod decide;
pub mod decision;
pub mod display;
pub mod due;
pub mod end;
pub mod ended;
pub mod event;
pub mod policy;
pub mod queue;
mod refresh;
pub mod revoke;
pub mod uncertain;
pub mod verdict;

pub use backoff::backoff;
pub use breaker::{Breaker, Turn};
pub use budget::{allows, spend};
pub use catch_up::catch_up;
pub use clock::{may_hand_out, remaining};
pub use decide::decide;
pub use decision::{Decision, Effect, Fact, Notice, Refusal};
pub use display::{Action, Cell, DisplayState, Held, Reach, Reason, State, display_state};
pub use due::{due_in, jitter};
pub use end::{End, EndCause, effective_end, end_under};
pub use ended::hangs_on_the_grant;
pub use event::{Event, NewTokens, OnTheft, RefreshOutcome, RevokeReport, StepResult};
pub use policy::{
    Policy, PolicyAction, PolicyEnd, PolicyLimit, PolicyScope, Standing, policy_end, standing,
};
pub use queue::DueQueue;
pub use revoke::{due_in as revocation_due_in, is_undecided};
