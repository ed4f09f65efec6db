//! The list with thousands of sessions: from a keystroke to its answer as the page gets it, and
//! what the window keeps in memory when all of it has been scrolled through.

use std::{
    hint::black_box,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use keyfob_engine::{
    Engine, SystemClock,
    view::{Gate, SessionQuery},
};
use keyfob_journeys::{host::TestHost, window::Profile};
use keyfob_keychain::{Keychain, MemoryKeychain, key_account};
use keyfob_secret::{Key32, SecretBytes};
use keyfob_vault::VaultFiles;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    median, p95,
    sample::{fill, prepare},
    token::signed_in::options,
    window::start,
};

const SESSIONS: [u128; 2] = [10_000, 100_000];
/// What is typed, letter by letter; the last finds nothing.
const TYPED: [&str; 5] = [
    "session 12",
    "ada7",
    "is:active 77",
    "-issuer:id3 example",
    "nobody",
];
/// Each is typed so often.
const ROUNDS: usize = 4;
/// Lines that the page asks for.
const WINDOW: u32 = 100;
/// In the vault whose list is scrolled.
const SCROLLED: u128 = 10_000;
/// Turns of the wheel, more than the list is long.
const TURNS: u32 = 6_000;

pub(crate) fn measure() -> Result<Map<String, Value>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut figures = Map::new();
    for count in SESSIONS {
        let readings = runtime.block_on(typed(count))?;
        figures.insert(format!("list_{count}_p95_ms"), json!(p95(readings.clone())));
        figures.insert(format!("list_{count}_median_ms"), json!(median(readings)));
    }
    figures.extend(runtime.block_on(scrolled())?);
    Ok(figures)
}

/// Milliseconds of each keystroke: asked, answered, and written as the bridge writes it.
async fn typed(count: u128) -> Result<Vec<f64>> {
    let profile = Profile::new()?;
    let id = Uuid::new_v4();
    let keychain = MemoryKeychain::new();
    let key = SecretBytes::new(vec![7; 32]);
    keychain.create(&key_account(id), &key).await?;
    fill(
        &VaultFiles::new(profile.vault()),
        id,
        &Key32::new([7; 32]),
        count,
    )?;
    let engine = Engine::new(
        options(&profile),
        Arc::new(SystemClock::new()),
        Arc::new(keychain),
        Arc::new(TestHost::default()),
    );
    ensure!(engine.open().await.gate == Gate::Open, "the vault opens");
    let mut readings = Vec::new();
    for _ in 0..ROUNDS {
        for text in TYPED {
            for end in 1..=text.len() {
                let query = SessionQuery {
                    text: text.get(..end).context("plain letters")?.to_owned(),
                    grouped: true,
                    limit: WINDOW,
                    ..SessionQuery::default()
                };
                let begin = Instant::now();
                let page = engine.list_sessions(&query)?;
                black_box(serde_json::to_string(&page)?);
                readings.push(begin.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
    engine.wind_up().await;
    Ok(readings)
}

/// All processes of the window before and after its list was scrolled to the end.
async fn scrolled() -> Result<Map<String, Value>> {
    let here = std::env::current_exe()?;
    let keyfob = here.with_file_name("keyfob-desktop");
    let profile = Profile::new()?;
    prepare(&profile, SCROLLED).await?;
    let data_dir = profile.dir().display().to_string();
    let window = start(&keyfob, &["--data-dir", &data_dir], "the list was answered")?;
    let before = window.memory();
    turn(100)?;
    let begun = window.memory();
    turn(TURNS)?;
    let after = window.memory();
    window.end()?;
    let mut figures = Map::new();
    figures.insert("list_memory_before_mb".into(), json!(before));
    figures.insert("list_memory_begun_mb".into(), json!(begun));
    figures.insert("list_memory_scrolled_mb".into(), json!(after));
    Ok(figures)
}

/// Turns the wheel over the list.
fn turn(times: u32) -> Result<()> {
    const PAUSE: Duration = Duration::from_millis(4);
    let done = Command::new("xdotool")
        .args([
            "mousemove",
            "800",
            "500",
            "click",
            "--repeat",
            &times.to_string(),
        ])
        .args(["--delay", &PAUSE.as_millis().to_string(), "5"])
        .status()?;
    ensure!(done.success(), "xdotool turns no wheel");
    Ok(())
}
