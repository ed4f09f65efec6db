//! A session's end, proved by the session itself: read as active before, as ended after.
//!
//! The session is what its refresh token lives by, so its status stands for that token, or for the
//! access token of a session that has no other. Without the environment's credentials there are
//! only the common probes, and they rarely speak here.

use keyfob_secret::AccessToken;
use keyfob_token::{
    FailureCode,
    life::{RevokeReport, StepResult},
};

use super::{Scalekit, api, shape::Life};
use crate::{
    proof,
    provider::{Probes, ProviderContext, ProviderError, SessionFacts, Tokens},
};

pub(super) async fn probe(
    scalekit: &Scalekit,
    context: &ProviderContext<'_>,
    tokens: Tokens<'_>,
    facts: SessionFacts<'_>,
) -> Probes {
    let mut probes = proof::probe(context, tokens, facts).await;
    if let Some(session) = session_to_ask(context, facts) {
        let alive = is_alive(api::life(scalekit, context, session).await);
        *main(tokens, &mut probes.refresh_alive, &mut probes.access_alive) = alive;
    }
    probes
}

pub(super) async fn grant_alive(
    scalekit: &Scalekit,
    context: &ProviderContext<'_>,
    looked_up: Option<&AccessToken>,
    facts: SessionFacts<'_>,
) -> Option<bool> {
    match session_to_ask(context, facts) {
        Some(session) => is_alive(api::life(scalekit, context, session).await),
        None => proof::grant_alive(context, looked_up).await,
    }
}

pub(super) async fn revoke(
    scalekit: &Scalekit,
    context: &ProviderContext<'_>,
    tokens: Tokens<'_>,
    facts: SessionFacts<'_>,
    before: Probes,
) -> RevokeReport {
    let mut report = proof::revoke(context, tokens, facts, before).await;
    let Some(session) = session_to_ask(context, facts) else {
        report.provider = StepResult::NotApplicable;
        return report;
    };
    let asked = if proof::is_settled(facts.provider) {
        None
    } else {
        Some(api::revoke(scalekit, context, session).await)
    };
    let alive = is_alive(api::life(scalekit, context, session).await);
    *main(tokens, &mut report.refresh_alive, &mut report.access_alive) = alive;
    report.provider = match (asked, alive) {
        (None, _) => StepResult::Skipped,
        // However the call ended: the session has.
        (Some(_), Some(false)) => StepResult::Accepted,
        // It says "revoked" of a session that it still shows alive: ask again later.
        (Some(Ok(())), Some(true)) => StepResult::NoAnswer(FailureCode::Unreadable),
        (Some(Ok(())), None) => StepResult::Accepted,
        (Some(Err(error)), _) => step_of(error),
    };
    report
}

/// The same for the probe before and the probe after, so that no two probes are compared.
fn session_to_ask<'a>(context: &ProviderContext<'_>, facts: SessionFacts<'a>) -> Option<&'a str> {
    facts.provider_session.filter(|_| context.admin.is_some())
}

fn main<'a>(
    tokens: Tokens<'_>,
    refresh: &'a mut Option<bool>,
    access: &'a mut Option<bool>,
) -> &'a mut Option<bool> {
    if tokens.refresh.is_some() {
        refresh
    } else {
        access
    }
}

fn is_alive(life: Result<Life, ProviderError>) -> Option<bool> {
    match life {
        Ok(Life::Active) => Some(true),
        Ok(Life::Ended) => Some(false),
        Ok(Life::Unknown) | Err(_) => None,
    }
}

fn step_of(error: ProviderError) -> StepResult {
    match error {
        ProviderError::NotSent(code) => StepResult::NotSent(code),
        ProviderError::TurnedAway { retry_after_ms } => StepResult::TurnedAway { retry_after_ms },
        ProviderError::AdminRefused => StepResult::Refused(FailureCode::InvalidClient),
        ProviderError::Refused => StepResult::Refused(FailureCode::Refused),
        ProviderError::Unsupported
        | ProviderError::NeedsAdmin
        | ProviderError::UnknownSession
        | ProviderError::NotFound => StepResult::NotApplicable,
        _ => StepResult::NoAnswer(FailureCode::Unreadable),
    }
}
