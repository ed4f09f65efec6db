//! `keyfob audit …`

mod export;
mod verify;

use clap::Subcommand;

use crate::shell::{Outcome, Shell};

#[derive(Subcommand)]
pub(crate) enum Command {
    Export(export::Export),
    Verify(verify::Verify),
}

impl Command {
    pub(crate) fn run(self, shell: &Shell) -> Outcome {
        match self {
            Self::Export(export) => export.run(shell),
            Self::Verify(verify) => verify.run(shell),
        }
    }
}
