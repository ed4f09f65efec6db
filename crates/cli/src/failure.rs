//! What went wrong: a code for programs, a sentence for people, and the exit code.

use std::fmt;

use keyfob_engine::{
    EngineError,
    view::{ErrorCode, ErrorView},
};
use serde::Serialize;

use crate::{
    answer::{Answer, Exit},
    words,
};

/// Why a command could not do what it should.
#[derive(Debug)]
pub(crate) struct Failure {
    code: String,
    sentence: String,
    facts: std::collections::BTreeMap<String, String>,
    exit: Exit,
}

impl Failure {
    /// One that is not the engine's.
    pub(crate) fn new(code: &str, sentence: impl fmt::Display, exit: Exit) -> Self {
        Self {
            code: code.to_owned(),
            sentence: sentence.to_string(),
            facts: std::collections::BTreeMap::new(),
            exit,
        }
    }

    /// A wrong command line.
    pub(crate) fn usage(sentence: impl fmt::Display) -> Self {
        Self::new("usage", sentence, Exit::Usage)
    }

    /// Of an error that the engine showed rather than returned.
    pub(crate) fn of_view(view: &ErrorView) -> Self {
        let facts = view.facts.iter();
        facts
            .fold(EngineError::new(view.code), |error, (name, fact)| {
                error.with(name, fact)
            })
            .into()
    }

    /// As one JSON object on standard output, or as a sentence on standard error.
    pub(crate) fn answer(self, json: bool) -> Answer {
        if !json {
            return Answer::error(self.sentence, self.exit);
        }
        let error = ErrorObject {
            error: ErrorBody {
                code: &self.code,
                message: &self.sentence,
                facts: &self.facts,
            },
        };
        Answer::json(&error, self.exit)
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self {
            code: code_name(error.code()),
            sentence: words::sentence(&error),
            exit: exit_of(&error),
            facts: error.view().facts,
        }
    }
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        EngineError::from(code).into()
    }
}

#[derive(Serialize)]
struct ErrorObject<'a> {
    error: ErrorBody<'a>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    facts: &'a std::collections::BTreeMap<String, String>,
}

/// The code as JSON writes it.
pub(crate) fn code_name(code: ErrorCode) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(name)) => name,
        _ => "internal".to_owned(),
    }
}

fn exit_of(error: &EngineError) -> Exit {
    use ErrorCode as E;
    match error.code() {
        E::VaultLocked | E::KeyringLocked => Exit::Locked,
        E::SessionNotFound | E::SessionAmbiguous | E::VaultNotOpen => Exit::NotFound,
        E::SignInNeeded | E::NoAccessToken | E::AccessTokenEnded => Exit::SignIn,
        E::SessionRevoking => Exit::SignIn,
        E::IssuerUnreachable
        | E::IssuerTls
        | E::IssuerNoDiscovery
        | E::IssuerNotJson
        | E::IssuerIncomplete
        | E::SignInBadAnswer => Exit::Network,
        E::RefreshFailed => match error.fact("why") {
            Some("invalid_grant") => Exit::SignIn,
            Some("invalid_client" | "refused" | "blocked") => Exit::Denied,
            _ => Exit::Network,
        },
        E::VaultNoPermission
        | E::KeyringDenied
        | E::SignInRefused
        | E::SignInClientRefused
        | E::IssuerPrivateAddress
        | E::IssuerNotHttps
        | E::SessionFrozen
        | E::ProviderNeedsAdmin => Exit::Denied,
        E::VaultDamaged
        | E::VaultNotOurs
        | E::VaultReadOnly
        | E::WrongKey
        | E::LogBroken
        | E::IdTokenInvalid
        | E::VaultOlderCopy
        | E::IssuerMismatch => Exit::Integrity,
        E::IssuerNotAUrl | E::NameInvalid | E::LabelInvalid => Exit::Usage,
        _ => Exit::Failed,
    }
}
