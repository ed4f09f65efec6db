//! The key store from outside: the fake, and a real gnome-keyring on a private bus.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod memory;
#[cfg(target_os = "linux")]
mod real;
