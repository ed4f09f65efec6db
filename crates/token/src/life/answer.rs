//! What the answer to a refresh means.
//!
//! Whatever tokens it holds are taken before it is judged; the refresh token in hand is never
//! dropped in here: a new one replaces it, or a verdict names why it is of no use.

use uuid::Uuid;

use crate::life::backoff::backoff;
use crate::life::decision::{Decision, Effect, Fact, Notice, Refusal};
use crate::life::ended::{Finding, why_refused};
use crate::life::event::{NewTokens, OnTheft, RefreshOutcome};
use crate::life::refresh::pause;
use crate::life::{budget, clock, due, revoke, uncertain};
use crate::session::{
    Ancestor, Evidence, FailureCode, Freshness, Intent, Phase, Revocation, Session, SignInReason,
    Spender,
};
use crate::time::Now;

/// Generations that a session lists, and how many of them leave it at once when they are more: what
/// leaves is remembered in a row of its own, which is then written that much less often.
const LONGEST_LINEAGE: usize = 64;
const LEAVING: usize = 32;
/// With less life than this a failure is worth a notification.
const FAILING_MS: i64 = 5 * 60_000;

/// What came of an attempt.
pub(crate) struct Answer<'a> {
    pub(crate) attempt: Uuid,
    pub(crate) generation: u64,
    pub(crate) outcome: RefreshOutcome,
    pub(crate) tokens: &'a NewTokens,
    pub(crate) on_theft: OnTheft,
}

/// The provider has answered.
pub(crate) fn answered(session: &Session, now: &Now, rand: f64, answer: &Answer<'_>) -> Decision {
    let Answer {
        attempt,
        generation,
        outcome,
        tokens,
        on_theft,
    } = *answer;
    if generation != session.generation {
        // Somebody else has renewed it: what is in the row is newer than this answer.
        return Decision::refused(session, Refusal::StaleGeneration).then(Effect::TakeNewer);
    }
    if let RefreshOutcome::Granted {
        access_ok,
        other_subject,
        ..
    } = outcome
    {
        let nothing_new = tokens.refresh.is_none() && !(access_ok && tokens.access.is_some());
        if !nothing_new {
            return granted(session, now, rand, answer, access_ok, other_subject);
        }
    }
    let Some(intent) = session
        .renewal
        .intent
        .clone()
        .filter(|open| open.attempt == attempt)
    else {
        return Decision::refused(session, Refusal::StaleAnswer);
    };
    let mut decision = Decision::changed(session);
    let renewal = &mut decision.session.renewal;
    renewal.intent = None;
    match outcome {
        RefreshOutcome::Granted { .. } => failed(
            decision,
            now,
            FailureCode::BadAnswer,
            backoff(failures(session), rand, None),
        ),
        RefreshOutcome::NotSent(code) => {
            budget::refund(renewal, &intent.at);
            failed(decision, now, code, backoff(failures(session), rand, None))
        }
        RefreshOutcome::TurnedAway { retry_after_ms } => {
            let wait = backoff(failures(session), rand, retry_after_ms);
            failed(decision, now, FailureCode::TurnedAway, wait)
        }
        RefreshOutcome::Refused(code) => {
            failed(decision, now, code, backoff(failures(session), rand, None))
        }
        RefreshOutcome::Uncertain(code) => unanswered(decision, now, rand, &intent, code),
        RefreshOutcome::InvalidGrant {
            generation_advanced: true,
            ..
        } => Decision::refused(session, Refusal::StaleGeneration).then(Effect::TakeNewer),
        RefreshOutcome::InvalidGrant {
            provider_reported_reuse,
            grant_still_alive,
            ..
        } => {
            renewal.last_failure = Some(FailureCode::InvalidGrant);
            let finding = why_refused(session, now, provider_reported_reuse, grant_still_alive);
            ended(
                decision.noting(Fact::RefreshRefused),
                now,
                finding,
                on_theft,
            )
        }
        RefreshOutcome::NotSaved => {
            // The intent stays open: should Keyfob die now, the generation is uncertain.
            renewal.intent = Some(intent);
            renewal.last_failure = Some(FailureCode::NotSaved);
            decision
                .noting(Fact::RefreshFailed {
                    code: FailureCode::NotSaved,
                })
                .then(Effect::HoldAnswer)
        }
    }
}

/// Introspection spoke about the refresh token in hand.
pub(crate) fn introspected(
    session: &Session,
    now: &Now,
    rand: f64,
    active: Option<bool>,
) -> Decision {
    let uncertain = due::uncertain_now(session);
    let mut decision = Decision::changed(session);
    match active {
        Some(true) => {
            let renewal = &mut decision.session.renewal;
            renewal.introspected_active = true;
            if let Some(mark) = renewal.uncertain.as_mut().filter(|_| uncertain) {
                mark.confirmed_active = true;
            }
            decision.noting(Fact::IntrospectionSaid { active: true })
        }
        Some(false) if uncertain && session.renewal.introspected_active => {
            let decision = decision.noting(Fact::IntrospectionSaid { active: false });
            let lost = Finding::SignIn(SignInReason::AnswerLost);
            ended(decision, now, lost, OnTheft::default())
        }
        None if uncertain => {
            let wait = backoff(failures(session), rand, None);
            pause(&mut decision.session, now, wait);
            let renewal = &mut decision.session.renewal;
            renewal.failures = renewal.failures.saturating_add(1);
            decision
        }
        // Without a mark nothing hangs on it: the next refresh will tell.
        _ => Decision::unchanged(session),
    }
}

/// Whoever wrote the intent is dead.
pub(crate) fn holder_died(session: &Session, now: &Now, rand: f64) -> Option<Decision> {
    let intent = session.renewal.intent.clone()?;
    let mut decision = Decision::changed(session);
    decision.session.renewal.intent = None;
    if intent.generation != session.generation {
        return Some(decision);
    }
    // What died is a process of ours, not a provider in trouble: whoever waited for it may go on at
    // once, within the budget. A pause that the provider asked for stands.
    let pause = (
        decision.session.renewal.waiting_since.clone(),
        decision.session.renewal.wait_ms,
    );
    let mut died = unanswered(decision, now, rand, &intent, FailureCode::Unreadable);
    let renewal = &mut died.session.renewal;
    (renewal.waiting_since, renewal.wait_ms) = pause;
    Some(died)
}

/// Saves what came before it is judged.
fn granted(
    session: &Session,
    now: &Now,
    rand: f64,
    answer: &Answer<'_>,
    access_ok: bool,
    other_subject: bool,
) -> Decision {
    let tokens = answer.tokens;
    let usable = access_ok && tokens.access.is_some();
    let rotated = tokens.refresh.is_some();
    let mut decision = Decision::changed(session);
    decision = take_tokens(decision, now, tokens);
    let generation = decision.session.generation;
    let renewal = &mut decision.session.renewal;
    let intent = renewal.intent.take();
    renewal.uncertain = None;
    renewal.restored = false;
    if usable {
        if let Some(intent) = intent.filter(|intent| intent.by != Spender::User) {
            budget::refund(renewal, &intent.at);
        }
        renewal.failures = 0;
        renewal.waiting_since = None;
        renewal.wait_ms = 0;
        renewal.last_failure = None;
        renewal.last_success = Some(now.stamp());
    }
    decision = decision.noting(Fact::Renewed {
        generation,
        rotated,
    });
    if !usable {
        let wait = backoff(failures(session), rand, None);
        decision = failed(decision, now, FailureCode::BadAnswer, wait);
    }
    let decision = match &session.phase {
        Phase::SignInNeeded { .. } => decision.into_phase(Phase::Live),
        Phase::Live | Phase::Watched => decision,
        Phase::Revoking(_) | Phase::Revoked(_) | Phase::Frozen { .. } => {
            revoke::tokens_came_late(decision, now)
        }
    };
    if other_subject {
        let stolen = Finding::Theft(Evidence::OtherSubject);
        ended(decision, now, stolen, answer.on_theft)
    } else {
        decision
    }
}

/// Puts new tokens in the place of the old ones; what did not come anew is kept.
pub(crate) fn take_tokens(mut decision: Decision, now: &Now, tokens: &NewTokens) -> Decision {
    let session = &mut decision.session;
    let mut leaving = Vec::new();
    if let Some(refresh) = &tokens.refresh
        && let Some(old) = session.refresh.replace(refresh.clone())
    {
        if session.lineage.len() >= LONGEST_LINEAGE {
            leaving = session.lineage.drain(..LEAVING).collect();
        }
        session.lineage.push(Ancestor {
            generation: session.generation,
            fingerprint: old.fingerprint,
            replaced_at: now.wall,
        });
    }
    session.access = tokens.access.clone().or_else(|| session.access.take());
    session.id_token = tokens.id_token.clone().or_else(|| session.id_token.take());
    if let Some(scopes) = &tokens.scopes {
        session.scopes.clone_from(scopes);
    }
    session.generation = session.generation.saturating_add(1);
    if leaving.is_empty() {
        return decision;
    }
    let prints = leaving.into_iter().map(|it: Ancestor| it.fingerprint);
    decision.then(Effect::KeepAncestors(prints.collect()))
}

fn failed(mut decision: Decision, now: &Now, code: FailureCode, wait_ms: i64) -> Decision {
    pause(&mut decision.session, now, wait_ms);
    let renewal = &mut decision.session.renewal;
    renewal.failures = renewal.failures.saturating_add(1);
    renewal.last_failure = Some(code);
    warn_if_failing(decision.noting(Fact::RefreshFailed { code }), now, code)
}

/// No readable answer came, or none will: the generation is uncertain.
fn unanswered(
    mut decision: Decision,
    now: &Now,
    rand: f64,
    intent: &Intent,
    code: FailureCode,
) -> Decision {
    uncertain::mark(&mut decision.session, intent.at.clone());
    let mut wait = backoff(failures(&decision.session), rand, None);
    if let Some(mark) = &decision.session.renewal.uncertain {
        let window = uncertain::grace_left(&decision.session, mark, now);
        if window > 0 {
            wait = wait.min(window / 2);
        }
    }
    pause(&mut decision.session, now, wait);
    let generation = decision.session.generation;
    let renewal = &mut decision.session.renewal;
    renewal.failures = renewal.failures.saturating_add(1);
    renewal.last_failure = Some(code);
    warn_if_failing(
        decision.noting(Fact::RefreshUncertain { generation }),
        now,
        code,
    )
}

fn warn_if_failing(decision: Decision, now: &Now, code: FailureCode) -> Decision {
    let left = decision
        .session
        .access
        .as_ref()
        .map(|access| clock::remaining(access, now));
    match left {
        Some(Freshness::Left(left_ms))
            if decision.session.phase == Phase::Live && left_ms < FAILING_MS =>
        {
            decision.then(Effect::Notify(Notice::RefreshFailing { left_ms, code }))
        }
        _ => decision,
    }
}

/// The refresh token is of no use any more. A wish to revoke comes first; what was found is where
/// its Undo leads.
fn ended(decision: Decision, now: &Now, finding: Finding, on_theft: OnTheft) -> Decision {
    match decision.session.phase.clone() {
        Phase::Live | Phase::SignInNeeded { .. } => found(decision, now, finding, on_theft),
        Phase::Revoking(revocation)
            if matches!(*revocation.before, Phase::Live | Phase::SignInNeeded { .. }) =>
        {
            let before = (*revocation.before).clone();
            let found = found(decision.clone().into_phase(before), now, finding, on_theft);
            let theft = matches!(finding, Finding::Theft(_));
            let revocation = Revocation {
                before: Box::new(found.session.phase),
                hold_ms: if theft { 0 } else { revocation.hold_ms },
                ..revocation
            };
            let decision = Decision {
                facts: found.facts,
                ..decision.into_phase(Phase::Revoking(revocation))
            };
            match finding {
                Finding::SignIn(_) => decision,
                Finding::Theft(evidence) => decision
                    .then(Effect::SendRevocation)
                    .then(Effect::Notify(Notice::PossibleTheft(evidence))),
            }
        }
        _ => decision,
    }
}

fn found(decision: Decision, now: &Now, finding: Finding, on_theft: OnTheft) -> Decision {
    match finding {
        Finding::SignIn(reason) => decision
            .into_phase(Phase::SignInNeeded {
                reason,
                since: now.wall,
            })
            .noting(Fact::Ended { reason })
            .then(Effect::Notify(Notice::SignInNeeded(reason))),
        Finding::Theft(evidence) => revoke::freeze(decision, now, evidence, on_theft),
    }
}

fn failures(session: &Session) -> u32 {
    session.renewal.failures
}
