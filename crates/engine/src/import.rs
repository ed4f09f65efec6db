//! Import: what the clipboard or a file holds is recognised, shown without its value, and kept as
//! a watched session when the user says so.

mod take_over;

use std::{
    collections::HashMap,
    fs::File,
    io::Read,
    path::Path,
    sync::{Arc, Mutex},
};

use keyfob_audit::{EventKind, TokenRef};
use keyfob_secret::{LengthClass, PastedText, escape_untrusted};
use keyfob_token::{
    ClientAuth, IssuerLimits, Marks, Origin, Phase, Renewal, Session, SessionId, TokenFacts,
    TokenFormat, TokenKind, UnixMillis,
    expires_in::ExpiresIn,
    facts::facts_of_import,
    jwt::inspect,
    recognise::{Oddity, RecogniseError, Recognised, recognise},
};
use keyfob_vault::{Secrets, Vault};
use uuid::Uuid;

use crate::{
    arrival::{access_facts, unverified},
    engine::{Core, Engine, about, blocking, locked},
    error::EngineError,
    roster::account_ref,
    signin::{Wish, free_name, settle_name},
    view::{ErrorCode, ImportPreview, Life, Row},
};

/// More text than any token answer; the rest of a file is not read.
const MOST_BYTES: u64 = 1024 * 1024;
/// Previews kept at once, and for how long.
const MOST_PREVIEWS: usize = 8;
const PREVIEW_MS: i64 = 10 * 60_000;

/// What was recognised and not yet kept. The values stay here.
#[derive(Default)]
pub(crate) struct Imports(Mutex<HashMap<Uuid, (UnixMillis, Recognised)>>);

impl Imports {
    pub(crate) fn clear(&self) {
        locked(&self.0).clear();
    }
}

impl Engine {
    /// Recognises what the clipboard holds.
    ///
    /// # Errors
    /// The clipboard is empty or holds no token.
    pub async fn import_from_clipboard(&self) -> Result<ImportPreview, EngineError> {
        self.core.require_open()?;
        let text = self.core.host.read_clipboard()?;
        self.core.preview(text).await
    }

    /// Recognises what a file holds.
    ///
    /// # Errors
    /// The file can't be read, is too large, or holds no token.
    pub async fn import_from_file(&self, path: &Path) -> Result<ImportPreview, EngineError> {
        self.core.require_open()?;
        let path = path.to_owned();
        let text = blocking(move || read_bounded(&path)).await?;
        self.core.preview(text).await
    }

    /// Keeps what was recognised, as a watched session.
    ///
    /// # Errors
    /// The preview is gone, the token is in the vault already, or the vault can't be written.
    pub async fn import_commit(&self, id: &str, name: &str) -> Result<Row, EngineError> {
        let core = &self.core;
        let vault = core.vault()?;
        let found = Uuid::parse_str(id)
            .ok()
            .and_then(|id| locked(&core.imports.0).remove(&id));
        let (_, recognised) = found.ok_or(ErrorCode::NotAToken)?;
        if core.holder(&vault, &recognised).await?.is_some() {
            return Err(ErrorCode::AlreadyInVault.into());
        }
        let issuer = recognised.issuer.clone().unwrap_or_default();
        let client_id = recognised.client_id.clone().unwrap_or_default();
        let known = core
            .registration(vault.clone(), issuer.clone(), client_id.clone())
            .await?;
        let _naming = core.naming.lock().await;
        let name = free_name(
            core,
            &Wish {
                name: Some(name),
                account: &recognised.account,
                client_id: &client_id,
                issuer: &issuer,
            },
        );
        let writer = core.clone();
        let session = blocking(move || {
            let (mut session, secrets) = watched(&writer, &vault, recognised, name, known.as_ref());
            let token = session.refresh.as_ref().or(session.access.as_ref());
            let mut event = about(writer.event(EventKind::SessionImported), &session);
            event.token = token.map(|facts| TokenRef {
                kind: facts.kind,
                fingerprint: facts.fingerprint,
                length: LengthClass::of(facts.length as usize),
            });
            event.generation = Some(session.generation);
            vault.write(|tx| {
                settle_name(tx, &mut session)?;
                tx.put_session(&session)?;
                tx.put_secrets(session.id, &secrets)?;
                tx.record(event).map(drop)
            })?;
            Ok(session)
        })
        .await?;
        core.publish(session.clone());
        core.row(session.id)
    }

    /// Drops what was recognised.
    pub fn import_discard(&self, id: &str) {
        if let Ok(id) = Uuid::parse_str(id) {
            locked(&self.core.imports.0).remove(&id);
        }
    }
}

impl Core {
    async fn preview(&self, text: PastedText) -> Result<ImportPreview, EngineError> {
        let vault = self.vault()?;
        let recognised = recognise(text).map_err(refused)?;
        let holder = self.holder(&vault, &recognised).await?;
        let now = self.now().wall;
        let issuer = recognised.issuer.clone();
        let client_id = recognised.client_id.clone();
        let suggested_name = free_name(
            self,
            &Wish {
                name: None,
                account: &recognised.account,
                client_id: client_id.as_deref().unwrap_or_default(),
                issuer: issuer.as_deref().unwrap_or_default(),
            },
        );
        let id = Uuid::new_v4();
        let access = recognised.access.as_ref().map(|it| it.expose());
        let ends = access.and_then(|raw| ends_at(raw, recognised.said_end(now), now));
        let view = ImportPreview {
            id: id.to_string(),
            what: what(&recognised),
            kinds: kinds(&recognised),
            issuer: issuer.map(|text| escape_untrusted(&text, 300)),
            client_id: client_id.map(|text| escape_untrusted(&text, 300)),
            account: account_ref(&recognised.account),
            scopes: recognised
                .scopes
                .iter()
                .map(|text| escape_untrusted(text, 200))
                .collect(),
            life: Life {
                at: ends.map(|at| at.0),
                life_ms: None,
                ended: ends.is_some_and(|at| at <= now),
            },
            already_in: holder.map(|(id, _)| id.0.to_string()),
            used_up: holder.is_some_and(|(_, used_up)| used_up),
            suggested_name,
            flags: recognised.oddities.iter().map(oddity).collect(),
        };
        let mut previews = locked(&self.imports.0);
        previews.retain(|_, (at, _)| now - *at < PREVIEW_MS);
        if previews.len() >= MOST_PREVIEWS {
            previews.clear();
        }
        previews.insert(id, (now, recognised));
        Ok(view)
    }

    /// The session that holds one of these tokens already, or held this refresh token, and whether
    /// that was used up: to present it once more could end the session.
    async fn holder(
        &self,
        vault: &Arc<Vault>,
        recognised: &Recognised,
    ) -> Result<Option<(SessionId, bool)>, EngineError> {
        // EXPOSE: each value is compared by its keyed fingerprint.
        let access = recognised
            .access
            .as_ref()
            .map(|token| vault.fingerprint(TokenKind::Access, token.expose()));
        let refresh = recognised
            .refresh
            .as_ref()
            .map(|token| vault.fingerprint(TokenKind::Refresh, token.expose()));
        let holds = self.roster(|roster| {
            [access, refresh]
                .into_iter()
                .flatten()
                .find_map(|print| roster.holder_of(print))
        });
        if let Some(id) = holds {
            return Ok(Some((id, false)));
        }
        let Some(print) = refresh else {
            return Ok(None);
        };
        let held = |session: &Session| session.lineage.iter().any(|it| it.fingerprint == print);
        let (held, long_lived) = self.roster(|roster| {
            let id = |session: &Session| session.id;
            let held = roster.sessions().find(|session| held(session)).map(id);
            // The others have nothing beside their row.
            let full = |session: &&Session| session.generation > session.lineage.len() as u64 + 1;
            (
                held,
                roster.sessions().filter(full).map(id).collect::<Vec<_>>(),
            )
        });
        if held.is_some() {
            return Ok(held.map(|id| (id, true)));
        }
        let vault = vault.clone();
        blocking(move || {
            for id in long_lived {
                if vault.ancestors(id)?.contains(&print) {
                    return Ok(Some((id, true)));
                }
            }
            Ok(None)
        })
        .await
    }
}

fn refused(error: RecogniseError) -> EngineError {
    let code = match error {
        RecogniseError::Empty => ErrorCode::ClipboardEmpty,
        RecogniseError::TooLong | RecogniseError::TokenTooLong => ErrorCode::TokenTooLarge,
        _ => ErrorCode::NotAToken,
    };
    EngineError::new(code).with("why", error.to_string())
}

fn read_bounded(path: &Path) -> Result<PastedText, EngineError> {
    let unreadable = |error: std::io::Error| {
        EngineError::new(ErrorCode::FileUnreadable).with("why", error.kind().to_string())
    };
    let file = File::open(path).map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(ErrorCode::FileUnreadable.into());
    }
    let mut text = zeroize::Zeroizing::new(Vec::new());
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut text)
        .map_err(unreadable)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(ErrorCode::FileTooLarge.into());
    }
    let text = std::str::from_utf8(&text).map_err(|_| EngineError::new(ErrorCode::NotAToken))?;
    Ok(PastedText::new(text.to_owned()))
}

/// The session and its secrets, as imported.
fn watched(
    core: &Core,
    vault: &Vault,
    recognised: Recognised,
    name: String,
    known: Option<&crate::arrival::Registration>,
) -> (Session, Secrets) {
    let now = core.now();
    let said_end = recognised.said_end(now.wall);
    let describe = |kind: TokenKind, raw: &str| {
        let fingerprint = vault.fingerprint(kind, raw);
        let end = if kind == TokenKind::Access {
            said_end
        } else {
            None
        };
        facts_of_import(kind, raw, end, now.stamp(), fingerprint, unverified(raw))
    };
    let access = recognised.access.as_ref().map(|token| TokenFacts {
        verification: access_facts(vault, token, ExpiresIn::ABSENT, known, &now).verification,
        ..describe(TokenKind::Access, token.expose())
    });
    // EXPOSE: fingerprints and formats are read off the raw values.
    let refresh = recognised
        .refresh
        .as_ref()
        .map(|token| describe(TokenKind::Refresh, token.expose()));
    let id_token = recognised
        .id_token
        .as_ref()
        .map(|token| describe(TokenKind::Id, token.expose()));
    let session = Session {
        id: SessionId(Uuid::new_v4()),
        name,
        labels: Vec::new(),
        issuer: recognised.issuer.unwrap_or_default(),
        provider: known
            .map_or("oidc", |known| known.record.provider.as_str())
            .to_owned(),
        client_id: recognised.client_id.unwrap_or_default(),
        client_auth: known.map_or(ClientAuth::None, |known| known.record.client_auth),
        account: recognised.account,
        origin: Origin::Imported,
        scopes: recognised.scopes,
        provider_session: recognised.provider_session,
        created_at: now.wall,
        signed_in_at: None,
        last_used_at: None,
        marks: Marks::default(),
        access,
        refresh,
        id_token,
        generation: 1,
        lineage: Vec::new(),
        phase: Phase::Watched,
        renewal: Renewal::default(),
        limits: IssuerLimits::default(),
        dismissed: Vec::new(),
    };
    let secrets = Secrets {
        access: recognised.access,
        refresh: recognised.refresh,
        id_token: recognised.id_token,
    };
    (session, secrets)
}

/// What the text is, as a word.
fn what(recognised: &Recognised) -> String {
    if kinds(recognised).len() > 1 {
        return "token_answer".to_owned();
    }
    // EXPOSE: the format is read off the raw value.
    let raw = [
        recognised.access.as_ref().map(|token| token.expose()),
        recognised.refresh.as_ref().map(|token| token.expose()),
        recognised.id_token.as_ref().map(|token| token.expose()),
    ];
    let format = raw
        .into_iter()
        .flatten()
        .next()
        .map(keyfob_token::jwt::format_of);
    match format {
        Some(TokenFormat::Jwt { .. }) => "jwt",
        Some(TokenFormat::UnsignedJwt) => "unsigned_jwt",
        Some(TokenFormat::Jwe) => "jwe",
        Some(TokenFormat::Opaque) | None => "opaque",
    }
    .to_owned()
}

fn kinds(recognised: &Recognised) -> Vec<String> {
    [
        (recognised.access.is_some(), TokenKind::Access),
        (recognised.refresh.is_some(), TokenKind::Refresh),
        (recognised.id_token.is_some(), TokenKind::Id),
    ]
    .into_iter()
    .filter(|(there, _)| *there)
    .map(|(_, kind)| kind.as_str().to_owned())
    .collect()
}

fn oddity(oddity: &Oddity) -> String {
    match oddity {
        Oddity::TokenRefused(kind) => format!("{}_token_refused", kind.as_str()),
        Oddity::OtherTokenType => "other_token_type".to_owned(),
        Oddity::OddLife => "odd_life".to_owned(),
    }
}

/// The end of an imported access token: its own `exp`, else what the text said.
fn ends_at(raw: &str, said: Option<UnixMillis>, now: UnixMillis) -> Option<UnixMillis> {
    inspect(raw)
        .ok()
        .and_then(|inspection| inspection.times(now).exp)
        .or(said)
}
