//! The use cases, for any shell: unlock, sign in, sessions, refresher, revoke, export.
