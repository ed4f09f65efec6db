//! `./dev bench`: a report, not a test. Each figure stands beside its floor in the same run, since
//! no two machines, and no two minutes of one, are alike.
//!
//! `keyfob-bench [--json] [SESSIONS]`; `keyfob-bench inspect FILE` is the part that is timed beside
//! `jwt decode`.
#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

mod jwt;
mod sample;
mod vault;
mod window;

use anyhow::Result;
use serde_json::{Map, Value, json};

/// Sessions in the vault that is opened and unsealed.
const SESSIONS: u128 = 100_000;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, file] = &arguments[..]
        && command == "inspect"
    {
        return jwt::inspect_file(file);
    }
    let as_json = arguments.iter().any(|argument| argument == "--json");
    let sessions = arguments
        .iter()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(SESSIONS);
    let mut figures = Map::new();
    for part in [
        vault::measure(sessions)?,
        jwt::measure()?,
        window::measure()?,
    ] {
        figures.extend(part);
    }
    if as_json {
        println!("{}", Value::Object(figures));
        return Ok(());
    }
    for (name, value) in &figures {
        println!("{name:34} {}", shown(value));
    }
    Ok(())
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

/// The middle of several readings.
fn median(mut readings: Vec<f64>) -> f64 {
    readings.sort_by(f64::total_cmp);
    readings
        .get(readings.len() / 2)
        .copied()
        .unwrap_or(f64::NAN)
}
