//! The command as it is run: arguments in, text and exit codes out.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod audit_verify;
mod keyfob;
mod usage;
