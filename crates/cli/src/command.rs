//! The commands, one file each.

mod completions;
mod forget;
mod list;
mod lock;
mod login;
mod man;
mod refresh;
mod revoke;
mod show;
mod token;

use clap::Subcommand;

use crate::{
    audit,
    shell::{Outcome, Shell},
};

#[derive(Subcommand)]
pub(crate) enum Command {
    List(list::List),
    Show(show::Show),
    Token(token::Token),
    Refresh(refresh::Refresh),
    Revoke(revoke::Revoke),
    Forget(forget::Forget),
    Login(login::Login),
    /// Lock the vault: views and commands get nothing; refresh and revocations go on
    Lock,
    /// Unlock the vault; a locked keyring may ask
    Unlock,
    /// The audit log: what was done with your sessions, and the proof of it.
    #[command(subcommand, arg_required_else_help = true)]
    Audit(audit::Command),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Command {
    pub(crate) fn run(self, shell: &Shell) -> Outcome {
        match self {
            Self::List(list) => list.run(shell),
            Self::Show(show) => show.run(shell),
            Self::Token(token) => token.run(shell),
            Self::Refresh(refresh) => refresh.run(shell),
            Self::Revoke(revoke) => revoke.run(shell),
            Self::Forget(forget) => forget.run(shell),
            Self::Login(login) => login.run(shell),
            Self::Lock => lock::lock(shell),
            Self::Unlock => lock::unlock(shell),
            Self::Audit(command) => command.run(shell),
            Self::Completions(completions) => Ok(completions.run()),
            Self::Man(man) => man.run(),
        }
    }
}
