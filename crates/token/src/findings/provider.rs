//! What the provider offers and this session lacks.

use super::{Evidence, Facts, Found, Outcome};

/// A token is bound when it says so (`cnf`, RFC 7800 §3.1). Keyfob asks for no bound tokens, so an
/// opaque one is a bearer token.
pub(super) fn not_bound(facts: &Facts<'_>) -> Outcome {
    let Some(provider) = facts.provider else {
        return Outcome::Silent;
    };
    let bound = facts
        .claims()
        .is_some_and(|claims| claims.member("cnf").is_some());
    if bound {
        return Outcome::Fine;
    }
    let offered: Vec<&str> = [("DPoP", provider.dpop), ("mTLS", provider.mtls)]
        .into_iter()
        .filter_map(|(name, there)| there.then_some(name))
        .collect();
    if offered.is_empty() || facts.session.access.is_none() {
        return Outcome::Silent;
    }
    Found::with([Evidence::texts("offered", offered)])
}

pub(super) fn not_revocable(facts: &Facts<'_>) -> Outcome {
    match facts.provider {
        None => Outcome::Silent,
        Some(provider) if provider.revocation || facts.session.limits.can_revoke => Outcome::Fine,
        Some(_) => Found::with([]),
    }
}
