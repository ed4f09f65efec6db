//! What every command runs in: the profile, the engine for one command, and its end.

use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use keyfob_audit::Actor;
use keyfob_engine::{Engine, Options, Profile, SystemClock};
use keyfob_keychain::OsKeychain;

use crate::{
    answer::{Answer, Exit},
    failure::Failure,
    style::Style,
    terminal::Terminal,
};

/// How a command answers.
pub(crate) type Outcome = Result<Answer, Failure>;

/// After this long a person at a terminal is told what is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// What was said before the command.
pub(crate) struct Shell {
    /// Whether JSON is wanted.
    pub(crate) json: bool,
    /// The folder of the vaults, where one was named.
    pub(crate) data_dir: Option<PathBuf>,
    /// Whether to use colours.
    pub(crate) style: Style,
}

impl Shell {
    /// Runs a command with the vault open for it. `waits_for` is said to a person when it takes
    /// long.
    pub(crate) fn with_vault(
        &self,
        waits_for: &str,
        work: impl AsyncFnOnce(&Engine) -> Outcome,
    ) -> Outcome {
        self.with_engine(waits_for, async |engine| {
            engine.open_beside().await?;
            work(engine).await
        })
    }

    /// The same with all sessions read.
    pub(crate) fn with_sessions(
        &self,
        waits_for: &str,
        work: impl AsyncFnOnce(&Engine) -> Outcome,
    ) -> Outcome {
        self.with_engine(waits_for, async |engine| {
            engine.open_beside_with_sessions().await?;
            work(engine).await
        })
    }

    /// Runs a command with an engine that has opened nothing yet.
    pub(crate) fn with_engine(
        &self,
        waits_for: &str,
        work: impl AsyncFnOnce(&Engine) -> Outcome,
    ) -> Outcome {
        let engine = self.engine()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::new("internal", error, Exit::Failed))?;
        runtime.block_on(async {
            let outcome = tokio::select! {
                outcome = work(&engine) => outcome,
                () = self.tell_when_long(waits_for) => unreachable!("it only tells"),
                () = interrupted() => Err(Failure::new("interrupted", "interrupted", Exit::Interrupted)),
            };
            finish(&engine).await;
            outcome
        })
    }

    fn engine(&self) -> Result<Engine, Failure> {
        let profile = Profile::of(self.data_dir.as_deref()).map_err(Failure::usage)?;
        let options = Options {
            data_dir: profile.data_dir().to_owned(),
            actor: Actor::Cli,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            demo: None,
        };
        let keychain = Arc::new(OsKeychain::new(profile.identifier()));
        let terminal = Arc::new(Terminal);
        Ok(Engine::new(
            options,
            Arc::new(SystemClock::new()),
            keychain,
            terminal,
        ))
    }

    async fn tell_when_long(&self, waits_for: &str) {
        tokio::time::sleep(PATIENCE).await;
        if !self.json && std::io::stderr().is_terminal() {
            tell(waits_for);
        }
        std::future::pending().await
    }
}

/// A line for the person at the terminal, beside the answer.
pub(crate) fn tell(line: &str) {
    // Nothing is left to be told when standard error is closed.
    let _ = writeln!(std::io::stderr(), "keyfob: {line}");
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Ctrl-C then ends the process by itself, as it does by default.
        std::future::pending::<()>().await;
    }
}

/// An answer on its way may hold the only living refresh token: it is awaited and saved. A second
/// Ctrl-C ends that; the next command then finds the session's mark.
async fn finish(engine: &Engine) {
    if engine.awaits_answers() {
        tell("the provider's answer is awaited and saved; Ctrl-C ends that too");
    }
    tokio::select! {
        () = engine.finish() => {}
        () = interrupted() => {}
    }
}
