//! A session bus and a keyring of a test's own, for what would disturb the others: locking it.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};
use tempfile::TempDir;

/// Instead of the program that asks: one that never comes to the bus.
const NOBODY: &str =
    "[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\nExec=/bin/sleep 300\n";

/// The bus, and the keyring on it when one runs.
pub struct Bus {
    address: String,
    home: TempDir,
    daemon: Child,
    keyring: Option<Child>,
}

impl Bus {
    /// A bus with no keyring on it yet.
    pub fn start() -> Result<Self> {
        let home = tempfile::tempdir()?;
        std::fs::create_dir_all(home.path().join("data/keyrings"))?;
        // Nobody is at this desktop: the keyring's question is never answered, and its dialog
        // takes no keys away from others on the display.
        let services = home.path().join("dbus-1/services");
        std::fs::create_dir_all(&services)?;
        std::fs::write(
            services.join("org.gnome.keyring.SystemPrompter.service"),
            NOBODY,
        )?;
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .env("XDG_RUNTIME_DIR", home.path())
            .env("XDG_DATA_HOME", home.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("dbus-daemon is installed")?;
        let mut address = String::new();
        let stdout = daemon.stdout.take().context("it has an output")?;
        BufReader::new(stdout).read_line(&mut address)?;
        Ok(Self {
            address: address.trim().to_owned(),
            home,
            daemon,
            keyring: None,
        })
    }

    /// Ends the keyring that runs and starts it anew, unlocked.
    pub fn unlocked_keyring(&mut self) -> Result<()> {
        self.keyring(&["--unlock"], "test-password")
    }

    /// Ends the keyring that runs and starts it anew, locked as after a login without password.
    pub fn locked_keyring(&mut self) -> Result<()> {
        self.keyring(&["--start"], "")
    }

    /// Where the bus listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What a program needs to find them.
    pub fn environment(&self) -> [(&'static str, String); 3] {
        [
            ("DBUS_SESSION_BUS_ADDRESS", self.address.clone()),
            ("XDG_RUNTIME_DIR", self.home.path().display().to_string()),
            (
                "XDG_DATA_HOME",
                self.home.path().join("data").display().to_string(),
            ),
        ]
    }

    fn keyring(&mut self, arguments: &[&str], password: &str) -> Result<()> {
        end(self.keyring.take());
        let mut child = Command::new("gnome-keyring-daemon")
            .args(arguments)
            .args(["--components=secrets", "--foreground"])
            .envs(self.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("gnome-keyring-daemon is installed")?;
        let mut stdin = child.stdin.take().context("it has an input")?;
        stdin.write_all(password.as_bytes())?;
        drop(stdin);
        // It names its control socket once it is ready.
        let stdout = child.stdout.take().context("it has an output")?;
        BufReader::new(stdout).read_line(&mut String::new())?;
        self.keyring = Some(child);
        Ok(())
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        end(self.keyring.take());
        // It may have ended by itself.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

fn end(child: Option<Child>) {
    if let Some(mut child) = child {
        // It may have ended by itself.
        let _ = child.kill();
        let _ = child.wait();
    }
}
