//! A keyring that waits for its user: the user may ask again, or leave it.

use anyhow::Result;
use keyfob_engine::view::{ErrorCode, Gate};
use keyfob_journeys::{rig::Rig, wait};

async fn stands_at<P>(rig: &Rig<P>, gate: Gate) -> Result<()> {
    let look = || async { (rig.gate() == gate).then_some(()) };
    wait::until(&format!("the gate {gate:?}"), look).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_of_the_keyring_can_be_left_and_asked_again() -> Result<()> {
    let rig = Rig::beside(()).await?;
    rig.engine.wind_up().await;
    rig.keychain.wait_for_user();
    let rig = rig.reopen().await?;
    assert_eq!(
        rig.gate(),
        Gate::KeyringLocked,
        "at the start nobody is asked"
    );

    let engine = rig.engine.clone();
    let asked = tokio::spawn(async move { engine.retry().await });
    stands_at(&rig, Gate::WaitingForKeyring).await?;
    rig.engine.give_up_waiting();
    assert_eq!(asked.await?.gate, Gate::KeyringLocked);
    assert_eq!(rig.trouble(), Some(ErrorCode::KeyringLocked));

    // Asking again gives up the question that nobody answered.
    let engine = rig.engine.clone();
    let first = tokio::spawn(async move { engine.retry().await });
    stands_at(&rig, Gate::WaitingForKeyring).await?;
    let engine = rig.engine.clone();
    let second = tokio::spawn(async move { engine.retry().await });
    first.await?;
    stands_at(&rig, Gate::WaitingForKeyring).await?;
    rig.keychain.answer();
    assert_eq!(second.await?.gate, Gate::Open);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_whose_keyring_waits_can_be_left_and_makes_nothing() -> Result<()> {
    let rig = Rig::beside(()).await?;
    rig.engine.wind_up().await;
    std::fs::remove_dir_all(rig.dir.path().join("vault"))?;
    for account in keyfob_keychain::Keychain::accounts(&*rig.keychain).await? {
        keyfob_keychain::Keychain::remove(&*rig.keychain, &account).await?;
    }
    let rig = rig.reopen().await?;
    assert_eq!(rig.gate(), Gate::FirstRun);
    rig.keychain.wait_for_user();
    let engine = rig.engine.clone();
    let made = tokio::spawn(async move { engine.create_vault().await });
    stands_at(&rig, Gate::WaitingForKeyring).await?;
    rig.engine.give_up_waiting();
    let error = made.await?.expect_err("it was left");
    assert_eq!(error.code(), ErrorCode::KeyringLocked);
    assert_eq!(rig.gate(), Gate::FirstRun);
    assert!(!rig.dir.path().join("vault/vault.db").exists());
    rig.keychain.answer();
    assert_eq!(rig.engine.create_vault().await?.gate, Gate::Open);
    Ok(())
}
