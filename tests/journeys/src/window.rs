//! The real window under WebDriver (WebKitWebDriver, from the WebKitGTK that the program uses).

mod hands;
pub mod peers;
mod profile;
mod reader;
mod scenes;
mod screen;
mod stage;
mod steps;
mod withdrawn;

use std::{
    ffi::OsStr,
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use fantoccini::{Client, ClientBuilder, Locator, elements::Element, wd::Capabilities};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

pub use hands::key;
pub use profile::{Profile, Tokens};
pub use reader::{Reader, Thing, role};
pub use scenes::{Scene, Step, all as all_scenes};
pub use screen::{Place, Screen};
pub use stage::Stage;
pub use withdrawn::Bus;

use crate::{places, wait};

/// Lays nothing over each file of the library, in a view of the file system of its own.
const HIDING: &str = r#"
for file in $(find /usr/lib /usr/lib64 /lib /usr/local/lib -name 'lib*appindicator3.so.1' 2>/dev/null); do
  mount --bind /dev/null "$(readlink -f "$file")"
done
exec "$@"
"#;

/// A driver and the window it opened.
pub struct Window {
    /// The window's WebDriver session.
    pub page: Client,
    driver: Child,
    lock: PathBuf,
}

impl Window {
    /// Starts the program on a profile, with further arguments.
    pub async fn open(profile: &Profile, arguments: &[&str]) -> Result<Self> {
        Self::open_with::<&str>(profile, arguments, &[]).await
    }

    /// The same, with a home of its own beside the profile: what it writes there, such as an
    /// export, goes with the profile.
    pub async fn open_at_home(profile: &Profile, arguments: &[&str]) -> Result<Self> {
        let home = profile.beside("home");
        fs::create_dir_all(&home)?;
        let homes = ["HOME", "XDG_CONFIG_HOME"].map(|name| (name, &home));
        Self::open_with(profile, arguments, &homes).await
    }

    /// The same, with further variables in the program's environment.
    pub async fn open_with<V: AsRef<OsStr>>(
        profile: &Profile,
        arguments: &[&str],
        environment: &[(&str, V)],
    ) -> Result<Self> {
        let port = free_port()?;
        Self::driven_by(
            Command::new("WebKitWebDriver"),
            port,
            profile,
            arguments,
            environment,
        )
        .await
    }

    /// The same on a system whose library for tray icons is out of sight.
    pub async fn open_without_tray_library(
        profile: &Profile,
        environment: &[(&str, String)],
    ) -> Result<Self> {
        let mut driver = Command::new("unshare");
        driver.args(["--map-root-user", "--mount", "sh", "-c", HIDING, "sh"]);
        driver.arg("WebKitWebDriver");
        Self::driven_by(driver, free_port()?, profile, &[], environment).await
    }

    async fn driven_by<V: AsRef<OsStr>>(
        mut driver: Command,
        port: u16,
        profile: &Profile,
        arguments: &[&str],
        environment: &[(&str, V)],
    ) -> Result<Self> {
        let path = std::env::var("PATH").unwrap_or_default();
        let driver = driver
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("PATH", format!("{}:{path}", places::browser().display()))
            .env("KEYFOB_BROWSER_LOG", profile.browser_log())
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .envs(profile.environment())
            .stdout(Stdio::null())
            .stderr(
                File::options()
                    .create(true)
                    .append(true)
                    .open(profile.stderr())?,
            )
            .spawn()
            .context("WebKitWebDriver is installed")?;
        let mut all = profile.arguments();
        all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        let wanted: Capabilities = serde_json::from_value(json!({
            "webkitgtk:browserOptions": { "binary": places::desktop(), "args": all },
        }))?;
        let url = format!("http://127.0.0.1:{port}");
        let connect = || {
            let (url, wanted) = (url.clone(), wanted.clone());
            async move {
                let mut builder = ClientBuilder::new(HttpConnector::new());
                builder.capabilities(wanted).connect(&url).await.ok()
            }
        };
        let page = wait::until("the window", connect).await?;
        Ok(Self {
            page,
            driver,
            lock: profile.dir().join("vault/desktop.lock"),
        })
    }

    /// The first element that a CSS selector finds, when it is there.
    pub async fn find(&self, css: &str) -> Result<Element> {
        let look = || async { self.page.find(Locator::Css(css)).await.ok() };
        wait::until(&format!("{css} in the window"), look).await
    }

    /// The first visible element with this exact text (buttons, headings, cells), when it is there.
    pub async fn text(&self, text: &str) -> Result<Element> {
        let path = format!(
            "//*[normalize-space(.)={} and not(*[normalize-space(.)={}])]",
            quoted(text),
            quoted(text)
        );
        let look = || async { self.page.find(Locator::XPath(&path)).await.ok() };
        wait::until(&format!("the text {text:?} in the window"), look).await
    }

    /// A button, tab or entry of a menu by its accessible name, or by a part of it that stands alone.
    pub async fn button(&self, name: &str) -> Result<Element> {
        let quoted = quoted(name);
        let path = format!(
            "//*[self::button or @role='button' or @role='menuitem' or @role='tab' or @role='radio' or self::a][@aria-label={quoted} or normalize-space(.)={quoted} or .//*[normalize-space(.)={quoted}]]"
        );
        let look = || async { self.page.find(Locator::XPath(&path)).await.ok() };
        wait::until(&format!("the button {name:?}"), look).await
    }

    /// Clicks the last button whose text starts like this: dialogs lie over the page.
    pub async fn press_starting(&self, start: &str) -> Result<()> {
        let path = format!(
            "(//button[starts-with(normalize-space(.), {})])[last()]",
            quoted(start)
        );
        let press = || async {
            let button = self.page.find(Locator::XPath(&path)).await.ok()?;
            (button.is_enabled().await.ok()?).then_some(())?;
            button.click().await.ok()
        };
        wait::until(&format!("a click on {start:?}…"), press).await
    }

    /// Clicks a button by its accessible name.
    pub async fn press(&self, name: &str) -> Result<()> {
        let press = || async {
            let button = self.button(name).await.ok()?;
            button.click().await.ok()
        };
        wait::until(&format!("a click on {name:?}"), press).await
    }

    /// Waits until the page's text holds this.
    pub async fn shows(&self, text: &str) -> Result<()> {
        let look = || async { self.body().await.ok()?.contains(text).then_some(()) };
        wait::until(&format!("{text:?} on the page"), look).await
    }

    /// Waits until the page's text no longer holds this.
    pub async fn no_longer_shows(&self, text: &str) -> Result<()> {
        let look = || async { (!self.body().await.ok()?.contains(text)).then_some(()) };
        wait::until(&format!("{text:?} to leave the page"), look).await
    }

    /// The page's visible text.
    pub async fn body(&self) -> Result<String> {
        let text = self
            .page
            .execute("return document.body.innerText", vec![])
            .await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Calls a command as the page does: `{"ok": …}` or `{"error": …}`.
    pub async fn answer(&self, command: &str, arguments: Value) -> Result<Value> {
        let script = "const [name, args, done] = arguments; \
            window.__TAURI_INTERNALS__.invoke(name, args).then( \
            (value) => done({ ok: value }), (error) => done({ error }));";
        let answer = self
            .page
            .execute_async(script, vec![json!(command), arguments])
            .await?;
        Ok(answer)
    }

    /// Calls a command that has to succeed; what it answers.
    pub async fn call(&self, command: &str, arguments: Value) -> Result<Value> {
        let mut answer = self.answer(command, arguments).await?;
        ensure!(answer.get("ok").is_some(), "{command} answers {answer}");
        Ok(answer["ok"].take())
    }

    /// A picture of the page as PNG.
    pub async fn picture(&self, file: &Path) -> Result<()> {
        std::fs::write(file, self.page.screenshot().await?)?;
        Ok(())
    }

    /// Ends the program by its own command and the driver with it.
    pub async fn quit(mut self) -> Result<()> {
        // The window goes away under the call; that is what was asked for.
        let script = "window.__TAURI_INTERNALS__.invoke('quit')";
        let _ =
            tokio::time::timeout(Duration::from_secs(5), self.page.execute(script, vec![])).await;
        self.wait_for_lock_to_go().await?;
        let _ = tokio::time::timeout(Duration::from_secs(5), self.page.clone().close()).await;
        self.end_driver();
        Ok(())
    }

    /// Ends a program that stands before a vault in use, and the driver with it.
    pub async fn leave(mut self) -> Result<()> {
        let script = "window.__TAURI_INTERNALS__.invoke('quit')";
        let _ =
            tokio::time::timeout(Duration::from_secs(5), self.page.execute(script, vec![])).await;
        let gone = || async {
            let look = tokio::time::timeout(Duration::from_secs(5), self.body()).await;
            look.map_or(true, |body| body.is_err()).then_some(())
        };
        wait::until("the window to go", gone).await?;
        self.end_driver();
        Ok(())
    }

    /// Waits for the program to end by itself, and ends the driver.
    pub async fn ended(mut self) -> Result<()> {
        self.wait_for_lock_to_go().await?;
        let _ = tokio::time::timeout(Duration::from_secs(5), self.page.clone().close()).await;
        self.end_driver();
        Ok(())
    }

    /// Kills the program as `kill -9` does, and the driver with it.
    pub async fn kill(mut self) -> Result<()> {
        let pid = self.pid()?;
        Command::new("kill")
            .args(["-9", &pid.to_string()])
            .status()?;
        self.end_driver();
        Ok(())
    }

    /// The program's process, by the lock that it holds on its profile.
    pub fn pid(&self) -> Result<u32> {
        let text = std::fs::read_to_string(&self.lock)?;
        text.trim().parse().context("the lock names its holder")
    }

    async fn wait_for_lock_to_go(&self) -> Result<()> {
        let Ok(pid) = self.pid() else { return Ok(()) };
        let process = PathBuf::from(format!("/proc/{pid}"));
        let gone = || async { (!process.exists()).then_some(()) };
        wait::until("the program to end", gone).await
    }

    fn end_driver(&mut self) {
        // It may have ended with its session.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.end_driver();
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A text as an XPath literal.
fn quoted(text: &str) -> String {
    if text.contains('\'') {
        format!("\"{text}\"")
    } else {
        format!("'{text}'")
    }
}
