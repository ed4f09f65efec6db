//! The one function from an event to the next state.

use crate::life::answer::{self, Answer};
use crate::life::clock;
use crate::life::decision::{Decision, Effect, Fact, Refusal};
use crate::life::event::{Event, NewTokens};
use crate::life::{refresh, revoke};
use crate::session::{Freshness, Origin, Phase, Renewal, Session};
use crate::time::Now;

/// Decides. `rand` in `0.0..=1.0` is the chance for pauses; the same arguments always give the
/// same answer.
pub fn decide(session: &Session, event: &Event, now: &Now, rand: f64) -> Decision {
    match event {
        Event::RefreshDue { sibling } => refresh::when_due(session, now, *sibling),
        Event::RefreshWanted {
            min_left_ms,
            sibling,
        } => refresh::when_wanted(session, now, *min_left_ms, *sibling),
        Event::RefreshAsked => refresh::when_asked(session, now),
        Event::RefreshSent {
            attempt,
            generation,
            by,
        } => refresh::about_to_send(session, now, *attempt, *generation, *by),
        Event::RefreshAnswered {
            attempt,
            generation,
            outcome,
            tokens,
            on_theft,
        } => answer::answered(
            session,
            now,
            rand,
            &Answer {
                attempt: *attempt,
                generation: *generation,
                outcome: *outcome,
                tokens,
                on_theft: *on_theft,
            },
        ),
        Event::Introspected { active } => answer::introspected(session, now, rand, *active),
        Event::ProcessDied => process_died(session, now, rand),
        Event::NetworkBack => refresh::network_back(session, now, rand)
            .or_else(|| revoke::network_back(session, now))
            .unwrap_or_else(|| Decision::unchanged(session)),
        Event::RevokeClicked { hold_ms } => revoke::clicked(session, now, *hold_ms),
        Event::RevokeUndone => revoke::undone(session),
        Event::RevokeNow => revoke::at_once(session),
        Event::HoldOver => revoke::when_due(session, now),
        Event::RevokeSent {
            refresh_alive,
            access_alive,
        } => revoke::about_to_send(session, now, *refresh_alive, *access_alive),
        Event::RevokeAnswered { report } => revoke::answered(session, now, rand, *report),
        Event::SignedInAgain { origin, tokens } => signed_in_again(session, now, *origin, tokens),
        Event::TakenOver => taken_over(session, now),
        Event::Copied => copied(session, now),
        Event::Forgotten => Decision::unchanged(session)
            .noting(Fact::Forgotten)
            .then(Effect::WipeTokens)
            .then(Effect::RemoveRow),
    }
}

fn process_died(session: &Session, now: &Now, rand: f64) -> Decision {
    let settled = answer::holder_died(session, now, rand);
    let after = settled
        .as_ref()
        .map_or(session, |decision| &decision.session);
    match (revoke::after_restart(after), settled) {
        (Some(revoking), Some(settled)) => Decision {
            facts: settled.facts,
            ..revoking
        },
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => Decision::unchanged(session),
    }
}

/// A new sign-in takes the place of the old one. While something of the old one is still to be
/// revoked it can't: it would be forgotten; the caller adds a session of its own then.
fn signed_in_again(session: &Session, now: &Now, origin: Origin, tokens: &NewTokens) -> Decision {
    let pending = revoke::on_its_way(session).is_some();
    if pending || matches!(session.phase, Phase::Revoked(_)) {
        return Decision::refused(session, Refusal::WrongPhase);
    }
    let mut decision = Decision::changed(session)
        .into_phase(Phase::Live)
        .noting(Fact::SignedIn);
    decision = answer::take_tokens(decision, now, tokens);
    let next = &mut decision.session;
    // Tokens of the old sign-in don't go with the new one.
    next.access.clone_from(&tokens.access);
    next.refresh.clone_from(&tokens.refresh);
    next.id_token.clone_from(&tokens.id_token);
    next.origin = origin;
    next.signed_in_at = Some(now.wall);
    next.marks.begun = Some(now.stamp());
    next.renewal = Renewal {
        spent: std::mem::take(&mut next.renewal.spent),
        introspected_active: next.renewal.introspected_active,
        ..Renewal::default()
    };
    decision
}

fn taken_over(session: &Session, now: &Now) -> Decision {
    if session.phase != Phase::Watched {
        return Decision::refused(session, Refusal::WrongPhase);
    }
    let mut decision = Decision::changed(session)
        .into_phase(Phase::Live)
        .noting(Fact::TakenOver);
    decision.session.origin = Origin::TakenOver;
    decision.session.marks.begun = Some(now.stamp());
    decision
}

fn copied(session: &Session, now: &Now) -> Decision {
    if !matches!(
        session.phase,
        Phase::Live | Phase::Watched | Phase::SignInNeeded { .. }
    ) {
        return Decision::refused(session, Refusal::WrongPhase);
    }
    let Some(access) = &session.access else {
        return Decision::refused(session, Refusal::NoAccessToken);
    };
    if !clock::may_hand_out(access, now) {
        let refusal = match clock::remaining(access, now) {
            Freshness::Left(_) => Refusal::TokenEnded,
            Freshness::Unknown => Refusal::ClockUnsure,
        };
        return Decision::refused(session, refusal);
    }
    let mut decision = Decision::changed(session).noting(Fact::Copied);
    decision.session.last_used_at = Some(now.wall);
    decision.session.marks.used = Some(now.stamp());
    decision
}
