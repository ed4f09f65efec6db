//! Many processes that want the token of one session in the moment in which it has ended.
//!
//! The provider holds the first request back until all have come: then the token that it gives is
//! new for all of them, and there is one request for each end of the token, or the trial fails.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use keyfob_token::{Freshness, Session, life::remaining};
use serde_json::{Map, Value, json};
use tokio::time::sleep;

use crate::{ground::Ground, process::with_vault_open};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Processes at once.
    pub processes: usize,
    /// How often the token ends.
    pub rounds: usize,
    /// The `keyfob` command.
    pub keyfob: PathBuf,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Crowded {
    processes: usize,
    rounds: usize,
    requests: usize,
    refused: usize,
    /// Rounds in which all got one and the same token.
    agreed: usize,
    waited_ms: Vec<u128>,
    failures: Vec<String>,
}

/// Life of the access tokens, seconds.
const LIFE: &str = "2";
/// How often it is looked whether something has come true.
const LOOK: Duration = Duration::from_millis(5);
/// The first request is held at most so long: its caller waits for 20 s.
const LONGEST: Duration = Duration::from_secs(17);
/// Failures that are told word for word.
const TOLD: usize = 12;

/// Lets the token end again and again, each time before the eyes of all.
///
/// # Errors
/// The ground can't be laid, or a process can't be started.
pub async fn trial(wish: &Wish, progress: fn(&str)) -> Result<Crowded> {
    let ground = Ground::lay(&[("OP_TTL_ACCESS", LIFE)]).await?;
    let session = ground.seed(1, 0).await?.remove(0);
    let mut found = Crowded {
        processes: wish.processes,
        rounds: wish.rounds,
        ..Crowded::default()
    };
    for round in 1..=wish.rounds {
        while lives(&ground, &ground.session(session.id)?) {
            sleep(LOOK).await;
        }
        one_round(wish, &ground, &session, &mut found).await?;
        if round.is_multiple_of(10) {
            progress(&format!("{round} of {} ends of the token", wish.rounds));
        }
    }
    for presented in ground.presented(0).await? {
        found.requests += 1;
        found.refused += usize::from(!presented.granted());
    }
    let health = ground.examine().await?;
    found.failures.extend(health.damage);
    found.failures.extend(health.chain);
    Ok(found)
}

fn lives(ground: &Ground, session: &Session) -> bool {
    session
        .access
        .as_ref()
        .is_some_and(|access| match remaining(access, &ground.now()) {
            Freshness::Left(left) => left > 0,
            Freshness::Unknown => false,
        })
}

async fn one_round(
    wish: &Wish,
    ground: &Ground,
    session: &Session,
    found: &mut Crowded,
) -> Result<()> {
    let hold = json!({ "path": "/token", "when": "before", "held": true });
    ground.provider.fault(hold).await?;
    let mut waiting = Vec::new();
    for _ in 0..wish.processes {
        waiting.push(wants_token(wish, ground, session)?);
    }
    all_have_come(ground, &mut waiting).await?;
    let released = Instant::now();
    ground.provider.drop_at("held").await?;
    // One that came too late would be held alone.
    ground.provider.drop_at("faults").await?;
    let mut tokens = BTreeSet::new();
    let mut failed = 0;
    for child in waiting {
        let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await??;
        if output.status.success() {
            tokens.insert(output.stdout);
        } else {
            failed += 1;
            if found.failures.len() < TOLD {
                let said = String::from_utf8_lossy(&output.stderr);
                found
                    .failures
                    .push(format!("{:?}: {}", output.status.code(), said.trim()));
            }
        }
    }
    found.waited_ms.push(released.elapsed().as_millis());
    found.agreed += usize::from(tokens.len() == 1 && failed == 0);
    Ok(())
}

fn wants_token(wish: &Wish, ground: &Ground, session: &Session) -> Result<Child> {
    let mut command = Command::new(&wish.keyfob);
    command
        .args(["token", "--min-ttl", "0s", &session.name])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    ground.at_home(&mut command);
    Ok(command.spawn()?)
}

/// Waits until one asks the provider and all others have the vault open, or have ended.
async fn all_have_come(ground: &Ground, waiting: &mut [Child]) -> Result<()> {
    let start = Instant::now();
    let use_lock = ground.vault.files().use_lock();
    while start.elapsed() < LONGEST {
        let open = with_vault_open(&use_lock)?;
        let mut missing = 0;
        for child in waiting.iter_mut() {
            let here = open.contains(&child.id()) || child.try_wait()?.is_some();
            missing += usize::from(!here);
        }
        let held = ground.provider.look("held").await?;
        if missing == 0 && held["held"] == 1 {
            return Ok(());
        }
        sleep(LOOK).await;
    }
    ensure!(!waiting.is_empty(), "nobody came");
    Ok(())
}

impl Crowded {
    /// What had to be reached and was not.
    pub fn missed(&self) -> Vec<String> {
        let mut missed = self.failures.clone();
        if self.requests != self.rounds {
            missed.push(format!(
                "{} requests for {} ends of the token",
                self.requests, self.rounds
            ));
        }
        if self.refused > 0 {
            missed.push(format!("{} requests were refused", self.refused));
        }
        if self.agreed != self.rounds {
            missed.push(format!(
                "all had the same token in {} of {} rounds",
                self.agreed, self.rounds
            ));
        }
        missed
    }

    /// The figures of the trial, by name.
    pub fn figures(&self) -> Map<String, Value> {
        let mut waited = self.waited_ms.clone();
        waited.sort_unstable();
        let mut figures = Map::new();
        figures.insert("crowd_processes".into(), json!(self.processes));
        figures.insert("crowd_expiries".into(), json!(self.rounds));
        figures.insert("crowd_token_requests".into(), json!(self.requests));
        figures.insert("crowd_refused".into(), json!(self.refused));
        figures.insert("crowd_rounds_with_one_token".into(), json!(self.agreed));
        let middle = waited.get(waited.len() / 2);
        figures.insert("crowd_all_served_ms".into(), json!(middle));
        figures
    }
}
