//! Runs the command.

use std::{
    ffi::OsStr,
    process::{Command, Stdio},
};

pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyfob"));
    command.env_remove("NO_COLOR").stdin(Stdio::null());
    command
}

pub(crate) fn run<A: AsRef<OsStr>>(arguments: &[A]) -> Run {
    let output = command().args(arguments).output().unwrap();
    Run {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
