//! A vault with one real session at the test provider.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use keyfob_audit::Actor;
use keyfob_engine::{
    Engine, Options, SystemClock,
    view::{FlowStage, FlowView},
};
use keyfob_journeys::{
    host::{TestHost, put},
    provider::Provider,
    rig::request,
    wait,
    window::Profile,
};

pub(crate) fn options(profile: &Profile) -> Options {
    Options {
        data_dir: profile.dir(),
        actor: Actor::User,
        version: "0.0.0-bench".into(),
        demo: None,
    }
}

/// Makes the vault and signs in as "work".
pub(super) async fn sign_in(provider: &Provider, profile: &Profile) -> Result<()> {
    let host = Arc::new(TestHost::default());
    let engine = Engine::new(
        options(profile),
        Arc::new(SystemClock::new()),
        Arc::new(profile.keychain()),
        host.clone(),
    );
    engine.open().await;
    engine.create_vault().await?;
    put(&host.user, |who| *who = Some("alice".to_owned()));
    let mut wish = request(&provider.issuer);
    wish.name = Some("work".to_owned());
    let flow = engine.start_sign_in(wish)?;
    let over = |view: &FlowView| matches!(view.stage, FlowStage::Done | FlowStage::Failed);
    let view = wait::until("the end of a sign-in", || async {
        engine.flow_state(&flow.id).ok().filter(over)
    })
    .await?;
    ensure!(view.stage == FlowStage::Done, "{:?}", view.error);
    view.session.context("a session")?;
    engine.wind_up().await;
    Ok(())
}
