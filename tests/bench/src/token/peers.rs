//! What people use today: a token kept in the keyring by `secret-tool`, and one fetched by `curl`.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use keyfob_journeys::provider::Provider;
use serde_json::Value;
use tempfile::TempDir;

/// Puts a token as long as the sample's into the keyring.
pub(super) fn keep_in_keyring() -> Result<()> {
    let mut store = Command::new("secret-tool")
        .args(["store", "--label=bench", "keyfob-bench", "token"])
        .stdin(Stdio::piped())
        .spawn()
        .context("secret-tool is installed")?;
    let input = store.stdin.take().context("it reads the secret")?;
    { input }.write_all("a".repeat(900).as_bytes())?;
    ensure!(store.wait()?.success(), "secret-tool stored nothing");
    Ok(())
}

/// Reads it back.
pub(super) fn secret_tool() -> Command {
    let mut command = Command::new("secret-tool");
    command.args(["lookup", "keyfob-bench", "token"]);
    command
}

/// The refresh request of a client without a secret; each answer has the token of the next.
pub(super) struct Curl {
    endpoint: String,
    answer: std::path::PathBuf,
    _folder: TempDir,
}

impl Curl {
    pub(super) fn new(provider: &Provider, runtime: &tokio::runtime::Runtime) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let answer = folder.path().join("answer.json");
        let minted = runtime.block_on(provider.mint("bob"))?;
        fs::write(&answer, minted.to_string())?;
        Ok(Self {
            endpoint: format!("{}/token", provider.issuer),
            answer,
            _folder: folder,
        })
    }

    /// The next request. It prints the status, and keeps the answer.
    pub(super) fn refresh(&self) -> Command {
        let answer = fs::read(&self.answer).unwrap_or_default();
        let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
        let token = answer["refresh_token"].as_str().unwrap_or_default();
        let mut command = Command::new("curl");
        command
            .args(["--silent", "--show-error", "--fail", "--noproxy", "*"])
            .args([
                "--data",
                "grant_type=refresh_token",
                "--data",
                "client_id=native",
            ])
            .args(["--data-urlencode", &format!("refresh_token={token}")])
            .args(["--write-out", "%{http_code}", "--output"])
            .arg(&self.answer)
            .arg(&self.endpoint);
        command
    }
}
