//! `./dev bench`: a report, not a test. Each figure stands beside its floor in the same run, since
//! no two machines, and no two minutes of one, are alike.
//!
//! `keyfob-bench [--json] [PART...]`; `keyfob-bench inspect FILE` is the part that is timed beside
//! `jwt decode`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the figures are what it is for"
)]

mod jwt;
mod list;
mod sample;
mod token;
mod vault;
mod window;

use std::process::ExitCode;

use anyhow::Result;
use serde_json::{Map, Value, json};

/// Sessions in the vault that is opened and unsealed.
const SESSIONS: u128 = 100_000;

type Measure = fn() -> Result<Map<String, Value>>;

const PARTS: [(&str, Measure); 5] = [
    ("vault", || vault::measure(SESSIONS)),
    ("token", token::measure),
    ("list", list::measure),
    ("jwt", jwt::measure),
    ("window", window::measure),
];

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, file] = &arguments[..]
        && command == "inspect"
    {
        jwt::inspect_file(file)?;
        return Ok(ExitCode::SUCCESS);
    }
    let (options, wanted): (Vec<_>, Vec<_>) = arguments.iter().partition(|it| it.starts_with("--"));
    if let Some(unknown) = wanted
        .iter()
        .find(|name| PARTS.iter().all(|(part, _)| part != *name))
    {
        anyhow::bail!("there is no part \"{unknown}\"");
    }
    let mut figures = Map::new();
    let mut failed = false;
    for (name, measure) in PARTS {
        if !wanted.is_empty() && !wanted.iter().any(|it| *it == name) {
            continue;
        }
        match measure() {
            Ok(part) => figures.extend(part),
            // What the other parts found is shown all the same.
            Err(error) => {
                eprintln!("{name}: {error:#}");
                failed = true;
            }
        }
    }
    if options.iter().any(|option| *option == "--json") {
        println!("{}", Value::Object(figures));
    } else {
        for (name, value) in &figures {
            println!("{name:34} {}", shown(value));
        }
    }
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn shown(value: &Value) -> String {
    match value.as_f64() {
        Some(number) if number.fract() != 0.0 => format!("{number:.2}"),
        _ => value.to_string(),
    }
}

/// A figure with its floor and their ratio: `name_ms`, `name_floor_ms`, `name_ratio`.
fn beside(name: &str, unit: &str, value: f64, floor: f64) -> Map<String, Value> {
    let mut figures = Map::new();
    figures.insert(format!("{name}_{unit}"), json!(value));
    figures.insert(format!("{name}_floor_{unit}"), json!(floor));
    figures.insert(format!("{name}_ratio"), json!(value / floor));
    figures
}

/// What 95 of 100 readings don't exceed.
fn p95(mut readings: Vec<f64>) -> f64 {
    readings.sort_by(f64::total_cmp);
    let at = (readings.len() * 95).div_ceil(100).saturating_sub(1);
    readings.get(at).copied().unwrap_or(f64::NAN)
}

/// The middle of several readings.
fn median(mut readings: Vec<f64>) -> f64 {
    readings.sort_by(f64::total_cmp);
    readings
        .get(readings.len() / 2)
        .copied()
        .unwrap_or(f64::NAN)
}
