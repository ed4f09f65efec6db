//! Wrong clocks, long sleeps and reboots: no storm, no early end, no token past its life.

use anyhow::{Context, Result};
use keyfob_engine::view::{ErrorCode, FlowStage, State};
use keyfob_journeys::{host::put, line::Line, rig::Rig};

use super::fake::{self, Fake, comes_back, sent_to};
use super::faults::{provider_heard, sign_in};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const YEAR: i64 = 366 * 24 * HOUR;
/// An hour, ten years, and back to 1970.
const JUMPS: [i64; 5] = [HOUR, -HOUR, 10 * YEAR, -10 * YEAR, -56 * YEAR];

async fn rig() -> Result<Rig<Line>> {
    let rig = Rig::beside(Line::start(&[]).await?).await?;
    put(&rig.host.browser_stays_shut, |shut| *shut = true);
    Ok(rig)
}

async fn requests(rig: &Rig<Line>) -> Result<usize> {
    Ok(provider_heard(&rig.provider).await?.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wall_clock_that_jumps_causes_no_storm_and_ends_nothing_early() -> Result<()> {
    let rig = rig().await?;
    let row = sign_in(&rig, "alice").await?;
    for jump in JUMPS {
        rig.engine.refresh_session(&row.id).await?;
        let before = requests(&rig).await?;
        rig.clock.set_wall_off(jump);
        rig.rests().await?;
        assert_eq!(rig.engine.refresh_due().await?, 0, "{jump}");
        let token = rig.copied_token(&row.id).await?;
        assert!(rig.provider.provider.takes(&token).await?, "{jump}");
        // Tokens of five minutes, for half an hour.
        for _ in 0..60 {
            rig.clock.pass_by_boot(30 * SECOND);
            rig.rests().await?;
        }
        rig.becomes(&row.id, State::Active).await?;
        let made = requests(&rig).await? - before;
        assert!((6..=9).contains(&made), "{made} requests after {jump}");
        let token = rig.copied_token(&row.id).await?;
        assert!(rig.provider.provider.takes(&token).await?, "{jump}");
    }
    assert!(rig.engine.audit_chain().await?.intact);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_sleep_of_eight_hours_nothing_old_is_handed_out_and_one_refresh_follows()
-> Result<()> {
    let rig = rig().await?;
    let row = sign_in(&rig, "alice").await?;
    // Once with a wall clock that has caught up, once with one that has not.
    let sleeps: [fn(&Rig<Line>); 2] = [
        |rig| rig.clock.pass(8 * HOUR),
        |rig| rig.clock.pass_by_boot(8 * HOUR),
    ];
    for sleep in sleeps {
        let before = requests(&rig).await?;
        rig.engine.pause_refresh(true).await?;
        sleep(&rig);
        rig.clock.settled().await;
        let refused = rig.engine.copy_access_token(&row.id, false).await;
        let refused = refused.expect_err("it has ended").code();
        assert_eq!(refused, ErrorCode::AccessTokenEnded);
        assert_ne!(rig.row(&row.id)?.state, State::Relogin);
        rig.engine.pause_refresh(false).await?;
        renewed(&rig, &row.id, before).await?;
    }
    Ok(())
}

/// Waits for one more request, after which the token is good and nothing more is due.
async fn renewed(rig: &Rig<Line>, id: &str, before: usize) -> Result<()> {
    let one = || async { (requests(rig).await.ok()? > before).then_some(()) };
    keyfob_journeys::wait::until("a refresh", one).await?;
    let good = || async { rig.copied_token(id).await.ok() };
    let token = keyfob_journeys::wait::until("its token", good).await?;
    assert!(rig.provider.provider.takes(&token).await?);
    rig.rests().await?;
    assert_eq!(rig.engine.refresh_due().await?, 0);
    assert_eq!(requests(rig).await?, before + 1, "one, and no storm");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_reboot_with_a_wrong_clock_nothing_old_is_handed_out_and_one_refresh_follows()
-> Result<()> {
    let mut rig = rig().await?;
    let row = sign_in(&rig, "alice").await?;
    for jump in JUMPS {
        rig.engine.pause_refresh(true).await?;
        rig.engine.wind_up().await;
        rig.clock.reboot(jump);
        rig = rig.reopen().await?;
        let before = requests(&rig).await?;
        let refused = rig.engine.copy_access_token(&row.id, false).await;
        let refused = refused.err().map(|error| error.code());
        assert_eq!(refused, Some(ErrorCode::AccessTokenEnded), "{jump}");
        assert_ne!(rig.row(&row.id)?.state, State::Relogin, "{jump}");
        rig.engine.pause_refresh(false).await?;
        renewed(&rig, &row.id, before).await?;
        rig.becomes(&row.id, State::Active).await?;
        // The next reboot starts from a clock that is right.
        let before = requests(&rig).await?;
        rig.engine.wind_up().await;
        rig.clock.reboot(0);
        rig = rig.reopen().await?;
        renewed(&rig, &row.id, before).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quick_reboot_with_a_right_clock_asks_for_nothing() -> Result<()> {
    let rig = rig().await?;
    let row = sign_in(&rig, "alice").await?;
    rig.engine.wind_up().await;
    rig.clock.reboot(MINUTE);
    let rig = rig.reopen().await?;
    rig.clock.settled().await;
    assert_eq!(rig.engine.refresh_due().await?, 0);
    rig.copied_token(&row.id).await?;
    assert_eq!(requests(&rig).await?, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_by_a_wrong_clock_says_so_and_leaves_nothing_alive() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    for (off, behind) in [(-HOUR, "60"), (HOUR, "-60"), (-56 * YEAR, "29514240")] {
        rig.clock.set_wall_off(off);
        let flow = rig.flow(rig.request(), "alice").await?;
        assert_eq!(flow.stage, FlowStage::Failed);
        let error = flow.error.context("it failed")?;
        assert_eq!(error.code, ErrorCode::SignInClockOff, "{off}");
        let said = error.facts.get("behind_minutes").map(String::as_str);
        assert_eq!(said, Some(behind));
        assert!(error.facts.contains_key("host"));
    }
    assert!(rig.rows()?.is_empty());
    let grants = rig.provider.look("grants").await?;
    let tokens = grants.as_array().context("a list")?.iter();
    let alive = tokens.flat_map(|grant| {
        grant["refreshTokens"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    });
    assert_eq!(alive.count(), 0, "what came was revoked");
    rig.clock.set_wall_off(0);
    rig.sign_in("alice").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_by_a_wrong_clock_still_sees_tokens_of_another_account() -> Result<()> {
    let rig = rig().await?;
    let row = sign_in(&rig, "alice").await?;
    let others = rig.provider.provider.mint("mallory").await?;
    rig.clock.set_wall_off(HOUR);
    let fault =
        serde_json::json!({ "path": "/token", "when": "before", "status": 200, "body": others });
    rig.provider.provider.fault(fault).await?;
    let error = rig
        .engine
        .refresh_session(&row.id)
        .await
        .expect_err("not ours");
    assert_eq!(error.code(), ErrorCode::SessionFrozen);
    rig.becomes(&row.id, State::Theft).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_never_comes_back_is_given_up_after_five_minutes() -> Result<()> {
    let rig = Fake::rig().await?;
    let flow = rig.engine.start_sign_in(fake::request(&rig.provider))?;
    rig.waits(&flow.id).await?;
    let (redirect, state) = sent_to(&rig)?;
    rig.clock.pass(5 * MINUTE - 10 * SECOND);
    rig.clock.settled().await;
    assert_eq!(
        comes_back(&redirect, &[("code", "c"), ("state", "strange")]).await?,
        400
    );
    let waits = rig.engine.flow_state(&flow.id)?;
    assert_eq!(waits.stage, FlowStage::WaitingForBrowser);
    rig.clock.pass(10 * SECOND);
    let ended = rig.ended(&flow.id).await?;
    assert_eq!(
        ended.error.context("it failed")?.code,
        ErrorCode::SignInTimedOut
    );
    let late = comes_back(&redirect, &[("code", "c"), ("state", &state)]).await;
    assert!(late.is_err(), "nobody listens any more");
    assert!(rig.provider.asked("/token").is_empty());
    assert_eq!(rig.newest("signin.failed").await?.0, "failed");
    // None of them is in the way of the next.
    for _ in 0..8 {
        rig.engine.start_sign_in(fake::request(&rig.provider))?;
    }
    Ok(())
}
