//! The `keyfob` command: what Keyfob does, as text and JSON.
//!
//! Reads arguments, calls one use case, prints what it found. Each command is a file that returns
//! an [`Answer`](answer::Answer); nothing else prints, and nothing else ends the process.
#![forbid(unsafe_code)]

mod answer;
mod audit;
mod style;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use style::Style;

/// Sessions that you are signed in with: seen, kept fresh, revoked, proved.
#[derive(Parser)]
#[command(name = "keyfob", version, arg_required_else_help = true, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  it could not be done
  2  the command line is wrong
  8  integrity: something was altered

Set NO_COLOR to have no colours.";

#[derive(Subcommand)]
enum Command {
    /// The audit log: what was done with your sessions, and the proof of it.
    #[command(subcommand, arg_required_else_help = true)]
    Audit(audit::Command),
}

fn main() -> ExitCode {
    // A wrong command line ends here, with 2.
    let arguments = Arguments::parse();
    let style = Style::of_environment();
    let answer = match arguments.command {
        Command::Audit(command) => command.run(style),
    };
    answer.give()
}
