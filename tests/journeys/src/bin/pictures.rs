//! The pictures of the documentation, taken from the real window: the main screens with a dozen
//! sessions in several states, light and dark, wide and narrow.
#![expect(clippy::print_stderr, reason = "progress for whoever waits")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use keyfob_journeys::{
    provider::Provider,
    window::{Profile, Window},
};
use serde_json::json;

/// Who is signed in. Bob's session is revoked, Carol's is ended by the provider, Dave's is held.
const USERS: [&str; 12] = [
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory",
    "olivia",
];
/// What they are called, so that the list reads like somebody's own.
const NAMES: [&str; 12] = [
    "Mail",
    "Old laptop",
    "Payroll",
    "Build server",
    "Calendar",
    "Customer portal",
    "Data warehouse",
    "Design files",
    "Staging API",
    "Status page",
    "Ticket system",
    "Wiki",
];
const WIDE: (u32, u32) = (1280, 800);
const NARROW: (u32, u32) = (640, 480);
/// The key, as WebDriver writes it.
const ENTER: char = '\u{E007}';
/// Motion lasts 120 ms at most.
const AT_REST: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let out = match (arguments.next().as_deref(), arguments.next()) {
        (Some("--out"), Some(out)) => PathBuf::from(out),
        _ => bail!("usage: pictures --out FOLDER"),
    };
    fs::create_dir_all(&out)?;
    let provider = Provider::start(&[("OP_TTL_ACCESS", "600")])?;
    let profile = Profile::new()?;
    let window = Window::open_at_home(&profile, &["--demo-issuer", &provider.issuer]).await?;
    let camera = Camera { window, out };
    camera.window.button("Create the vault").await?;
    camera.size(WIDE).await?;
    camera.take("first-start").await?;
    camera.window.create_vault().await?;
    let ids = camera.fill(&provider).await?;
    camera.sessions(&provider, &ids).await?;
    camera.other_screens().await?;
    camera.window.quit().await
}

/// The window, and where its pictures go.
struct Camera {
    window: Window,
    out: PathBuf,
}

impl Camera {
    /// Signs everybody in; the sessions' ids in the order of `USERS`.
    async fn fill(&self, provider: &Provider) -> Result<Vec<String>> {
        let mut ids = Vec::new();
        for (user, name) in USERS.iter().zip(NAMES) {
            let id = self.window.sign_in(provider, user).await?;
            let arguments = json!({ "id": id, "name": name });
            self.window.call("rename_session", arguments).await?;
            ids.push(id);
        }
        for (at, label) in [(3, "ci"), (8, "ci"), (6, "work"), (5, "work"), (2, "work")] {
            let arguments = json!({ "id": ids[at], "labels": [label] });
            self.window.call("label_session", arguments).await?;
        }
        Ok(ids)
    }

    async fn sessions(&self, provider: &Provider, ids: &[String]) -> Result<()> {
        let [_, bob, carol, dave, erin, ..] = ids else {
            bail!("everybody is signed in");
        };
        self.window
            .call("revoke", scope_of(bob))
            .await
            .context("Bob's session can be revoked")?;
        self.window.call("revoke_now", json!({ "id": bob })).await?;
        self.window.row_becomes(bob, "revoked").await?;
        end_at_provider(provider, "carol").await?;
        // The answer is the refusal that the picture is about.
        let _ = self
            .window
            .answer("refresh_session", json!({ "id": carol }))
            .await?;
        self.window.details(erin, "Overview").await?;
        self.in_both_themes("sessions").await?;
        self.window.details(erin, "Claims").await?;
        self.window.shows("The signature is valid.").await?;
        self.take("claims").await?;
        self.window.details(erin, "Findings").await?;
        self.window
            .shows("The tokens work for whoever holds them")
            .await?;
        self.take("findings").await?;
        self.window.details(dave, "Overview").await?;
        self.window.press("Revoke").await?;
        self.window.row_becomes(dave, "revoking").await?;
        self.take("held").await?;
        self.window
            .call("undo_revoke", json!({ "id": dave }))
            .await?;
        self.window.row_becomes(dave, "active").await?;
        self.window.press("Close details (Esc)").await?;
        self.size(NARROW).await?;
        self.take("narrow").await?;
        self.size(WIDE).await
    }

    async fn other_screens(&self) -> Result<()> {
        self.window.press("Commands").await?;
        let typed = format!("Revoke everything{ENTER}");
        self.window
            .type_into("Search for a command or a session", &typed)
            .await?;
        self.window
            .shows("Keyfob asks each provider afterwards")
            .await?;
        self.take("revoke").await?;
        self.window.press("Cancel").await?;
        self.window.press("Timeline").await?;
        self.window.shows("planned in").await?;
        self.in_both_themes("timeline").await?;
        self.window.press("Audit log").await?;
        self.window.shows("Chain verified").await?;
        self.take("audit").await?;
        self.window.press("Export").await?;
        self.window.shows("Preview").await?;
        self.take("export").await?;
        self.window.press("Cancel").await?;
        self.window.press("Settings").await?;
        self.take("settings").await?;
        self.window.press("Lock now (Ctrl L)").await?;
        self.window.shows("Unlock").await?;
        self.take("locked").await
    }

    async fn in_both_themes(&self, name: &str) -> Result<()> {
        self.take(name).await?;
        self.theme("dark").await?;
        self.take(&format!("{name}-dark")).await?;
        self.theme("light").await
    }

    async fn theme(&self, theme: &str) -> Result<()> {
        let mut settings = self.window.call("settings", json!({})).await?;
        settings["theme"] = json!(theme);
        self.window
            .call("set_settings", json!({ "settings": settings }))
            .await?;
        self.window
            .find(&format!("html[data-theme='{theme}']"))
            .await?;
        Ok(())
    }

    async fn size(&self, (width, height): (u32, u32)) -> Result<()> {
        self.window.page.set_window_size(width, height).await?;
        Ok(())
    }

    async fn take(&self, name: &str) -> Result<()> {
        tokio::time::sleep(AT_REST).await;
        let file = self.out.join(format!("{name}.png"));
        self.window.picture(&file).await?;
        compact(&file)?;
        eprintln!("{}", file.display());
        Ok(())
    }
}

fn scope_of(id: &str) -> serde_json::Value {
    json!({ "scope": { "scope": "sessions", "ids": [id] } })
}

/// Ends a user's grants as if signed out elsewhere.
async fn end_at_provider(provider: &Provider, user: &str) -> Result<()> {
    let grants = provider.look("grants").await?;
    let all = grants.as_array().context("the provider lists its grants")?;
    let of_user = |grant: &&serde_json::Value| grant.to_string().contains(&format!("\"{user}\""));
    let grant = all.iter().find(of_user).context("the user has a grant")?;
    let id = grant["id"].as_str().context("a grant has an id")?;
    provider.drop_at(&format!("grants/{id}")).await
}

/// A palette of its own colours, without dither: text stays sharp, and it is a third of the size.
fn compact(file: &Path) -> Result<()> {
    let done = Command::new("convert")
        .arg(file)
        .args(["-strip", "-dither", "None", "-colors", "255"])
        .args(["-define", "png:compression-level=9"])
        .arg(format!("PNG8:{}", file.display()))
        .status()
        .context("ImageMagick is installed")?;
    if !done.success() {
        bail!("{} could not be made smaller", file.display());
    }
    Ok(())
}
