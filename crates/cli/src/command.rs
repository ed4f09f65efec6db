//! The commands, one file each.

mod list;
mod refresh;
mod token;

use clap::Subcommand;

use crate::{
    audit,
    shell::{Outcome, Shell},
};

#[derive(Subcommand)]
pub(crate) enum Command {
    List(list::List),
    Token(token::Token),
    Refresh(refresh::Refresh),
    /// The audit log: what was done with your sessions, and the proof of it.
    #[command(subcommand, arg_required_else_help = true)]
    Audit(audit::Command),
}

impl Command {
    pub(crate) fn run(self, shell: &Shell) -> Outcome {
        match self {
            Self::List(list) => list.run(shell),
            Self::Token(token) => token.run(shell),
            Self::Refresh(refresh) => refresh.run(shell),
            Self::Audit(command) => command.run(shell),
        }
    }
}
