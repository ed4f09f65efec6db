//! Helpers for the journeys: a real provider, a host without a desktop, the real window.
#![forbid(unsafe_code)]

pub mod again;
pub mod canary;
pub mod clock;
pub mod host;
pub mod line;
pub mod places;
pub mod provider;
pub mod rig;
pub mod wait;
pub mod window;
