//! The use cases of Keyfob, for any shell.
//!
//! Owns what happens when a user asks for something. Must not know Tauri, windows or terminals.
#![forbid(unsafe_code)]

pub mod view;
