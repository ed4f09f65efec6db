//! oidc-agent with one account at the test provider, where it is installed.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use keyfob_journeys::provider::Provider;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::installed;

/// oidc-agent proves a client by a secret in any case.
const CLIENT: [&str; 2] = ["confidential", "confidential-secret"];

/// A running agent; it ends with the value.
pub(super) struct Agent {
    pid: String,
    socket: String,
    folder: TempDir,
}

impl Agent {
    /// Starts it and gives it a session, without a browser.
    pub(super) fn start(provider: &Provider, runtime: &Runtime) -> Result<Self> {
        let program = installed("oidc-agent")?;
        let folder = tempfile::tempdir()?;
        // It goes into the background, and says where it listens and who it is.
        let output = Command::new(program)
            .args(["--no-autoload", "--no-webserver"])
            .env("OIDC_CONFIG_DIR", folder.path())
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()?;
        let said = String::from_utf8(output.stdout)?;
        let named = |name: &str| {
            let (_, rest) = said.split_once(name)?;
            Some(rest.split(';').next()?.to_owned())
        };
        let agent = Self {
            pid: named("OIDCD_PID=").context("oidc-agent names its process")?,
            socket: named("OIDC_SOCK=").context("oidc-agent names its socket")?,
            folder,
        };
        let [id, secret] = CLIENT;
        let minted = runtime.block_on(provider.mint_for(&format!("{id}:{secret}"), "carol"))?;
        let token = minted["refresh_token"]
            .as_str()
            .context("a refresh token")?;
        let generated = agent
            .command("oidc-gen")
            .args(["bench", "--flow", "refresh", "--prompt", "none"])
            .args([
                "--confirm-yes",
                "--no-url-call",
                "--pw-env=KEYFOB_BENCH_PASSWORD",
            ])
            .args(["--issuer", &provider.issuer, "--client-id", id])
            .args([
                "--client-secret",
                secret,
                "--scope",
                "openid offline_access",
            ])
            .args(["--redirect-uri", "http://localhost:8080", "--rt", token])
            .env("KEYFOB_BENCH_PASSWORD", "bench")
            .output()?;
        let said = String::from_utf8_lossy(&generated.stderr).into_owned();
        ensure!(generated.status.success(), "oidc-gen: {said}");
        Ok(agent)
    }

    /// `oidc-token`, of what is there or renewed.
    pub(super) fn token(&self, renewed: bool) -> Command {
        let mut command = self.command("oidc-token");
        if renewed {
            command.arg("--force-new");
        }
        command.arg("bench");
        command
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("OIDC_CONFIG_DIR", self.folder.path())
            .env("OIDC_SOCK", &self.socket);
        command
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = Command::new("kill").arg(&self.pid).status();
    }
}
