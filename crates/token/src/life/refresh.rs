//! The refresh of a session: whether it may be sent, and what its answer means.
//!
//! A refresh token is presented only through [`about_to_send`], and dropped nowhere in here: a new
//! one replaces it, or a verdict names why it is of no use.

use uuid::Uuid;

use crate::life::backoff::backoff;
use crate::life::decision::{Decision, Effect, Fact, Notice, Refusal};
use crate::life::ended::{Finding, why_refused};
use crate::life::event::{NewTokens, RefreshOutcome};
use crate::life::uncertain::{self, Class};
use crate::life::{budget, clock, due, revoke};
use crate::session::{
    Ancestor, Evidence, FailureCode, Freshness, Intent, Phase, Session, SignInReason, Spender,
};
use crate::time::Now;

/// Generations that are remembered by fingerprint.
const LONGEST_LINEAGE: usize = 64;
/// With less life than this a failure is worth a notification.
const FAILING_MS: i64 = 5 * 60_000;
/// One desktop's sessions come back spread over this much, when its own network was away.
const NETWORK_BACK_SPREAD_MS: i64 = 10_000;
/// The pause where a replay waits for an end that nobody knows; the user may always ask.
const LONGEST_PAUSE_MS: i64 = 24 * 3_600_000;

/// The schedule finds it due.
pub(crate) fn when_due(session: &Session, now: &Now, sibling: bool) -> Decision {
    match due::due_in(session, now, 1.0) {
        Some(0) => automatic(session, now, sibling),
        Some(left_ms) => match may_start(session) {
            Err(refusal) => Decision::refused(session, refusal),
            Ok(()) => Decision::refused(session, why_not_yet(session, now, left_ms)),
        },
        None => {
            let refusal = may_start(session).err().unwrap_or(Refusal::NotDue);
            Decision::refused(session, refusal)
        }
    }
}

/// A caller needs a token that lives longer.
pub(crate) fn when_wanted(
    session: &Session,
    now: &Now,
    min_left_ms: i64,
    sibling: bool,
) -> Decision {
    if let Err(refusal) = may_start(session) {
        return Decision::refused(session, refusal);
    }
    let enough =
        session
            .access
            .as_ref()
            .is_some_and(|access| match clock::remaining(access, now) {
                Freshness::Left(left) => left >= min_left_ms.max(1),
                Freshness::Unknown => clock::life_ms(access).is_none(),
            });
    if enough || due::rest_left(session, now) > 0 {
        return Decision::refused(session, Refusal::NotDue);
    }
    automatic(session, now, sibling)
}

/// The user asks: no due time and no pause stand in the way, only the budget.
pub(crate) fn when_asked(session: &Session, now: &Now) -> Decision {
    match next_step(session, now, Spender::User) {
        Ok(effect) => Decision::unchanged(session).then(effect),
        Err(refusal) => Decision::refused(session, refusal),
    }
}

/// The gate before the intent.
pub(crate) fn about_to_send(
    session: &Session,
    now: &Now,
    attempt: Uuid,
    generation: u64,
    by: Spender,
) -> Decision {
    if generation != session.generation {
        return Decision::refused(session, Refusal::StaleGeneration);
    }
    let step = match next_step(session, now, by) {
        Ok(step) => step,
        Err(refusal) => return Decision::refused(session, refusal),
    };
    if matches!(step, Effect::AskIntrospection { .. }) {
        return Decision::refused(session, Refusal::AskFirst);
    }
    let again = due::uncertain_now(session);
    let mut decision = Decision::changed(session).noting(Fact::RefreshStarted {
        generation,
        by,
        again,
    });
    let renewal = &mut decision.session.renewal;
    budget::spend(renewal, now, by);
    renewal.intent = Some(Intent {
        generation,
        attempt,
        at: now.stamp(),
        by,
    });
    decision
}

/// The provider has answered.
pub(crate) fn answered(
    session: &Session,
    now: &Now,
    rand: f64,
    sent: (Uuid, u64),
    outcome: RefreshOutcome,
    tokens: &NewTokens,
) -> Decision {
    let (attempt, generation) = sent;
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
            return granted(session, now, rand, tokens, access_ok, other_subject);
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
            refused_by_provider(decision, now, finding)
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
            refused_by_provider(decision, now, Finding::SignIn(SignInReason::AnswerLost))
        }
        None if uncertain => {
            pause(
                &mut decision.session,
                now,
                backoff(failures(session), rand, None),
            );
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
    Some(unanswered(
        decision,
        now,
        rand,
        &intent,
        FailureCode::Unreadable,
    ))
}

/// The network is back: what only waited for it starts soon, a little spread.
pub(crate) fn network_back(session: &Session, now: &Now, rand: f64) -> Option<Decision> {
    let waited_for_it = matches!(
        session.renewal.last_failure,
        Some(FailureCode::NotReached | FailureCode::Tls)
    );
    let left = clock::wait_left(
        now,
        session.renewal.waiting_since.as_ref(),
        session.renewal.wait_ms,
    );
    let spread = crate::life::backoff::share(NETWORK_BACK_SPREAD_MS, rand);
    if session.phase != Phase::Live || !waited_for_it || left <= spread {
        return None;
    }
    let mut decision = Decision::changed(session);
    pause(&mut decision.session, now, spread);
    Some(decision)
}

fn automatic(session: &Session, now: &Now, sibling: bool) -> Decision {
    let waits = clock::wait_left(
        now,
        session.renewal.waiting_since.as_ref(),
        session.renewal.wait_ms,
    );
    if waits > 0 {
        return Decision::refused(session, Refusal::Waiting { left_ms: waits });
    }
    let effect = match next_step(session, now, due::automatic_spender(session)) {
        Ok(effect) => effect,
        Err(refusal) => return Decision::refused(session, refusal),
    };
    let strict = uncertain::class(session, now) == Some(Class::OneReplay);
    if strict && sibling && matches!(effect, Effect::Replay { .. }) {
        if let Some(wait) = access_outlives(session, now) {
            let mut decision = Decision::changed(session);
            pause(&mut decision.session, now, wait);
            decision.refused = Some(Refusal::SiblingAtRisk);
            return decision;
        }
    }
    Decision::unchanged(session).then(effect)
}

/// Milliseconds for which the access token still does; `None` when it has ended.
fn access_outlives(session: &Session, now: &Now) -> Option<i64> {
    let access = session.access.as_ref()?;
    match clock::remaining(access, now) {
        Freshness::Left(left) => (left > 0).then_some(left),
        Freshness::Unknown => Some(LONGEST_PAUSE_MS),
    }
}

fn may_start(session: &Session) -> Result<(), Refusal> {
    if session.phase != Phase::Live {
        return Err(Refusal::WrongPhase);
    }
    if session.refresh.is_none() {
        return Err(Refusal::NoRefreshToken);
    }
    if session.renewal.intent.is_some() {
        return Err(Refusal::InFlight);
    }
    Ok(())
}

/// How the refresh token in hand may be used next.
fn next_step(session: &Session, now: &Now, by: Spender) -> Result<Effect, Refusal> {
    may_start(session)?;
    let generation = session.generation;
    let confirmed = session
        .renewal
        .uncertain
        .as_ref()
        .is_some_and(|mark| mark.confirmed_active);
    let effect = match uncertain::class(session, now) {
        Some(Class::Introspection) if !confirmed => {
            return Ok(Effect::AskIntrospection { generation });
        }
        None | Some(Class::Introspection) => Effect::SendRefresh { generation, by },
        Some(Class::SameToken | Class::OneReplay) => Effect::Replay { generation, by },
    };
    if budget::allows(&session.renewal, now, by) {
        Ok(effect)
    } else {
        let left_ms = budget::wait_ms(&session.renewal, now, by);
        Err(Refusal::Budget { left_ms })
    }
}

fn why_not_yet(session: &Session, now: &Now, due_in: i64) -> Refusal {
    let renewal = &session.renewal;
    let paused = clock::wait_left(now, renewal.waiting_since.as_ref(), renewal.wait_ms);
    let budget = budget::wait_ms(renewal, now, due::automatic_spender(session));
    if paused == due_in {
        Refusal::Waiting { left_ms: paused }
    } else if budget == due_in {
        Refusal::Budget { left_ms: budget }
    } else {
        Refusal::NotDue
    }
}

/// Saves what came before it is judged.
fn granted(
    session: &Session,
    now: &Now,
    rand: f64,
    tokens: &NewTokens,
    access_ok: bool,
    other_subject: bool,
) -> Decision {
    let usable = access_ok && tokens.access.is_some();
    let rotated = tokens.refresh.is_some();
    let mut decision = Decision::changed(session);
    take_tokens(&mut decision.session, now, tokens);
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
    match &session.phase {
        Phase::Live | Phase::SignInNeeded { .. } if other_subject => {
            refused_by_provider(decision, now, Finding::Theft(Evidence::OtherSubject))
        }
        Phase::SignInNeeded { .. } => decision.into_phase(Phase::Live),
        Phase::Live | Phase::Watched => decision,
        Phase::Revoking(_) | Phase::Revoked(_) | Phase::Frozen { .. } => {
            revoke::tokens_came_late(decision, now)
        }
    }
}

/// Puts new tokens in the place of the old ones; what did not come anew is kept.
pub(crate) fn take_tokens(session: &mut Session, now: &Now, tokens: &NewTokens) {
    if let Some(refresh) = &tokens.refresh {
        if let Some(old) = session.refresh.replace(refresh.clone()) {
            if session.lineage.len() >= LONGEST_LINEAGE {
                session.lineage.remove(0);
            }
            session.lineage.push(Ancestor {
                generation: session.generation,
                fingerprint: old.fingerprint,
                replaced_at: now.wall,
            });
        }
    }
    session.access = tokens.access.clone().or_else(|| session.access.take());
    session.id_token = tokens.id_token.clone().or_else(|| session.id_token.take());
    if let Some(scopes) = &tokens.scopes {
        session.scopes.clone_from(scopes);
    }
    session.generation = session.generation.saturating_add(1);
}

fn failures(session: &Session) -> u32 {
    session.renewal.failures
}

fn pause(session: &mut Session, now: &Now, wait_ms: i64) {
    session.renewal.waiting_since = Some(now.stamp());
    session.renewal.wait_ms = wait_ms;
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

/// The refresh token is of no use any more.
fn refused_by_provider(decision: Decision, now: &Now, finding: Finding) -> Decision {
    let decision = decision.noting(Fact::RefreshRefused);
    if !matches!(
        decision.session.phase,
        Phase::Live | Phase::SignInNeeded { .. }
    ) {
        return decision;
    }
    match finding {
        Finding::SignIn(reason) => decision
            .into_phase(Phase::SignInNeeded {
                reason,
                since: now.wall,
            })
            .noting(Fact::Ended { reason })
            .then(Effect::Notify(Notice::SignInNeeded(reason))),
        Finding::Theft(evidence) => revoke::freeze(decision, now, evidence),
    }
}
