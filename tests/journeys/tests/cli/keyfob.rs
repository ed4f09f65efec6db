//! A profile with its keys in the real keyring, an engine in it where one is wanted, and the
//! built program.

use std::{path::PathBuf, process::Stdio, sync::Arc};

use anyhow::{Context, Result, ensure};
use keyfob_audit::Actor;
use keyfob_engine::{
    Engine, Options, Profile, SystemClock,
    view::{FlowStage, FlowView, Gate},
};
use keyfob_journeys::{
    host::{TestHost, put},
    places,
    provider::Provider,
    rig::request,
    wait,
};
use keyfob_keychain::OsKeychain;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// A profile, a provider, and the program.
pub(crate) struct Bench {
    pub(crate) provider: Provider,
    around: TempDir,
}

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// The one JSON object of standard output.
    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.out).with_context(|| format!("one JSON object: {self:?}"))
    }

    /// Standard output of a run that went well, without its line end.
    pub(crate) fn good(&self) -> Result<&str> {
        ensure!(self.code == Some(0), "{self:?}");
        Ok(self.out.trim_end_matches('\n'))
    }
}

impl Bench {
    pub(crate) fn new(settings: &[(&str, &str)]) -> Result<Self> {
        Ok(Self {
            provider: Provider::start(settings)?,
            around: tempfile::tempdir()?,
        })
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.around.path().join("profile")
    }

    /// A desktop's engine in this profile, with its loop running.
    pub(crate) async fn desktop(&self) -> Result<Desktop> {
        let profile = Profile::in_folder(&self.dir())?;
        let host = Arc::new(TestHost::default());
        let options = Options {
            data_dir: profile.data_dir().to_owned(),
            actor: Actor::User,
            version: "0.0.0-test".into(),
            demo: None,
        };
        let engine = Engine::new(
            options,
            Arc::new(SystemClock::new()),
            Arc::new(OsKeychain::new(profile.identifier())),
            host.clone(),
        );
        if engine.open().await.gate == Gate::FirstRun {
            engine.create_vault().await?;
        }
        let gate = engine.vault_state().gate;
        ensure!(matches!(gate, Gate::Open | Gate::Locked), "{gate:?}");
        engine.start_loop();
        Ok(Desktop {
            engine,
            host,
            issuer: self.provider.issuer.clone(),
        })
    }

    /// A vault with a session of `user`, and no desktop beside it. The name of the session.
    pub(crate) async fn signed_in(&self, user: &str, name: &str) -> Result<()> {
        let desktop = self.desktop().await?;
        desktop.sign_in(user, name).await?;
        desktop.engine.wind_up().await;
        Ok(())
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(places::cli());
        command
            .arg("--data-dir")
            .arg(self.dir())
            .args(arguments)
            .env_remove("NO_COLOR")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs the program to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Result<Run> {
        ended(self.command(arguments).spawn()?).await
    }
}

/// Waits for a program's end.
pub(crate) async fn ended(child: Child) -> Result<Run> {
    let output = tokio::time::timeout(wait::LONG * 2, child.wait_with_output())
        .await
        .context("the program ends")??;
    Ok(Run {
        code: output.status.code(),
        out: String::from_utf8(output.stdout)?,
        err: String::from_utf8(output.stderr)?,
    })
}

/// The engine of a desktop beside the program.
pub(crate) struct Desktop {
    pub(crate) engine: Engine,
    pub(crate) host: Arc<TestHost>,
    issuer: String,
}

impl Desktop {
    /// Signs `user` in; the session's id.
    pub(crate) async fn sign_in(&self, user: &str, name: &str) -> Result<String> {
        put(&self.host.user, |who| *who = Some(user.to_owned()));
        let mut request = request(&self.issuer);
        request.name = Some(name.to_owned());
        let flow = self.engine.start_sign_in(request)?;
        let over = |view: &FlowView| matches!(view.stage, FlowStage::Done | FlowStage::Failed);
        let view = wait::until("the end of a sign-in", || async {
            self.engine.flow_state(&flow.id).ok().filter(over)
        })
        .await?;
        view.session
            .with_context(|| format!("the sign-in failed: {:?}", view.error))
    }
}
