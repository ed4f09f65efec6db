//! An older copy of the vault is put back: its tokens have been used since, and must not be used
//! again. The anchor in the keyring tells.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};

use anyhow::{Result, ensure};
use keyfob_audit::Actor;
use keyfob_keychain::{Keychain, OsKeychain, SERVICE, anchor_account};
use keyfob_token::Session;
use keyfob_vault::Anchor;
use serde_json::{Map, Value, json};

use crate::{ground::Ground, worker::engine_at};

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Older {
    noticed: bool,
    presented: usize,
    codes: Vec<Option<i32>>,
    said: Vec<String>,
    failures: Vec<String>,
}

/// Tokens live so long that one thing follows the other, and end before the loop looks.
const LIFE: &str = "2";
/// The loop gets so long to do what it should not: it does what is due at once.
const LOOKED_AT: Duration = Duration::from_secs(4);
/// "Integrity".
const INTEGRITY: i32 = 8;

/// Copies a vault, goes on with it, and puts the copy back.
///
/// # Errors
/// The ground can't be laid, or a process can't be started.
pub async fn trial(keyfob: &Path) -> Result<Older> {
    let ground = Ground::lay(&[("OP_TTL_ACCESS", LIFE)]).await?;
    let session = ground.seed(1, 0).await?.remove(0);
    let mut found = Older::default();
    let control = run(keyfob, ground.dir.path(), &["refresh", &session.name])?;
    found.check(
        control.status.success(),
        "the vault refreshes before it is copied",
        &control,
    );

    let copy = copied(&ground)?;
    let control = run(keyfob, ground.dir.path(), &["refresh", &session.name])?;
    found.check(control.status.success(), "the vault goes on", &control);
    let kept = kept(&ground).await?;
    ensure!(
        kept.is_some_and(
            |anchor| anchor.audit_seq == ground.vault.audit_head().map_or(0, |head| head.seq)
        ),
        "the keyring does not hold the newest anchor"
    );

    let before = ground.presented(0).await?.len();
    ensure!(before == 2, "{before} requests before the copy is put back");
    commands(keyfob, copy.path(), &session, &mut found)?;
    in_the_background(copy.path(), &mut found).await?;
    found.presented = ground.presented(before).await?.len();
    if found.presented > 0 {
        found.failures.push(format!(
            "{} tokens of the copy were presented",
            found.presented
        ));
    }
    let control = run(keyfob, ground.dir.path(), &["refresh", &session.name])?;
    found.check(
        control.status.success(),
        "the newest vault still refreshes",
        &control,
    );
    Ok(found)
}

/// The files of the vault in a folder of their own. The vault is the same: so is its key, and what
/// the keyring remembers of it.
fn copied(ground: &Ground) -> Result<tempfile::TempDir> {
    ground.vault.checkpoint_wal();
    let copy = tempfile::tempdir_in(ground.dir.path())?;
    // By another program: a file of SQLite that is closed here would take its locks along.
    let done = Command::new("cp")
        .arg("-a")
        .arg(ground.data_dir())
        .arg(copy.path())
        .status()?;
    ensure!(done.success(), "the vault was not copied");
    Ok(copy)
}

async fn kept(ground: &Ground) -> Result<Option<Anchor>> {
    let account = anchor_account(ground.vault.id());
    let found = OsKeychain::new(SERVICE).load_quietly(&account).await?;
    // EXPOSE: a counter and a hash.
    Ok(Anchor::from_bytes(found.expose()))
}

fn commands(keyfob: &Path, home: &Path, session: &Session, found: &mut Older) -> Result<()> {
    for arguments in [
        &["refresh", session.name.as_str()][..],
        &["token", "--min-ttl", "1h", session.name.as_str()],
    ] {
        let output = run(keyfob, home, arguments)?;
        found.codes.push(output.status.code());
        found.said.push(text(&output));
        // A token that lives is handed out all the same: only a refresh could do harm.
        let code = output.status.code();
        let refused = code == Some(INTEGRITY) || (code == Some(0) && arguments[0] == "token");
        let said = text(&output).contains("older copy");
        found.check(refused && said, "an older copy is said to be one", &output);
    }
    Ok(())
}

async fn in_the_background(home: &Path, found: &mut Older) -> Result<()> {
    let engine = engine_at(&home.join("keyfob"), Actor::User)?;
    engine.open().await;
    engine.start_loop();
    // Nothing to wait for: it is to do nothing.
    tokio::time::sleep(LOOKED_AT).await;
    found.noticed = engine.vault_state().older_copy;
    if !found.noticed {
        found
            .failures
            .push("the engine takes the older copy for the newest".into());
    }
    engine.wind_up().await;
    Ok(())
}

fn run(keyfob: &Path, home: &Path, arguments: &[&str]) -> Result<Output> {
    Ok(Command::new(PathBuf::from(keyfob))
        .args(arguments)
        .env("XDG_DATA_HOME", home)
        .env("NO_COLOR", "1")
        .output()?)
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

impl Older {
    fn check(&mut self, holds: bool, what: &str, output: &Output) {
        if !holds {
            let code = output.status.code();
            self.failures
                .push(format!("not so: {what} ({code:?}: {})", text(output)));
        }
    }

    /// What had to be reached and was not.
    pub fn missed(&self) -> Vec<String> {
        self.failures.clone()
    }

    /// The figures of the trial, by name.
    pub fn figures(&self) -> Map<String, Value> {
        let mut figures = Map::new();
        figures.insert("older_copy_noticed".into(), json!(self.noticed));
        figures.insert("older_copy_presented".into(), json!(self.presented));
        figures.insert("older_copy_exit_codes".into(), json!(self.codes));
        figures.insert("older_copy_said".into(), json!(self.said));
        figures
    }
}
