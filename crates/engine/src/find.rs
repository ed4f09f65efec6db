//! The session that a name on a command line means.

use keyfob_token::{Phase, Session, SessionId};
use keyfob_vault::Vault;
use uuid::Uuid;

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
        let fitting = sessions.iter().copied().filter(|it| rule(it)).collect();
        if let Some(one) = only(name, fitting)? {
            return Ok(one.id);
        }
    }
    Err(EngineError::new(ErrorCode::SessionNotFound).with("name", name))
}

/// The same, read from the vault: by name or id without unsealing every session, where that tells.
pub(crate) fn find_in(vault: &Vault, name: &str) -> Result<Session, EngineError> {
    let name = name.trim();
    if let Some(named) = vault.sessions_named(name)? {
        if let Some(one) = only(name, named.iter().collect())? {
            return Ok(one.clone());
        }
        if let Some((first, last)) = ids(name) {
            let with_id = vault.sessions_between(first, last)?;
            if let Some(one) = only(name, with_id.iter().collect())? {
                return Ok(one.clone());
            }
        }
    }
    let sessions = vault.sessions()?;
    let id = find(&sessions.iter().collect::<Vec<_>>(), name)?;
    let found = sessions.into_iter().find(|session| session.id == id);
    found.ok_or_else(|| ErrorCode::SessionNotFound.into())
}

/// The one of them that is meant, if there is any.
fn only<'a>(name: &str, fitting: Vec<&'a Session>) -> Result<Option<&'a Session>, EngineError> {
    // What is over is meant only where nothing else is.
    let living: Vec<&Session> = fitting
        .iter()
        .copied()
        .filter(|it| !matches!(it.phase, Phase::Revoked(_)))
        .collect();
    match (living.as_slice(), fitting.as_slice()) {
        ([one], _) | ([], [one]) => Ok(Some(one)),
        ([], []) => Ok(None),
        ([], several) | (several, _) => Err(ambiguous(name, several)),
    }
}

/// The ids that begin with a text, from the first to the last.
fn ids(text: &str) -> Option<(SessionId, SessionId)> {
    const FIRST: &str = "00000000-0000-0000-0000-000000000000";
    const LAST: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";
    if text.len() < SHORTEST_ID || !text.is_ascii() {
        return None;
    }
    let filled = |end: &str| {
        let id = format!("{text}{}", end.get(text.len()..)?);
        Uuid::try_parse(&id).ok().map(SessionId)
    };
    Some((filled(FIRST)?, filled(LAST)?))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_an_id_is_a_range_of_ids() {
        let range = |text| ids(text).map(|(first, last)| [first, last].map(|id| id.0.to_string()));
        assert_eq!(
            range("AB12").unwrap(),
            [
                "ab120000-0000-0000-0000-000000000000",
                "ab12ffff-ffff-ffff-ffff-ffffffffffff"
            ]
        );
        assert_eq!(
            range("ab12cd34-5").unwrap(),
            [
                "ab12cd34-5000-0000-0000-000000000000",
                "ab12cd34-5fff-ffff-ffff-ffffffffffff"
            ]
        );
        let whole = "ab12cd34-5678-9abc-def0-123456789abc";
        assert_eq!(range(whole).unwrap(), [whole, whole]);
        for none in [
            "ab1",
            "work",
            "ab12cd345",
            "äb12",
            "ab12cd34-5678-9abc-def0-123456789abc0",
        ] {
            assert_eq!(range(none), None, "{none}");
        }
    }
}
