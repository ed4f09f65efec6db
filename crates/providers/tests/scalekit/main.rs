//! The Scalekit adapter against a fake of its API on loopback, with its real shapes and errors.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod fake;
mod listing;
mod proof;
mod revoking;
