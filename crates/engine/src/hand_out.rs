//! Handing an access token to a program: one that lives long enough, renewed first where needed.
//!
//! What may be handed out is decided in `keyfob_token::life`. A token that lives long enough is
//! read without any lock and without the network; nothing else of the vault is read for it.

use std::sync::Arc;

use keyfob_audit::{Code, Detail, DetailKey, EventKind};
use keyfob_secret::{AccessToken, escape_untrusted};
use keyfob_token::{
    Freshness, HandOut, Now, Phase, Session, SessionId, TokenKind, UnixMillis,
    life::{Event, decide, remaining},
};
use keyfob_vault::Vault;

use crate::{
    chance,
    engine::{Core, Engine, about, blocking},
    error::{EngineError, host_of},
    find::find_in,
    journal::token_ref,
    refresh::{CALLER_MS, TO_THE_END_MS, refused, sign_in_needed},
    view::ErrorCode,
};

/// Tries to read a session and its token of the same generation, while others renew it.
const READS: usize = 8;

/// An access token on its way to a program.
#[derive(Debug)]
pub struct HandedOut {
    /// The token.
    pub token: AccessToken,
    /// Its session.
    pub session: String,
    /// The session's name, escaped.
    pub name: String,
    /// The issuer.
    pub issuer: String,
    /// The account as text for people, escaped.
    pub account: Option<String>,
    /// Scopes.
    pub scopes: Vec<String>,
    /// How long it lives from now, ms; `None` when nobody knows.
    pub left_ms: Option<i64>,
    /// When it ends by the wall clock, ms since 1970.
    pub expires_at: Option<i64>,
    /// What the caller should know.
    pub note: Option<Note>,
    id: SessionId,
    known: Vec<HandOut>,
}

/// Why a token lives for less time than was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The provider gives no more life.
    NoMoreLife,
    /// The refresh brought no new token; this is the one that still lives.
    NotRenewed(EngineError),
    /// Nothing can renew it here.
    CannotRenew,
}

impl Engine {
    /// An access token of the session that `name` means, valid for at least `min_left_ms` where
    /// its provider gives tokens of that life. The vault need not have been read ahead.
    ///
    /// The hand-out is to be written down with [`Engine::record_hand_out`].
    ///
    /// # Errors
    /// The vault is locked, there is no such session, it is revoked or frozen, or it has no living
    /// token and can't get one.
    pub async fn hand_out(&self, name: &str, min_left_ms: i64) -> Result<HandedOut, EngineError> {
        let core = &self.core;
        let vault = core.vault()?;
        let first = core.named(name).await?;
        usable(&first)?;
        if long_enough(&first, &core.now(), min_left_ms) {
            return core.take(vault, first.id, min_left_ms, Ok(())).await;
        }
        let renewed = if can_renew(&first) {
            core.read_ahead().await?;
            let sibling = core.roster(|roster| roster.has_sibling(&first));
            let event = Event::RefreshWanted {
                min_left_ms,
                sibling,
            };
            // Who has a living token gets that when the answer is late; who has none waits for it.
            let patience_ms = if long_enough(&first, &core.now(), 0) {
                CALLER_MS
            } else {
                TO_THE_END_MS
            };
            core.refresh_within(first.id, event, patience_ms).await
        } else {
            Err(ErrorCode::SessionNotRefreshable.into())
        };
        core.take(vault, first.id, min_left_ms, renewed).await
    }

    /// Writes a hand-out into the log: one event for each session, program and minute.
    ///
    /// # Errors
    /// The vault can't be written.
    pub async fn record_hand_out(
        &self,
        handed: &HandedOut,
        program: &str,
    ) -> Result<(), EngineError> {
        let core = &self.core;
        let now = core.now().wall;
        if !HandOut::is_news(&handed.known, program, now) {
            return Ok(());
        }
        let vault = core.vault_even_locked()?;
        let (id, program, writer) = (handed.id, program.to_owned(), core.clone());
        blocking(move || vault.write_with(|tx| writer.write_hand_out(tx, id, &program, now))).await
    }
}

impl Core {
    /// The session that a name means, as the vault has it.
    async fn named(&self, name: &str) -> Result<Session, EngineError> {
        let vault = self.vault()?;
        let name = name.to_owned();
        blocking(move || find_in(&vault, &name)).await
    }

    /// Reads the token that lives now, whatever came of the refresh.
    async fn take(
        self: &Arc<Self>,
        vault: Arc<Vault>,
        id: SessionId,
        min_left_ms: i64,
        renewed: Result<(), EngineError>,
    ) -> Result<HandedOut, EngineError> {
        let (session, token) = blocking(move || read_pair(&vault, id)).await?;
        let now = self.now();
        usable(&session)?;
        let decision = decide(&session, &Event::Copied, &now, chance());
        if let Some(refusal) = decision.refused {
            return Err(match renewed {
                _ if matches!(session.phase, Phase::SignInNeeded { .. }) => sign_in(&session),
                Err(error) if error.code() != ErrorCode::SessionNotRefreshable => error,
                Err(_) if !can_renew(&session) => sign_in(&session),
                _ => refused(refusal),
            });
        }
        let token = token.ok_or(ErrorCode::NoAccessToken)?;
        let note = match renewed {
            _ if long_enough(&session, &now, min_left_ms) => None,
            Ok(()) => Some(Note::NoMoreLife),
            Err(error) if error.code() == ErrorCode::SessionNotRefreshable => {
                Some(Note::CannotRenew)
            }
            Err(error) => Some(Note::NotRenewed(error)),
        };
        Ok(handed(session, token, &now, note))
    }

    fn write_hand_out(
        &self,
        tx: &mut keyfob_vault::Change<'_>,
        id: SessionId,
        program: &str,
        now: UnixMillis,
    ) -> Result<(), EngineError> {
        let mut session = match tx.session(id) {
            // Forgotten meanwhile: its log has ended.
            Err(keyfob_vault::VaultError::NotFound) => return Ok(()),
            other => other?,
        };
        // Another process may have written it down since.
        if !HandOut::is_news(&session.marks.hand_outs, program, now) {
            return Ok(());
        }
        HandOut::remember(&mut session.marks.hand_outs, program, now);
        session.last_used_at = Some(now);
        session.marks.used = Some(self.now().stamp());
        let mut draft = about(self.event(EventKind::TokenHandedOut), &session);
        draft.token = session.access.as_ref().map(token_ref);
        draft
            .details
            .insert(DetailKey::Program, Detail::Code(Code::of_program(program)));
        tx.record(draft)?;
        Ok(tx.put_session(&session)?)
    }
}

/// A session and its access token as of one commit. The vault is read twice; a renewal in between
/// shows by the token's fingerprint.
fn read_pair(vault: &Vault, id: SessionId) -> Result<(Session, Option<AccessToken>), EngineError> {
    for _ in 0..READS {
        let session = vault.session(id)?.ok_or(ErrorCode::SessionNotFound)?;
        let token = vault.secrets(id)?.and_then(|secrets| secrets.access);
        let Some((facts, value)) = session.access.as_ref().zip(token.as_ref()) else {
            return Ok((session, None));
        };
        // EXPOSE: fingerprinted, to compare it with what the session says of it.
        let print = vault.fingerprint(TokenKind::Access, value.expose());
        if print == facts.fingerprint {
            return Ok((session, token));
        }
    }
    Err(ErrorCode::VaultDamaged.into())
}

/// Whether a session's tokens may be used at all.
fn usable(session: &Session) -> Result<(), EngineError> {
    match session.phase {
        Phase::Revoking(_) | Phase::Revoked(_) => Err(ErrorCode::SessionRevoking.into()),
        Phase::Frozen { .. } => Err(sign_in(session)),
        Phase::Live | Phase::Watched | Phase::SignInNeeded { .. } => Ok(()),
    }
}

fn can_renew(session: &Session) -> bool {
    session.phase == Phase::Live && session.refresh.is_some()
}

fn sign_in(session: &Session) -> EngineError {
    sign_in_needed(session).unwrap_or_else(|| {
        EngineError::new(ErrorCode::SignInNeeded).with("host", host_of(&session.issuer))
    })
}

/// Whether the access token lives at least that long. One whose end nobody ever knew does; one
/// whose rest the clock can't tell does not.
pub(crate) fn long_enough(session: &Session, now: &Now, min_left_ms: i64) -> bool {
    session
        .access
        .as_ref()
        .is_some_and(|access| match remaining(access, now) {
            Freshness::Left(left) => left >= min_left_ms.max(1),
            Freshness::Unknown => access.life_ms.is_none() && access.expires_at.is_none(),
        })
}

fn handed(session: Session, token: AccessToken, now: &Now, note: Option<Note>) -> HandedOut {
    let left_ms = match session.access.as_ref().map(|it| remaining(it, now)) {
        Some(Freshness::Left(left)) => Some(left),
        _ => None,
    };
    let shown = |text: &str| escape_untrusted(text, 200);
    HandedOut {
        token,
        session: session.id.0.to_string(),
        name: shown(&session.name),
        issuer: session.issuer.clone(),
        account: session.account.label().map(shown),
        scopes: session.scopes.iter().map(|scope| shown(scope)).collect(),
        left_ms,
        expires_at: left_ms.map(|left| (now.wall + left).0),
        note,
        id: session.id,
        known: session.marks.hand_outs,
    }
}
