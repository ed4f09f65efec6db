//! Asking the person at the terminal: yes or no, and a secret without echo.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use keyfob_secret::ClientSecret;
use zeroize::Zeroizing;

use crate::{answer::Exit, failure::Failure};

/// Longest secret read, bytes.
const LONGEST_SECRET: u64 = 4096;

/// Goes on after a yes: from the command line, or from the person at the terminal.
pub(crate) fn sure(yes: bool, question: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::usage(format_args!(
            "{question}: nobody is at the terminal to say so; add --yes"
        )));
    }
    say(&format!("{question}. Go on? [y/N] "));
    let mut line = String::new();
    // An answer that can't be read is no yes.
    let _ = io::stdin().lock().take(64).read_line(&mut line);
    match line.trim() {
        "y" | "Y" | "yes" => Ok(()),
        _ => Err(Failure::new("cancelled", "nothing was done", Exit::Failed)),
    }
}

/// A secret from the terminal, without echo.
pub(crate) fn secret_by_prompt(prompt: &str) -> Result<ClientSecret, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(
            "there is no terminal to type the secret at; give it by --client-secret-stdin",
        ));
    }
    say(prompt);
    let quiet = Quiet::begin()?;
    let secret = secret_from_stdin();
    drop(quiet);
    say("\n");
    secret
}

/// A secret from the first line of standard input.
pub(crate) fn secret_from_stdin() -> Result<ClientSecret, Failure> {
    let unreadable = |_| Failure::usage("the secret could not be read from standard input");
    let mut line = Zeroizing::new(String::with_capacity(
        usize::try_from(LONGEST_SECRET).unwrap_or(4096) + 1,
    ));
    io::stdin()
        .lock()
        .take(LONGEST_SECRET + 1)
        .read_line(&mut line)
        .map_err(unreadable)?;
    if line.trim().is_empty() || line.len() as u64 > LONGEST_SECRET {
        return Err(Failure::usage("a client secret has 1 to 4096 characters"));
    }
    Ok(ClientSecret::new(line.trim().to_owned()))
}

fn say(text: &str) {
    let mut err = io::stderr().lock();
    // Nothing is left to be told when standard error is closed.
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}

/// While it lives, the terminal shows nothing of what is typed.
#[cfg(unix)]
struct Quiet(rustix::termios::Termios);

#[cfg(unix)]
impl Quiet {
    fn begin() -> Result<Self, Failure> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let failed = |_| Failure::usage("the terminal can't be kept from showing the secret");
        let before = tcgetattr(io::stdin()).map_err(failed)?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &quiet).map_err(failed)?;
        Ok(Self(before))
    }
}

#[cfg(unix)]
impl Drop for Quiet {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        // A terminal that is gone shows nothing.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// Elsewhere a terminal can't be kept from showing it.
#[cfg(not(unix))]
struct Quiet;

#[cfg(not(unix))]
impl Quiet {
    fn begin() -> Result<Self, Failure> {
        Err(Failure::usage(
            "this terminal would show the secret; give it by --client-secret-stdin",
        ))
    }
}
