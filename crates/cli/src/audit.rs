//! `keyfob audit …`

mod verify;

use clap::Subcommand;

use crate::{answer::Answer, style::Style};

#[derive(Subcommand)]
pub(crate) enum Command {
    Verify(verify::Verify),
}

impl Command {
    pub(crate) fn run(self, style: Style) -> Answer {
        match self {
            Self::Verify(verify) => verify.run(style),
        }
    }
}
