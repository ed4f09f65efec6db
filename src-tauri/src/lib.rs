//! The desktop shell: window, tray, clipboard, notifications, and commands of three lines.
//!
//! Owns how Keyfob meets a desktop. Must not decide anything about sessions, and no command in it
//! may answer with a secret.
#![forbid(unsafe_code)]

mod arguments;
mod autostart;
mod clipboard;
mod commands;
mod desk;
mod harden;
mod host;
mod idle;
mod leaving;
mod notices;
mod preflight;
mod start;
pub mod table;
mod tray;
pub mod typescript;
mod window;

pub use start::run;
