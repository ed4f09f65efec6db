//! `keyfob refresh NAME`

use clap::Args;

use crate::{
    answer::{Answer, Exit},
    shape::{SessionObject, end_words, time},
    shell::{Outcome, Shell},
};

/// Renew a session now
#[derive(Args)]
pub(crate) struct Refresh {
    /// The session
    name: String,
}

#[derive(serde::Serialize)]
struct Refreshed {
    session: SessionObject,
}

impl Refresh {
    pub(crate) fn run(self, shell: &Shell) -> Outcome {
        shell.with_sessions("waiting for the provider", async |engine| {
            let row = engine.find_session(&self.name)?;
            let row = engine.refresh_session_to_the_end(&row.id).await?;
            if shell.json {
                let session = SessionObject::of(&row);
                return Ok(Answer::json(&Refreshed { session }, Exit::Done));
            }
            let until = match row.end.at {
                Some(at) => format!("access token valid until {}", time(at)),
                None => end_words(&row, 0),
            };
            Ok(Answer::done(format!("{}: refreshed, {until}\n", row.name)))
        })
    }
}
