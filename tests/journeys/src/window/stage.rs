//! The real window with an invented engine behind its page (`ui/src/dev/stage.ts`): every state of
//! every screen at hand, drawn by WebKit under the program's own policy.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::{Profile, Window, scenes::Scene};
use crate::{places, wait};

/// The script, built once by whoever comes first.
static SCRIPT: OnceCell<String> = OnceCell::const_new();

/// A window whose page is answered by the invented engine.
pub struct Stage {
    /// The window.
    pub window: Window,
    // Goes with the window.
    _profile: Profile,
}

impl Stage {
    /// Opens a window on a profile of its own and puts the invented engine behind its page.
    pub async fn open() -> Result<Self> {
        Self::open_with(&[]).await
    }

    /// The same, with further variables in the program's environment.
    pub async fn open_with(environment: &[(&str, &str)]) -> Result<Self> {
        let script = SCRIPT.get_or_try_init(built).await?;
        let profile = Profile::new()?;
        let window = Window::open_with(&profile, &[], environment).await?;
        window.shows("Where the key will live").await?;
        window.page.execute(script, vec![]).await?;
        window.find("[data-session]").await?;
        Ok(Self {
            window,
            _profile: profile,
        })
    }

    /// Runs a script that has the `stage` and arguments; what it returns.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.window.page.execute(script, arguments).await?)
    }

    /// Makes the page this wide and high.
    pub async fn size(&self, width: u32, height: u32) -> Result<()> {
        self.window
            .page
            .set_window_rect(0, 0, width, height)
            .await?;
        self.drawn_as(width, height).await
    }

    /// Zooms as Ctrl + does, and waits until the page has this size in pixels of its own.
    pub async fn zoom(&self, factor: f64, width: u32, height: u32) -> Result<()> {
        let factor = json!({ "value": factor });
        self.window
            .call("plugin:webview|set_webview_zoom", factor)
            .await?;
        self.drawn_as(width, height).await
    }

    async fn drawn_as(&self, width: u32, height: u32) -> Result<()> {
        let wanted = json!([width, height]);
        let drawn = || async {
            let inner = self.run("return [innerWidth, innerHeight]", vec![]);
            (inner.await.ok()? == wanted).then_some(())
        };
        wait::until(&format!("a page of {width} × {height}"), drawn).await
    }

    /// Opens a scene in a theme, from nothing.
    pub async fn show(&self, scene: &Scene, theme: &str) -> Result<()> {
        let window = &self.window;
        // A lock takes down all that is open, and its screen shows that it did.
        self.reset(&format!(
            "state.gate = 'locked'; state.settings.theme = '{theme}'"
        ))
        .await?;
        window.find(&format!("html[data-theme='{theme}']")).await?;
        window.shows("Keyfob is locked").await?;
        self.reset(&format!(
            "state.settings.theme = '{theme}'; {}",
            scene.given
        ))
        .await?;
        window.no_longer_shows("Keyfob is locked").await.ok();
        for step in scene.steps {
            let done = step.take(window).await;
            done.with_context(|| format!("{} in {:?}", step.what(), scene.name))?;
        }
        Ok(())
    }

    async fn reset(&self, change: &str) -> Result<()> {
        let script = format!("stage.reset((state) => {{ {change} }})");
        self.run(&script, vec![]).await.map(drop)
    }
}

async fn built() -> Result<String> {
    let ui = places::root().join("ui");
    let built = ui.join("node_modules/.stage/stage.js");
    tokio::task::spawn_blocking(move || {
        let done = Command::new("npm")
            .args(["run", "--silent", "stage"])
            .current_dir(ui)
            .status()
            .context("npm is installed")?;
        ensure!(done.success(), "the stage could not be built");
        Ok(std::fs::read_to_string(built)?)
    })
    .await?
}
