//! What outlives a window: where it stood, that there is one of it, and whether it starts at login.

use std::process::Command;

use anyhow::{Context, Result};
use keyfob_journeys::{
    places, wait,
    window::{Place, Profile, Screen, Window, peers::Desktop},
};
use serde_json::{Value, json};

use super::{ends_well, on};

#[tokio::test(flavor = "multi_thread")]
async fn a_window_comes_back_where_it_stood_and_into_reach_when_it_stood_nowhere() -> Result<()> {
    let desktop = Desktop::start().await?;
    let profile = Profile::own()?;
    let screen = Screen::open()?;
    let stood = Place {
        x: 140,
        y: 90,
        width: 900,
        height: 640,
    };
    let window = on(&desktop, &profile, &[]).await?;
    screen.put(window.pid()?, stood)?;
    stands(&screen, &window, |now| now == stood).await?;
    window.quit().await?;

    let window = on(&desktop, &profile, &[]).await?;
    stands(&screen, &window, |now| now == stood).await?;
    window.quit().await?;

    // The monitor it stood on is gone.
    let file = profile.config().join("dev.keyfob.app/.window-state.json");
    let mut kept: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    kept["main"]["x"] = json!(4000);
    kept["main"]["y"] = json!(-700);
    kept["main"]["width"] = json!(5000);
    std::fs::write(&file, kept.to_string())?;
    let window = on(&desktop, &profile, &[]).await?;
    let in_reach = |now: Place| now.x >= 0 && now.y >= 0 && now.width <= 1280;
    stands(&screen, &window, in_reach).await?;
    window.quit().await
}

async fn stands(screen: &Screen, window: &Window, wanted: impl Fn(Place) -> bool) -> Result<()> {
    let pid = window.pid()?;
    let look = || async { screen.place(pid).ok().filter(|now| wanted(*now)) };
    wait::until("the window where it belongs", look)
        .await
        .map(drop)
        .with_context(|| format!("it stands at {:?}", screen.place(pid)))
}

#[tokio::test(flavor = "multi_thread")]
async fn start_at_login_is_off_until_chosen_and_starts_without_a_window() -> Result<()> {
    let desktop = Desktop::start().await?;
    let profile = Profile::own()?;
    let window = on(&desktop, &profile, &[]).await?;
    window.create_vault().await?;
    let entry = profile.config().join("autostart/Keyfob.desktop");
    assert!(!entry.exists());
    window.press("Settings").await?;
    window
        .click("[role='switch'][aria-label='Start at login']")
        .await?;
    let written = || async { std::fs::read_to_string(&entry).ok() };
    let text = wait::until("the entry for the login", written).await?;
    let starts = format!("Exec={} --hidden", places::desktop().display());
    assert!(text.lines().any(|line| line.trim() == starts), "{text}");
    window
        .click("[role='switch'][aria-label='Start at login']")
        .await?;
    let gone = || async { (!entry.exists()).then_some(()) };
    wait::until("no entry any more", gone).await?;
    window.quit().await?;

    // What it starts: in the background, until a second start asks for the window.
    let start = |arguments: &[&str]| {
        let mut command = Command::new(places::desktop());
        command
            .args(arguments)
            .envs(desktop.environment())
            .envs(profile.environment());
        command
    };
    let hidden = start(&["--hidden"]).spawn()?;
    let screen = Screen::open()?;
    // The file was there before: it is opened by this one when the lock names it.
    let lock = profile.vault().join("desktop.lock");
    let opened = || async {
        let holder = std::fs::read_to_string(&lock).ok()?;
        (holder.trim() == hidden.id().to_string()).then_some(())
    };
    wait::until("the vault to be opened", opened).await?;
    assert!(screen.is_seen(hidden.id()).is_err(), "there is no window");
    assert!(ends_well(start(&[]).spawn()?).await?);
    screen.becomes(hidden.id(), true).await?;
    Command::new("kill").arg(hidden.id().to_string()).status()?;
    assert!(ends_well(hidden).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_of_its_own_offers_no_start_at_login() -> Result<()> {
    let profile = Profile::new()?;
    let window = Window::open(&profile, &[]).await?;
    window.create_vault().await?;
    assert_eq!(window.call("autostart", json!({})).await?, Value::Null);
    let refused = window
        .answer("set_autostart", json!({ "on": true }))
        .await?;
    assert_eq!(refused["error"]["code"], "autostart_failed");
    window.quit().await
}

/// Without a bus nobody tells the first one: the second stands before a vault in use.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_bus_a_second_start_says_that_the_first_runs() -> Result<()> {
    for address in ["disabled:", "unix:path=/nowhere/at/all"] {
        let profile = Profile::new()?;
        let keyring = ["--memory-keyring"];
        let no_bus = [
            ("DBUS_SESSION_BUS_ADDRESS", address),
            ("XDG_RUNTIME_DIR", "/nowhere/at/all"),
        ];
        let first = Window::open_with(&profile, &keyring, &no_bus).await?;
        first.create_vault().await?;
        let pid = first.pid()?;
        let second = Window::open_with(&profile, &keyring, &no_bus).await?;
        second.shows("Keyfob is already running").await?;
        assert_eq!(first.pid()?, pid, "the first holds the vault");
        second.leave().await?;
        first.shows("No sessions yet").await?;
        let said = std::fs::read_to_string(profile.stderr())?;
        assert!(!said.contains("panicked"), "{said}");
        first.quit().await?;
    }
    Ok(())
}
