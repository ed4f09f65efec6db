//! An engine with a vault of its own, a real provider beside it, and a host without a desktop.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use keyfob_audit::Actor;
use keyfob_engine::{
    Engine, Options, SystemClock,
    view::{AuditFilter, FlowStage, Gate, Row, RowItem, SessionQuery, SignInRequest, State},
};
use keyfob_keychain::{Keychain, MemoryKeychain};
use tempfile::TempDir;

use crate::{
    host::{TestHost, put},
    provider::Provider,
    wait,
};

/// Everything a journey without a window needs.
pub struct Rig {
    /// The engine.
    pub engine: Engine,
    /// Its host.
    pub host: Arc<TestHost>,
    /// Its keyring.
    pub keychain: Arc<MemoryKeychain>,
    /// The provider.
    pub provider: Provider,
    /// The folder of its vaults.
    pub dir: TempDir,
}

impl Rig {
    /// A fresh vault, open, and a provider with these settings.
    pub async fn new(settings: &[(&str, &str)]) -> Result<Self> {
        let provider = Provider::start(settings)?;
        let dir = tempfile::tempdir()?;
        let keychain = Arc::new(MemoryKeychain::new());
        let host = Arc::new(TestHost::default());
        let engine = engine(dir.path(), keychain.clone(), host.clone())?;
        engine.open().await;
        let view = engine.create_vault().await?;
        ensure!(view.gate == Gate::Open, "the gate is {:?}", view.gate);
        engine.start_loop();
        Ok(Self {
            engine,
            host,
            keychain,
            provider,
            dir,
        })
    }

    /// The same vault in a new engine, as after a restart; the old one is wound up first.
    pub async fn restart(self) -> Result<Self> {
        self.engine.wind_up().await;
        self.reopen().await
    }

    /// The same vault in a new engine, as after a kill: the old one is left where it stands.
    pub async fn reopen(self) -> Result<Self> {
        let Self {
            engine: old,
            host,
            keychain,
            provider,
            dir,
        } = self;
        old.release_lock();
        let engine = engine(dir.path(), keychain.clone(), host.clone())?;
        engine.open().await;
        engine.start_loop();
        Ok(Self {
            engine,
            host,
            keychain,
            provider,
            dir,
        })
    }

    /// What to sign in with.
    pub fn request(&self) -> SignInRequest {
        SignInRequest {
            issuer: self.provider.issuer.clone(),
            client_id: "native".into(),
            scopes: ["openid", "profile", "email", "offline_access"]
                .map(str::to_owned)
                .into(),
            redirect_port: None,
            allow_private: true,
            use_secret: false,
            device: false,
            session: None,
            name: None,
        }
    }

    /// Signs `user` in through the real redirect; the new session's row.
    pub async fn sign_in(&self, user: &str) -> Result<Row> {
        put(&self.host.user, |who| *who = Some(user.to_owned()));
        let flow = self.engine.start_sign_in(self.request())?;
        let done = || async {
            let view = self.engine.flow_state(&flow.id).ok()?;
            matches!(view.stage, FlowStage::Done | FlowStage::Failed).then_some(view)
        };
        let view = wait::until("the sign-in", done).await?;
        ensure!(
            view.stage == FlowStage::Done,
            "the sign-in failed: {:?}",
            view.error
        );
        self.row(&view.session.context("a session came of it")?)
    }

    /// All rows.
    pub fn rows(&self) -> Result<Vec<Row>> {
        let query = SessionQuery {
            limit: 500,
            ..SessionQuery::default()
        };
        let page = self.engine.list_sessions(&query)?;
        Ok(page
            .items
            .into_iter()
            .filter_map(|item| match item {
                RowItem::Session { row } => Some(row),
                RowItem::Group { .. } => None,
            })
            .collect())
    }

    /// One row.
    pub fn row(&self, id: &str) -> Result<Row> {
        self.rows()?
            .into_iter()
            .find(|row| row.id == id)
            .context("the session is in the list")
    }

    /// Waits until a session is in a state.
    pub async fn becomes(&self, id: &str, state: State) -> Result<Row> {
        let look = || async { self.row(id).ok().filter(|row| row.state == state) };
        match wait::until(&format!("state {state:?}"), look).await {
            Ok(row) => Ok(row),
            Err(error) => Err(error.context(self.story(id).await?)),
        }
    }

    /// What happened so far, for a test that fails.
    async fn story(&self, id: &str) -> Result<String> {
        let filter = AuditFilter {
            limit: 30,
            ..AuditFilter::default()
        };
        let events = self.engine.audit_page(filter).await?.rows;
        let lines = events
            .iter()
            .rev()
            .map(|it| format!("{} {:?}", it.event, it.code));
        Ok(format!(
            "{:#?}\n{}",
            self.row(id)?,
            lines.collect::<Vec<_>>().join("\n")
        ))
    }

    /// The access token, as the user gets it: copied.
    pub async fn copied_token(&self, id: &str) -> Result<String> {
        self.engine.copy_access_token(id, false).await?;
        put(&self.host.clipboard, |text| text.clone()).context("it is on the clipboard")
    }
}

fn engine(
    dir: &std::path::Path,
    keychain: Arc<MemoryKeychain>,
    host: Arc<TestHost>,
) -> Result<Engine> {
    let options = Options {
        data_dir: dir.to_owned(),
        actor: Actor::User,
        version: "0.0.0-test".into(),
        demo: None,
    };
    let keychain: Arc<dyn Keychain> = keychain;
    Ok(Engine::new(
        options,
        Arc::new(SystemClock::new()),
        keychain,
        host,
    )?)
}
