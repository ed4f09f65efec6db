//! How a command answers: text for standard output and standard error, and an exit code.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde::Serialize;

/// What a command's exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// It could not be done.
    Failed = 1,
    /// The command line is wrong; clap uses the same code.
    Usage = 2,
    /// Something was altered.
    Integrity = 8,
}

/// The answer of a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    output: String,
    error: String,
    exit: Exit,
}

impl Answer {
    /// Text for standard output.
    pub(crate) fn text(output: String, exit: Exit) -> Self {
        Self {
            output,
            error: String::new(),
            exit,
        }
    }

    /// One JSON object for standard output.
    pub(crate) fn json(value: &impl Serialize, exit: Exit) -> Self {
        let text = serde_json::to_string(value).expect("our values serialize to JSON");
        Self::text(format!("{text}\n"), exit)
    }

    /// A sentence for standard error.
    pub(crate) fn error(sentence: impl std::fmt::Display, exit: Exit) -> Self {
        Self {
            output: String::new(),
            error: format!("keyfob: {sentence}\n"),
            exit,
        }
    }

    /// Writes it. An answer that could not be written is a failure, unless the reader has seen
    /// enough and closed the pipe.
    pub(crate) fn give(self) -> ExitCode {
        // Nothing is left to be told when standard error is closed.
        let _ = io::stderr().write_all(self.error.as_bytes());
        let mut out = io::stdout().lock();
        match out
            .write_all(self.output.as_bytes())
            .and_then(|()| out.flush())
        {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                ExitCode::from(Exit::Failed as u8)
            }
            _ => ExitCode::from(self.exit as u8),
        }
    }
}
