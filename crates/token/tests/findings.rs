//! The checks on a session: each finds what it is for, and nothing where all is well.

#[path = "findings/content.rs"]
mod content;
#[path = "findings/life.rs"]
mod life;
#[path = "findings/provider.rs"]
mod provider;
#[path = "findings/sample.rs"]
mod sample;
#[path = "findings/secrets.rs"]
mod secrets;
