//! The protocol: discovery, PKCE, device, refresh, revoke, introspect, loopback, HTTP policy.
