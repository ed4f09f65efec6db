//! The session that a name on a command line means.

use keyfob_token::{Phase, Session, SessionId};

use crate::{
    engine::Engine,
    error::{EngineError, host_of},
    view::{ErrorCode, Row},
};

/// The shortest beginning of an id that is taken for one.
const SHORTEST_ID: usize = 4;
/// Candidates that an ambiguous name lists.
const MOST_CANDIDATES: usize = 8;

impl Engine {
    /// The session that `name` means: by its exact name, else by the beginning of its id, else by
    /// its issuer, account, or `issuer/account`.
    ///
    /// # Errors
    /// The vault is locked, nothing fits, or several do: then `candidates` lists them.
    pub fn find_session(&self, name: &str) -> Result<Row, EngineError> {
        let core = &self.core;
        core.require_open()?;
        let id = core.roster(|roster| find(&roster.sessions().collect::<Vec<_>>(), name))?;
        core.row(id)
    }
}

/// The one session that `name` means.
pub(crate) fn find(sessions: &[&Session], name: &str) -> Result<SessionId, EngineError> {
    let name = name.trim();
    let rules: [&dyn Fn(&Session) -> bool; 3] = [
        &|session| session.name == name,
        &|session| has_id(session, name),
        &|session| is_of(session, name),
    ];
    for rule in rules {
        let fitting: Vec<&Session> = sessions.iter().copied().filter(|it| rule(it)).collect();
        // What is over is meant only where nothing else is.
        let living: Vec<&Session> = fitting
            .iter()
            .copied()
            .filter(|it| !matches!(it.phase, Phase::Revoked(_)))
            .collect();
        match (living.as_slice(), fitting.as_slice()) {
            ([one], _) | ([], [one]) => return Ok(one.id),
            ([], []) => {}
            ([], several) | (several, _) => return Err(ambiguous(name, several)),
        }
    }
    Err(EngineError::new(ErrorCode::SessionNotFound).with("name", name))
}

fn has_id(session: &Session, text: &str) -> bool {
    text.len() >= SHORTEST_ID
        && session
            .id
            .0
            .to_string()
            .starts_with(&text.to_ascii_lowercase())
}

fn is_of(session: &Session, text: &str) -> bool {
    let host = host_of(&session.issuer);
    let account = &session.account;
    let accounts = [
        &account.email,
        &account.username,
        &account.subject,
        &account.name,
    ];
    let is_account = |text: &str| {
        !text.is_empty() && accounts.iter().any(|field| field.as_deref() == Some(text))
    };
    let is_issuer = |text: &str| !text.is_empty() && (session.issuer == text || host == text);
    is_issuer(text)
        || is_account(text)
        || text
            .rsplit_once('/')
            .is_some_and(|(issuer, account)| is_issuer(issuer) && is_account(account))
}

fn ambiguous(name: &str, several: &[&Session]) -> EngineError {
    let mut listed: Vec<String> = several
        .iter()
        .map(|it| format!("{} ({})", it.name, &it.id.0.to_string()[..8]))
        .collect();
    listed.sort();
    let more = listed.len().saturating_sub(MOST_CANDIDATES);
    listed.truncate(MOST_CANDIDATES);
    if more > 0 {
        listed.push(format!("{more} more"));
    }
    EngineError::new(ErrorCode::SessionAmbiguous)
        .with("name", name)
        .with("candidates", listed.join(", "))
}
