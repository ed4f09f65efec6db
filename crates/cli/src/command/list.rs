//! `keyfob list`

use clap::Args;
use keyfob_engine::{
    Engine,
    view::{Row, RowItem, SessionQuery},
};
use serde::Serialize;

use crate::{
    answer::{Answer, Exit},
    failure::Failure,
    shape::{SessionObject, coloured, columns, end_words, state_word},
    shell::{Outcome, Shell},
};

/// Rows that are asked for at once.
const WINDOW: u32 = 500;

/// List the sessions
#[derive(Args)]
pub(crate) struct List {
    /// Only those that fit: words, and filters such as is:expiring, issuer:okta, -label:test
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
}

#[derive(Serialize)]
struct Sessions {
    sessions: Vec<SessionObject>,
}

impl List {
    pub(crate) fn run(self, shell: &Shell) -> Outcome {
        shell.with_sessions("reading the vault", async |engine| {
            let (rows, now) = rows(engine, &self.filter.join(" "))?;
            if shell.json {
                let sessions = rows.iter().map(SessionObject::of).collect();
                return Ok(Answer::json(&Sessions { sessions }, Exit::Done));
            }
            if rows.is_empty() {
                return Ok(Answer::done("no sessions\n".to_owned()));
            }
            let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(row, now)).collect();
            let head = ["STATE", "NAME", "ACCOUNT", "ISSUER", "ENDS"];
            Ok(Answer::done(columns(
                &head,
                &cells,
                |line, column, cell| {
                    if column == 0 {
                        coloured(rows[line].state, &cell, shell.style)
                    } else {
                        cell
                    }
                },
            )))
        })
    }
}

fn cells(row: &Row, now: i64) -> Vec<String> {
    vec![
        state_word(row.state).to_owned(),
        row.name.clone(),
        row.account.clone().unwrap_or_else(|| "–".to_owned()),
        row.host.clone(),
        end_words(row, now),
    ]
}

/// All rows that fit, and the time they were looked at.
fn rows(engine: &Engine, filter: &str) -> Result<(Vec<Row>, i64), Failure> {
    let mut rows = Vec::new();
    loop {
        let page = engine.list_sessions(&SessionQuery {
            text: filter.to_owned(),
            offset: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            limit: WINDOW,
            ..SessionQuery::default()
        })?;
        if let Some((part, why)) = page
            .bad_filters
            .first()
            .map(|part| (part, "no such filter"))
        {
            return Err(Failure::usage(format_args!("{part}: {why}")));
        }
        let before = rows.len();
        rows.extend(page.items.into_iter().filter_map(|item| match item {
            RowItem::Session { row } => Some(row),
            RowItem::Group { .. } => None,
        }));
        if rows.len() == before || rows.len() >= page.matched as usize {
            return Ok((rows, page.now));
        }
    }
}
