//! An answer of the token endpoint, judged: what came, and the facts of every token in it.

use std::sync::Arc;

use keyfob_oauth::token::{TokenAnswer, TokenError};
use keyfob_providers::by_id;
use keyfob_secret::{AccessToken, IdToken, RefreshToken};
use keyfob_token::{
    FailureCode, Session, SessionId, TokenKind, Verification,
    expires_in::ExpiresIn,
    facts::facts,
    jwt::ValidationError,
    life::{NewTokens, RefreshOutcome},
};
use keyfob_vault::Secrets;

use crate::{
    arrival::{Registration, access_facts, verify_by_its_own_clock},
    engine::Core,
    error::EngineError,
};

/// What came of a refresh, with the tokens that are to be saved.
pub(super) struct Judged {
    pub(super) outcome: RefreshOutcome,
    pub(super) tokens: NewTokens,
    /// Why it brought no usable access token, for the caller.
    pub(super) failure: Option<FailureCode>,
    /// Whether it is signed by a key that is not known here yet.
    pub(super) wants_keys: bool,
    access: Option<AccessToken>,
    refresh: Option<RefreshToken>,
    id_token: Option<IdToken>,
}

impl Judged {
    /// Puts the values of those tokens that the decision took into the session's secrets.
    pub(super) fn put_into(&self, secrets: &mut Secrets, session: &Session) {
        let took = |facts: &Option<keyfob_token::TokenFacts>,
                    new: &Option<keyfob_token::TokenFacts>| {
            matches!((facts, new), (Some(kept), Some(new)) if kept.fingerprint == new.fingerprint)
        };
        if took(&session.access, &self.tokens.access) {
            secrets.access = self.access.as_ref().map(AccessToken::duplicate);
        }
        if took(&session.refresh, &self.tokens.refresh) {
            secrets.refresh = self.refresh.as_ref().map(RefreshToken::duplicate);
        }
        if took(&session.id_token, &self.tokens.id_token) {
            secrets.id_token = self.id_token.as_ref().map(IdToken::duplicate);
        }
    }

    fn without_tokens(outcome: RefreshOutcome, failure: FailureCode) -> Self {
        Self {
            outcome,
            tokens: NewTokens::default(),
            failure: Some(failure),
            wants_keys: false,
            access: None,
            refresh: None,
            id_token: None,
        }
    }
}

/// Judges an answer by what is known here. Never fails because of what a provider sent, and asks
/// nobody: what it holds may be the only living refresh token, and is not on the disk yet.
pub(super) fn judge(
    core: &Arc<Core>,
    id: SessionId,
    registration: &Registration,
    answer: Result<TokenAnswer, TokenError>,
) -> Result<Judged, EngineError> {
    match answer {
        Ok(answer) => granted(core, id, registration, answer),
        Err(error) => Ok(refused(registration, error)),
    }
}

fn refused(registration: &Registration, error: TokenError) -> Judged {
    let (outcome, failure) = match error {
        TokenError::NotSent(code) => (RefreshOutcome::NotSent(code), code),
        TokenError::TurnedAway { retry_after_ms } => (
            RefreshOutcome::TurnedAway { retry_after_ms },
            FailureCode::TurnedAway,
        ),
        TokenError::Uncertain => (
            RefreshOutcome::Uncertain(FailureCode::Unreadable),
            FailureCode::Unreadable,
        ),
        TokenError::InvalidGrant(refusal) => {
            let adapter = by_id(&registration.record.provider);
            let outcome = RefreshOutcome::InvalidGrant {
                provider_reported_reuse: adapter.reuse_signal(&refusal),
                // Asked for once this is known, where it matters.
                grant_still_alive: None,
                // The credential's lock is held: nobody else can have renewed it meanwhile.
                generation_advanced: false,
            };
            (outcome, FailureCode::InvalidGrant)
        }
        TokenError::Refused { code, .. } => (RefreshOutcome::Refused(code), code),
    };
    Judged::without_tokens(outcome, failure)
}

fn granted(
    core: &Arc<Core>,
    id: SessionId,
    registration: &Registration,
    answer: TokenAnswer,
) -> Result<Judged, EngineError> {
    let now = core.now();
    let vault = core.vault_even_locked()?;
    let subject = core
        .session(id)
        .ok()
        .and_then(|session| session.account.subject);
    let claims = answer
        .id_token
        .as_ref()
        .map(|id_token| verify_by_its_own_clock(registration, id_token, None, &now));
    let wants_keys = matches!(claims, Some(Err(ValidationError::UnknownKey)));
    let other_subject = match (&subject, &claims) {
        (Some(known), Some(Ok(claims))) => claims.sub() != known,
        _ => false,
    };
    let access = answer.access.ok();
    // An ID token that doesn't verify is not kept: the old one goes on as the sign-out hint.
    let id_token = answer.id_token.filter(|_| matches!(claims, Some(Ok(_))));
    // EXPOSE: fingerprints and formats are read off the raw values.
    let tokens = NewTokens {
        access: access
            .as_ref()
            .map(|token| access_facts(&vault, token, answer.expires_in, Some(registration), &now)),
        refresh: answer.refresh.as_ref().map(|token| {
            let print = vault.fingerprint(TokenKind::Refresh, token.expose());
            let life = answer.refresh_expires_in;
            let unverified = Verification::NotApplicable;
            facts(
                TokenKind::Refresh,
                token.expose(),
                life,
                now.stamp(),
                print,
                unverified,
            )
        }),
        id_token: id_token.as_ref().map(|token| {
            let print = vault.fingerprint(TokenKind::Id, token.expose());
            let life = ExpiresIn::ABSENT;
            let verified = Verification::Verified;
            facts(
                TokenKind::Id,
                token.expose(),
                life,
                now.stamp(),
                print,
                verified,
            )
        }),
        scopes: answer.scope,
    };
    Ok(Judged {
        outcome: RefreshOutcome::Granted {
            has_new_refresh: answer.refresh.is_some(),
            access_ok: access.is_some(),
            other_subject,
        },
        failure: access.is_none().then_some(FailureCode::BadAnswer),
        wants_keys,
        tokens,
        access,
        refresh: answer.refresh,
        id_token,
    })
}
