//! Every screen of the window, one after the other, for whoever looks at all of them.

use anyhow::Result;
use keyfob_journeys::{
    provider::Provider,
    window::{Profile, Window, key},
};
use serde_json::json;

/// Five people: one revoked, the others alive.
const USERS: [&str; 5] = ["alice", "bob", "carol", "dave", "erin"];

pub(super) struct Tour {
    pub(super) window: Window,
    pub(super) ids: Vec<String>,
    // They end with the tour.
    _provider: Provider,
    _profile: Profile,
}

impl Tour {
    pub(super) async fn begin() -> Result<Self> {
        let provider = Provider::start(&[])?;
        let profile = Profile::new()?;
        let window = Window::open(&profile, &["--demo-issuer", &provider.issuer]).await?;
        window.create_vault().await?;
        let mut ids = Vec::new();
        for user in USERS {
            ids.push(window.sign_in(&provider, user).await?);
        }
        let of_bob = json!({ "scope": { "scope": "sessions", "ids": [ids[1]] } });
        window.call("revoke", of_bob).await?;
        window.call("revoke_now", json!({ "id": ids[1] })).await?;
        window.row_becomes(&ids[1], "revoked").await?;
        Ok(Self {
            window,
            ids,
            _provider: provider,
            _profile: profile,
        })
    }

    /// Light or dark, and drawn so.
    pub(super) async fn theme(&self, theme: &str) -> Result<()> {
        let mut settings = self.window.call("settings", json!({})).await?;
        settings["theme"] = json!(theme);
        let all = json!({ "settings": settings });
        self.window.call("set_settings", all).await?;
        let css = format!("html[data-theme='{theme}']");
        self.window.find(&css).await.map(drop)
    }

    /// Opens each screen and has it looked at.
    pub(super) async fn visit(&self, mut look: impl AsyncFnMut(&str) -> Result<()>) -> Result<()> {
        let window = &self.window;
        window.press("Sessions").await?;
        window.row_becomes(&self.ids[0], "active").await?;
        look("sessions").await?;
        for tab in ["Overview", "Claims", "Findings", "Lineage", "History"] {
            window.details(&self.ids[0], tab).await?;
            look(&format!("detail, {tab}")).await?;
        }
        window.details(&self.ids[1], "Overview").await?;
        window.shows("wiped").await?;
        look("detail of a revoked session").await?;
        window.press("Close details (Esc)").await?;
        for (command, shown) in [
            ("", "Everywhere"),
            ("Keyboard shortcuts", "Next pane, previous pane"),
            ("Sign in to a provider", "Demonstration"),
            ("Revoke everything", "Keyfob asks each provider afterwards"),
        ] {
            self.command(command).await?;
            window.shows(shown).await?;
            look(&format!("dialog, {shown}")).await?;
            window.stroke(&[], key::ESCAPE).await?;
            window.no_longer_shows(shown).await?;
        }
        window.press("Timeline").await?;
        window.find("[data-lane]").await?;
        look("timeline").await?;
        window.press("View as table").await?;
        window.find("tr[data-row]").await?;
        look("timeline as a table").await?;
        window.press("View as timeline").await?;
        window.press("Audit log").await?;
        window.shows("Chain verified").await?;
        look("audit").await?;
        window.press("Export").await?;
        window.shows("Preview").await?;
        look("export").await?;
        window.press("Cancel").await?;
        window.press("Settings").await?;
        for part in ["General", "Security", "Refresh", "Providers", "About"] {
            window.press(part).await?;
            window.find("[role='tabpanel'] h2").await?;
            look(&format!("settings, {part}")).await?;
        }
        window.call("lock", json!({})).await?;
        window.shows("Keyfob is locked").await?;
        look("locked").await?;
        window.press("Unlock").await?;
        window.row_becomes(&self.ids[0], "active").await
    }

    /// Opens the palette, and runs what is typed unless it is empty.
    async fn command(&self, text: &str) -> Result<()> {
        self.window.stroke(&[key::CONTROL], 'k').await?;
        self.window.find("[role='combobox']:focus").await?;
        if text.is_empty() {
            return Ok(());
        }
        self.window.type_blindly(text).await?;
        self.window.find("mark").await?;
        self.window.stroke(&[], key::ENTER).await
    }
}
