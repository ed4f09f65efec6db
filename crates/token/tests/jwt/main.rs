//! Tokens against real signatures, and every bad input that a token can be.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod access;
mod id_token;
mod inspector;
mod key_set;
mod keys;
mod paste;
mod properties;
