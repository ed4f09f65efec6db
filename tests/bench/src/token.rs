//! `keyfob token` beside `secret-tool lookup`, and a forced refresh beside `curl` of the same token
//! request: process beside process, in turns, so that all pay for their start and meet the same
//! machine.

mod agent;
mod peers;
pub(crate) mod signed_in;

use std::{
    cell::Cell,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use keyfob_engine::{Engine, SystemClock, view::Gate};
use keyfob_journeys::{host::TestHost, provider::Provider, window::Profile};
use serde_json::{Map, Value, json};

use crate::{median, sample::prepare};
use agent::Agent;
use peers::{Curl, keep_in_keyring, secret_tool};
use signed_in::sign_in;

const ROUNDS: usize = 41;
/// A refresh takes longer.
const REFRESHES: usize = 15;
/// Sessions that take turns in it: what one of them may ask for in a while is bounded.
const REFRESHED: usize = 8;
/// Sessions in the vaults that tokens are taken from.
const SESSIONS: [u128; 3] = [1, 50, 10_000];
/// Tokens taken inside one engine.
const INSIDE: u32 = 300;

pub(crate) fn measure() -> Result<Map<String, Value>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let here = std::env::current_exe()?;
    let keyfob = here
        .parent()
        .context("the programs lie side by side")?
        .join("keyfob");
    let mut profiles = Vec::new();
    for count in SESSIONS {
        let profile = Profile::new()?;
        runtime.block_on(prepare(&profile, count))?;
        profiles.push((count, profile));
    }
    let provider = Provider::start(&[])?;
    let refreshed = Profile::new()?;
    runtime.block_on(sign_in(&provider, &refreshed, REFRESHED))?;
    let agent = Agent::start(&provider, &runtime);

    let mut figures = warm(&keyfob, &profiles, agent.as_ref().ok())?;
    let curl = Curl::new(&provider, &runtime)?;
    figures.extend(forced(&keyfob, &refreshed, curl, agent.as_ref().ok())?);
    let (most, profile) = profiles.last().context("a vault")?;
    figures.insert(
        "token_inside_us".into(),
        json!(runtime.block_on(inside(profile))?),
    );
    figures.insert("token_inside_sessions".into(), json!(u64::try_from(*most)?));
    if let Err(missing) = agent {
        figures.insert("token_oidc_agent".into(), json!(format!("{missing:#}")));
    }
    Ok(figures)
}

/// A program as it is called in turns with others.
struct Contender<'a> {
    name: String,
    call: Box<dyn Fn() -> Command + 'a>,
    readings: Vec<f64>,
}

impl<'a> Contender<'a> {
    fn new(name: impl Into<String>, call: impl Fn() -> Command + 'a) -> Self {
        Self {
            name: name.into(),
            call: Box::new(call),
            readings: Vec::new(),
        }
    }
}

/// Calls each in turn, after one round that warms the caches.
fn in_turns(contenders: &mut [Contender<'_>], rounds: usize) -> Result<()> {
    for round in 0..=rounds {
        for contender in &mut *contenders {
            let took = run((contender.call)())?;
            if round > 0 {
                contender.readings.push(took);
            }
        }
    }
    Ok(())
}

/// Runs a program to its end: milliseconds. It must print something and succeed.
fn run(mut command: Command) -> Result<f64> {
    command.stdin(Stdio::null());
    let start = Instant::now();
    let output = command.output().with_context(|| format!("{command:?}"))?;
    let took = start.elapsed().as_secs_f64() * 1e3;
    let said = || String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "{command:?}: {}", said());
    ensure!(!output.stdout.is_empty(), "{command:?} printed nothing");
    Ok(took)
}

fn keyfob_at(keyfob: &Path, profile: &Profile, arguments: &[&str]) -> Command {
    let mut command = Command::new(keyfob);
    command.arg("--data-dir").arg(profile.dir()).args(arguments);
    command
}

/// A token that lives: nothing is asked of any provider.
fn warm(
    keyfob: &Path,
    profiles: &[(u128, Profile)],
    agent: Option<&Agent>,
) -> Result<Map<String, Value>> {
    keep_in_keyring()?;
    let mut contenders = vec![Contender::new("secret_tool", secret_tool)];
    for (count, profile) in profiles {
        // The one in the middle, as good or bad as any.
        let name = format!("Session {}", count / 2);
        contenders.push(Contender::new(count.to_string(), move || {
            keyfob_at(keyfob, profile, &["token", &name])
        }));
    }
    if let Some(agent) = agent {
        contenders.push(Contender::new("oidc_token", || agent.token(false)));
    }
    in_turns(&mut contenders, ROUNDS)?;
    let mut figures = Map::new();
    let mut floor = f64::NAN;
    for contender in contenders {
        let peak = peak_mb(&(contender.call)());
        let took = median(contender.readings);
        match contender.name.as_str() {
            "secret_tool" => floor = took,
            "oidc_token" => {}
            count => {
                figures.insert(format!("token_{count}_ratio"), json!(took / floor));
            }
        }
        figures.insert(format!("token_{}_ms", contender.name), json!(took));
        figures.insert(format!("token_{}_peak_mb", contender.name), json!(peak));
    }
    Ok(figures)
}

/// A refresh whatever the life that is left, beside the same request by `curl`.
fn forced(
    keyfob: &Path,
    profile: &Profile,
    curl: Curl,
    agent: Option<&Agent>,
) -> Result<Map<String, Value>> {
    let next = Cell::new(0);
    let mut contenders = vec![
        Contender::new("refresh", || {
            let name = format!("work {}", next.get() % REFRESHED);
            next.set(next.get() + 1);
            keyfob_at(keyfob, profile, &["refresh", &name])
        }),
        Contender::new("refresh_curl", || curl.refresh()),
        Contender::new("refresh_secret_tool", secret_tool),
    ];
    if let Some(agent) = agent {
        contenders.push(Contender::new("refresh_oidc_token", || agent.token(true)));
    }
    in_turns(&mut contenders, REFRESHES)?;
    let mut figures = Map::new();
    for contender in contenders {
        figures.insert(
            format!("{}_ms", contender.name),
            json!(median(contender.readings)),
        );
    }
    let of = |name: &str| {
        figures
            .get(name)
            .and_then(Value::as_f64)
            .unwrap_or(f64::NAN)
    };
    let floor = of("refresh_curl_ms") + of("refresh_secret_tool_ms");
    let ratio = of("refresh_ms") / floor;
    figures.insert("refresh_ratio".into(), json!(ratio));
    Ok(figures)
}

/// A token inside an engine that is open, microseconds.
async fn inside(profile: &Profile) -> Result<f64> {
    let engine = Engine::new(
        signed_in::options(profile),
        std::sync::Arc::new(SystemClock::new()),
        std::sync::Arc::new(profile.keychain()),
        std::sync::Arc::new(TestHost::default()),
    );
    ensure!(engine.open().await.gate == Gate::Open, "the vault opens");
    let mut readings = Vec::new();
    for number in 0..INSIDE {
        let name = format!("Session {number}");
        let start = Instant::now();
        engine.hand_out(&name, 60_000).await?;
        readings.push(start.elapsed().as_secs_f64() * 1e6);
    }
    engine.wind_up().await;
    Ok(median(readings))
}

/// The most memory that a program had resident, MB, by GNU time.
fn peak_mb(command: &Command) -> Option<f64> {
    let output = Command::new("/usr/bin/time")
        .args(["-q", "-f", "%M"])
        .arg(command.get_program())
        .args(command.get_args())
        .envs(
            command
                .get_envs()
                .filter_map(|(key, value)| Some((key, value?))),
        )
        .output()
        .ok()?;
    let said = String::from_utf8(output.stderr).ok()?;
    said.lines()
        .last()?
        .trim()
        .parse::<f64>()
        .ok()
        .map(|kb| kb / 1024.0)
}

/// Where a program lies, if it is installed.
fn installed(program: &str) -> Result<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
        .with_context(|| format!("{program} is not installed"))
}
