//! Revocation by RFC 7009, and what can be said of it: the same probe, just before, said alive, and
//! now says dead. Shared by the adapters.
//!
//! Never presents a refresh token at the token endpoint: to probe one by using it would rotate it.

use futures_util::future::{OptionFuture, join};
use keyfob_oauth::{
    introspect::introspect,
    revoke::{RevokeError, revoke as send_revocation},
    userinfo::{self, UserInfoError},
};
use keyfob_secret::{AccessToken, SecretText};
use keyfob_token::{
    StepState, TokenKind,
    life::{RevokeReport, StepResult},
};

use crate::provider::{AccessProbe, Probes, ProviderContext, SessionFacts, Tokens};

/// Asks whether the tokens whose steps are not settled are alive.
pub async fn probe(
    context: &ProviderContext<'_>,
    tokens: Tokens<'_>,
    facts: SessionFacts<'_>,
) -> Probes {
    if context.metadata.revocation_endpoint.is_none() {
        return Probes::default();
    }
    let refresh = tokens.refresh.filter(|_| !is_settled(facts.refresh));
    let access = tokens.access.filter(|_| !is_settled(facts.access));
    let (refresh_alive, found) = join(
        OptionFuture::from(refresh.map(|token| is_active(context, token, TokenKind::Refresh))),
        OptionFuture::from(access.map(|token| find_access_probe(context, token))),
    )
    .await;
    let found = found.flatten();
    Probes {
        refresh_alive: refresh_alive.flatten(),
        access_alive: found.map(|(_, alive)| alive),
        access_probe: found.map(|(probe, _)| probe),
    }
}

/// Revokes the refresh token, then the access token even if that failed, and asks the probes of
/// `before` again.
pub async fn revoke(
    context: &ProviderContext<'_>,
    tokens: Tokens<'_>,
    facts: SessionFacts<'_>,
    before: Probes,
) -> RevokeReport {
    let refresh = step(context, tokens.refresh, TokenKind::Refresh, facts.refresh).await;
    let access = step(context, tokens.access, TokenKind::Access, facts.access).await;
    // One kind of probe alone speaks of a refresh token, so it may be asked again about a step of
    // an earlier round; of an access token only the probe that called it alive may speak.
    let ask_refresh = tokens
        .refresh
        .filter(|_| may_have_acted(refresh, facts.refresh));
    let access_probe = before
        .access_probe
        .filter(|_| may_have_acted(access, facts.access));
    let ask_access = tokens.access.zip(access_probe);
    let (refresh_alive, access_alive) = join(
        OptionFuture::from(ask_refresh.map(|token| is_active(context, token, TokenKind::Refresh))),
        OptionFuture::from(ask_access.map(|(token, probe)| ask(context, token, probe))),
    )
    .await;
    RevokeReport {
        refresh,
        access,
        provider: StepResult::Skipped,
        refresh_alive: refresh_alive.flatten(),
        access_alive: access_alive.flatten(),
    }
}

/// Whether the provider shows a grant alive whose refresh token it has just refused, by an access
/// token of it that has not ended. A token that services check offline says nothing: an
/// authorization server that never looks it up calls it alive until its end, whatever has become
/// of the grant. So the caller passes only tokens that the server has to look up.
pub async fn grant_alive(
    context: &ProviderContext<'_>,
    access: Option<&AccessToken>,
) -> Option<bool> {
    find_access_probe(context, access?)
        .await
        .map(|(_, alive)| alive)
}

/// Whether a step needs no other call.
pub fn is_settled(step: StepState) -> bool {
    matches!(
        step,
        StepState::Accepted | StepState::Unsupported | StepState::NotApplicable
    )
}

fn may_have_acted(now: StepResult, earlier: StepState) -> bool {
    matches!(now, StepResult::Accepted | StepResult::NoAnswer(_))
        || matches!(earlier, StepState::Accepted | StepState::Sent)
}

async fn step<T: SecretText + Sync>(
    context: &ProviderContext<'_>,
    token: Option<&T>,
    kind: TokenKind,
    earlier: StepState,
) -> StepResult {
    if is_settled(earlier) {
        return StepResult::Skipped;
    }
    let Some(token) = token else {
        return StepResult::NotApplicable;
    };
    let (http, metadata, client) = (context.http, context.metadata, context.client);
    match send_revocation(http, metadata, client, token, kind).await {
        Ok(()) => StepResult::Accepted,
        Err(RevokeError::NoEndpoint) => StepResult::NotApplicable,
        Err(RevokeError::NotSent(code)) => StepResult::NotSent(code),
        Err(RevokeError::TurnedAway { retry_after_ms }) => {
            StepResult::TurnedAway { retry_after_ms }
        }
        Err(RevokeError::Uncertain(code)) => StepResult::NoAnswer(code),
        Err(RevokeError::UnsupportedTokenType) => StepResult::Unsupported,
        Err(RevokeError::Refused { code, .. }) => StepResult::Refused(code),
    }
}

async fn is_active<T: SecretText + Sync>(
    context: &ProviderContext<'_>,
    token: &T,
    kind: TokenKind,
) -> Option<bool> {
    let (http, metadata, client) = (context.http, context.metadata, context.client);
    let answer = introspect(http, metadata, client, token, kind).await;
    answer.ok().map(|found| found.active)
}

/// The first probe that calls the token alive. Introspection says "inactive" of living tokens
/// that this client may not look at (RFC 7662 §2.2), so then userinfo is asked as well.
async fn find_access_probe(
    context: &ProviderContext<'_>,
    token: &AccessToken,
) -> Option<(AccessProbe, bool)> {
    let mut found = None;
    for probe in [AccessProbe::Introspection, AccessProbe::UserInfo] {
        match ask(context, token, probe).await {
            Some(true) => return Some((probe, true)),
            Some(false) if found.is_none() => found = Some((probe, false)),
            _ => {}
        }
    }
    found
}

async fn ask(
    context: &ProviderContext<'_>,
    token: &AccessToken,
    probe: AccessProbe,
) -> Option<bool> {
    match probe {
        AccessProbe::Introspection => is_active(context, token, TokenKind::Access).await,
        AccessProbe::UserInfo => {
            match userinfo::fetch(context.http, context.metadata, token, None).await {
                Ok(_) | Err(UserInfoError::Signed) => Some(true),
                Err(UserInfoError::TokenRefused) => Some(false),
                Err(_) => None,
            }
        }
    }
}
