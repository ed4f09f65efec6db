//! A provider that is away, busy or slow for a long time, and what is left afterwards.

use std::collections::HashSet;

use anyhow::{Context, Result};
use keyfob_engine::{
    NoticeKind,
    view::{ErrorCode, Row, State},
};
use keyfob_journeys::{
    host::put,
    line::{Heard, Line, Then, Trouble},
    provider::Provider,
    rig::{self, Rig},
    wait,
};
use serde_json::json;

use super::fake::{http, says};
use super::faults::{provider_heard, sign_in};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
/// How far the clock goes in one step.
const STEP: i64 = 10 * SECOND;
/// States that call for the user: none may come of an outage.
const LOST: [State; 5] = [
    State::Theft,
    State::Relogin,
    State::Expired,
    State::Revoking,
    State::Revoked,
];

/// Sessions whose access tokens live for a minute, five, ten and sixty.
async fn sessions_of_all_lives() -> Result<(Rig<Line>, Vec<Row>)> {
    let rig = Rig::beside(Line::start(&[]).await?).await?;
    put(&rig.host.browser_stays_shut, |shut| *shut = true);
    rig.set(|settings| settings.notifications = true).await?;
    let lives: [fn(&Heard) -> Then; 4] = [
        |heard| living(heard, 60),
        |heard| living(heard, 300),
        |heard| living(heard, 600),
        |heard| living(heard, 3_600),
    ];
    let mut rows = Vec::new();
    for (number, life) in lives.into_iter().enumerate() {
        let row = sign_in(&rig, &format!("user{number}")).await?;
        rig.provider.make(comes(true, false, life));
        rows.push(rig.engine.refresh_session(&row.id).await?);
    }
    Ok((rig, rows))
}

fn comes(acted: bool, held: bool, then: fn(&Heard) -> Then) -> Trouble {
    Trouble { acted, held, then }
}

fn living(heard: &Heard, seconds: u32) -> Then {
    let mut said = heard.said.clone();
    said["expires_in"] = json!(seconds);
    Then::Bytes(says(200, &said))
}

/// Lets time pass in steps, the loop at work in each, until it is over or `done`.
async fn passes(rig: &Rig<Line>, millis: i64, mut done: impl AsyncFnMut() -> bool) -> Result<i64> {
    for passed in 0..millis / STEP {
        if done().await {
            return Ok(passed * STEP);
        }
        rig.clock.pass(STEP);
        rig.rests().await?;
        for row in rig.rows()? {
            assert!(!LOST.contains(&row.state), "{row:#?}");
        }
    }
    Ok(millis)
}

/// Attempts so far, by session.
async fn attempts(rig: &Rig<Line>, id: &str) -> Result<usize> {
    let history = rig.engine.session_history(id).await?;
    let begun = |row: &&keyfob_engine::view::HistoryRow| row.event == "refresh.started";
    Ok(history.iter().filter(begun).count())
}

async fn attempts_of_all(rig: &Rig<Line>, rows: &[Row]) -> Result<usize> {
    let mut all = 0;
    for row in rows {
        all += attempts(rig, &row.id).await?;
    }
    Ok(all)
}

/// After the outage every session comes back by itself, each with one presentation that counts.
async fn all_come_back(rig: &Rig<Line>, rows: &[Row], heard: usize) -> Result<()> {
    let granted = || async {
        let all = provider_heard(&rig.provider).await.unwrap_or_default();
        let granted = all
            .iter()
            .skip(heard)
            .filter(|(_, verdict)| verdict == "granted");
        granted
            .map(|(token, _)| token.clone())
            .collect::<HashSet<_>>()
            .len()
    };
    // Short lives are renewed again before the last has had its turn; a row is active only while
    // its token lives.
    let all_active = || {
        let now = rig.rows().unwrap_or_default();
        now.len() == rows.len() && now.iter().all(|row| row.state == State::Active)
    };
    let back = async || all_active() && granted().await >= rows.len();
    let took = passes(rig, 31 * MINUTE, back).await?;
    assert!(took <= 30 * MINUTE, "it took {} min", took / MINUTE);
    for row in rows {
        rig.becomes(&row.id, State::Active).await?;
        rig.copied_token(&row.id).await?;
    }
    let all = provider_heard(&rig.provider).await?;
    let tokens: HashSet<_> = all.iter().map(|(token, _)| token).collect();
    assert_eq!(tokens.len(), all.len(), "none was presented twice");
    let told = put(&rig.host.notices, |notices| notices.clone());
    assert!(
        told.iter()
            .all(|notice| notice.kind == NoticeKind::RefreshFailing),
        "{told:?}"
    );
    assert!(rig.engine.audit_chain().await?.intact);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_hour_without_the_provider_costs_no_session_and_no_budget() -> Result<()> {
    let (rig, rows) = sessions_of_all_lives().await?;
    let heard = provider_heard(&rig.provider).await?.len();
    rig.provider.set_up(false);
    passes(&rig, 30 * MINUTE, async || false).await?;
    assert_eq!(provider_heard(&rig.provider).await?.len(), heard);
    // One at a time asks for all: the issuer is left alone between its probes.
    for row in &rows[..3] {
        assert_eq!(rig.becomes(&row.id, State::Offline).await?.id, row.id);
    }
    let attempts = attempts_of_all(&rig, &rows[..3]).await?;
    assert!((4..40).contains(&attempts), "{attempts} attempts");
    // Being offline has spent nothing: the user may ask four times more, and only the network
    // stands in the way.
    for _ in 0..4 {
        let error = rig
            .engine
            .refresh_session(&rows[0].id)
            .await
            .expect_err("it is down");
        assert_eq!(error.code(), ErrorCode::RefreshFailed, "{error}");
    }
    rig.provider.set_up(true);
    all_come_back(&rig, &rows, heard).await
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_hour_of_503_costs_no_session_and_leaves_the_user_a_try() -> Result<()> {
    let (rig, rows) = sessions_of_all_lives().await?;
    let heard = provider_heard(&rig.provider).await?.len();
    let before = attempts_of_all(&rig, &rows).await?;
    let before_first = attempts(&rig, &rows[0].id).await?;
    let busy = |_: &Heard| Then::Bytes(http(503, "Retry-After: 5\r\n", "maintenance"));
    rig.provider.last(Some(comes(false, false, busy)));
    passes(&rig, 30 * MINUTE, async || false).await?;
    let all = attempts_of_all(&rig, &rows).await? - before;
    let first = attempts(&rig, &rows[0].id).await? - before_first;
    assert!(
        first <= 9 && (3..=18).contains(&all),
        "{first} attempts of one and {all} of all in half an hour"
    );
    let error = rig
        .engine
        .refresh_session(&rows[0].id)
        .await
        .expect_err("it is busy");
    assert_eq!(error.fact("why"), Some("turned_away"), "{error}");
    rig.provider.last(None);
    all_come_back(&rig, &rows, heard).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_answers_after_25_seconds_keeps_its_sessions_and_delays_nobody_else()
-> Result<()> {
    let (rig, rows) = sessions_of_all_lives().await?;
    let quick = Provider::start(&[])?;
    put(&rig.host.browser_stays_shut, |shut| *shut = false);
    let other = rig.sign_in_with(rig::request(&quick.issuer), "bob").await?;
    let slow = |heard: &Heard| living(heard, 7_200);
    rig.provider.last(Some(comes(true, true, slow)));
    rig.clock.pass(61 * MINUTE);
    rig.provider.holds_one().await?;
    let granted = || async { (quick.granted_refreshes().await.ok()? == 1).then_some(()) };
    wait::until("the quick one, while the slow one is silent", granted).await?;
    rig.becomes(&other.id, State::Active).await?;
    rig.clock.pass(25 * SECOND);
    rig.clock.settled().await;
    let renewed = || async {
        rig.provider.let_go();
        let mut generations = Vec::new();
        for row in &rows {
            generations.push(rig.engine.session_detail(&row.id).await.ok()?.generation);
        }
        generations.iter().all(|it| *it >= 3).then_some(())
    };
    wait::until("the answers of the slow one", renewed).await?;
    for row in &rows {
        rig.becomes(&row.id, State::Active).await?;
    }
    let all = provider_heard(&rig.provider).await?;
    let tokens: HashSet<_> = all.iter().map(|(token, _)| token).collect();
    assert_eq!(tokens.len(), all.len(), "none was presented twice");
    rig.newest("refresh.succeeded")
        .await
        .context("they are in the log")?;
    Ok(())
}
