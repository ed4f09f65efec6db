//! Revocation: durable from the click, held so that it can be taken back, and never called done
//! before the provider has answered.

use crate::life::backoff::backoff;
use crate::life::clock;
use crate::life::decision::{Decision, Effect, Fact, Notice, Refusal};
use crate::life::event::{OnTheft, RevokeReport, StepResult};
use crate::life::verdict::verdict;
use crate::session::{Evidence, FailureCode, Phase, Revocation, Revoked, Session, StepState};
use crate::time::Now;

/// The longest hold that settings allow.
pub const LONGEST_HOLD_MS: i64 = 10_000;

/// Milliseconds until the revocation of a session, or of what is left of a frozen one, should be
/// sent or tried again; `None`: there is none on its way.
pub fn due_in(session: &Session, now: &Now) -> Option<i64> {
    let revocation = on_its_way(session)?;
    let held = if revocation.sent {
        0
    } else {
        hold_left(revocation, now)
    };
    let paused = clock::wait_left(now, revocation.waiting_since.as_ref(), revocation.wait_ms);
    Some(held.max(paused))
}

/// Milliseconds for which it is still held.
pub fn hold_left(revocation: &Revocation, now: &Now) -> i64 {
    clock::wait_left(now, Some(&revocation.hold), revocation.hold_ms)
}

/// The revocation on its way, if any.
pub fn on_its_way(session: &Session) -> Option<&Revocation> {
    match &session.phase {
        Phase::Revoking(revocation) => Some(revocation),
        Phase::Frozen { remains, .. } => remains.as_deref(),
        _ => None,
    }
}

/// The click.
pub(crate) fn clicked(session: &Session, now: &Now, hold_ms: i64) -> Decision {
    let hold_ms = match &session.phase {
        Phase::Revoking(_) | Phase::Revoked(_) => {
            return Decision::refused(session, Refusal::WrongPhase);
        }
        // Suspected theft is not delayed.
        Phase::Frozen { .. } => 0,
        _ => hold_ms.clamp(0, LONGEST_HOLD_MS),
    };
    let revocation = match &session.phase {
        // What was already sent of it stays sent.
        Phase::Frozen {
            remains: Some(begun),
            ..
        } => (**begun).clone(),
        _ => begin(session, now, hold_ms),
    };
    let decision = Decision::changed(session)
        .into_phase(Phase::Revoking(Revocation {
            before: Box::new(session.phase.clone()),
            ..revocation
        }))
        .noting(Fact::RevokeRequested);
    if hold_ms == 0 {
        decision.then(Effect::SendRevocation)
    } else {
        decision
    }
}

/// Undo, or Cancel: until the first byte may have left.
pub(crate) fn undone(session: &Session) -> Decision {
    let Phase::Revoking(revocation) = &session.phase else {
        return Decision::refused(session, Refusal::WrongPhase);
    };
    if revocation.sent {
        return Decision::refused(session, Refusal::TooLate);
    }
    let before = (*revocation.before).clone();
    let decision = Decision::changed(session)
        .into_phase(before)
        .noting(Fact::RevokeUndone);
    // What is left of a frozen session is revoked whatever the user takes back.
    if on_its_way(&decision.session).is_some() {
        send(decision)
    } else {
        decision
    }
}

/// The hold ends now, and so does a pause.
pub(crate) fn at_once(session: &Session) -> Decision {
    let mut decision = Decision::changed(session);
    let Some(revocation) = on_its_way_mut(&mut decision.session) else {
        return Decision::refused(session, Refusal::WrongPhase);
    };
    revocation.hold_ms = 0;
    revocation.wait_ms = 0;
    send(decision)
}

/// The hold or the pause may be over.
pub(crate) fn when_due(session: &Session, now: &Now) -> Decision {
    match due_in(session, now) {
        None => Decision::refused(session, Refusal::WrongPhase),
        Some(0) => send(Decision::unchanged(session)),
        Some(left_ms) => Decision::refused(session, Refusal::Held { left_ms }),
    }
}

/// The gate before the first byte.
pub(crate) fn about_to_send(
    session: &Session,
    now: &Now,
    refresh_alive: Option<bool>,
    access_alive: Option<bool>,
) -> Decision {
    match due_in(session, now) {
        None => return Decision::refused(session, Refusal::WrongPhase),
        Some(0) => {}
        Some(left_ms) => return Decision::refused(session, Refusal::Held { left_ms }),
    }
    let mut decision = Decision::changed(session).noting(Fact::RevokeSent);
    if let Some(revocation) = on_its_way_mut(&mut decision.session) {
        if revocation.sent {
            // An earlier round came to no clean end: it may have been acted on, so what its probe
            // saw before it is still the "before" of a proof.
            for step in steps_mut(revocation) {
                if *step == StepState::Open {
                    *step = StepState::Sent;
                }
            }
        }
        let keep = revocation.sent;
        let was = |old: Option<bool>, new: Option<bool>| {
            if keep && old == Some(true) {
                old
            } else {
                new.or(old)
            }
        };
        revocation.refresh_was_alive = was(revocation.refresh_was_alive, refresh_alive);
        revocation.access_was_alive = was(revocation.access_was_alive, access_alive);
        revocation.sent = true;
    }
    decision
}

/// A round has ended.
pub(crate) fn answered(session: &Session, now: &Now, rand: f64, report: RevokeReport) -> Decision {
    let mut decision = Decision::changed(session);
    let has_refresh = session.refresh.is_some();
    let Some(revocation) = on_its_way_mut(&mut decision.session) else {
        return Decision::refused(session, Refusal::WrongPhase);
    };
    take_results(revocation, &report, has_refresh);
    let begun = revocation.clone();
    if let Some(verdict) = verdict(session, &begun, now) {
        let phase = match &session.phase {
            Phase::Frozen {
                evidence, since, ..
            } => Phase::Frozen {
                evidence: *evidence,
                since: *since,
                remains: None,
                verdict: Some(verdict),
            },
            _ => Phase::Revoked(Revoked {
                at: now.wall,
                verdict,
            }),
        };
        return decision
            .into_phase(phase)
            .noting(Fact::RevokeEnded { verdict })
            .then(Effect::WipeTokens);
    }
    let code = delay(revocation, &report, now, rand);
    decision.noting(Fact::RevokeDelayed { code })
}

/// The program starts anew: nothing is held any longer.
pub(crate) fn after_restart(session: &Session) -> Option<Decision> {
    on_its_way(session)?;
    Some(at_once(session))
}

/// The network is back.
pub(crate) fn network_back(session: &Session, now: &Now) -> Option<Decision> {
    let revocation = on_its_way(session)?;
    if !revocation.waiting_for_network || hold_left(revocation, now) > 0 {
        return None;
    }
    Some(at_once(session))
}

/// New tokens arrived for a session that is not to live: they have to die as well.
pub(crate) fn tokens_came_late(decision: Decision, now: &Now) -> Decision {
    let fresh = begin(&decision.session, now, 0);
    match decision.session.phase.clone() {
        Phase::Revoking(old) => {
            let reopened = Revocation {
                requested_at: old.requested_at,
                hold: old.hold,
                hold_ms: old.hold_ms,
                sent: old.sent,
                before: match *old.before {
                    Phase::SignInNeeded { .. } => Box::new(Phase::Live),
                    before => Box::new(before),
                },
                provider: old.provider,
                ..fresh
            };
            let decision = decision.into_phase(Phase::Revoking(reopened));
            match due_in(&decision.session, now) {
                Some(0) => decision.then(Effect::SendRevocation),
                _ => decision,
            }
        }
        Phase::Revoked(_) => decision
            .into_phase(Phase::Revoking(Revocation {
                sent: true,
                ..fresh
            }))
            .then(Effect::SendRevocation),
        Phase::Frozen { .. } if is_undecided(&decision.session) => decision,
        Phase::Frozen {
            evidence, since, ..
        } => decision
            .into_phase(Phase::Frozen {
                evidence,
                since,
                remains: Some(Box::new(fresh)),
                verdict: None,
            })
            .then(Effect::RevokeRemains),
        _ => decision,
    }
}

/// Possible theft: nothing of it is used any more, and what is left is revoked, or waits for the
/// user's word.
pub(crate) fn freeze(
    decision: Decision,
    now: &Now,
    evidence: Evidence,
    on_theft: OnTheft,
) -> Decision {
    let remains = match on_theft {
        OnTheft::Revoke => Some(Box::new(begin(&decision.session, now, 0))),
        OnTheft::Ask => None,
    };
    let at_once = remains.is_some();
    let frozen = decision
        .into_phase(Phase::Frozen {
            evidence,
            since: now.wall,
            remains,
            verdict: None,
        })
        .noting(Fact::Frozen { evidence });
    let frozen = if at_once {
        frozen.then(Effect::RevokeRemains)
    } else {
        frozen
    };
    frozen.then(Effect::Notify(Notice::PossibleTheft(evidence)))
}

/// Whether a frozen session waits for the user's word on what is left of it.
pub fn is_undecided(session: &Session) -> bool {
    matches!(
        session.phase,
        Phase::Frozen {
            remains: None,
            verdict: None,
            ..
        }
    )
}

fn begin(session: &Session, now: &Now, hold_ms: i64) -> Revocation {
    let step = |there: bool| {
        if there {
            StepState::Open
        } else {
            StepState::NotApplicable
        }
    };
    Revocation {
        requested_at: now.wall,
        hold: now.stamp(),
        hold_ms,
        sent: false,
        before: Box::new(Phase::Live),
        refresh: step(session.refresh.is_some()),
        access: step(session.access.is_some()),
        provider: StepState::Open,
        refresh_was_alive: None,
        access_was_alive: None,
        refresh_is_alive: None,
        access_is_alive: None,
        failures: 0,
        last_failure: None,
        waiting_since: None,
        wait_ms: 0,
        waiting_for_network: false,
    }
}

fn send(decision: Decision) -> Decision {
    let effect = match decision.session.phase {
        Phase::Frozen { .. } => Effect::RevokeRemains,
        _ => Effect::SendRevocation,
    };
    decision.then(effect)
}

fn on_its_way_mut(session: &mut Session) -> Option<&mut Revocation> {
    match &mut session.phase {
        Phase::Revoking(revocation) => Some(revocation),
        Phase::Frozen { remains, .. } => remains.as_deref_mut(),
        _ => None,
    }
}

fn steps_mut(revocation: &mut Revocation) -> [&mut StepState; 3] {
    [
        &mut revocation.refresh,
        &mut revocation.access,
        &mut revocation.provider,
    ]
}

fn take_results(revocation: &mut Revocation, report: &RevokeReport, has_refresh: bool) {
    for (step, result) in steps_mut(revocation).into_iter().zip(report.results()) {
        *step = settled(*step, result);
    }
    settle_sides(revocation, report, has_refresh);
    revocation.refresh_is_alive = report.refresh_alive.or(revocation.refresh_is_alive);
    revocation.access_is_alive = report.access_alive.or(revocation.access_is_alive);
    let never_left = report.results().iter().all(|result| {
        matches!(
            result,
            StepResult::NotSent(_) | StepResult::Skipped | StepResult::NotApplicable
        )
    });
    let untouched = [revocation.refresh, revocation.access, revocation.provider]
        .iter()
        .all(|step| matches!(step, StepState::Open | StepState::NotApplicable));
    if never_left && untouched {
        revocation.sent = false;
    }
}

fn settled(step: StepState, result: StepResult) -> StepState {
    match (step, result) {
        (StepState::Accepted | StepState::Unsupported, _) => step,
        (_, StepResult::Accepted) => StepState::Accepted,
        (_, StepResult::Unsupported) => StepState::Unsupported,
        (_, StepResult::NotApplicable) => StepState::NotApplicable,
        (_, StepResult::NoAnswer(_)) => StepState::Sent,
        _ => step,
    }
}

/// Once what ends the session is accepted, a plain refusal of the rest is its last word: the row
/// must not wait for ever on an access token that the provider won't revoke.
fn settle_sides(revocation: &mut Revocation, report: &RevokeReport, has_refresh: bool) {
    let refused = |result| matches!(result, StepResult::Refused(_));
    let main = if has_refresh {
        revocation.refresh
    } else {
        revocation.access
    };
    let by_token = main == StepState::Accepted;
    let by_provider = revocation.provider == StepState::Accepted;
    if by_token && refused(report.provider) && !by_provider {
        revocation.provider = StepState::Unsupported;
    }
    for (step, result) in [
        (&mut revocation.refresh, report.refresh),
        (&mut revocation.access, report.access),
    ] {
        if (by_token || by_provider) && refused(result) && *step != StepState::Accepted {
            *step = StepState::Unsupported;
        }
    }
}

/// The pause before the next round, and why it is needed.
fn delay(revocation: &mut Revocation, report: &RevokeReport, now: &Now, rand: f64) -> FailureCode {
    let retry_after = report
        .results()
        .into_iter()
        .filter_map(|result| match result {
            StepResult::TurnedAway { retry_after_ms } => retry_after_ms,
            _ => None,
        });
    let code = report
        .results()
        .into_iter()
        .find_map(|result| match result {
            StepResult::NotSent(code) | StepResult::NoAnswer(code) | StepResult::Refused(code) => {
                Some(code)
            }
            StepResult::TurnedAway { .. } => Some(FailureCode::TurnedAway),
            _ => None,
        });
    let code = code.unwrap_or(FailureCode::Unreadable);
    revocation.waiting_for_network = matches!(code, FailureCode::NotReached | FailureCode::Tls);
    revocation.wait_ms = backoff(revocation.failures, rand, retry_after.max());
    revocation.waiting_since = Some(now.stamp());
    revocation.failures = revocation.failures.saturating_add(1);
    revocation.last_failure = Some(code);
    code
}
