//! Notifications: of what matters, one per issuer, replaced and never stacked, and no account in
//! them.

use anyhow::Result;
use keyfob_journeys::{
    provider::Provider,
    wait,
    window::{Profile, Screen, Window, peers::Desktop},
};
use serde_json::json;

use super::on;

struct Noticed {
    desktop: Desktop,
    provider: Provider,
    window: Window,
    /// Kept until the window is closed.
    _profile: Profile,
}

async fn noticed(settings: &[(&str, &str)]) -> Result<Noticed> {
    let desktop = Desktop::start().await?;
    let provider = Provider::start(settings)?;
    let profile = Profile::new()?;
    let window = on(&desktop, &profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    Ok(Noticed {
        desktop,
        provider,
        window,
        _profile: profile,
    })
}

impl Noticed {
    /// Refreshes a session that the provider has ended.
    async fn ends(&self, id: &str) -> Result<()> {
        let grants = self.provider.look("grants").await?;
        for grant in grants.as_array().into_iter().flatten() {
            let grant = grant["id"].as_str().unwrap_or_default().to_owned();
            self.provider.drop_at(&format!("grants/{grant}")).await?;
        }
        self.window
            .answer("refresh_session", json!({ "id": id }))
            .await?;
        self.window.row_becomes(id, "relogin").await
    }

    async fn choose_notifications(&self) -> Result<()> {
        let on = json!({ "settings": { "notifications": true } });
        self.window.call("set_settings", on).await?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_needed_is_one_notice_per_issuer_that_counts_and_opens_the_window() -> Result<()> {
    let here = noticed(&[]).await?;
    let alice = here.window.sign_in(&here.provider, "alice").await?;
    here.ends(&alice).await?;
    here.choose_notifications().await?;
    let bob = here.window.sign_in(&here.provider, "bob").await?;
    here.ends(&bob).await?;
    let first = here.desktop.notifications.says("ended").await?;
    assert_eq!(
        here.desktop.notifications.all().len(),
        1,
        "none before they were chosen"
    );
    assert_eq!(first.title, "Sign in again");
    let host = here.provider.issuer.trim_start_matches("http://");
    assert_eq!(first.body, format!("2 sessions at {host} ended."));
    assert_eq!((first.replaces, first.urgency), (0, 1));

    let carol = here.window.sign_in(&here.provider, "carol").await?;
    here.ends(&carol).await?;
    let second = here.desktop.notifications.says("3 sessions").await?;
    assert_eq!(second.replaces, first.id, "it replaces the first");
    for shown in here.desktop.notifications.all() {
        let text = format!("{} {}", shown.title, shown.body);
        for account in ["alice", "bob", "carol", "example.test"] {
            assert!(!text.contains(account), "{text} names an account");
        }
    }

    // One that was dismissed is not replaced: it would never be seen.
    here.desktop.notifications.dismiss(second.id).await?;
    let dave = here.window.sign_in(&here.provider, "dave").await?;
    here.ends(&dave).await?;
    let third = here.desktop.notifications.says("4 sessions").await?;
    assert_eq!(third.replaces, 0);

    let screen = Screen::open()?;
    let pid = here.window.pid()?;
    let keep = json!({ "settings": { "withoutTray": "keep_running" } });
    here.window.call("set_settings", keep).await?;
    screen.close(pid)?;
    screen.becomes(pid, false).await?;
    here.desktop.notifications.click(third.id).await?;
    screen.becomes(pid, true).await?;
    here.window.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_fails_with_little_left_is_told() -> Result<()> {
    let here = noticed(&[("OP_TTL_ACCESS", "120")]).await?;
    here.choose_notifications().await?;
    let id = here.window.sign_in(&here.provider, "alice").await?;
    let fault = json!({ "path": "/token", "when": "before", "status": 503, "times": 9 });
    here.provider.fault(fault).await?;
    here.window
        .answer("refresh_session", json!({ "id": id }))
        .await?;
    let shown = here
        .desktop
        .notifications
        .says("can't be refreshed")
        .await?;
    assert_eq!(shown.title, "Refresh failed");
    here.window.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn possible_theft_is_told_in_any_case_and_nothing_lesser_replaces_it() -> Result<()> {
    let here = noticed(&[]).await?;
    let alice = here.window.sign_in(&here.provider, "alice").await?;
    let bob = here.window.sign_in(&here.provider, "bob").await?;
    // The provider answers a refresh with the tokens of somebody else.
    let minted = here.provider.mint("mallory").await?;
    let fault =
        json!({ "path": "/token", "when": "before", "status": 200, "times": 1, "body": minted });
    here.provider.fault(fault).await?;
    here.window
        .answer("refresh_session", json!({ "id": alice }))
        .await?;
    here.window.row_becomes(&alice, "theft").await?;
    let theft = here.desktop.notifications.says("Someone else").await?;
    assert_eq!((theft.title.as_str(), theft.urgency), ("Possible theft", 2));
    here.choose_notifications().await?;
    here.ends(&bob).await?;
    let again = || async { (here.desktop.notifications.all().len() > 1).then_some(()) };
    wait::until("a second notification", again).await?;
    let last = here.desktop.notifications.all().pop().expect("one");
    assert_eq!(
        (last.replaces, last.title.as_str()),
        (theft.id, "Possible theft")
    );
    here.window.quit().await
}
