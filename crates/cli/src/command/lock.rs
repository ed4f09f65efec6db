//! `keyfob lock` and `keyfob unlock`

use serde::Serialize;

use crate::{
    answer::{Answer, Exit},
    shell::{Outcome, Shell},
};

#[derive(Serialize)]
struct Vault {
    locked: bool,
}

/// Locks the vault for every window and command.
pub(crate) fn lock(shell: &Shell) -> Outcome {
    shell.with_vault("waiting for the vault", async |engine| {
        engine.lock().await?;
        Ok(answer(shell, true))
    })
}

/// Unlocks it; the one command for which a locked keyring may ask its user.
pub(crate) fn unlock(shell: &Shell) -> Outcome {
    shell.with_engine("the keyring may be asking you something", async |engine| {
        engine.open_beside_asking().await?;
        engine.unlock().await?;
        Ok(answer(shell, false))
    })
}

fn answer(shell: &Shell, locked: bool) -> Answer {
    if shell.json {
        return Answer::json(&Vault { locked }, Exit::Done);
    }
    let word = if locked { "locked" } else { "unlocked" };
    Answer::done(format!("{word}\n"))
}
