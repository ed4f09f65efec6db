//! What the user is told outside of the window, and what not.

use anyhow::Result;
use keyfob_engine::{Notice, NoticeKind};
use keyfob_journeys::{host::put, rig::Rig, wait};
use serde_json::{Value, json};

use super::fake::{self, Fake};

fn told<P>(rig: &Rig<P>) -> Vec<Notice> {
    put(&rig.host.notices, |all| all.clone())
}

async fn session(rig: &Rig<Fake>, refresh: bool, life: i64) -> Result<String> {
    let mut answer = fake::grant(1);
    answer["expires_in"] = life.into();
    if !refresh {
        answer.as_object_mut().map(|it| it.remove("refresh_token"));
    }
    rig.provider.next(fake::says(200, &answer));
    Ok(fake::sign_in(rig).await?.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_nothing_renews_is_told_once_ten_minutes_before() -> Result<()> {
    let rig = Fake::rig().await?;
    rig.set(|settings| settings.notifications = true).await?;
    session(&rig, true, 3600).await?;
    session(&rig, false, 3600).await?;
    rig.clock.pass(49 * 60_000);
    rig.clock.settled().await;
    assert_eq!(told(&rig), [], "eleven minutes before is too early");
    rig.clock.pass(90_000);
    let first = || async { told(&rig).first().cloned() };
    let notice = wait::until("a notice", first).await?;
    assert_eq!(notice.kind, NoticeKind::EndsSoon);
    assert_eq!(notice.key, rig.provider.issuer, "one per issuer");
    rig.clock.pass(90_000);
    rig.clock.settled().await;
    assert_eq!(told(&rig).len(), 1, "once");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_to_sign_in_again_is_not_told_of_the_end_as_well() -> Result<()> {
    let rig = Fake::rig().await?;
    rig.set(|settings| settings.notifications = true).await?;
    let id = session(&rig, true, 300).await?;
    let refused = json!({ "error": "invalid_grant" });
    rig.provider.next(fake::says(400, &refused));
    let outcome: Result<Value, _> = rig.engine.refresh_session(&id).await.map(|_| Value::Null);
    assert!(outcome.is_err());
    rig.clock.pass(60_000);
    rig.clock.settled().await;
    let kinds: Vec<_> = told(&rig).into_iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [NoticeKind::SignInNeeded]);
    Ok(())
}
