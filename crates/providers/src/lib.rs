//! What each provider does in its own way: one file or folder each, quirks only.
//!
//! Owns the one seam, [`Provider`], behind which a session is revoked and its death proven. Must
//! not touch the vault or decide when anything happens.
#![forbid(unsafe_code)]

pub mod generic;
pub mod proof;
pub mod provider;
pub mod registry;
pub mod scalekit;

pub use provider::{
    AccessProbe, AdminCredentials, Probes, Provider, ProviderContext, ProviderError,
    ProviderSession, RevocationScope, SessionFacts, SessionLimits, Tokens,
};
pub use registry::{by_id, for_issuer, forget_admins};
