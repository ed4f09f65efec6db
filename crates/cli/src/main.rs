//! The `keyfob` command: what Keyfob does, as text and JSON.
//!
//! Reads arguments, calls one use case, prints what it found. Each command is a file that returns
//! an [`Answer`](answer::Answer); nothing else prints results, and nothing else ends the process.
//! No secret is ever taken from the arguments or the environment: any program of the user can read
//! those.
#![forbid(unsafe_code)]

mod answer;
mod ask;
mod audit;
mod command;
mod failure;
mod harden;
mod shape;
mod shell;
mod style;
mod terminal;
mod usage;
mod words;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

use command::Command;
use shell::Shell;
use style::Style;

/// Sessions that you are signed in with: seen, kept fresh, revoked, proved.
#[derive(Parser)]
#[command(name = "keyfob", version, arg_required_else_help = true, after_help = AFTER_HELP)]
struct Arguments {
    /// Print one JSON object, also for an error
    #[arg(long, global = true)]
    json: bool,
    /// The vault in this folder instead of the user's own
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str =
    "NAME is a session's exact name, else the beginning of its id, else its issuer, account or
ISSUER/ACCOUNT, where only one session fits.

Exit codes:
  0  done
  1  it could not be done
  2  the command line is wrong
  3  the vault or the keyring is locked
  4  no such session, or no vault
  5  the session has ended: sign in again
  6  the provider could not be reached
  7  denied, by the provider or by this system
  8  integrity: something was altered or damaged

Set NO_COLOR to have no colours.";

fn main() -> ExitCode {
    harden::process();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage::wrong(&error),
    };
    let shell = Shell {
        json: arguments.json,
        data_dir: arguments.data_dir,
        style: Style::of_environment(),
    };
    match arguments.command.run(&shell) {
        Ok(answer) => answer.give(),
        Err(failure) => failure.answer(shell.json).give(),
    }
}
