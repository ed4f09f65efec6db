//! The calls of the session API, and what their failures mean.

use std::collections::HashSet;

use keyfob_oauth::http::{Answer, HttpError, Request};
use url::Url;

use super::{
    Scalekit,
    shape::{ErrorBody, Life, RevokedOne, SessionDetails, SessionPage},
};
use crate::provider::{ProviderContext, ProviderError, ProviderSession};

/// Sessions asked for in one page.
const PAGE_SIZE: &str = "100";

/// More pages than this are not asked for.
const MOST_PAGES: usize = 10;

/// More sessions in one page than this is no answer.
const MOST_IN_PAGE: usize = 1_000;

/// Longest page token that is sent back, in bytes.
const LONGEST_PAGE_TOKEN: usize = 4 * 1024;

/// Longest name of a session, a user or an organization, in bytes.
const LONGEST_ID: usize = 128;

/// A user's sessions.
pub(super) struct Listing {
    pub(super) sessions: Vec<ProviderSession>,
    /// Whether these are all.
    pub(super) is_complete: bool,
}

/// The path of something below `/api/v1`. Names come from tokens and are hostile: what is not
/// spelt like a name is never sent.
pub(super) fn address(
    scalekit: &Scalekit,
    context: &ProviderContext<'_>,
    collection: &str,
    (prefix, id): (&str, &str),
    rest: &[&str],
) -> Result<Url, ProviderError> {
    let spelt = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let is_name = id.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty());
    if !is_name || id.len() > LONGEST_ID || !id.bytes().all(spelt) {
        return Err(ProviderError::UnknownSession);
    }
    let base = match &scalekit.base {
        Some(base) => base.clone(),
        None => Url::parse(&context.metadata.issuer).map_err(|_| ProviderError::Unsupported)?,
    };
    let path = ["/api/v1", collection, id];
    let path = path
        .iter()
        .chain(rest)
        .copied()
        .collect::<Vec<_>>()
        .join("/");
    base.join(&path).map_err(|_| ProviderError::Unsupported)
}

/// All sessions of a user, whatever their status: a filter that the provider reads otherwise would
/// hide some.
pub(super) async fn list(
    scalekit: &Scalekit,
    context: &ProviderContext<'_>,
    user: &str,
) -> Result<Listing, ProviderError> {
    let base = address(scalekit, context, "users", ("usr_", user), &["sessions"])?;
    let mut sessions = Vec::new();
    let mut seen = HashSet::new();
    let mut next: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let mut url = base.clone();
        url.query_pairs_mut().append_pair("page_size", PAGE_SIZE);
        if let Some(token) = &next {
            url.query_pairs_mut().append_pair("page_token", token);
        }
        let page: SessionPage = read(&call(scalekit, context, &Request::fetch, &url).await?)?;
        let is_theirs =
            |found: &SessionDetails| found.user_id.as_deref().is_none_or(|id| id == user);
        if page.sessions.len() > MOST_IN_PAGE || !page.sessions.iter().all(is_theirs) {
            return Err(ProviderError::Unreadable);
        }
        sessions.extend(page.sessions.into_iter().map(SessionDetails::into_listed));
        next = page.next_page_token.filter(|token| !token.is_empty());
        let Some(token) = &next else {
            return Ok(Listing {
                sessions,
                is_complete: true,
            });
        };
        // A page that leads back to an earlier one would never end.
        if token.len() > LONGEST_PAGE_TOKEN || !seen.insert(token.clone()) {
            return Err(ProviderError::Unreadable);
        }
    }
    Ok(Listing {
        sessions,
        is_complete: false,
    })
}

/// Reads whether a session lives.
pub(super) async fn life(
    scalekit: &Scalekit,
    context: &ProviderContext<'_>,
    session: &str,
) -> Result<Life, ProviderError> {
    let url = address(scalekit, context, "sessions", ("ses_", session), &[])?;
    let found: SessionDetails = read(&call(scalekit, context, &Request::fetch, &url).await?)?;
    if found.session_id != session {
        return Err(ProviderError::Unreadable);
    }
    Ok(found.life())
}

/// The organization that a session belongs to.
pub(super) async fn organization(
    scalekit: &Scalekit,
    context: &ProviderContext<'_>,
    session: &str,
) -> Result<String, ProviderError> {
    let url = address(scalekit, context, "sessions", ("ses_", session), &[])?;
    let found: SessionDetails = read(&call(scalekit, context, &Request::fetch, &url).await?)?;
    if found.session_id != session {
        return Err(ProviderError::Unreadable);
    }
    found.organization_id.ok_or(ProviderError::Unsupported)
}

/// Asks to revoke a session. `Ok` means that the provider says so of exactly this session; whether
/// it is true is for [`life`].
pub(super) async fn revoke(
    scalekit: &Scalekit,
    context: &ProviderContext<'_>,
    session: &str,
) -> Result<(), ProviderError> {
    let url = address(
        scalekit,
        context,
        "sessions",
        ("ses_", session),
        &["revoke"],
    )?;
    let answer: RevokedOne = read(&call(scalekit, context, &post, &url).await?)?;
    if answer.revoked_session.tells_end_of(session) {
        Ok(())
    } else {
        Err(ProviderError::Unreadable)
    }
}

/// Revokes a session and reads it again: only what is read as ended is a success.
pub(super) async fn revoke_confirmed(
    scalekit: &Scalekit,
    context: &ProviderContext<'_>,
    session: &str,
) -> Result<(), ProviderError> {
    let asked = revoke(scalekit, context, session).await;
    if let Err(error @ (ProviderError::NeedsAdmin | ProviderError::UnknownSession)) = asked {
        return Err(error);
    }
    match (asked, life(scalekit, context, session).await) {
        // Perhaps it had ended before; ended it has.
        (_, Ok(Life::Ended)) => Ok(()),
        (Err(error), _) => Err(error),
        (Ok(()), Ok(Life::Active)) => Err(ProviderError::StillAlive),
        (Ok(()), Ok(Life::Unknown) | Err(_)) => Err(ProviderError::Unreadable),
    }
}

/// Revokes all sessions of a user; the number of those that were read as alive before and are not
/// any more.
pub(super) async fn revoke_all_confirmed(
    scalekit: &Scalekit,
    context: &ProviderContext<'_>,
    user: &str,
) -> Result<u32, ProviderError> {
    let before = list(scalekit, context, user).await?;
    let url = address(
        scalekit,
        context,
        "users",
        ("usr_", user),
        &["sessions", "revoke"],
    )?;
    call(scalekit, context, &post, &url).await?;
    let after = list(scalekit, context, user).await?;
    let is_now = |session: &ProviderSession| {
        after
            .sessions
            .iter()
            .find(|other| other.id == session.id)
            .map(|other| other.active)
    };
    let mut ended = 0;
    for session in before.sessions.iter().filter(|session| session.active) {
        match is_now(session) {
            Some(false) => ended += 1,
            Some(true) => return Err(ProviderError::StillAlive),
            // One that is not listed any more may live as well as not.
            None => return Err(ProviderError::Unreadable),
        }
    }
    if before.is_complete && after.is_complete {
        Ok(ended)
    } else {
        Err(ProviderError::Unreadable)
    }
}

fn post(url: Url) -> Request {
    Request::post_json(url, "{}".to_owned().into())
}

/// Sends a request as the administrator; once more with a new token when one from memory is
/// refused, since a 401 has not acted.
pub(super) async fn call(
    scalekit: &Scalekit,
    context: &ProviderContext<'_>,
    request: &(dyn Fn(Url) -> Request + Sync),
    url: &Url,
) -> Result<Answer, ProviderError> {
    let mut admin = scalekit.tokens.token(context).await?;
    loop {
        let sent = context
            .http
            .send(request(url.clone()).bearer(&*admin.token))
            .await;
        let answer = sent.map_err(|error| match error {
            HttpError::NotSent(cause) => ProviderError::NotSent(cause.code()),
            HttpError::Uncertain { .. } => ProviderError::Unreadable,
        })?;
        if answer.status == 401 && !admin.is_fresh {
            admin = scalekit.tokens.fetch(context).await?;
            continue;
        }
        return settle(answer);
    }
}

fn settle(answer: Answer) -> Result<Answer, ProviderError> {
    match answer.status {
        200..300 => Ok(answer),
        401 | 403 => Err(ProviderError::AdminRefused),
        404 if names_something(&answer) => Err(ProviderError::NotFound),
        404 | 405 | 501 => Err(ProviderError::Unsupported),
        429 | 503 => Err(ProviderError::TurnedAway {
            retry_after_ms: answer.retry_after_ms,
        }),
        400..=499 => Err(ProviderError::Refused),
        _ => Err(ProviderError::Unreadable),
    }
}

/// A route that isn't there is a 404 as well, but one without details.
fn names_something(answer: &Answer) -> bool {
    const NOT_FOUND: i64 = 5;
    answer
        .json::<ErrorBody>()
        .is_some_and(|error| error.code.as_i64() == Some(NOT_FOUND) && !error.details.is_empty())
}

/// A 200 of another shape, a web page among them, says nothing.
pub(super) fn read<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T, ProviderError> {
    answer.json().ok_or(ProviderError::Unreadable)
}
