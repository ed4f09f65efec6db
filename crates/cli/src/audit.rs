//! `keyfob audit …`

mod verify;

use clap::Subcommand;

use crate::shell::{Outcome, Shell};

#[derive(Subcommand)]
pub(crate) enum Command {
    Verify(verify::Verify),
}

impl Command {
    pub(crate) fn run(self, shell: &Shell) -> Outcome {
        match self {
            Self::Verify(verify) => verify.run(shell),
        }
    }
}
