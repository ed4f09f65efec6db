//! The request itself, and the commit of its answer, which is tried until it holds.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use keyfob_oauth::{Patience, token};
use keyfob_secret::RefreshToken;
use keyfob_token::{
    FailureCode, SessionId,
    life::{Decision, Effect, Event, RefreshOutcome, decide},
};
use uuid::Uuid;

use super::answer::{Judged, judge};
use crate::{
    arrival::Registration,
    chance,
    engine::{Core, blocking, locked},
    error::{EngineError, host_of},
    unsaved::pause_after,
    view::ErrorCode,
};

/// How long a caller waits for the keys of an issuer once the tokens are saved.
const KEYS: Duration = Duration::from_secs(3);

impl Core {
    /// Sends the refresh token once, and saves what comes back.
    pub(super) async fn send_refresh(
        self: Arc<Self>,
        id: SessionId,
        attempt: Uuid,
        generation: u64,
        mut registration: Registration,
        token: RefreshToken,
    ) -> Result<(), EngineError> {
        let http = self
            .http(registration.record.allow_private)
            .within(Patience::ANSWER);
        let answer =
            token::refresh(&http, &registration.metadata, &registration.client, &token).await;
        tracing::trace!("an answer was read");
        let mut judged = judge(&self, id, &registration, answer)?;
        if let RefreshOutcome::InvalidGrant {
            grant_still_alive, ..
        } = &mut judged.outcome
        {
            *grant_still_alive = self.grant_alive(id, &registration).await;
        }
        let issuer = registration.metadata.issuer.clone();
        self.saw_provider(
            &issuer,
            !matches!(judged.failure, Some(FailureCode::NotReached)),
        );
        let (failure, wants_keys) = (judged.failure, judged.wants_keys);
        let outcome = judged.outcome;
        let ended = self.save(id, attempt, generation, judged).await?;
        self.heard_of(&issuer, outcome);
        if wants_keys {
            // The tokens are saved; the keys are for the next answer, and get little time.
            let learning = self.learn_keys(&mut registration);
            if tokio::time::timeout(KEYS, learning).await.is_err() {
                tracing::info!("the keys of an issuer take their time");
            }
        }
        match (ended, failure) {
            (Some(ended), _) => Err(ended),
            (None, None) => Ok(()),
            (None, Some(code)) => Err(EngineError::new(ErrorCode::RefreshFailed)
                .with("host", host_of(&issuer))
                .with("why", crate::audit::word(&code))),
        }
    }

    /// Commits the answer, and says whether the session has ended by it. A disk that is full or
    /// read-only by now holds the tokens here and is tried again: the old refresh token may be dead
    /// already.
    async fn save(
        self: &Arc<Self>,
        id: SessionId,
        attempt: Uuid,
        generation: u64,
        judged: Judged,
    ) -> Result<Option<EngineError>, EngineError> {
        let judged = Arc::new(judged);
        let mut tries = 0;
        loop {
            match self.commit(id, attempt, generation, judged.clone()).await {
                Ok(decision) => {
                    tracing::trace!("an answer is on the disk");
                    self.moved_on.store(true, Ordering::SeqCst);
                    self.release_unsaved(id);
                    self.carry_out(&decision);
                    return Ok(super::sign_in_needed(&decision.session));
                }
                Err(error) if error.code() == ErrorCode::SessionNotFound => {
                    // Forgotten meanwhile: there is nobody left to keep the tokens for.
                    self.release_unsaved(id);
                    return Ok(None);
                }
                Err(error) => {
                    tries += 1;
                    tracing::error!(code = ?error.code(), tries, "an answer could not be saved; trying again");
                    // What fails once may work at once: only what goes on failing is told.
                    if tries > 1 && judged.tokens.holds_any() {
                        self.hold_unsaved(id, error.code());
                    }
                    tokio::time::sleep(pause_after(tries)).await;
                }
            }
        }
    }

    async fn commit(
        self: &Arc<Self>,
        id: SessionId,
        attempt: Uuid,
        generation: u64,
        judged: Arc<Judged>,
    ) -> Result<Decision, EngineError> {
        let vault = self.vault_even_locked()?;
        let on_theft = locked(&self.settings).on_theft.into();
        let core = self.clone();
        blocking(move || {
            core.in_order(|| {
                let decision = vault.write_with(|tx| {
                    let session = tx.session(id)?;
                    let event = Event::RefreshAnswered {
                        attempt,
                        generation,
                        outcome: judged.outcome,
                        tokens: judged.tokens.clone(),
                        on_theft,
                    };
                    let decision = decide(&session, &event, &core.now(), chance());
                    if decision.effects.contains(&Effect::Persist) {
                        let mut secrets = tx.secrets(id)?.unwrap_or_default();
                        judged.put_into(&mut secrets, &decision.session);
                        tx.put_secrets(id, &secrets)?;
                    }
                    core.write_down(tx, &decision)?;
                    Ok::<_, EngineError>(decision)
                })?;
                core.publish(decision.session.clone());
                Ok(decision)
            })
        })
        .await
    }
}
