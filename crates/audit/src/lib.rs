//! Audit events, hash chain, verification and redacted export; pure.
