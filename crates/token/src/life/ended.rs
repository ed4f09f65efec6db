//! What `invalid_grant` means: RFC 6749 §5.2 gives one code for "invalid, expired, revoked, does
//! not match the redirection URI, or was issued to another client".

use crate::life::clock;
use crate::life::due::uncertain_now;
use crate::session::{Evidence, FailureCode, Freshness, Origin, Session, SignInReason};
use crate::time::Now;

/// Whether it makes a difference, for a refusal that came now, if the provider still shows the grant
/// alive: nobody is asked for nothing.
pub fn hangs_on_the_grant(session: &Session, now: &Now) -> bool {
    why_refused(session, now, false, Some(true)) != why_refused(session, now, false, None)
}

/// What is said of a refused refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// A sign-in is needed.
    SignIn(SignInReason),
    /// Possible theft.
    Theft(Evidence),
}

/// The first explanation that holds; a newer generation was looked for before.
pub(crate) fn why_refused(
    session: &Session,
    now: &Now,
    reported_reuse: bool,
    alive: Option<bool>,
) -> Finding {
    let uncertain = uncertain_now(session);
    // Where nothing rotates, no answer can have carried the session away.
    if uncertain && session.limits.rotates != Some(false) {
        return Finding::SignIn(SignInReason::AnswerLost);
    }
    let copied = matches!(session.origin, Origin::Imported | Origin::TakenOver);
    if copied || session.renewal.restored {
        return Finding::SignIn(SignInReason::StaleCopy);
    }
    if let Some(refresh) = &session.refresh
        && matches!(clock::remaining(refresh, now), Freshness::Left(left) if left <= 0)
    {
        return Finding::SignIn(SignInReason::Expired);
    }
    // Who was turned away has presented this token before, and some turn away after they acted.
    if session.renewal.last_failure == Some(FailureCode::TurnedAway) {
        return Finding::SignIn(SignInReason::EndedUnexpectedly);
    }
    if !uncertain && reported_reuse {
        return Finding::Theft(Evidence::ProviderReportedReuse);
    }
    if !uncertain && alive == Some(true) {
        return Finding::Theft(Evidence::NewestRefusedWhileAlive);
    }
    Finding::SignIn(SignInReason::EndedUnexpectedly)
}
