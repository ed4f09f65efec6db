//! `keyfob revoke`: ordered at once, sent without the pause for Undo, and told as it is.

use clap::Args;
use keyfob_engine::{
    Engine,
    view::{RevokeScope, RevokeStatus, Row},
};
use serde::Serialize;

use crate::{
    answer::{Answer, Exit},
    ask::sure,
    failure::Failure,
    shape::{SessionObject, time},
    shell::{Outcome, Shell},
};

/// How long a verdict is waited for, ms.
const PATIENCE_MS: i64 = 60_000;

/// Revoke sessions at their providers, and say what is proved
///
/// Waits for the verdict of each, up to a minute: "confirmed dead" is only said where the provider
/// was seen to refuse what it accepted just before.
#[derive(Args)]
#[command(group(clap::ArgGroup::new("scope").required(true)), after_help = AFTER_HELP)]
pub(crate) struct Revoke {
    /// One session
    #[arg(group = "scope")]
    name: Option<String>,
    /// All sessions of the account that this session is of
    #[arg(long, group = "scope", value_name = "NAME")]
    account: Option<String>,
    /// All sessions at this issuer
    #[arg(long, group = "scope", value_name = "ISSUER")]
    issuer: Option<String>,
    /// Every session
    #[arg(long, group = "scope")]
    all: bool,
    /// Don't ask
    #[arg(long)]
    yes: bool,
    /// Only order it: an open window sends it, or the next start of one
    #[arg(long)]
    no_wait: bool,
}

const AFTER_HELP: &str = "Exit codes:
  0  each is confirmed dead, or its provider has accepted
  6  a provider could not be reached yet; it is tried again by an open window
  7  a provider has no way to revoke, or refused: valid until the time that is said";

/// Said beside the answer: nothing was sent, and nothing here will.
const NO_WINDOW: &str =
    "not revoked yet, and no window is open to do it: open one, or revoke without --no-wait";

#[derive(Serialize)]
struct Revoked {
    revoked: Vec<VerdictObject>,
}

#[derive(Serialize)]
struct VerdictObject {
    session: SessionObject,
    /// `confirmed_dead`, `accepted`, `valid_until`, `sent`, `waiting_for_network`, `held`.
    verdict: &'static str,
    at: Option<String>,
    /// Until when services that never ask the provider may accept the access token.
    valid_until: Option<String>,
}

impl Revoke {
    pub(crate) fn run(self, shell: &Shell) -> Outcome {
        shell.with_sessions("waiting for the providers", async |engine| {
            let (scope, one) = self.scope(engine)?;
            let ids = self.agreed(engine, &scope, one).await?;
            let window = !self.no_wait || engine.window_is_open().await;
            let rows = if self.no_wait {
                engine
                    .revoke(&RevokeScope::Sessions { ids: ids.clone() })
                    .await?;
                engine.rows_of(&ids)?
            } else {
                engine.revoke_to_the_end(&ids, PATIENCE_MS).await?
            };
            let answer = answer(&rows, shell, self.no_wait);
            Ok(if window {
                answer
            } else {
                answer.noting(NO_WINDOW)
            })
        })
    }

    /// What is to be revoked, and the one session where it is one.
    fn scope(&self, engine: &Engine) -> Result<(RevokeScope, Option<Row>), Failure> {
        if let Some(name) = &self.name {
            let row = engine.find_session(name)?;
            let ids = vec![row.id.clone()];
            return Ok((RevokeScope::Sessions { ids }, Some(row)));
        }
        if let Some(name) = &self.account {
            let id = engine.find_session(name)?.id;
            return Ok((RevokeScope::Account { id }, None));
        }
        let scope = match &self.issuer {
            Some(issuer) => RevokeScope::Issuer {
                issuer: issuer.clone(),
            },
            None => RevokeScope::Everything,
        };
        Ok((scope, None))
    }

    /// The sessions to revoke, once the user has agreed to their number.
    async fn agreed(
        &self,
        engine: &Engine,
        scope: &RevokeScope,
        one: Option<Row>,
    ) -> Result<Vec<String>, Failure> {
        if let Some(row) = one {
            if !row.can_revoke && row.revoke.is_none() {
                return Err(Failure::new(
                    "provider_unknown",
                    format_args!("\"{}\" has no known provider to revoke it at", row.name),
                    Exit::Denied,
                ));
            }
            return Ok(vec![row.id]);
        }
        let preview = engine.revoke_preview(scope).await?;
        if preview.count == 0 {
            return Err(Failure::new(
                "session_not_found",
                "no session there can be revoked",
                Exit::NotFound,
            ));
        }
        let hosts: Vec<&str> = preview.groups.iter().map(|it| it.host.as_str()).collect();
        let question = format!("Revoke {} sessions at {}", preview.count, hosts.join(", "));
        sure(self.yes, &question)?;
        Ok(preview.groups.into_iter().flat_map(|it| it.ids).collect())
    }
}

fn answer(rows: &[Row], shell: &Shell, ordered_only: bool) -> Answer {
    let exit = if ordered_only {
        Exit::Done
    } else {
        rows.iter()
            .map(exit_of)
            .max_by_key(|exit| *exit as u8)
            .unwrap_or(Exit::Done)
    };
    if shell.json {
        let revoked = rows.iter().map(verdict).collect();
        return Answer::json(&Revoked { revoked }, exit);
    }
    let lines: String = rows
        .iter()
        .map(|row| format!("{}: {}\n", row.name, words(row)))
        .collect();
    Answer::text(lines, exit)
}

fn exit_of(row: &Row) -> Exit {
    match row.revoke {
        Some(RevokeStatus::ConfirmedDead { .. } | RevokeStatus::Accepted { .. }) => Exit::Done,
        Some(RevokeStatus::ValidUntil { .. }) | None => Exit::Denied,
        Some(RevokeStatus::Held { .. } | RevokeStatus::WaitingForNetwork | RevokeStatus::Sent) => {
            Exit::Network
        }
    }
}

fn verdict(row: &Row) -> VerdictObject {
    let (verdict, at, until) = match row.revoke {
        Some(RevokeStatus::ConfirmedDead { at, offline_until }) => {
            ("confirmed_dead", Some(at), offline_until)
        }
        Some(RevokeStatus::Accepted { at, offline_until }) => ("accepted", Some(at), offline_until),
        Some(RevokeStatus::ValidUntil { at, until }) => ("valid_until", Some(at), until),
        Some(RevokeStatus::Sent) => ("sent", None, None),
        Some(RevokeStatus::WaitingForNetwork) => ("waiting_for_network", None, None),
        Some(RevokeStatus::Held { .. }) => ("held", None, None),
        None => ("none", None, None),
    };
    VerdictObject {
        session: SessionObject::of(row),
        verdict,
        at: at.map(time),
        valid_until: until.map(time),
    }
}

/// The verdict for people: never more than was proved.
fn words(row: &Row) -> String {
    let offline = |until: Option<i64>| match until {
        Some(until) => format!(
            "; services that never ask {} may accept its access token until {}",
            row.host,
            time(until)
        ),
        None => String::new(),
    };
    match row.revoke {
        Some(RevokeStatus::ConfirmedDead { offline_until, .. }) => {
            format!("confirmed dead at {}{}", row.host, offline(offline_until))
        }
        Some(RevokeStatus::Accepted { offline_until, .. }) => format!(
            "accepted by {}; that it took effect can't be checked{}",
            row.host,
            offline(offline_until)
        ),
        Some(RevokeStatus::ValidUntil { until, .. }) => match until {
            Some(until) => format!("{} can't revoke it: valid until {}", row.host, time(until)),
            None => format!("{} can't revoke it, and its end is not known", row.host),
        },
        Some(RevokeStatus::Sent) => {
            format!(
                "sent to {}, no verdict yet; an open window goes on",
                row.host
            )
        }
        Some(RevokeStatus::WaitingForNetwork) => format!(
            "{} can't be reached; not revoked yet, an open window goes on",
            row.host
        ),
        Some(RevokeStatus::Held { .. }) => "ordered; an open window sends it, or the next start \
             of one, or this command without --no-wait"
            .to_owned(),
        None => "not revoked".to_owned(),
    }
}
