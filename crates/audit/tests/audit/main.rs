//! The audit log from outside: chain, export, verification, tampering, redaction.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod chain;
mod export;
mod golden;
mod sample;
mod tampering;
