//! The certified OpenID Provider on loopback, as a child of the test.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{places, wait};

/// A running provider; it ends with the test.
pub struct Provider {
    /// Its issuer identifier.
    pub issuer: String,
    /// Where it listens: its issuer identifier, unless `OP_ISSUER` names another.
    pub control: String,
    child: Child,
    stdin: Option<ChildStdin>,
    /// Kept open: the library has more to say, and would end at a closed pipe.
    _stdout: BufReader<ChildStdout>,
    client: reqwest::Client,
}

impl Provider {
    /// Starts one at a free port, with settings such as `("OP_TTL_ACCESS", "20")`.
    pub fn start(settings: &[(&str, &str)]) -> Result<Self> {
        let mut child = Command::new("node")
            .arg(places::provider().join("op.mjs"))
            .env("OP_PORT", "0")
            .env("OP_ENDS_WITH_STDIN", "1")
            .env("OP_LOG", "0")
            .envs(settings.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("node runs the test provider")?;
        let stdout = child.stdout.take().context("the provider has an output")?;
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line).context("the provider says it is ready")?;
        let issuer = ready["issuer"]
            .as_str()
            .context("the ready line names the issuer")?;
        Ok(Self {
            issuer: issuer.to_owned(),
            control: format!("http://127.0.0.1:{}", ready["port"]),
            stdin: child.stdin.take(),
            _stdout: stdout,
            child,
            client: reqwest::Client::builder().no_proxy().build()?,
        })
    }

    /// Goes down, as for maintenance; with `OP_STATE_FILE` it saves what it knows.
    pub fn stop(&mut self) -> Result<()> {
        self.stdin = None;
        self.child.wait()?;
        Ok(())
    }

    /// Comes back at the same address, with these settings.
    pub fn start_again(&mut self, settings: &[(&str, &str)]) -> Result<()> {
        let port = self.control.rsplit(':').next().unwrap_or_default();
        let settings = [settings, &[("OP_PORT", port)]].concat();
        *self = Self::start(&settings)?;
        Ok(())
    }

    /// Signs `user` in for a client without a secret, past the engine: the token answer.
    pub async fn mint(&self, user: &str) -> Result<Value> {
        self.mint_for("native", user).await
    }

    /// The same for another client, as `id` or `id:secret`.
    pub async fn mint_for(&self, client: &str, user: &str) -> Result<Value> {
        let scope = "openid offline_access";
        let output = tokio::process::Command::new("node")
            .arg(places::provider().join("mint.mjs"))
            .args([client, "http://127.0.0.1/callback", &self.issuer])
            .args([scope, user])
            .output()
            .await?;
        serde_json::from_slice(&output.stdout).context("a token answer was minted")
    }

    /// How often a path was asked for.
    pub async fn asked(&self, path: &str) -> Result<u64> {
        let stats = self.look("stats").await?;
        Ok(stats["requests"][path].as_u64().unwrap_or(0))
    }

    /// `GET /_test/<what>`.
    pub async fn look(&self, what: &str) -> Result<Value> {
        let url = format!("{}/_test/{what}", self.control);
        let text = self.client.get(url).send().await?.text().await?;
        Ok(serde_json::from_str(&text)?)
    }

    /// `POST /_test/<what>`.
    pub async fn tell(&self, what: &str, body: Value) -> Result<()> {
        self.ask(what, body).await.map(drop)
    }

    /// `POST /_test/<what>`, and what it answers.
    pub async fn ask(&self, what: &str, body: Value) -> Result<Value> {
        let url = format!("{}/_test/{what}", self.control);
        let sent = self.client.post(url).body(body.to_string()).send();
        let text = sent.await?.error_for_status()?.text().await?;
        Ok(serde_json::from_str(&text)?)
    }

    /// `DELETE /_test/<what>`.
    pub async fn drop_at(&self, what: &str) -> Result<()> {
        let url = format!("{}/_test/{what}", self.control);
        self.client.delete(url).send().await?.error_for_status()?;
        Ok(())
    }

    /// The next request to a path meets a fault.
    pub async fn fault(&self, rule: Value) -> Result<()> {
        self.tell("faults", rule).await
    }

    /// Waits until so many requests wait at a fault that holds.
    pub async fn until_held(&self, count: u64) -> Result<()> {
        let held = || async {
            let held = self.look("held").await.ok()?;
            (held["held"].as_u64() == Some(count)).then_some(())
        };
        wait::until("a request that is held", held).await
    }

    /// Who signs in next.
    pub async fn user(&self, user: &str) -> Result<()> {
        self.tell("user", serde_json::json!({ "user": user })).await
    }

    /// How often a refresh token was accepted.
    pub async fn granted_refreshes(&self) -> Result<usize> {
        let all = self.look("refreshes").await?;
        let granted = |entry: &&Value| entry["outcome"] == "granted";
        Ok(all
            .as_array()
            .map_or(0, |entries| entries.iter().filter(granted).count()))
    }

    /// Whether the provider itself still takes an access token: 200 at userinfo.
    pub async fn takes(&self, access_token: &str) -> Result<bool> {
        let answer = self
            .client
            .get(format!("{}/me", self.control))
            .bearer_auth(access_token)
            .send()
            .await?;
        Ok(answer.status().is_success())
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
