//! The certified OpenID Provider on loopback, as a child of the test.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdin, Command, Stdio},
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::places;

/// A running provider; it ends with the test.
pub struct Provider {
    /// Its issuer identifier.
    pub issuer: String,
    child: Child,
    _stdin: Option<ChildStdin>,
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
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line).context("the provider says it is ready")?;
        let issuer = ready["issuer"]
            .as_str()
            .context("the ready line names the issuer")?;
        Ok(Self {
            issuer: issuer.to_owned(),
            _stdin: child.stdin.take(),
            child,
            client: reqwest::Client::builder().no_proxy().build()?,
        })
    }

    /// `GET /_test/<what>`.
    pub async fn look(&self, what: &str) -> Result<Value> {
        let url = format!("{}/_test/{what}", self.issuer);
        let text = self.client.get(url).send().await?.text().await?;
        Ok(serde_json::from_str(&text)?)
    }

    /// `POST /_test/<what>`.
    pub async fn tell(&self, what: &str, body: Value) -> Result<()> {
        let url = format!("{}/_test/{what}", self.issuer);
        self.client
            .post(url)
            .body(body.to_string())
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }

    /// `DELETE /_test/<what>`.
    pub async fn drop_at(&self, what: &str) -> Result<()> {
        let url = format!("{}/_test/{what}", self.issuer);
        self.client.delete(url).send().await?.error_for_status()?;
        Ok(())
    }

    /// The next request to a path meets a fault.
    pub async fn fault(&self, rule: Value) -> Result<()> {
        self.tell("faults", rule).await
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
            .get(format!("{}/me", self.issuer))
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
