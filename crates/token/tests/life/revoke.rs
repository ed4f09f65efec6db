//! Revocation: held, sent, proved, and never called done too early.

use keyfob_token::life::{
    Decision, Effect, Event, Refusal, RevokeReport, StepResult, decide, due_in, revocation_due_in,
};
use keyfob_token::{
    FailureCode, Now, Phase, Revocation, Session, Spender, StepState, TokenFormat, UnixMillis,
    Verdict,
};

use crate::sample::{
    GRANTED, HOUR, INVALID_GRANT, MINUTE, SECOND, answer, answer_with, live, sent, start, tokens,
};
use keyfob_token::life::RefreshOutcome;

fn step(session: &Session, event: Event, now: &Now) -> Decision {
    decide(session, &event, now, 0.5)
}

fn clicked(now: &Now) -> Session {
    step(
        &live(now, HOUR),
        Event::RevokeClicked {
            hold_ms: 5 * SECOND,
        },
        now,
    )
    .session
}

fn on_the_way(
    session: &Session,
    now: &Now,
    refresh: Option<bool>,
    access: Option<bool>,
) -> Session {
    let event = Event::RevokeSent {
        refresh_alive: refresh,
        access_alive: access,
    };
    let decision = step(session, event, now);
    assert_eq!(decision.refused, None);
    decision.session
}

fn accepted() -> RevokeReport {
    RevokeReport {
        refresh: StepResult::Accepted,
        access: StepResult::Accepted,
        provider: StepResult::NotApplicable,
        ..RevokeReport::default()
    }
}

fn verdict(decision: &Decision) -> Option<Verdict> {
    match &decision.session.phase {
        Phase::Revoked(revoked) => Some(revoked.verdict),
        _ => None,
    }
}

fn revocation(session: &Session) -> &Revocation {
    match &session.phase {
        Phase::Revoking(revocation) => revocation,
        other => panic!("not revoking: {other:?}"),
    }
}

#[test]
fn a_click_is_persisted_held_and_stops_every_use() {
    let now = start();
    let decision = step(
        &live(&now, HOUR),
        Event::RevokeClicked {
            hold_ms: 5 * SECOND,
        },
        &now,
    );
    assert_eq!(decision.effects, [Effect::Persist]);
    let session = decision.session;
    assert_eq!(revocation_due_in(&session, &now), Some(5 * SECOND));
    assert_eq!(due_in(&session, &now.later(HOUR), 0.0), None);
    assert_eq!(
        step(&session, Event::Copied, &now).refused,
        Some(Refusal::WrongPhase)
    );
    assert_eq!(
        step(&session, Event::RefreshAsked, &now).refused,
        Some(Refusal::WrongPhase)
    );
    let early = Event::RevokeSent {
        refresh_alive: None,
        access_alive: None,
    };
    assert!(matches!(
        step(&session, early, &now).refused,
        Some(Refusal::Held { .. })
    ));
    let over = step(&session, Event::HoldOver, &now.later(5 * SECOND));
    assert_eq!(over.effects, [Effect::SendRevocation]);
}

#[test]
fn undo_exists_until_the_first_byte_may_have_left() {
    let now = start();
    let session = clicked(&now);
    let undone = step(&session, Event::RevokeUndone, &now);
    assert_eq!(undone.session, live(&now, HOUR));
    let later = now.later(5 * SECOND);
    let sent = on_the_way(&session, &later, None, None);
    assert_eq!(
        step(&sent, Event::RevokeUndone, &later).refused,
        Some(Refusal::TooLate)
    );
}

#[test]
fn quitting_sends_a_held_revocation_at_once_and_so_does_a_restart() {
    let now = start();
    for event in [Event::RevokeNow, Event::ProcessDied] {
        let decision = step(&clicked(&now), event, &now);
        assert_eq!(decision.effects, [Effect::Persist, Effect::SendRevocation]);
        assert_eq!(revocation_due_in(&decision.session, &now), Some(0));
    }
}

#[test]
fn a_change_from_alive_to_dead_is_the_only_proof() {
    let now = start();
    let later = now.later(5 * SECOND);
    let cases = [
        (Some(true), Some(false), true),
        (Some(false), Some(false), false),
        (None, Some(false), false),
        (Some(true), None, false),
        (Some(true), Some(true), false),
    ];
    for (before, after, proved) in cases {
        let session = on_the_way(&clicked(&now), &later, before, None);
        let report = RevokeReport {
            refresh_alive: after,
            ..accepted()
        };
        let found = verdict(&step(&session, Event::RevokeAnswered { report }, &later));
        let expected = if proved {
            Verdict::ConfirmedDead {
                offline_until: None,
            }
        } else {
            Verdict::Accepted {
                offline_until: None,
            }
        };
        assert_eq!(found, Some(expected), "{before:?} {after:?}");
    }
}

#[test]
fn a_dead_access_token_alone_does_not_confirm_a_session_that_has_a_refresh_token() {
    let now = start();
    let later = now.later(5 * SECOND);
    let report = RevokeReport {
        access_alive: Some(false),
        ..accepted()
    };
    let session = on_the_way(&clicked(&now), &later, None, Some(true));
    let decision = step(&session, Event::RevokeAnswered { report }, &later);
    assert_eq!(
        verdict(&decision),
        Some(Verdict::Accepted {
            offline_until: None
        })
    );

    let mut only = clicked(&now);
    only.refresh = None;
    let session = on_the_way(&only, &later, None, Some(true));
    let report = RevokeReport {
        refresh: StepResult::NotApplicable,
        ..report
    };
    let decision = step(&session, Event::RevokeAnswered { report }, &later);
    assert_eq!(
        verdict(&decision),
        Some(Verdict::ConfirmedDead {
            offline_until: None
        })
    );
}

#[test]
fn nothing_is_confirmed_while_its_access_token_answers() {
    let now = start();
    let later = now.later(5 * SECOND);
    let session = on_the_way(&clicked(&now), &later, Some(true), Some(true));
    let report = RevokeReport {
        refresh_alive: Some(false),
        access_alive: Some(true),
        ..accepted()
    };
    let decision = step(&session, Event::RevokeAnswered { report }, &later);
    let end = UnixMillis(now.wall.0 + HOUR);
    assert_eq!(
        verdict(&decision),
        Some(Verdict::Accepted {
            offline_until: Some(end)
        })
    );
}

#[test]
fn a_self_contained_access_token_is_said_to_live_on_offline() {
    let now = start();
    let later = now.later(5 * SECOND);
    let mut session = clicked(&now);
    if let Some(access) = &mut session.access {
        access.format = TokenFormat::Jwt {
            alg: "RS256".into(),
        };
    }
    let session = on_the_way(&session, &later, Some(true), None);
    let report = RevokeReport {
        refresh_alive: Some(false),
        ..accepted()
    };
    let decision = step(&session, Event::RevokeAnswered { report }, &later);
    let end = UnixMillis(now.wall.0 + HOUR);
    assert_eq!(
        verdict(&decision),
        Some(Verdict::ConfirmedDead {
            offline_until: Some(end)
        })
    );
    assert_eq!(decision.effects, [Effect::Persist, Effect::WipeTokens]);
}

#[test]
fn an_unsupported_token_type_is_valid_until_its_end() {
    let now = start();
    let later = now.later(5 * SECOND);
    let mut only = clicked(&now);
    only.refresh = None;
    let session = on_the_way(&only, &later, None, None);
    let report = RevokeReport {
        refresh: StepResult::NotApplicable,
        access: StepResult::Unsupported,
        provider: StepResult::NotApplicable,
        ..RevokeReport::default()
    };
    let decision = step(&session, Event::RevokeAnswered { report }, &later);
    let end = UnixMillis(now.wall.0 + HOUR);
    assert_eq!(
        verdict(&decision),
        Some(Verdict::ValidUntil { until: Some(end) })
    );
}

#[test]
fn a_provider_session_api_can_stand_in_for_a_missing_endpoint() {
    let now = start();
    let later = now.later(5 * SECOND);
    let session = on_the_way(&clicked(&now), &later, None, None);
    let report = RevokeReport {
        refresh: StepResult::NotApplicable,
        access: StepResult::NotApplicable,
        provider: StepResult::Accepted,
        ..RevokeReport::default()
    };
    let decision = step(&session, Event::RevokeAnswered { report }, &later);
    assert_eq!(
        verdict(&decision),
        Some(Verdict::Accepted {
            offline_until: None
        })
    );
}

#[test]
fn an_accepted_access_token_does_not_hide_a_refresh_token_that_lives() {
    let now = start();
    let later = now.later(5 * SECOND);
    let session = on_the_way(&clicked(&now), &later, None, None);
    let report = RevokeReport {
        refresh: StepResult::Unsupported,
        ..accepted()
    };
    let decision = step(&session, Event::RevokeAnswered { report }, &later);
    assert_eq!(
        verdict(&decision),
        Some(Verdict::ValidUntil { until: None })
    );

    let report = RevokeReport {
        refresh: StepResult::Refused(FailureCode::Refused),
        ..accepted()
    };
    let decision = step(&session, Event::RevokeAnswered { report }, &later);
    assert_eq!(verdict(&decision), None);
    assert!(revocation_due_in(&decision.session, &later).is_some());
}

#[test]
fn a_refused_access_token_does_not_keep_an_accepted_revocation_waiting() {
    let now = start();
    let later = now.later(5 * SECOND);
    let session = on_the_way(&clicked(&now), &later, None, None);
    let report = RevokeReport {
        access: StepResult::Refused(FailureCode::Refused),
        ..accepted()
    };
    let decision = step(&session, Event::RevokeAnswered { report }, &later);
    let end = UnixMillis(now.wall.0 + HOUR);
    assert_eq!(
        verdict(&decision),
        Some(Verdict::Accepted {
            offline_until: Some(end)
        })
    );
}

#[test]
fn without_a_network_it_waits_can_be_cancelled_and_goes_when_the_network_is_back() {
    let now = start();
    let later = now.later(5 * SECOND);
    let session = on_the_way(&clicked(&now), &later, None, None);
    let not_sent = StepResult::NotSent(FailureCode::NotReached);
    let report = RevokeReport {
        refresh: not_sent,
        access: not_sent,
        provider: StepResult::NotApplicable,
        ..RevokeReport::default()
    };
    let waiting = step(&session, Event::RevokeAnswered { report }, &later).session;
    assert!(revocation(&waiting).waiting_for_network);
    assert!(!revocation(&waiting).sent);
    assert_eq!(
        step(&waiting, Event::RevokeUndone, &later).session.phase,
        Phase::Live
    );
    let back = step(&waiting, Event::NetworkBack, &later);
    assert_eq!(back.effects, [Effect::Persist, Effect::SendRevocation]);
}

#[test]
fn an_attempt_that_may_have_been_acted_on_can_never_be_cancelled_again() {
    let now = start();
    let later = now.later(5 * SECOND);
    let session = on_the_way(&clicked(&now), &later, Some(true), None);
    // The program dies after its first byte; the next round finds no network.
    let restarted = step(&session, Event::ProcessDied, &later).session;
    let again = on_the_way(&restarted, &later, None, None);
    let not_sent = StepResult::NotSent(FailureCode::NotReached);
    let report = RevokeReport {
        refresh: not_sent,
        access: not_sent,
        ..accepted()
    };
    let waiting = step(&again, Event::RevokeAnswered { report }, &later).session;
    assert!(revocation(&waiting).sent);
    assert_eq!(
        step(&waiting, Event::RevokeUndone, &later).refused,
        Some(Refusal::TooLate)
    );
}

#[test]
fn a_probe_before_the_first_of_two_rounds_still_counts_as_before() {
    let now = start();
    let later = now.later(5 * SECOND);
    let session = on_the_way(&clicked(&now), &later, Some(true), None);
    let lost = StepResult::NoAnswer(FailureCode::Unreadable);
    let report = RevokeReport {
        refresh: lost,
        access: lost,
        ..accepted()
    };
    let waiting = step(&session, Event::RevokeAnswered { report }, &later).session;
    assert_eq!(revocation(&waiting).refresh, StepState::Sent);
    let later = later.later(MINUTE);
    let again = on_the_way(&waiting, &later, Some(false), None);
    let report = RevokeReport {
        refresh_alive: Some(false),
        ..accepted()
    };
    let decision = step(&again, Event::RevokeAnswered { report }, &later);
    assert!(matches!(
        verdict(&decision),
        Some(Verdict::ConfirmedDead { .. })
    ));
}

#[test]
fn service_unavailable_means_that_it_still_lives_and_is_tried_again_after_retry_after() {
    let now = start();
    let later = now.later(5 * SECOND);
    let session = on_the_way(&clicked(&now), &later, None, None);
    let report = RevokeReport {
        refresh: StepResult::TurnedAway {
            retry_after_ms: Some(MINUTE),
        },
        ..accepted()
    };
    let waiting = step(&session, Event::RevokeAnswered { report }, &later).session;
    assert!(revocation_due_in(&waiting, &later).unwrap() >= MINUTE);
}

#[test]
fn tokens_that_arrive_during_a_revocation_are_revoked_too() {
    let now = start();
    let flying = sent(&live(&now, HOUR), &now, Spender::Automation);
    let held = step(
        &flying,
        Event::RevokeClicked {
            hold_ms: 5 * SECOND,
        },
        &now,
    )
    .session;
    let new = tokens(2, &now, HOUR);
    let after = answer_with(&held, &now, GRANTED, new.clone()).session;
    assert_eq!(after.refresh, new.refresh);
    assert_eq!(revocation(&after).refresh, StepState::Open);
    assert_eq!(
        revocation_due_in(&after, &now),
        Some(5 * SECOND),
        "the hold is not cut short"
    );
}

#[test]
fn tokens_that_arrive_after_the_verdict_reopen_it() {
    let now = start();
    let flying = sent(&live(&now, HOUR), &now, Spender::Automation);
    let held = step(&flying, Event::RevokeClicked { hold_ms: 0 }, &now).session;
    let session = on_the_way(&held, &now, None, None);
    let dead = step(&session, Event::RevokeAnswered { report: accepted() }, &now).session;
    assert!(matches!(dead.phase, Phase::Revoked(_)));
    let late = answer_with(&dead, &now, GRANTED, tokens(2, &now, HOUR));
    assert!(revocation(&late.session).sent);
    assert_eq!(late.effects, [Effect::Persist, Effect::SendRevocation]);
}

#[test]
fn invalid_grant_during_a_revocation_leaves_the_wish_and_undo_leads_to_the_sign_in() {
    let now = start();
    let flying = sent(&live(&now, HOUR), &now, Spender::Automation);
    let held = step(
        &flying,
        Event::RevokeClicked {
            hold_ms: 5 * SECOND,
        },
        &now,
    )
    .session;
    let after = answer(&held, &now, INVALID_GRANT);
    assert_eq!(
        after.effects,
        [Effect::Persist],
        "nobody is told to sign in to what is to die"
    );
    assert_eq!(revocation_due_in(&after.session, &now), Some(5 * SECOND));
    let undone = step(&after.session, Event::RevokeUndone, &now).session;
    assert!(matches!(undone.phase, Phase::SignInNeeded { .. }));
}

#[test]
fn theft_seen_during_a_hold_ends_the_hold() {
    let now = start();
    let flying = sent(&live(&now, HOUR), &now, Spender::Automation);
    let held = step(
        &flying,
        Event::RevokeClicked {
            hold_ms: 5 * SECOND,
        },
        &now,
    )
    .session;
    let reuse = RefreshOutcome::InvalidGrant {
        provider_reported_reuse: true,
        grant_still_alive: None,
        generation_advanced: false,
    };
    let after = answer(&held, &now, reuse);
    assert!(after.effects.contains(&Effect::SendRevocation));
    assert_eq!(revocation_due_in(&after.session, &now), Some(0));
    let undone = step(&after.session, Event::RevokeUndone, &now);
    assert!(matches!(
        undone.session.phase,
        Phase::Frozen {
            remains: Some(_),
            ..
        }
    ));
    assert!(undone.effects.contains(&Effect::RevokeRemains));
}

#[test]
fn what_is_left_of_a_frozen_session_is_revoked_and_the_session_stays_frozen() {
    let now = start();
    let outcome = RefreshOutcome::InvalidGrant {
        provider_reported_reuse: true,
        grant_still_alive: None,
        generation_advanced: false,
    };
    let flying = sent(&live(&now, HOUR), &now, Spender::Automation);
    let frozen = answer(&flying, &now, outcome).session;
    assert_eq!(
        revocation_due_in(&frozen, &now),
        Some(0),
        "suspected theft is not delayed"
    );
    let restarted = step(&frozen, Event::ProcessDied, &now);
    assert!(restarted.effects.contains(&Effect::RevokeRemains));
    let session = on_the_way(&frozen, &now, None, None);
    let decision = step(&session, Event::RevokeAnswered { report: accepted() }, &now);
    assert!(matches!(
        decision.session.phase,
        Phase::Frozen {
            remains: None,
            verdict: Some(Verdict::Accepted { .. }),
            ..
        }
    ));
    assert!(decision.effects.contains(&Effect::WipeTokens));
}

#[test]
fn a_new_sign_in_does_not_bury_a_revocation_on_its_way() {
    let now = start();
    let event = Event::SignedInAgain {
        origin: keyfob_token::Origin::Browser,
        tokens: tokens(2, &now, HOUR),
    };
    assert_eq!(
        step(&clicked(&now), event, &now).refused,
        Some(Refusal::WrongPhase)
    );
}

#[test]
fn a_hold_longer_than_settings_allow_is_cut() {
    let now = start();
    let event = Event::RevokeClicked { hold_ms: i64::MAX };
    let session = step(&live(&now, HOUR), event, &now).session;
    assert_eq!(revocation_due_in(&session, &now), Some(10 * SECOND));
}
