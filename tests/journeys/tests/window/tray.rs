//! The tray, and what closing the window means with and without one.

use std::process::Command;

use anyhow::Result;
use keyfob_journeys::{
    places,
    provider::Provider,
    wait,
    window::{Profile, Screen, Window, peers::Desktop},
};
use serde_json::json;

use super::{ends_well, on};

#[tokio::test(flavor = "multi_thread")]
async fn the_menu_of_the_tray_says_what_there_is_and_each_entry_works() -> Result<()> {
    let desktop = Desktop::start().await?;
    let panel = desktop.panel().await?;
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let window = on(&desktop, &profile, &["--demo-issuer", &provider.issuer]).await?;
    panel.icon().await?;
    panel.says("The vault is not open").await?;
    window.create_vault().await?;
    panel.says("Nothing needs you").await?;
    let id = window.sign_in(&provider, "alice").await?;
    let texts: Vec<_> = panel.menu().await?.into_iter().map(|it| it.text).collect();
    let wanted = [
        "Nothing needs you",
        "",
        "Open Keyfob",
        "Refresh all due",
        "Pause refresh",
        "Lock now",
        "",
        "Quit",
    ];
    assert_eq!(texts, wanted);

    panel.choose("Pause refresh").await?;
    panel.says("Resume refresh").await?;
    assert_eq!(
        window.call("settings", json!({})).await?["autoRefresh"],
        false
    );
    panel.choose("Resume refresh").await?;
    panel.says("Pause refresh").await?;
    assert_eq!(
        window.call("settings", json!({})).await?["autoRefresh"],
        true
    );
    panel.choose("Refresh all due").await?;

    let calm = panel.picture().await?;
    let grants = provider.look("grants").await?;
    let grant = grants[0]["id"].as_str().unwrap_or_default().to_owned();
    provider.drop_at(&format!("grants/{grant}")).await?;
    window
        .answer("refresh_session", json!({ "id": id }))
        .await?;
    panel.says("1 session needs attention").await?;
    let urgent = panel.changes(&calm).await?;

    panel.choose("Lock now").await?;
    window.shows("Keyfob is locked").await?;
    panel.says("Locked").await?;
    panel.changes(&urgent).await?;
    let lock = panel.menu().await?;
    let off: Vec<_> = lock
        .iter()
        .filter(|it| !it.enabled)
        .map(|it| it.text.as_str())
        .collect();
    assert_eq!(off, ["Refresh all due", "Pause refresh", "Lock now"]);

    let screen = Screen::open()?;
    let pid = window.pid()?;
    screen.close(pid)?;
    screen.becomes(pid, false).await?;
    panel.choose("Open Keyfob").await?;
    screen.becomes(pid, true).await?;
    screen.close(pid)?;
    screen.becomes(pid, false).await?;
    panel.choose("Locked").await?;
    screen.becomes(pid, true).await?;

    panel.choose("Quit").await?;
    window.ended().await
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_to_the_tray_it_goes_on_refreshing() -> Result<()> {
    let desktop = Desktop::start().await?;
    let panel = desktop.panel().await?;
    let provider = Provider::start(&[("OP_TTL_ACCESS", "20")])?;
    let profile = Profile::new()?;
    let window = on(&desktop, &profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "alice").await?;
    panel.icon().await?;
    panel.says("Nothing needs you").await?;
    let screen = Screen::open()?;
    let pid = window.pid()?;
    screen.close(pid)?;
    screen.becomes(pid, false).await?;
    let before = provider.granted_refreshes().await?;
    let renewed = || async { (provider.granted_refreshes().await.ok()? > before).then_some(()) };
    wait::until("a refresh with the window closed", renewed).await?;
    panel.choose("Open Keyfob").await?;
    screen.becomes(pid, true).await?;
    window.row_becomes(&id, "active").await?;

    let quits = json!({ "settings": { "closeToTray": false } });
    window.call("set_settings", quits).await?;
    screen.close(pid)?;
    window.ended().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panel_that_comes_later_gets_the_icon_and_one_that_goes_is_noticed() -> Result<()> {
    let desktop = Desktop::start().await?;
    let profile = Profile::new()?;
    let window = on(&desktop, &profile, &[]).await?;
    window.create_vault().await?;
    let tray = || async { window.call("app_state", json!({})).await.ok()?["tray"].as_bool() };
    assert_eq!(tray().await, Some(false));
    let panel = desktop.panel().await?;
    panel.icon().await?;
    let there = || async { tray().await.filter(|there| *there) };
    wait::until("the tray in the page", there).await?;
    panel.end().await?;
    let gone = || async { tray().await.filter(|there| !there) };
    wait::until("no tray in the page", gone).await?;
    window.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_tray_closing_asks_once() -> Result<()> {
    let desktop = Desktop::start().await?;
    let profile = Profile::new()?;
    let window = on(&desktop, &profile, &[]).await?;
    window.create_vault().await?;
    let screen = Screen::open()?;
    let pid = window.pid()?;

    screen.close(pid)?;
    window.shows("Quit or keep running?").await?;
    window.press("Close").await?;
    window.no_longer_shows("Quit or keep running?").await?;
    assert!(screen.is_seen(pid)?, "no answer changes nothing");

    screen.close(pid)?;
    window.shows("Quit or keep running?").await?;
    window.press("Keep running").await?;
    screen.becomes(pid, false).await?;
    assert!(
        start_again(&desktop, &profile).await?,
        "a second start shows the first and ends"
    );
    screen.becomes(pid, true).await?;

    screen.close(pid)?;
    screen.becomes(pid, false).await?;
    assert!(
        !window.body().await?.contains("Quit or keep running?"),
        "it was asked once"
    );
    let quits = json!({ "settings": { "withoutTray": "ask" } });
    window.call("set_settings", quits).await?;
    assert!(start_again(&desktop, &profile).await?);
    screen.becomes(pid, true).await?;
    screen.close(pid)?;
    window.shows("Quit or keep running?").await?;
    window.press("Quit").await?;
    window.ended().await
}

/// Starts the program once more; whether it ended well by itself, as when a first one answers.
async fn start_again(desktop: &Desktop, profile: &Profile) -> Result<bool> {
    let second = Command::new(places::desktop())
        .arg("--data-dir")
        .arg(profile.dir())
        .envs(desktop.environment())
        .spawn()?;
    ends_well(second).await
}

/// The tray's library is hidden from the program, as on a system without it.
#[tokio::test(flavor = "multi_thread")]
async fn without_its_library_there_is_one_clear_line_and_no_tray() -> Result<()> {
    let desktop = Desktop::start().await?;
    let _panel = desktop.panel().await?;
    let profile = Profile::new()?;
    let window = Window::open_without_tray_library(&profile, &desktop.environment()).await?;
    window.create_vault().await?;
    assert_eq!(window.call("app_state", json!({})).await?["tray"], false);
    let said = std::fs::read_to_string(profile.stderr())?;
    let lines: Vec<_> = said.lines().filter(|line| line.contains("tray")).collect();
    assert_eq!(lines.len(), 1, "{said}");
    assert!(lines[0].contains("no tray: libayatana-appindicator3 is not installed"));
    assert!(!said.contains("panicked"), "{said}");
    window.quit().await
}
