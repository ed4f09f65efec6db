//! The protocol: discovery, sign-in, device flow, refresh, revocation and the HTTP policy beneath.
//!
//! Owns every byte that goes to a provider and every answer that comes back. Only this crate may
//! use reqwest. Must not know the vault, decide when to refresh, or hold a provider's quirks.
//!
//! Answers of a provider are hostile text: errors are told in our words, known codes excepted.
#![forbid(unsafe_code)]

pub mod authorize;
pub mod client;
pub mod device;
pub mod discovery;
pub mod end_session;
mod endpoint;
mod fields;
pub mod http;
pub mod introspect;
pub mod jwks;
pub mod loopback;
pub mod pkce;
mod random;
pub mod refusal;
pub mod revoke;
mod text;
pub mod token;
pub mod userinfo;

pub use client::ClientConfig;
pub use discovery::Metadata;
pub use http::{AddressPolicy, Http, HttpOptions, Patience};
pub use refusal::{ErrorCode, Refusal};
