//! `keyfob completions SHELL`

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::{Arguments, answer::Answer};

/// Print the completions for a shell
#[derive(Args)]
#[command(
    after_help = "For bash: keyfob completions bash > ~/.local/share/bash-completion/completions/keyfob"
)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> Answer {
        let mut text = Vec::new();
        generate(self.shell, &mut Arguments::command(), "keyfob", &mut text);
        Answer::done(String::from_utf8_lossy(&text).into_owned())
    }
}
