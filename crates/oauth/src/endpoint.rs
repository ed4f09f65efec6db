//! How the answer of an OAuth endpoint is read, whichever it is: the status and the error come first.

use keyfob_token::FailureCode;

use crate::{
    ErrorCode, Refusal,
    fields::Fields,
    http::{Answer, HttpError},
};

/// What an endpoint said, before its own fields are looked at.
pub(crate) enum Said {
    /// 2xx without an error.
    Yes,
    /// 429, 503, `temporarily_unavailable`: not acted on.
    Later(Option<i64>),
    /// A refusal: an OAuth error, whatever the status, or a plain 4xx.
    No(Refusal),
    /// Anything else: it may have acted.
    Unclear,
}

/// Why an endpoint's answer is not its own: what all endpoints have in common.
pub(crate) enum Failure {
    NotSent(FailureCode),
    Later(Option<i64>),
    Unclear,
    No(Refusal),
}

/// Reads the status and the error of an answer.
///
/// A server error is unclear even when it looks like an OAuth error. A redirect is never followed
/// and tells nothing, so it is unclear too.
pub(crate) fn said(answer: &Answer, fields: Option<&Fields<'_>>) -> Said {
    if answer.is_turned_away() {
        return Said::Later(answer.retry_after_ms);
    }
    if answer.status >= 500 {
        return Said::Unclear;
    }
    if let Some(refusal) = fields.and_then(|fields| refusal_in(answer.status, fields)) {
        return match refusal.code {
            ErrorCode::TemporarilyUnavailable => Said::Later(answer.retry_after_ms),
            ErrorCode::ServerError => Said::Unclear,
            _ => Said::No(refusal),
        };
    }
    match answer.status {
        200..300 => Said::Yes,
        408 => Said::Unclear,
        401 => Said::No(Refusal::new("invalid_client", 401, "")),
        400..500 => Said::No(Refusal::new("", answer.status, "")),
        _ => Said::Unclear,
    }
}

fn refusal_in(status: u16, fields: &Fields<'_>) -> Option<Refusal> {
    let error = fields.text("error").filter(|error| !error.is_empty())?;
    let description = fields.text("error_description");
    let words = description.as_ref().map_or("", |words| words.as_str());
    Some(Refusal::new(&error, status, words))
}

/// Reads an answer whose `Yes` has no doubtful cases.
pub(crate) fn settle(sent: Result<Answer, HttpError>) -> Result<Answer, Failure> {
    let answer = sent.map_err(|error| match error {
        HttpError::NotSent(cause) => Failure::NotSent(cause.code()),
        HttpError::Uncertain { .. } => Failure::Unclear,
    })?;
    let verdict = {
        // EXPOSE: parsing; what is read of it here is the error alone.
        let fields = Fields::read(answer.body.expose());
        said(&answer, fields.as_ref())
    };
    match verdict {
        Said::Yes => Ok(answer),
        Said::Later(retry_after_ms) => Err(Failure::Later(retry_after_ms)),
        Said::No(refusal) => Err(Failure::No(refusal)),
        Said::Unclear => Err(Failure::Unclear),
    }
}
