//! How a command answers: text for standard output and standard error, and an exit code.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde::Serialize;
use zeroize::Zeroizing;

/// What a command's exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// It could not be done.
    Failed = 1,
    /// The command line is wrong; clap uses the same code.
    Usage = 2,
    /// The vault or the keyring is locked.
    Locked = 3,
    /// There is no such session, or no vault.
    NotFound = 4,
    /// The session has ended: sign in again.
    SignIn = 5,
    /// The provider could not be reached, or gave no usable answer.
    Network = 6,
    /// The provider or this system said no.
    Denied = 7,
    /// Something was altered or damaged.
    Integrity = 8,
    /// Ended by Ctrl-C, as shells count it.
    Interrupted = 130,
}

/// The answer of a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    output: Zeroizing<String>,
    error: String,
    exit: Exit,
}

impl Answer {
    /// Text for standard output.
    pub(crate) fn text(output: String, exit: Exit) -> Self {
        Self {
            output: Zeroizing::new(output),
            error: String::new(),
            exit,
        }
    }

    /// Text of a command that did what it should.
    pub(crate) fn done(output: String) -> Self {
        Self::text(output, Exit::Done)
    }

    /// One JSON object for standard output.
    pub(crate) fn json(value: &impl Serialize, exit: Exit) -> Self {
        // Grown in one piece: it may hold the token of `keyfob token --json`.
        let mut bytes = Vec::with_capacity(16 * 1024);
        serde_json::to_writer(&mut bytes, value).expect("our values serialize to JSON");
        bytes.push(b'\n');
        Self::text(String::from_utf8(bytes).expect("JSON is UTF-8"), exit)
    }

    /// A sentence for standard error.
    pub(crate) fn error(sentence: impl std::fmt::Display, exit: Exit) -> Self {
        Self {
            output: Zeroizing::default(),
            error: format!("keyfob: {sentence}\n"),
            exit,
        }
    }

    /// The same with a remark on standard error.
    pub(crate) fn noting(mut self, sentence: impl std::fmt::Display) -> Self {
        self.error.push_str(&format!("keyfob: {sentence}\n"));
        self
    }

    /// Writes it before the command has ended; what is left is its exit code.
    pub(crate) fn give_now(self) -> Self {
        let exit = match self.write() {
            Ok(()) => self.exit,
            Err(_) => Exit::Failed,
        };
        Self::text(String::new(), exit)
    }

    /// Writes it. An answer that could not be written is a failure, unless the reader has seen
    /// enough and closed the pipe.
    pub(crate) fn give(self) -> ExitCode {
        match self.write() {
            Ok(()) => ExitCode::from(self.exit as u8),
            Err(_) => ExitCode::from(Exit::Failed as u8),
        }
    }

    fn write(&self) -> io::Result<()> {
        // Nothing is left to be told when standard error is closed.
        let _ = io::stderr().write_all(self.error.as_bytes());
        let mut out = io::stdout().lock();
        let written = out
            .write_all(self.output.as_bytes())
            .and_then(|()| out.flush());
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}
