//! Start and memory of the window with 1,000 sessions, beside the smallest window there can be.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use keyfob_journeys::window::Profile;
use serde_json::{Map, Value, json};

use crate::{beside, median, sample::prepare};

const ROUNDS: usize = 7;
const SESSIONS: u128 = 1_000;
/// Memory is read when the page has come to rest.
const REST: Duration = Duration::from_secs(3);

pub(crate) fn measure() -> Result<Map<String, Value>> {
    let here = std::env::current_exe()?;
    let folder = here.parent().context("the programs lie side by side")?;
    let smallest = folder.join("examples/smallest-window");
    let keyfob = folder.join("keyfob-desktop");
    let profile = Profile::new()?;
    tokio::runtime::Runtime::new()?.block_on(prepare(&profile, SESSIONS))?;
    let data_dir = profile.dir().display().to_string();
    let arguments = ["--data-dir", &data_dir];
    // One start of each warms the caches of both.
    start(&smallest, &[], "ready")?.end()?;
    start(&keyfob, &arguments, "the list was answered")?.end()?;
    let (mut starts, mut floors, mut memory, mut memory_floor) = (vec![], vec![], vec![], vec![]);
    for _ in 0..ROUNDS {
        let window = start(&smallest, &[], "ready")?;
        floors.push(window.ready_ms);
        memory_floor.extend(window.memory());
        window.end()?;
        let window = start(&keyfob, &arguments, "the list was answered")?;
        starts.push(window.ready_ms);
        memory.extend(window.memory());
        window.end()?;
    }
    let mut figures = beside("start", "ms", median(starts), median(floors));
    let (memory, floor) = (median(memory), median(memory_floor));
    figures.insert("memory_pss_mb".into(), json!(memory));
    figures.insert("memory_pss_floor_mb".into(), json!(floor));
    figures.insert("memory_pss_over_floor_mb".into(), json!(memory - floor));
    let size = |program: &Path| fs::metadata(program).map(|file| file.len() as f64 / 1e6);
    figures.insert("program_mb".into(), json!(size(&keyfob)?));
    figures.insert("program_floor_mb".into(), json!(size(&smallest)?));
    Ok(figures)
}

pub(crate) struct Running {
    child: Child,
    ready_ms: f64,
}

/// Starts a program and waits until it says on standard error that it is ready.
pub(crate) fn start(program: &Path, arguments: &[&str], ready: &str) -> Result<Running> {
    let begin = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .env("KEYFOB_LOG", "keyfob_desktop=debug")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{} is built", program.display()))?;
    let stderr = child.stderr.take().context("it has a standard error")?;
    let mut lines = BufReader::new(stderr).lines();
    let found = lines
        .by_ref()
        .map_while(Result::ok)
        .any(|line| line.contains(ready));
    let ready_ms = begin.elapsed().as_secs_f64() * 1e3;
    anyhow::ensure!(found, "{} ended before it was ready", program.display());
    // What it says later is read and dropped, so that it never waits for us.
    thread::spawn(move || lines.for_each(drop));
    Ok(Running { child, ready_ms })
}

impl Running {
    /// The proportional set size of the program and all below it, MB; nothing where the system
    /// doesn't tell.
    pub(crate) fn memory(&self) -> Option<f64> {
        thread::sleep(REST);
        family(self.child.id())
            .into_iter()
            .map(pss_kb)
            .sum::<Option<f64>>()
            .map(|kb| kb / 1000.0)
    }

    pub(crate) fn end(mut self) -> Result<()> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status()?;
        self.child.wait()?;
        Ok(())
    }
}

fn family(root: u32) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else {
            continue;
        };
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The name may hold blanks; the parent is the second field after it.
        let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        if let Some(parent) = after
            .split_whitespace()
            .nth(1)
            .and_then(|text| text.parse().ok())
        {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut all = vec![root];
    let mut next = 0;
    while let Some(pid) = all.get(next).copied() {
        all.extend(children.get(&pid).into_iter().flatten());
        next += 1;
    }
    all
}

fn pss_kb(pid: u32) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = text.lines().find(|line| line.starts_with("Pss:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
