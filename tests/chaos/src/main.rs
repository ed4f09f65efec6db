//! `./dev chaos`: runs the trials one after the other, prints what was found, and fails where
//! something that had to be reached was not.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the figures are what it is for, and they take their time"
)]

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand, ValueEnum};
use keyfob_chaos::{
    crowd,
    findings::Findings,
    holder, older,
    series::{self, Killed},
    slow, window, worker,
};
use serde_json::{Map, Value, json};

/// Kills, stops and crowds Keyfob in the middle of a refresh, in a desktop of its own.
#[derive(Parser)]
struct Arguments {
    /// Processes to kill under strict rotation; of every 40, one is the loop of the desktop.
    #[arg(long, default_value_t = 10_000)]
    kills: usize,
    /// Where chance begins; without it, anywhere.
    #[arg(long)]
    seed: Option<u64>,
    /// Processes at once.
    #[arg(long, default_value_t = 3)]
    jobs: usize,
    /// Processes that want one token at once.
    #[arg(long, default_value_t = 100)]
    processes: usize,
    /// How often that token ends.
    #[arg(long, default_value_t = 50)]
    expiries: usize,
    /// Seconds for which a holder stands still.
    #[arg(long, default_value_t = 60)]
    stopped: u64,
    /// Only these trials.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Trial>,
    /// Print one object of figures.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    part: Option<Part>,
}

impl Arguments {
    fn wants(&self, trial: Trial) -> bool {
        self.only.is_empty() || self.only.contains(&trial)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Trial {
    Window,
    Kills,
    Loops,
    Grace,
    Crowd,
    Holder,
    Older,
    Slow,
}

#[derive(Subcommand)]
enum Part {
    /// The engine's loop, as it runs in the background; to be killed.
    #[command(hide = true)]
    Loop,
    /// One trial of a series; prints what it found.
    #[command(hide = true)]
    Trial {
        killed: Killed,
        #[arg(long)]
        kills: usize,
        #[arg(long)]
        seed: u64,
        #[arg(long)]
        jobs: usize,
    },
}

/// Refreshes that are traced.
const TRACED: usize = 200;
/// Of the kills, one of so many is a loop, and one more of so many meets a grace period.
const LOOPS: usize = 40;
const GRACES: usize = 20;
/// Sessions at the quick provider beside slow ones.
const SLOW_BESIDE: usize = 1_000;
/// Life of the token that a holder keeps from others.
const HELD_LIFE_S: u64 = 20;

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    if let Some(part) = arguments.part {
        return of_a_trial(part);
    }
    let (figures, missed) = trials(&arguments)?;
    if arguments.json {
        println!("{}", Value::Object(figures));
    } else {
        for (name, value) in &figures {
            println!("{name:34} {value}");
        }
    }
    for line in &missed {
        eprintln!("missed: {line}");
    }
    Ok(if missed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn of_a_trial(part: Part) -> Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    match part {
        Part::Loop => {
            let home = std::env::var_os("XDG_DATA_HOME").context("XDG_DATA_HOME says where")?;
            let data_dir = PathBuf::from(home).join("keyfob");
            runtime.block_on(worker::run_loop(&data_dir))?;
        }
        Part::Trial {
            killed,
            kills,
            seed,
            jobs,
        } => {
            let wish = series::Wish {
                killed,
                kills,
                seed,
                jobs,
                keyfob: program()?,
            };
            let found = runtime.block_on(series::trial(wish, say))?;
            println!("{}", serde_json::to_string(&found)?);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn trials(arguments: &Arguments) -> Result<(Map<String, Value>, Vec<String>)> {
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
    let keyfob = program()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let mut figures = Map::from_iter([("seed".to_owned(), json!(seed))]);
    let mut missed = Vec::new();
    if arguments.wants(Trial::Window) {
        say("the window between answer and commit");
        figures.extend(window::measure(TRACED)?.figures());
    }
    killing(arguments, seed, &mut figures, &mut missed)?;
    if arguments.wants(Trial::Crowd) {
        say("many processes and one token");
        let wish = crowd::Wish {
            processes: arguments.processes,
            rounds: arguments.expiries,
            keyfob: keyfob.clone(),
        };
        let found = runtime.block_on(crowd::trial(&wish, say))?;
        figures.extend(found.figures());
        missed.extend(found.missed());
    }
    if arguments.wants(Trial::Holder) {
        say("a holder that stands still, and one that dies");
        let wish = holder::Wish {
            stopped: Duration::from_secs(arguments.stopped),
            life: HELD_LIFE_S,
            keyfob: keyfob.clone(),
        };
        let found = runtime.block_on(holder::trial(&wish))?;
        figures.extend(found.figures());
        missed.extend(found.missed());
    }
    if arguments.wants(Trial::Older) {
        say("an older copy of the vault");
        let found = runtime.block_on(older::trial(&keyfob))?;
        figures.extend(found.figures());
        missed.extend(found.missed());
    }
    if arguments.wants(Trial::Slow) {
        for (name, title, slow, mute) in [
            ("slow", "a slow provider beside a thousand sessions", 4, 0),
            ("slow_many", "twenty slow providers beside them", 0, 20),
        ] {
            say(title);
            let wish = slow::Wish {
                quick: SLOW_BESIDE,
                life_s: 60,
                delay: Duration::from_secs(25),
                slow,
                mute,
                none_is_quick: false,
            };
            let found = runtime.block_on(slow::trial(&wish))?;
            figures.extend(found.figures(name));
            missed.extend(found.missed());
        }
    }
    Ok((figures, missed))
}

/// The three series of kills; their figures together, and those of each under its name.
fn killing(
    arguments: &Arguments,
    seed: u64,
    figures: &mut Map<String, Value>,
    missed: &mut Vec<String>,
) -> Result<()> {
    let of_loops = (arguments.kills / LOOPS).max(5);
    let of_commands = arguments.kills.saturating_sub(of_loops);
    let with_grace = (arguments.kills / GRACES).max(10);
    let mut all: Vec<(&str, Findings)> = Vec::new();
    for (trial, killed, kills, title) in [
        (
            Trial::Kills,
            Killed::Strict,
            of_commands,
            "commands killed in a refresh, strict rotation",
        ),
        (
            Trial::Loops,
            Killed::Loops,
            of_loops,
            "loops killed in their refreshes, strict rotation",
        ),
        (
            Trial::Grace,
            Killed::Grace,
            with_grace,
            "commands killed in a refresh, with a grace period",
        ),
    ] {
        if !arguments.wants(trial) {
            continue;
        }
        say(title);
        let wish = series::Wish {
            killed,
            kills,
            seed,
            jobs: arguments.jobs,
            keyfob: program()?,
        };
        let found = series::run(&wish, say)?;
        if killed == Killed::Grace && found.lost_answers > 0 {
            let lost = found.lost_answers;
            missed.push(format!("{lost} sessions lost within the grace period"));
        }
        all.push((killed.name(), found));
    }
    for (name, found) in all {
        missed.extend(found.missed());
        for (key, value) in found.figures() {
            if let (true, Some(number)) = (Findings::ADDED_UP.contains(&&*key), value.as_u64()) {
                let sum = figures.get(&key).and_then(Value::as_u64).unwrap_or(0);
                figures.insert(key.clone(), json!(sum + number));
            }
            figures.insert(format!("{name}_{key}"), value);
        }
    }
    Ok(())
}

/// The `keyfob` command beside this program, or the one that the environment names.
fn program() -> Result<PathBuf> {
    let beside = std::env::current_exe()?.with_file_name("keyfob");
    let found = std::env::var_os("KEYFOB_CLI").map_or(beside, PathBuf::from);
    anyhow::ensure!(found.is_file(), "there is no {}", found.display());
    Ok(found)
}

fn say(line: &str) {
    eprintln!("== {line}");
}
