//! One refresh of one session: under the credential's lock, with an intent on the disk before the
//! request, and the answer on the disk before anything else happens.
//!
//! What may be sent and what an answer means is decided in `keyfob_token::life`.

mod answer;
mod evidence;
mod send;

use std::sync::Arc;

use keyfob_oauth::introspect::introspect;
use keyfob_token::{
    Phase, Session, SessionId, Spender, TokenKind,
    life::{Decision, Effect, Event, Refusal, decide},
};
use keyfob_vault::{
    Vault,
    lock::{CredentialLock, LockError},
};
use uuid::Uuid;

use crate::{
    arrival::Registration,
    audit::word,
    chance,
    clock::Clock,
    engine::{Core, Engine, blocking, locked, parse_id},
    error::{EngineError, host_of},
    gate::Place,
    hand_out::long_enough,
    host::Changed,
    processes::program_of,
    view::{ErrorCode, Row},
};

/// How long a caller waits for an answer that has something better to do; the answer itself is
/// awaited longer.
pub(crate) const CALLER_MS: i64 = 20_000;
/// Longer than any answer is awaited.
pub(crate) const TO_THE_END_MS: i64 = 180_000;
/// How long another holder of the credential is waited for.
const HOLDER_MS: i64 = 25_000;
/// How often the lock is tried meanwhile.
const TRY_EVERY_MS: i64 = 100;
/// Introspection and the decision after it: never more rounds than this.
const MOST_ROUNDS: usize = 3;

impl Engine {
    /// Refreshes a session now, because the user asks.
    ///
    /// # Errors
    /// It can't be refreshed, the budget is spent, another refresh runs, or it failed.
    pub async fn refresh_session(&self, id: &str) -> Result<Row, EngineError> {
        let core = &self.core;
        core.require_open()?;
        let id = parse_id(id)?;
        core.session(id)?;
        core.refresh(id, Event::RefreshAsked).await?;
        core.row(id)
    }

    /// The same, for a caller who has nothing else to do: what comes of it is told even where the
    /// answer takes longer than a window would wait.
    ///
    /// # Errors
    /// As [`Engine::refresh_session`].
    pub async fn refresh_session_to_the_end(&self, id: &str) -> Result<Row, EngineError> {
        let core = &self.core;
        core.require_open()?;
        let id = parse_id(id)?;
        core.session(id)?;
        core.refresh_within(id, Event::RefreshAsked, TO_THE_END_MS)
            .await?;
        core.row(id)
    }

    /// Lets everything that is due go now; how many were.
    ///
    /// # Errors
    /// The vault is not open.
    pub async fn refresh_due(&self) -> Result<u32, EngineError> {
        let core = &self.core;
        core.vault_even_locked()?;
        let due = core.due_now();
        for id in &due {
            core.start_refresh(*id, false);
        }
        Ok(u32::try_from(due.len()).unwrap_or(u32::MAX))
    }
}

/// What to do next with a session that is to be refreshed.
enum Next {
    /// Present the token of this generation.
    Send { generation: u64, by: Spender },
    /// Nothing: someone else renewed it, or nothing is due.
    Done,
    /// Ask introspection, then decide again.
    Ask,
}

impl Core {
    /// Refreshes a session if `event` allows it, and waits for the answer as a caller does.
    pub(crate) async fn refresh(
        self: &Arc<Self>,
        id: SessionId,
        event: Event,
    ) -> Result<(), EngineError> {
        self.refresh_within(id, event, CALLER_MS).await
    }

    /// The same with so much patience, in milliseconds.
    pub(crate) async fn refresh_within(
        self: &Arc<Self>,
        id: SessionId,
        event: Event,
        patience_ms: i64,
    ) -> Result<(), EngineError> {
        if locked(&self.gate).holds_refresh() {
            // A token of an older copy may have been used since: the user decides first.
            return Err(ErrorCode::VaultOlderCopy.into());
        }
        let vault = self.vault_even_locked()?;
        let Some((flight, lock)) = self.turn(&vault, id, &event).await? else {
            return Ok(());
        };
        let session = self.session(id)?;
        self.settle_dead_holder(&vault, id).await?;
        let registration = self
            .registration(vault, session.issuer.clone(), session.client_id.clone())
            .await?
            .ok_or(ErrorCode::SessionNotRefreshable)?;
        // The certificates of the system are read while the intent goes to the disk, so that the
        // request follows it at once.
        let http = self.http(registration.record.allow_private);
        tokio::task::spawn_blocking(move || http.make_ready());
        for _ in 0..MOST_ROUNDS {
            match self.next(id, &event).await? {
                Next::Done => return Ok(()),
                Next::Ask => self.ask(id, &registration).await?,
                Next::Send { generation, by } => {
                    let core = self.clone();
                    // On its own: the answer may hold the only living refresh token, and is saved
                    // even when the caller has gone.
                    let task = self.tasks.spawn(async move {
                        let _held = (lock, flight);
                        let (attempt, token) = core.intend(id, generation, by).await?;
                        core.send_refresh(id, attempt, generation, registration, token)
                            .await
                    });
                    return tokio::select! {
                        outcome = task => {
                            outcome.unwrap_or_else(|_| Err(ErrorCode::Internal.into()))
                        }
                        held = self.unsaved.held(id) => Err(held),
                        () = self.clock.sleep(patience_ms) => {
                            Err(EngineError::new(ErrorCode::RefreshRunning)
                                .with("host", host_of(&session.issuer)))
                        }
                    };
                }
            }
        }
        Err(ErrorCode::RefreshFailed.into())
    }

    /// Reads the row and decides.
    async fn next(self: &Arc<Self>, id: SessionId, event: &Event) -> Result<Next, EngineError> {
        let session = self.look_at(&self.vault_even_locked()?, id).await?;
        let decision = decide(&session, event, &self.now(), chance());
        for effect in &decision.effects {
            match *effect {
                Effect::SendRefresh { generation, by } | Effect::Replay { generation, by } => {
                    return Ok(Next::Send { generation, by });
                }
                Effect::AskIntrospection { .. } => return Ok(Next::Ask),
                Effect::TakeNewer => return Ok(Next::Done),
                Effect::Persist => {
                    self.settle(id, event.clone()).await?;
                }
                _ => {}
            }
        }
        match decision.refused {
            None | Some(Refusal::NotDue | Refusal::StaleGeneration) => Ok(Next::Done),
            Some(refusal) => Err(sign_in_needed(&session)
                .or_else(|| failed_before(&session, event, refusal))
                .unwrap_or_else(|| refused(refusal))),
        }
    }

    /// Writes the intent; from here on the token counts as presented.
    async fn intend(
        self: &Arc<Self>,
        id: SessionId,
        generation: u64,
        by: Spender,
    ) -> Result<(Uuid, keyfob_secret::RefreshToken), EngineError> {
        let vault = self.vault_even_locked()?;
        let attempt = Uuid::new_v4();
        let event = Event::RefreshSent {
            attempt,
            generation,
            by,
        };
        let core = self.clone();
        let token = blocking(move || {
            core.in_order(|| {
                let (session, token) = vault.write_with(|tx| {
                    let session = tx.session(id)?;
                    let decision = decide(&session, &event, &core.now(), chance());
                    if let Some(refusal) = decision.refused {
                        return Err(refused(refusal));
                    }
                    let secrets = tx.secrets(id)?.and_then(|secrets| secrets.refresh);
                    let token = secrets.ok_or(ErrorCode::SessionNotRefreshable)?;
                    core.write_down(tx, &decision)?;
                    Ok::<_, EngineError>((decision.session, token))
                })?;
                core.publish(session);
                Ok(token)
            })
        })
        .await?;
        Ok((attempt, token))
    }

    async fn ask(
        self: &Arc<Self>,
        id: SessionId,
        registration: &Registration,
    ) -> Result<(), EngineError> {
        let vault = self.vault_even_locked()?;
        let secrets = blocking(move || Ok(vault.secrets(id)?)).await?;
        let token = secrets
            .and_then(|it| it.refresh)
            .ok_or(ErrorCode::SessionNotRefreshable)?;
        let http = self.http(registration.record.allow_private);
        let answer = introspect(
            &http,
            &registration.metadata,
            &registration.client,
            &token,
            TokenKind::Refresh,
        )
        .await;
        let active = answer.ok().map(|answer| answer.active);
        self.settle(id, Event::Introspected { active })
            .await
            .map(drop)
    }

    /// Decides on an event that needs no network, commits what follows, and carries it out.
    pub(crate) async fn settle(
        self: &Arc<Self>,
        id: SessionId,
        event: Event,
    ) -> Result<Decision, EngineError> {
        let vault = self.vault_even_locked()?;
        let core = self.clone();
        let decision = blocking(move || {
            core.in_order(|| {
                let decision = vault.write_with(|tx| {
                    let session = tx.session(id)?;
                    let decision = decide(&session, &event, &core.now(), chance());
                    core.write_down(tx, &decision)?;
                    Ok::<_, EngineError>(decision)
                })?;
                if decision.effects.contains(&Effect::Persist) {
                    core.publish(decision.session.clone());
                }
                Ok(decision)
            })
        })
        .await?;
        self.carry_out(&decision);
        Ok(decision)
    }

    /// Waits for this caller's turn: the flight in this process, then the credential's lock across
    /// processes. `None`: someone else brought what was wanted meanwhile.
    async fn turn(
        self: &Arc<Self>,
        vault: &Arc<Vault>,
        id: SessionId,
        event: &Event,
    ) -> Result<Option<(Flight, CredentialLock)>, EngineError> {
        let Event::RefreshWanted { min_left_ms, .. } = *event else {
            let flight = self.take_off(id)?;
            return Ok(Some((flight, self.credential(id).await?)));
        };
        let before = row(vault, id).await?.generation;
        let waits = Waits::begin(self.clock.as_ref());
        loop {
            let holder = match self.take_off(id) {
                Ok(flight) => match self.try_credential(id).await? {
                    Ok(lock) => return Ok(Some((flight, lock))),
                    Err(holder) => holder,
                },
                Err(_) => Some(std::process::id()),
            };
            // What the holder has saved is as good as what this caller would get.
            let now = self.look_at(vault, id).await?;
            if now.generation != before || long_enough(&now, &self.now(), min_left_ms) {
                return Ok(None);
            }
            waits.one_more(holder).await?;
        }
    }

    /// The row of a session as it stands in the vault; where another process has renewed it, the
    /// list shows that too.
    pub(crate) async fn look_at(
        self: &Arc<Self>,
        vault: &Arc<Vault>,
        id: SessionId,
    ) -> Result<Session, EngineError> {
        let (vault, core) = (vault.clone(), self.clone());
        blocking(move || {
            core.in_order(|| {
                let session = vault.session(id)?.ok_or(ErrorCode::SessionNotFound)?;
                let known = core.session(id);
                if known.is_ok_and(|known| known != session) {
                    core.publish(session.clone());
                }
                Ok(session)
            })
        })
        .await
    }

    /// With the credential's lock in hand, an intent in the row is that of a process that died.
    async fn settle_dead_holder(
        self: &Arc<Self>,
        vault: &Arc<Vault>,
        id: SessionId,
    ) -> Result<(), EngineError> {
        if row(vault, id).await?.renewal.intent.is_some() {
            self.settle(id, Event::ProcessDied).await?;
        }
        Ok(())
    }

    /// Marks a session as on its way; refuses a second flight inside this process.
    fn take_off(self: &Arc<Self>, id: SessionId) -> Result<Flight, EngineError> {
        let mut in_flight = locked(&self.in_flight);
        if in_flight.contains_key(&id) {
            return Err(ErrorCode::RefreshRunning.into());
        }
        in_flight.insert(id, self.now().stamp());
        Ok(Flight {
            core: self.clone(),
            id,
        })
    }

    /// Takes the credential's lock; waits for another holder and names it when it stays.
    pub(crate) async fn credential(&self, id: SessionId) -> Result<CredentialLock, EngineError> {
        let waits = Waits::begin(self.clock.as_ref());
        loop {
            match self.try_credential(id).await? {
                Ok(lock) => return Ok(lock),
                Err(holder) => waits.one_more(holder).await?,
            }
        }
    }

    /// The credential's lock, or the process that holds it.
    async fn try_credential(
        &self,
        id: SessionId,
    ) -> Result<Result<CredentialLock, Option<u32>>, EngineError> {
        let files = Place::find(&self.options.data_dir).files;
        match blocking(move || Ok(CredentialLock::try_take(&files, id))).await? {
            Ok(lock) => Ok(Ok(lock)),
            Err(LockError::Held { holder }) => Ok(Err(holder)),
            Err(error) => Err(error.into()),
        }
    }
}

/// The patience with another holder.
struct Waits<'a> {
    clock: &'a dyn Clock,
    until: i64,
}

impl<'a> Waits<'a> {
    fn begin(clock: &'a dyn Clock) -> Self {
        let until = clock.now().boot.millis + HOLDER_MS;
        Self { clock, until }
    }

    /// Waits a moment; when patience is over, says who holds it.
    async fn one_more(&self, holder: Option<u32>) -> Result<(), EngineError> {
        if self.clock.now().boot.millis < self.until {
            self.clock.sleep(TRY_EVERY_MS).await;
            return Ok(());
        }
        let mut error = EngineError::new(ErrorCode::RefreshRunning);
        if let Some(pid) = holder {
            error = error.with("pid", pid.to_string());
            if let Some(program) = program_of(pid) {
                error = error.with("program", program);
            }
        }
        Err(error)
    }
}

/// The row of a session as it stands in the vault.
async fn row(vault: &Arc<Vault>, id: SessionId) -> Result<Session, EngineError> {
    let vault = vault.clone();
    let found = blocking(move || Ok(vault.session(id)?)).await?;
    found.ok_or_else(|| ErrorCode::SessionNotFound.into())
}

/// A session on its way; landing ends it, however the flight ended.
struct Flight {
    core: Arc<Core>,
    id: SessionId,
}

impl Drop for Flight {
    fn drop(&mut self) {
        locked(&self.core.in_flight).remove(&self.id);
        self.core.session_changed(self.id);
        self.core.host.changed(Changed::Sessions);
        self.core.wake.notify_one();
    }
}

/// What a program that needs a token is told in the pause after a failure: the failure, which says
/// more than the pause.
fn failed_before(session: &Session, event: &Event, refusal: Refusal) -> Option<EngineError> {
    let (Event::RefreshWanted { .. }, Refusal::Waiting { left_ms }) = (event, refusal) else {
        return None;
    };
    let code = session.renewal.last_failure?;
    let error = EngineError::new(ErrorCode::RefreshFailed)
        .with("host", host_of(&session.issuer))
        .with("why", word(&code))
        .with("wait_ms", left_ms.to_string());
    Some(error)
}

/// What whoever asked for a token is told of a session that has ended; `None` while it has not.
pub(crate) fn sign_in_needed(session: &Session) -> Option<EngineError> {
    let (code, why) = match &session.phase {
        Phase::SignInNeeded { reason, .. } => (ErrorCode::SignInNeeded, word(reason)),
        Phase::Frozen { evidence, .. } => (ErrorCode::SessionFrozen, word(evidence)),
        _ => return None,
    };
    let host = host_of(&session.issuer);
    Some(EngineError::new(code).with("host", host).with("why", why))
}

/// Why a rule did not follow an event, for whoever asked.
pub(crate) fn refused(refusal: Refusal) -> EngineError {
    let code = match refusal {
        Refusal::InFlight => ErrorCode::RefreshRunning,
        Refusal::Budget { left_ms } | Refusal::Waiting { left_ms } => {
            return EngineError::new(ErrorCode::RefreshBudgetSpent)
                .with("wait_ms", left_ms.to_string());
        }
        Refusal::NoAccessToken => ErrorCode::NoAccessToken,
        Refusal::TokenEnded | Refusal::ClockUnsure => ErrorCode::AccessTokenEnded,
        Refusal::TooLate => ErrorCode::RevokeAlreadySent,
        _ => ErrorCode::SessionNotRefreshable,
    };
    code.into()
}
