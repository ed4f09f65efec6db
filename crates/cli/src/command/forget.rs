//! `keyfob forget NAME`

use clap::Args;
use serde::Serialize;

use crate::{
    answer::{Answer, Exit},
    ask::sure,
    shell::{Outcome, Shell},
};

/// Wipe a session here; nothing is revoked, its tokens live on at the provider
#[derive(Args)]
pub(crate) struct Forget {
    /// The session
    name: String,
    /// Don't ask
    #[arg(long)]
    yes: bool,
}

#[derive(Serialize)]
struct Forgotten {
    forgotten: Name,
}

#[derive(Serialize)]
struct Name {
    id: String,
    name: String,
}

impl Forget {
    pub(crate) fn run(self, shell: &Shell) -> Outcome {
        shell.with_sessions("reading the vault", async |engine| {
            let row = engine.find_session(&self.name)?;
            let question = format!(
                "Forget \"{}\"? Its tokens are wiped here and live on at {}",
                row.name, row.host
            );
            sure(self.yes, &question)?;
            engine.forget_session(&row.id).await?;
            if shell.json {
                let forgotten = Name {
                    id: row.id,
                    name: row.name,
                };
                return Ok(Answer::json(&Forgotten { forgotten }, Exit::Done));
            }
            Ok(Answer::done(format!(
                "{}: forgotten here; nothing was revoked at {}\n",
                row.name, row.host
            )))
        })
    }
}
