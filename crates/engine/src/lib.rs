//! The use cases of Keyfob, for any shell.
//!
//! Owns what happens when a user asks for something, and what goes on by itself. Must not know
//! Tauri, windows or terminals; no view in it holds a secret.
#![forbid(unsafe_code)]

mod arrival;
mod audit;
mod carry_out;
mod clipboard;
mod clock;
mod detail;
mod engine;
mod error;
mod export;
mod find;
mod findings;
mod gate;
mod hand_out;
mod host;
mod import;
mod issuers;
mod journal;
mod leave;
mod policies;
mod processes;
mod profile;
mod provider_sessions;
mod reach;
mod refresh;
mod refresher;
mod report;
mod revoke;
mod roster;
mod sessions;
mod settings;
mod signin;
mod timeline;
mod unsaved;
pub mod view;

pub use clock::{Clock, Sleep, SystemClock};
pub use engine::{Engine, Options};
pub use error::EngineError;
pub use hand_out::{HandedOut, Note};
pub use host::{Changed, Host, Notice, NoticeKind};
pub use processes::program_of;
pub use profile::Profile;

/// A share in `0.0..=1.0` for the pauses of the rules. Without randomness the middle does.
fn chance() -> f64 {
    getrandom::u32().map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX))
}
