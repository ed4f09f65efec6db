//! Among many sessions: one provider's slowness or outage is nobody else's.

use anyhow::Result;
use keyfob_engine::view::{Row, State};
use keyfob_journeys::{
    provider::Provider,
    rig::{Rig, request},
    wait,
};
use serde_json::json;

/// Short lives, so that all of it happens within seconds.
const LIVES: [(&str, &str); 1] = [("OP_TTL_ACCESS", "6")];

async fn generations(rig: &Rig, rows: &[Row]) -> Option<Vec<u32>> {
    let mut found = Vec::new();
    for row in rows {
        found.push(rig.engine.session_detail(&row.id).await.ok()?.generation);
    }
    Some(found)
}

async fn reach(rig: &Rig, rows: &[Row], least: u32, what: &str) -> Result<()> {
    let there = || async {
        let all = generations(rig, rows).await?;
        all.iter().all(|it| *it >= least).then_some(())
    };
    wait::until(what, there).await
}

async fn sign_in(rig: &Rig, issuer: &str, count: usize) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for index in 0..count {
        let user = format!("user-{index}");
        rows.push(rig.sign_in_with(request(issuer), &user).await?);
    }
    Ok(rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_does_not_answer_delays_only_its_own_and_loses_none() -> Result<()> {
    let rig = Rig::new(&LIVES).await?;
    let other = Provider::start(&LIVES)?;
    let slow = sign_in(&rig, &rig.provider.issuer, 4).await?;
    let held = json!({ "path": "/token", "when": "before", "held": true, "times": 1000 });
    rig.provider.fault(held).await?;
    let quick = sign_in(&rig, &other.issuer, 4).await?;
    let waits = || async { (rig.provider.look("held").await.ok()?["held"] == 2).then_some(()) };
    wait::until("two requests that wait", waits).await?;
    let now = generations(&rig, &quick).await.unwrap_or_default();
    let later = now.iter().max().copied().unwrap_or(1) + 2;
    reach(
        &rig,
        &quick,
        later,
        "two more refreshes of each at the other provider",
    )
    .await?;
    let held = rig.provider.look("held").await?;
    assert_eq!(held["held"], 2, "never more than two at one issuer");

    let before = generations(&rig, &slow).await.unwrap_or_default();
    rig.provider.drop_at("faults").await?;
    rig.provider.drop_at("held").await?;
    let least = before.iter().max().copied().unwrap_or(1) + 1;
    reach(&rig, &slow, least, "the sessions of the slow provider").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_five_failures_an_issuer_is_left_alone_until_the_user_tries() -> Result<()> {
    let rig = Rig::new(&LIVES).await?;
    let other = Provider::start(&LIVES)?;
    let rows = sign_in(&rig, &rig.provider.issuer, 6).await?;
    let quick = sign_in(&rig, &other.issuer, 1).await?;
    let down = json!({ "path": "/token", "when": "before", "status": 503, "times": 100_000 });
    rig.provider.fault(down).await?;
    // By hand: by itself it takes longer, since the issuer is in doubt from the second on.
    for row in &rows[..5] {
        let failed = || async { rig.engine.refresh_session(&row.id).await.err() };
        wait::until("a failure", failed).await?;
    }
    let asked = rig.provider.asked("/token").await?;
    // What others do goes on.
    let now = generations(&rig, &quick).await.unwrap_or_default();
    reach(&rig, &quick, now[0] + 2, "the other provider's session").await?;
    // Meanwhile all six were due several times, and one at most could find out.
    let more = rig.provider.asked("/token").await? - asked;
    assert!(more <= 2, "{more} requests while the issuer is left alone");

    // Whose token has ended meanwhile says so, and when it is tried again.
    let waits = || async {
        let row = rig.row(&rows[5].id).ok()?;
        (row.state == State::Failed && row.retry_at.is_some() && !row.can_copy).then_some(())
    };
    wait::until("a row that waits for its issuer", waits).await?;

    rig.provider.drop_at("faults").await?;
    // "Try now" passes the breaker, closes it, and the others come back by themselves.
    rig.engine.refresh_session(&rows[0].id).await?;
    let least = generations(&rig, &rows[1..]).await.unwrap_or_default();
    let least = least.iter().max().copied().unwrap_or(1) + 1;
    reach(&rig, &rows[1..], least, "the sessions that waited").await?;
    for row in &rows {
        assert_ne!(rig.row(&row.id)?.state, State::Relogin);
    }
    Ok(())
}
