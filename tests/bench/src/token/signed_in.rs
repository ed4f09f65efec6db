//! A vault with real sessions at the test provider.

use std::sync::Arc;

use anyhow::{Result, ensure};
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

/// Makes the vault and signs in so many times, as "work 0" and so on.
pub(super) async fn sign_in(provider: &Provider, profile: &Profile, count: usize) -> Result<()> {
    let host = Arc::new(TestHost::default());
    let engine = Engine::new(
        options(profile),
        Arc::new(SystemClock::new()),
        Arc::new(profile.keychain()),
        host.clone(),
    );
    engine.open().await;
    engine.create_vault().await?;
    let over = |view: &FlowView| matches!(view.stage, FlowStage::Done | FlowStage::Failed);
    for number in 0..count {
        put(&host.user, |who| *who = Some(format!("alice{number}")));
        let mut wish = request(&provider.issuer);
        wish.name = Some(format!("work {number}"));
        let flow = engine.start_sign_in(wish)?;
        let view = wait::until("the end of a sign-in", || async {
            engine.flow_state(&flow.id).ok().filter(over)
        })
        .await?;
        ensure!(view.stage == FlowStage::Done, "{:?}", view.error);
    }
    engine.wind_up().await;
    Ok(())
}
