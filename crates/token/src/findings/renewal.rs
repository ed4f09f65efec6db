//! How refresh tokens are renewed.

use super::{Evidence, Facts, Found, Outcome, Severity};
use crate::session::{ClientAuth, Session};

/// Renewals that kept the same refresh token: fewer may be a grace window.
const KEPT: u64 = 3;

/// Evidence is what was seen, not what a provider's document says.
pub(super) fn not_rotated(facts: &Facts<'_>) -> Outcome {
    let Some(kept) = renewals_with_this_token(facts.session) else {
        return Outcome::Silent;
    };
    if kept >= KEPT {
        let evidence = [Evidence::count("renewals", kept)];
        // Only public clients must rotate: another needs its secret to use a stolen one.
        return match facts.session.client_auth {
            ClientAuth::None => Found::with(evidence),
            ClientAuth::Basic | ClientAuth::Post => Found::graded(Severity::Notice, evidence),
        };
    }
    if kept == 0 && !facts.session.lineage.is_empty() {
        Outcome::Fine
    } else {
        Outcome::Silent
    }
}

/// How many renewals the refresh token in hand has lived through.
fn renewals_with_this_token(session: &Session) -> Option<u64> {
    let token = session.refresh.as_ref()?;
    // A provider may send the same token again instead of none.
    let same = session
        .lineage
        .iter()
        .rev()
        .take_while(|ancestor| ancestor.fingerprint == token.fingerprint)
        .last();
    let born = match (same, session.lineage.last()) {
        (Some(first), _) => first.generation,
        (None, Some(replaced)) => replaced.generation.saturating_add(1),
        (None, None) => 1,
    };
    Some(session.generation.saturating_sub(born))
}
