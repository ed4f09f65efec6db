//! One process holds the session's lock and stands still, or dies: what the others do meanwhile.

use std::{
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use keyfob_token::{Freshness, Session, life::remaining};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Map, Value, json};
use tokio::time::sleep;

use crate::{ground::Ground, process::with_vault_open};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// How long the holder stands still.
    pub stopped: Duration,
    /// Life of the access tokens, seconds.
    pub life: u64,
    /// The `keyfob` command.
    pub keyfob: PathBuf,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Held {
    stopped_s: u64,
    named: bool,
    waited_ms: u128,
    went_on_ms: u128,
    said: String,
    failures: Vec<String>,
}

const LOOK: Duration = Duration::from_millis(10);
/// A request that has not come by then will not.
const LONGEST: Duration = Duration::from_secs(30);

/// Stops a holder, then kills another.
///
/// # Errors
/// The ground can't be laid, or a process can't be started.
pub async fn trial(wish: &Wish) -> Result<Held> {
    let life = wish.life.to_string();
    let ground = Ground::lay(&[("OP_TTL_ACCESS", &life)]).await?;
    let mut found = Held {
        stopped_s: wish.stopped.as_secs(),
        ..Held::default()
    };
    stopped(wish, &ground, &mut found).await?;
    killed(wish, &ground, &mut found).await?;
    let health = ground.examine().await?;
    found.failures.extend(health.damage);
    found.failures.extend(health.chain);
    Ok(found)
}

/// The provider has answered, and the holder stands still before it has read that.
async fn stopped(wish: &Wish, ground: &Ground, found: &mut Held) -> Result<()> {
    let session = ground.seed(1, 0).await?.remove(0);
    let hold = json!({ "path": "/token", "when": "after", "held": true });
    ground.provider.fault(hold).await?;
    let holder = start(wish, ground, &["refresh", &session.name])?;
    is_held(ground).await?;
    let begun = Instant::now();
    signal(&holder, Signal::STOP)?;
    ground.provider.drop_at("held").await?;

    let first = finish(start(
        wish,
        ground,
        &["token", "--min-ttl", "0s", &session.name],
    )?)
    .await?;
    found.expect(
        first.status.success(),
        "while the token lives, it is handed out",
        &first,
    );
    while lives(ground, &ground.session(session.id)?) {
        sleep(LOOK).await;
    }
    let asked = Instant::now();
    let late = finish(start(
        wish,
        ground,
        &["token", "--min-ttl", "0s", &session.name],
    )?)
    .await?;
    found.waited_ms = asked.elapsed().as_millis();
    found.said = text(&late.stderr);
    found.expect(!late.status.success(), "there is no living token", &late);
    found.named = found.said.contains(&holder.id().to_string());
    found.expect(found.named, "the holder is named", &late);

    sleep(wish.stopped.saturating_sub(begun.elapsed())).await;
    signal(&holder, Signal::CONT)?;
    // Its caller's patience may have passed meanwhile, and it says so; what counts is what it saves.
    finish(holder).await?;
    let presented = ground.presented(0).await?;
    let newest = presented.last().and_then(|it| it.successor.clone());
    found.check(presented.len() == 1, "one request was made");
    found.check(
        newest.is_some() && newest == ground.held(session.id)?,
        "nothing is lost",
    );
    Ok(())
}

/// The provider has not acted yet when the holder dies.
async fn killed(wish: &Wish, ground: &Ground, found: &mut Held) -> Result<()> {
    let session = ground.seed(1, 0).await?.remove(0);
    while lives(ground, &ground.session(session.id)?) {
        sleep(LOOK).await;
    }
    let before = ground.presented(0).await?.len();
    // What is held is turned away in the end: the provider never acts on it.
    let hold = json!({ "path": "/token", "when": "before", "held": true, "status": 503 });
    ground.provider.fault(hold).await?;
    let mut holder = start(wish, ground, &["refresh", &session.name])?;
    is_held(ground).await?;
    let waiter = start(wish, ground, &["token", "--min-ttl", "0s", &session.name])?;
    let use_lock = ground.vault.files().use_lock();
    while !with_vault_open(&use_lock)?.contains(&waiter.id()) {
        sleep(LOOK).await;
    }
    holder.kill()?;
    holder.wait()?;
    let dead = Instant::now();
    let waiter = finish(waiter).await?;
    found.went_on_ms = dead.elapsed().as_millis();
    found.expect(waiter.status.success(), "who waited goes on", &waiter);
    ground.provider.drop_at("held").await?;
    let presented = ground.presented(before).await?;
    let newest = presented.last().and_then(|it| it.successor.clone());
    found.check(presented.len() == 1, "one request came through");
    found.check(
        newest.is_some() && newest == ground.held(session.id)?,
        "nothing is lost",
    );
    Ok(())
}

fn start(wish: &Wish, ground: &Ground, arguments: &[&str]) -> Result<Child> {
    let mut command = Command::new(&wish.keyfob);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    ground.at_home(&mut command);
    Ok(command.spawn()?)
}

async fn finish(child: Child) -> Result<Output> {
    Ok(tokio::task::spawn_blocking(move || child.wait_with_output()).await??)
}

fn signal(child: &Child, signal: Signal) -> Result<()> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    Ok(kill_process(pid.context("a process id")?, signal)?)
}

async fn is_held(ground: &Ground) -> Result<()> {
    let start = Instant::now();
    while ground.provider.look("held").await?["held"] != 1 {
        anyhow::ensure!(start.elapsed() < LONGEST, "no request came to the provider");
        sleep(LOOK).await;
    }
    Ok(())
}

fn lives(ground: &Ground, session: &Session) -> bool {
    session.access.as_ref().is_some_and(
        |access| matches!(remaining(access, &ground.now()), Freshness::Left(left) if left > 0),
    )
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

impl Held {
    fn check(&mut self, holds: bool, what: &str) {
        if !holds {
            self.failures.push(format!("not so: {what}"));
        }
    }

    fn expect(&mut self, holds: bool, what: &str, output: &Output) {
        if !holds {
            let (code, said) = (output.status.code(), text(&output.stderr));
            self.failures
                .push(format!("not so: {what} ({code:?}: {said})"));
        }
    }

    /// What had to be reached and was not.
    pub fn missed(&self) -> Vec<String> {
        self.failures.clone()
    }

    /// The figures of the trial, by name.
    pub fn figures(&self) -> Map<String, Value> {
        let mut figures = Map::new();
        figures.insert("holder_stopped_s".into(), json!(self.stopped_s));
        figures.insert("holder_named".into(), json!(self.named));
        figures.insert("holder_waited_for_ms".into(), json!(self.waited_ms));
        figures.insert("holder_killed_next_after_ms".into(), json!(self.went_on_ms));
        figures.insert("holder_failures".into(), json!(self.failures.len()));
        figures
    }
}
