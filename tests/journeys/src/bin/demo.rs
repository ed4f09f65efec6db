//! The main job, done by a script in the real window: two sign-ins, claims, a refresh in the
//! background, a revocation and its proof, the redacted export and its verification. Leaves
//! numbered pictures, the export and a one-page summary.
#![expect(clippy::print_stderr, reason = "progress for whoever watches the demo")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use keyfob_journeys::{
    places,
    provider::Provider,
    wait,
    window::{Profile, Window},
};

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let out = match (arguments.next().as_deref(), arguments.next()) {
        (Some("--out"), Some(out)) => PathBuf::from(out),
        _ => anyhow::bail!("usage: demo --out FOLDER"),
    };
    clear_earlier(&out)?;
    let provider = Provider::start(&[("OP_TTL_ACCESS", "20")])?;
    let profile = Profile::new()?;
    let window = Window::open_at_home(&profile, &["--demo-issuer", &provider.issuer]).await?;
    let mut story = Story {
        window,
        out,
        step: 0,
        lines: Vec::new(),
    };
    let verified = story.run(&provider).await?;
    story.window.quit().await?;
    let summary = summary(&provider, &story.lines, &verified).await?;
    fs::write(story.out.join("SUMMARY.md"), summary)?;
    Ok(())
}

/// An earlier demo's pictures would be mistaken for this one's. What no demo wrote stays.
fn clear_earlier(out: &Path) -> Result<()> {
    fs::create_dir_all(out)?;
    for entry in fs::read_dir(out)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let numbered = name.as_bytes().first().is_some_and(u8::is_ascii_digit);
        if (numbered && name.ends_with(".png")) || ["audit.jsonl", "SUMMARY.md"].contains(&&*name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// What has been done so far, with a picture of each step.
struct Story {
    window: Window,
    out: PathBuf,
    step: usize,
    lines: Vec<String>,
}

impl Story {
    async fn run(&mut self, provider: &Provider) -> Result<String> {
        self.window.button("Create the vault").await?;
        self.tell("first-start", "Keyfob asked where its key may live.")
            .await?;
        self.window.create_vault().await?;
        self.tell(
            "empty",
            "The key went into the keyring and was read back; then the vault was made.",
        )
        .await?;
        let alice = self.window.sign_in(provider, "alice").await?;
        let bob = self.window.sign_in(provider, "bob").await?;
        self.tell(
            "signed-in",
            "Alice and Bob signed in through the provider's own pages.",
        )
        .await?;
        self.window.details(&alice, "Claims").await?;
        self.window.shows("The signature is valid.").await?;
        self.tell(
            "claims",
            "Alice's ID token was verified; its claims are explained.",
        )
        .await?;
        self.see_a_refresh(provider, &alice).await?;
        self.revoke(provider, &bob).await?;
        self.export().await
    }

    async fn see_a_refresh(&mut self, provider: &Provider, alice: &str) -> Result<()> {
        self.window.details(alice, "Lineage").await?;
        let renewed = || async {
            let detail = self.window.detail(alice).await.ok()?;
            (detail["generation"].as_u64() >= Some(2)).then_some(())
        };
        wait::until("a refresh in the background", renewed).await?;
        let granted = provider.granted_refreshes().await?;
        ensure!(granted > 0, "the provider saw a refresh");
        let words = format!("Keyfob refreshed by itself; the provider counted {granted} so far.");
        self.tell("refreshed", &words).await
    }

    async fn revoke(&mut self, provider: &Provider, bob: &str) -> Result<()> {
        let before = grants(provider).await?;
        self.window.details(bob, "Overview").await?;
        self.window.press("Revoke").await?;
        self.window.row_becomes(bob, "revoking").await?;
        self.tell(
            "held",
            "Revoke was clicked once. It is held for five seconds, with Undo.",
        )
        .await?;
        self.window.row_becomes(bob, "revoked").await?;
        let after = grants(provider).await?;
        ensure!(
            after + 1 == before,
            "the provider has one grant less: {before}, then {after}"
        );
        let status = self.window.detail(bob).await?["row"]["revoke"]["step"].clone();
        ensure!(
            status == "confirmed_dead",
            "the revocation was proved, not only sent: {status}"
        );
        let words = format!(
            "Bob's session is confirmed dead: a probe that said alive says dead now. The provider held {before} grants before and {after} after."
        );
        self.tell("confirmed-dead", &words).await
    }

    async fn export(&mut self) -> Result<String> {
        self.window.press("Audit log").await?;
        self.window.shows("Chain verified").await?;
        self.tell(
            "audit",
            "The log holds every step, hash-chained and signed.",
        )
        .await?;
        self.window.press("Export").await?;
        self.window.shows("Preview").await?;
        self.tell(
            "export",
            "The export shows what it masks before it is written.",
        )
        .await?;
        self.window.press_starting("Export ").await?;
        self.window.shows("no secrets.").await?;
        let command = self.window.text_of("pre").await?;
        self.tell("exported", "The redacted log was written.")
            .await?;
        let words: Vec<&str> = command.split_whitespace().collect();
        let file = words
            .iter()
            .find(|word| word.ends_with(".jsonl"))
            .context("a file is named")?;
        let key = words.last().context("a key is named")?;
        let copy = self.out.join("audit.jsonl");
        fs::copy(file, &copy)?;
        let verify = Command::new(places::cli())
            .args(["audit", "verify", &copy.display().to_string(), "--key", key])
            .output()
            .context("keyfob is built")?;
        ensure!(verify.status.success(), "the export does not verify");
        self.lines.push(format!(
            "{}. `keyfob audit verify audit.jsonl --key {key}` found it intact.",
            self.step + 1
        ));
        Ok(String::from_utf8_lossy(&verify.stdout).into_owned())
    }

    /// Notes a step and takes its picture, once what moves has come to rest.
    async fn tell(&mut self, name: &str, words: &str) -> Result<()> {
        self.step += 1;
        eprintln!("{:2}. {words}", self.step);
        // Motion lasts 120 ms at most.
        tokio::time::sleep(Duration::from_millis(400)).await;
        let file = format!("{:02}-{name}.png", self.step);
        self.window.picture(&self.out.join(&file)).await?;
        self.lines
            .push(format!("{}. {words} ([picture]({file}))", self.step));
        Ok(())
    }
}

async fn grants(provider: &Provider) -> Result<usize> {
    Ok(provider
        .look("grants")
        .await?
        .as_array()
        .map_or(0, Vec::len))
}

async fn summary(provider: &Provider, lines: &[String], verified: &str) -> Result<String> {
    let refreshes = provider.granted_refreshes().await?;
    let left = grants(provider).await?;
    let version = version(&places::desktop())?;
    Ok(format!(
        "# Keyfob, the main job\n\nDone by a script in the real window of {version}, at a certified OpenID Provider on this machine, with a real keyring.\n\n{}\n\n## What the provider says\n\n{refreshes} refreshes granted, {left} grant left.\n\n## What the verification says\n\n```\n{}\n```\n",
        lines.join("\n"),
        verified.trim()
    ))
}

fn version(program: &Path) -> Result<String> {
    let said = Command::new(program).arg("--version").output()?;
    Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned())
}
