//! A wrong command line, help and the version: what clap says, and as JSON where that was asked for.

use std::process::ExitCode;

use crate::failure::Failure;

/// Ends with what clap found: help and version go to standard output, all else is an error.
pub(crate) fn wrong(error: &clap::Error) -> ExitCode {
    let asked_for_json = std::env::args_os().any(|argument| argument == "--json");
    if error.exit_code() == 0 || !asked_for_json {
        // Nothing is left to be told when the terminal is gone.
        let _ = error.print();
        return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(1));
    }
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    let sentence = first.strip_prefix("error: ").unwrap_or(first);
    Failure::usage(sentence).answer(true).give()
}
