//! `keyfob-simulate`: plays the outage in all three ways, and says what came of it.
//!
//! Exit 1 where something that must hold did not.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool: its report is its output"
)]

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use keyfob_simulate::{Down, Plan, Tally, picture, run};
use serde_json::{Value, json};

const USAGE: &str = "usage: keyfob-simulate [--json] [--seed N] [--desktops N] [--out FOLDER]";
/// Desktops that are played twice.
const TWICE: usize = 200;

struct Wishes {
    json: bool,
    seed: u64,
    desktops: usize,
    out: Option<PathBuf>,
}

fn wishes() -> Result<Wishes> {
    let mut wishes = Wishes {
        json: false,
        seed: 1,
        desktops: 100_000,
        out: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .with_context(|| format!("{word} needs a value"))
        };
        match word.as_str() {
            "--json" => wishes.json = true,
            "--seed" => wishes.seed = value()?.parse().context("--seed is a number")?,
            "--desktops" => wishes.desktops = value()?.parse().context("--desktops is a number")?,
            "--out" => wishes.out = Some(value()?.into()),
            _ => bail!("{word:?} is not known\n{USAGE}"),
        }
    }
    if wishes.desktops == 0 {
        bail!("--desktops is at least 1");
    }
    Ok(wishes)
}

fn main() -> ExitCode {
    match wishes() {
        Ok(wishes) => match played(&wishes) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(error) => {
                eprintln!("keyfob-simulate: {error:#}");
                ExitCode::FAILURE
            }
        },
        Err(error) => {
            eprintln!("keyfob-simulate: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Plays, reports; whether all that must hold did.
fn played(wishes: &Wishes) -> Result<bool> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut runs = Vec::new();
    for down in Down::ALL {
        let plan = Plan::new(wishes.seed, wishes.desktops, down);
        eprintln!("{} desktops, {} …", plan.desktops, down.name());
        runs.push((plan, run(&plan, threads)));
    }
    let same = Down::ALL.into_iter().all(|down| {
        let plan = Plan::new(wishes.seed, wishes.desktops.min(TWICE), down);
        run(&plan, 1) == run(&plan, threads.max(2))
    });
    let over_budget: u64 = runs.iter().map(|(_, it)| it.over_budget).sum();
    if let Some(out) = &wishes.out {
        fs::create_dir_all(out)?;
        fs::write(out.join("simulate.svg"), picture(&runs))?;
        for (plan, tally) in &runs {
            let name = format!("simulate-{}.csv", plan.down.name());
            fs::write(out.join(name), tally.csv())?;
        }
    }
    if wishes.json {
        println!("{}", report(wishes, &runs, same, over_budget));
    } else {
        say(&runs);
        println!("over budget: {over_budget}; the same twice: {same}");
    }
    Ok(over_budget == 0 && same)
}

fn report(wishes: &Wishes, runs: &[(Plan, Tally)], same: bool, over_budget: u64) -> Value {
    let each: serde_json::Map<String, Value> = runs
        .iter()
        .map(|(plan, tally)| {
            let what = json!({
                "peak_ratio": rounded(tally.peak_ratio()),
                "refreshed_in_time": rounded(tally.refreshed_in_time()),
                "tokens_at_stake": tally.at_stake,
                "over_budget": tally.over_budget,
                "steady_per_second": rounded(tally.steady() / 10.0),
                "half_back_within_min": tally.back_within_minutes(0.5),
                "all_back_within_min": tally.back_within_minutes(1.0),
                "digest": format!("{:016x}", tally.digest),
            });
            (plan.down.name().to_owned(), what)
        })
        .collect();
    let peak = runs
        .iter()
        .map(|(_, it)| it.peak_ratio())
        .fold(0.0, f64::max);
    let in_time = runs
        .iter()
        .map(|(_, it)| it.refreshed_in_time())
        .fold(1.0, f64::min);
    json!({
        "desktops": wishes.desktops,
        "sessions": wishes.desktops * 10,
        "seed": wishes.seed,
        "peak_ratio": rounded(peak),
        "refreshed_in_time": rounded(in_time),
        "over_budget": over_budget,
        "deterministic": same,
        "down": each,
    })
}

fn say(runs: &[(Plan, Tally)]) {
    println!("down         peak  in time  half back  all back");
    for (plan, tally) in runs {
        println!(
            "{:<12} {:.2}×   {:.1} %   {} min      {} min",
            plan.down.name(),
            tally.peak_ratio(),
            tally.refreshed_in_time() * 100.0,
            tally.back_within_minutes(0.5),
            tally.back_within_minutes(1.0),
        );
    }
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
