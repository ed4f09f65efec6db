//! An engine with a vault of its own, a provider beside it, and a host without a desktop.

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result, ensure};
use keyfob_audit::Actor;
use keyfob_engine::{
    Engine, Options,
    view::{
        AuditFilter, AuditRow, ErrorCode, FlowStage, FlowView, Gate, RevokeScope, Row, RowItem,
        SessionQuery, SettingsView, SignInRequest, State,
    },
};
use keyfob_keychain::{Keychain, MemoryKeychain};
use tempfile::TempDir;

use crate::{
    clock::MovableClock,
    host::{TestHost, put},
    provider::Provider,
    wait,
};

/// Everything a journey without a window needs.
pub struct Rig<P = Provider> {
    /// The engine.
    pub engine: Engine,
    /// Its host.
    pub host: Arc<TestHost>,
    /// Its clock.
    pub clock: Arc<MovableClock>,
    /// Its keyring.
    pub keychain: Arc<MemoryKeychain>,
    /// The provider.
    pub provider: P,
    /// The folder of its vaults.
    pub dir: TempDir,
}

impl Rig {
    /// A fresh vault, open, and a provider with these settings.
    pub async fn new(settings: &[(&str, &str)]) -> Result<Self> {
        Self::beside(Provider::start(settings)?).await
    }

    /// What to sign in with.
    pub fn request(&self) -> SignInRequest {
        request(&self.provider.issuer)
    }

    /// Signs `user` in through the real redirect; the new session's row.
    pub async fn sign_in(&self, user: &str) -> Result<Row> {
        self.sign_in_with(self.request(), user).await
    }
}

/// What to sign in with at an issuer.
pub fn request(issuer: &str) -> SignInRequest {
    SignInRequest {
        issuer: issuer.to_owned(),
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

impl<P> Rig<P> {
    /// A fresh vault, open, beside a provider of any kind.
    pub async fn beside(provider: P) -> Result<Self> {
        Self::in_folder(tempfile::tempdir()?, provider).await
    }

    /// The same in this folder.
    pub async fn in_folder(dir: TempDir, provider: P) -> Result<Self> {
        let rig = Self::closed(dir, provider, Arc::default())?;
        rig.engine.open().await;
        let view = rig.engine.create_vault().await?;
        ensure!(view.gate == Gate::Open, "the gate is {:?}", view.gate);
        rig.engine.start_loop();
        Ok(rig)
    }

    /// An engine for what is in this folder, whose keys are in this keyring; it has opened nothing
    /// yet and does nothing by itself.
    pub fn closed(dir: TempDir, provider: P, keychain: Arc<MemoryKeychain>) -> Result<Self> {
        let host = Arc::new(TestHost::default());
        let clock = Arc::new(MovableClock::default());
        let engine = engine_by(clock.clone(), dir.path(), keychain.clone(), host.clone())?;
        Ok(Self {
            engine,
            host,
            clock,
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
        drop(self.engine);
        let (clock, keychain) = (self.clock.clone(), self.keychain.clone());
        let engine = engine_by(clock, self.dir.path(), keychain, self.host.clone())?;
        engine.open().await;
        engine.start_loop();
        Ok(Self { engine, ..self })
    }

    /// Waits until the engine is through with what its clock has made due.
    pub async fn rests(&self) -> Result<()> {
        self.clock.settled().await;
        let rests = || async { self.engine.is_at_rest().then_some(()) };
        wait::until("an engine at rest", rests).await
    }

    /// Which screen the vault asks for.
    pub fn gate(&self) -> Gate {
        self.engine.vault_state().gate
    }

    /// What is wrong with the vault, if anything.
    pub fn trouble(&self) -> Option<ErrorCode> {
        self.engine.vault_state().error.map(|error| error.code)
    }

    /// Signs `user` in; the row of the session that came of it.
    pub async fn sign_in_with(&self, request: SignInRequest, user: &str) -> Result<Row> {
        self.row_of(&self.flow(request, user).await?)
    }

    /// Signs `user` in, and says how that ended.
    pub async fn flow(&self, request: SignInRequest, user: &str) -> Result<FlowView> {
        put(&self.host.user, |who| *who = Some(user.to_owned()));
        let flow = self.engine.start_sign_in(request)?;
        self.ended(&flow.id).await
    }

    /// Waits for the end of a sign-in.
    pub async fn ended(&self, flow: &str) -> Result<FlowView> {
        let over = |stage| matches!(stage, FlowStage::Done | FlowStage::Failed);
        wait::until("the end of a sign-in", || async {
            let view = self.engine.flow_state(flow).ok()?;
            over(view.stage).then_some(view)
        })
        .await
    }

    /// Waits until a sign-in stands where it waits for its user.
    pub async fn waits(&self, flow: &str) -> Result<FlowView> {
        let asks = |stage| {
            matches!(
                stage,
                FlowStage::WaitingForBrowser | FlowStage::WaitingForDevice
            )
        };
        wait::until("a sign-in that waits for its user", || async {
            let view = self.engine.flow_state(flow).ok()?;
            asks(view.stage).then_some(view)
        })
        .await
    }

    /// The row of the session that came of a sign-in.
    pub fn row_of(&self, flow: &FlowView) -> Result<Row> {
        let failed = || format!("the sign-in failed: {:?}", flow.error);
        self.row(flow.session.as_deref().with_context(failed)?)
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
        let lines: Vec<_> = self
            .log()
            .await?
            .iter()
            .map(|it| format!("{} {:?}", it.event, it.code))
            .collect();
        Ok(format!("{:#?}\n{}", self.row(id)?, lines.join("\n")))
    }

    /// The whole log, oldest first.
    pub async fn log(&self) -> Result<Vec<AuditRow>> {
        let filter = AuditFilter {
            limit: 500,
            ..AuditFilter::default()
        };
        let mut rows = self.engine.audit_page(filter).await?.rows;
        rows.reverse();
        Ok(rows)
    }

    /// The newest event of a kind, as its result and code.
    pub async fn newest(&self, event: &str) -> Result<(String, Option<String>)> {
        let log = self.log().await?;
        let row = log.into_iter().rfind(|row| row.event == event);
        let row = row.with_context(|| format!("{event} is in the log"))?;
        Ok((row.result, row.code))
    }

    /// The access token, as the user gets it: copied.
    pub async fn copied_token(&self, id: &str) -> Result<String> {
        self.engine.copy_access_token(id, false).await?;
        put(&self.host.clipboard, |text| text.clone()).context("it is on the clipboard")
    }

    /// Puts text on the clipboard, as the user does elsewhere.
    pub fn clipboard(&self, text: &str) {
        put(&self.host.clipboard, |held| *held = Some(text.to_owned()));
    }

    /// Changes the settings.
    pub async fn set(&self, change: impl FnOnce(&mut SettingsView)) -> Result<()> {
        let mut settings = self.engine.settings();
        change(&mut settings);
        self.engine.set_settings(settings).await?;
        Ok(())
    }

    /// Revokes one session without the pause for Undo.
    pub async fn revoke_at_once(&self, id: &str) -> Result<()> {
        let ids = vec![id.to_owned()];
        let ordered = self.engine.revoke(&RevokeScope::Sessions { ids }).await?;
        ensure!(ordered == 1, "{ordered} revocations were ordered");
        self.engine.revoke_now(id).await?;
        Ok(())
    }
}

/// An engine for the vaults of a folder; it has opened nothing yet.
pub fn engine_at(dir: &Path, keychain: Arc<MemoryKeychain>, host: Arc<TestHost>) -> Result<Engine> {
    engine_by(Arc::default(), dir, keychain, host)
}

fn engine_by(
    clock: Arc<MovableClock>,
    dir: &Path,
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
    Ok(Engine::new(options, clock, keychain, host))
}
