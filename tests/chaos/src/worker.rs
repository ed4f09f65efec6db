//! What runs in the background: the engine with its loop, as the desktop has it, without a window.

use std::{path::Path, sync::Arc};

use anyhow::{Result, ensure};
use keyfob_audit::Actor;
use keyfob_engine::{Engine, Options, SystemClock, view::Gate};
use keyfob_journeys::host::TestHost;
use keyfob_keychain::{Keychain, OsKeychain, SERVICE};

/// An engine for the vaults in a folder, with the keyring of the session bus.
///
/// # Errors
/// The certificates of the system can't be read.
pub fn engine_at(data_dir: &Path, actor: Actor) -> Result<Engine> {
    let options = Options {
        data_dir: data_dir.to_owned(),
        actor,
        version: "0.0.0-chaos".into(),
        demo: None,
    };
    let keychain: Arc<dyn Keychain> = Arc::new(OsKeychain::new(SERVICE));
    let host = Arc::new(TestHost::default());
    Ok(Engine::new(
        options,
        Arc::new(SystemClock::new()),
        keychain,
        host,
    ))
}

/// Opens the vault and refreshes what is due, until it is killed.
///
/// # Errors
/// The vault can't be opened.
pub async fn run_loop(data_dir: &Path) -> Result<()> {
    let engine = engine_at(data_dir, Actor::User)?;
    let view = engine.open().await;
    ensure!(view.gate == Gate::Open, "the gate is {:?}", view.gate);
    engine.start_loop();
    std::future::pending().await
}

/// Refreshes one session, as a command does.
///
/// # Errors
/// As the engine's.
pub async fn refresh(data_dir: &Path, id: &str) -> Result<()> {
    let engine = engine_at(data_dir, Actor::Cli)?;
    let view = engine.open().await;
    ensure!(view.gate == Gate::Open, "the gate is {:?}", view.gate);
    engine.refresh_session(id).await?;
    engine.wind_up().await;
    Ok(())
}
