//! One process: started, perhaps killed at a chosen moment, and what became of it.

use std::{
    collections::HashSet,
    os::unix::{fs::MetadataExt, process::ExitStatusExt},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::Result;

use crate::watch::{Heard, Step};

/// When a process is killed.
#[derive(Clone, Copy, Debug)]
pub enum Moment {
    /// Never.
    Never,
    /// So long after its start.
    AfterStart(Duration),
    /// So long after the provider had come so far with the token.
    After(Step, Duration),
}

/// What became of a process.
#[derive(Debug)]
pub struct Ended {
    /// When it was started, milliseconds since 1970.
    pub started: i64,
    /// How long it lived.
    pub lived: Duration,
    /// When the provider had used up its token, and had judged it, since the start.
    pub used: Option<Duration>,
    /// See `used`.
    pub judged: Option<Duration>,
    /// Whether the kill is what ended it.
    pub killed: bool,
    /// Its exit code, where it had one.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
}

/// How often a process is looked at that should be killed after something that has not happened.
const LOOK: Duration = Duration::from_millis(2);
/// No process of a trial takes longer; one that does is killed, and that is told.
const LONGEST: Duration = Duration::from_secs(90);
/// The system sleeps at least about this long; what is shorter is waited for awake.
const AWAKE: Duration = Duration::from_micros(150);

/// Runs a process to its end, or to the moment of its death.
///
/// # Errors
/// It could not be started.
pub fn run(command: &mut Command, news: &Receiver<Heard>, moment: Moment) -> Result<Ended> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let started = now_ms();
    let start = Instant::now();
    let mut child = command.spawn()?;
    let (mut used, mut judged) = (None, None);
    let mut hear = |(step, at): Heard| {
        let since = at.saturating_duration_since(start);
        match step {
            Step::Used => used.get_or_insert(since),
            Step::Judged => judged.get_or_insert(since),
        };
    };
    let mut due = match moment {
        Moment::AfterStart(delay) => Some(start + delay),
        Moment::Never | Moment::After(..) => Some(start + LONGEST),
    };
    loop {
        let left = due.map_or(LOOK, |due| due.saturating_duration_since(Instant::now()));
        if left.is_zero() {
            child.kill()?;
            break;
        }
        match news.recv_timeout(left.saturating_sub(AWAKE).min(LOOK)) {
            Ok(heard) => {
                hear(heard);
                if let Moment::After(step, delay) = moment
                    && step == heard.0
                {
                    due = Some(heard.1 + delay);
                }
            }
            Err(RecvTimeoutError::Timeout) if left <= AWAKE => {
                while due.is_some_and(|due| Instant::now() < due) {
                    std::hint::spin_loop();
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                if child.try_wait()?.is_some() {
                    break;
                }
            }
            Err(RecvTimeoutError::Disconnected) => thread::sleep(left.min(LOOK)),
        }
    }
    let ended = finish(child)?;
    let lived = start.elapsed();
    news.try_iter().for_each(hear);
    Ok(Ended {
        started,
        lived,
        used,
        judged,
        ..ended
    })
}

fn finish(child: Child) -> Result<Ended> {
    let output = child.wait_with_output()?;
    Ok(Ended {
        started: 0,
        lived: Duration::ZERO,
        used: None,
        judged: None,
        killed: output.status.signal() == Some(rustix::process::Signal::KILL.as_raw()),
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Milliseconds since 1970, as the provider counts them.
pub fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Processes that have a vault open: each holds its use lock. The system's list of locks tells;
/// what a hardened process has open, nobody may see.
///
/// # Errors
/// The lock file or the list can't be read.
pub fn with_vault_open(use_lock: &std::path::Path) -> Result<HashSet<u32>> {
    let inode = format!(":{}", std::fs::metadata(use_lock)?.ino());
    let list = std::fs::read_to_string("/proc/locks")?;
    Ok(list
        .lines()
        .filter_map(|line| {
            // NUMBER: FLOCK ADVISORY READ PID MAJOR:MINOR:INODE START END
            let words: Vec<&str> = line.split_whitespace().collect();
            let ours = words.get(1) == Some(&"FLOCK") && words.get(5)?.ends_with(&inode);
            ours.then(|| words[4].parse().ok()).flatten()
        })
        .collect())
}
