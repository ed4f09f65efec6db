//! A trial with many kills as a series of smaller ones, each in a desktop of its own, whose
//! findings add up.
//!
//! gnome-keyring does not bear thousands of callers that are killed while they talk to it: it
//! crashes, and the bus starts a locked one in its place. What follows says nothing of Keyfob.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;

use crate::{findings::Findings, kills, loops};

/// Kills of one trial in the series, at most.
const EACH: usize = 500;
/// Crashes of the keyring that are borne, beside one for each trial.
const CRASHES: usize = 3;
/// Seconds for which a grace period lasts: longer than any trial.
const GRACE_S: u32 = 24 * 3600;
const DESKTOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../desktop/with-desktop.sh");

/// What is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Killed {
    /// Commands, at a provider with strict rotation.
    Strict,
    /// The loop of a desktop, at such a provider.
    Loops,
    /// Commands, at a provider that still honours a used token for a day.
    Grace,
}

impl Killed {
    /// Its name in figures and arguments.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Loops => "loops",
            Self::Grace => "grace",
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// What is killed.
    pub killed: Killed,
    /// Processes to kill.
    pub kills: usize,
    /// Where chance begins; each trial of a series begins elsewhere.
    pub seed: u64,
    /// Processes at once.
    pub jobs: usize,
    /// The `keyfob` command.
    pub keyfob: PathBuf,
}

/// All trials of the series, each as `keyfob-chaos trial …` in a desktop of its own; one whose
/// keyring crashed is done again elsewhere.
///
/// # Errors
/// A desktop doesn't open, a trial in it breaks off, or keyrings crash again and again.
pub fn run(wish: &Wish, progress: fn(&str)) -> Result<Findings> {
    let mut findings = Findings::default();
    let mut left = wish.kills;
    for seed in wish.seed.. {
        let kills = left.min(EACH);
        let found = in_a_desktop(wish, kills, seed)?;
        if found.keyring_crashes > 0 {
            findings.add(found.without_verdict());
            let crashes = findings.keyring_crashes;
            ensure!(
                crashes <= CRASHES + wish.kills / EACH,
                "{crashes} keyrings crashed"
            );
            progress("the keyring crashed: once more");
            continue;
        }
        findings.add(found);
        left -= kills;
        if left == 0 {
            break;
        }
        progress(&format!("{} of {} killed", wish.kills - left, wish.kills));
    }
    Ok(findings)
}

fn in_a_desktop(wish: &Wish, kills: usize, seed: u64) -> Result<Findings> {
    ensure!(Path::new(DESKTOP).is_file(), "there is no {DESKTOP}");
    let ended = Command::new(DESKTOP)
        .arg(std::env::current_exe()?)
        .args(["trial", wish.killed.name()])
        .arg(format!("--kills={kills}"))
        .arg(format!("--seed={seed}"))
        .arg(format!("--jobs={}", wish.jobs))
        .env("KEYFOB_CLI", &wish.keyfob)
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(ended.status.success(), "the trial of seed {seed} broke off");
    serde_json::from_slice(&ended.stdout)
        .with_context(|| format!("the trial of seed {seed} gave no findings"))
}

/// One trial, here.
///
/// # Errors
/// The ground can't be laid, or a process can't be started.
pub async fn trial(wish: Wish, progress: fn(&str)) -> Result<Findings> {
    let grace = match wish.killed {
        Killed::Strict => 0,
        Killed::Grace => GRACE_S,
        Killed::Loops => {
            let loops = loops::Wish {
                kills: wish.kills,
                seed: wish.seed,
                jobs: wish.jobs,
                worker: std::env::current_exe()?,
                keyfob: wish.keyfob,
            };
            return loops::trial(loops, progress).await;
        }
    };
    let commands = kills::Wish {
        kills: wish.kills,
        seed: wish.seed,
        jobs: wish.jobs,
        grace,
        keyfob: wish.keyfob,
    };
    kills::trial(commands, progress).await
}
