//! `keyfob show NAME`

use clap::Args;
use keyfob_engine::view::{Detail, TokenView};
use serde::Serialize;

use crate::{
    answer::{Answer, Exit},
    shape::{SessionObject, coloured, end_words, state_word, time},
    shell::{Outcome, Shell},
    style::Style,
};

/// Show everything about a session but its secrets
#[derive(Args)]
pub(crate) struct Show {
    /// The session
    name: String,
}

/// The session in JSON.
#[derive(Serialize)]
struct Shown<'a> {
    session: SessionObject,
    provider: &'a str,
    client_id: &'a str,
    confidential_client: bool,
    origin: &'a str,
    created_at: String,
    signed_in_at: Option<String>,
    refreshed_at: Option<String>,
    used_at: Option<String>,
    generation: u32,
    reason: Option<&'a str>,
    tokens: Vec<TokenObject<'a>>,
}

#[derive(Serialize)]
struct TokenObject<'a> {
    kind: &'a str,
    format: &'a str,
    alg: Option<&'a str>,
    fingerprint: &'a str,
    length: u32,
    ends_at: Option<String>,
    ended: bool,
    verification: &'a str,
}

impl Show {
    pub(crate) fn run(self, shell: &Shell) -> Outcome {
        shell.with_sessions("reading the vault", async |engine| {
            let row = engine.find_session(&self.name)?;
            let detail = engine.session_detail(&row.id).await?;
            if shell.json {
                return Ok(Answer::json(&shown(&detail), Exit::Done));
            }
            let now = engine.app_state(false).now;
            Ok(Answer::done(lines(&detail, now, shell.style)))
        })
    }
}

fn shown(detail: &Detail) -> Shown<'_> {
    Shown {
        session: SessionObject::of(&detail.row),
        provider: &detail.provider,
        client_id: &detail.client_id,
        confidential_client: detail.confidential_client,
        origin: &detail.origin,
        created_at: time(detail.created_at),
        signed_in_at: detail.signed_in_at.map(time),
        refreshed_at: detail.refreshed_at.map(time),
        used_at: detail.used_at.map(time),
        generation: detail.generation,
        reason: detail.reason.as_deref(),
        tokens: detail.tokens.iter().map(token).collect(),
    }
}

fn token(view: &TokenView) -> TokenObject<'_> {
    TokenObject {
        kind: &view.kind,
        format: &view.format,
        alg: view.alg.as_deref(),
        fingerprint: &view.fingerprint,
        length: view.length,
        ends_at: view.life.at.map(time),
        ended: view.life.ended,
        verification: &view.verification,
    }
}

fn lines(detail: &Detail, now: i64, style: Style) -> String {
    let row = &detail.row;
    let state = coloured(row.state, state_word(row.state), style);
    let reason = detail.reason.as_deref().map(|why| why.replace('_', " "));
    let mut facts = vec![
        ("id", row.id.clone()),
        (
            "state",
            match reason {
                Some(why) => format!("{state} ({why})"),
                None => state,
            },
        ),
        ("ends", end_words(row, now)),
        ("issuer", row.issuer.clone()),
        ("account", row.account.clone().unwrap_or_default()),
        ("client", detail.client_id.clone()),
        ("scopes", row.scopes.join(" ")),
        ("labels", row.labels.join(", ")),
        (
            "signed in",
            detail.signed_in_at.map(time).unwrap_or_default(),
        ),
        (
            "refreshed",
            detail.refreshed_at.map(time).unwrap_or_default(),
        ),
        ("used", detail.used_at.map(time).unwrap_or_default()),
        ("generation", detail.generation.to_string()),
    ];
    let tokens: Vec<(String, String)> = detail.tokens.iter().map(token_line).collect();
    facts.retain(|(_, value)| !value.is_empty());
    let mut text = format!("{}\n", row.name);
    for (name, value) in &facts {
        text.push_str(&format!("  {name:<14}{value}\n"));
    }
    for (name, value) in &tokens {
        text.push_str(&format!("  {name:<14}{value}\n"));
    }
    text
}

fn token_line(view: &TokenView) -> (String, String) {
    let end = match (view.life.at, view.life.ended) {
        (_, true) => "ended".to_owned(),
        (Some(at), _) => format!("until {}", time(at)),
        (None, _) => "no end known".to_owned(),
    };
    let alg = view.alg.as_deref().map(|alg| format!(" {alg}"));
    let value = format!(
        "{}{}, {} bytes, {}, fingerprint {}",
        view.format,
        alg.unwrap_or_default(),
        view.length,
        end,
        view.fingerprint
    );
    (format!("{} token", view.kind), value)
}
