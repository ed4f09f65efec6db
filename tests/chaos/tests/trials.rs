//! The trials in short. `./dev chaos` runs them at length, with the release build.

use std::{path::PathBuf, time::Duration};

use anyhow::Result;
use keyfob_chaos::{
    crowd,
    findings::Findings,
    ground::Ground,
    holder,
    judge::{End, Run, Says, Story, judge},
    kills, loops, older,
    process::now_ms,
    slow, window,
};
use keyfob_journeys::places;

/// Chance begins here, so that a failure can be seen again.
const SEED: u64 = 20_261_125;
const JOBS: usize = 2;

fn quiet(_: &str) {}

fn worker() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_keyfob-chaos"))
}

fn killing(kills: usize, grace: u32) -> kills::Wish {
    kills::Wish {
        kills,
        seed: SEED,
        jobs: JOBS,
        grace,
        keyfob: places::cli(),
    }
}

fn nothing_missed(missed: &[String]) {
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// What must hold of every trial with kills.
fn holds(found: &Findings, kills: usize) {
    nothing_missed(&found.missed());
    assert!(
        found.kills >= kills,
        "{} of {kills} were killed",
        found.kills
    );
    assert!(found.events > 0 && found.presented > 0, "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_killed_in_a_refresh_cost_answers_on_their_way_and_nothing_else() -> Result<()> {
    let found = kills::trial(killing(150, 0), quiet).await?;
    holds(&found, 150);
    // Else the kills fell where nothing can be lost, and the trial showed nothing.
    assert!(found.lost_answers > 0, "{found:?}");
    assert!(found.fell.contains_key("before_commit"), "{found:?}");
    assert!(found.kept > 0, "{found:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_grace_period_no_kill_costs_a_session() -> Result<()> {
    let found = kills::trial(killing(30, 24 * 3600), quiet).await?;
    holds(&found, 30);
    assert_eq!(found.lost_answers, 0, "{found:?}");
    assert!(found.replays > 0, "an answer was lost, and asked for again");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn loops_killed_in_their_refreshes_cost_answers_on_their_way_and_nothing_else() -> Result<()>
{
    let wish = loops::Wish {
        kills: 20,
        seed: SEED,
        jobs: JOBS,
        worker: worker(),
        keyfob: places::cli(),
    };
    holds(&loops::trial(wish, quiet).await?, 20);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn many_processes_that_want_one_token_cause_one_request() -> Result<()> {
    let wish = crowd::Wish {
        processes: 20,
        rounds: 3,
        keyfob: places::cli(),
    };
    nothing_missed(&crowd::trial(&wish, quiet).await?.missed());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_stands_still_is_named_and_one_that_dies_is_followed() -> Result<()> {
    let wish = holder::Wish {
        stopped: Duration::from_secs(1),
        life: 3,
        keyfob: places::cli(),
    };
    nothing_missed(&holder::trial(&wish).await?.missed());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_copy_is_said_to_be_one_and_none_of_its_tokens_is_used() -> Result<()> {
    nothing_missed(&older::trial(&places::cli()).await?.missed());
    Ok(())
}

#[test]
fn the_window_between_answer_and_commit_is_measured() -> Result<()> {
    let figures = window::measure(5)?.figures();
    assert_eq!(figures["window_traced"], 5);
    assert!(
        figures["window_traced_median_us"].as_u64() > Some(0),
        "{figures:?}"
    );
    Ok(())
}

/// The session's own process ended well; then a stranger uses its tokens.
async fn after(strangers: usize) -> Result<(Story, keyfob_chaos::log::Log)> {
    let ground = Ground::lay(&[]).await?;
    let session = ground.seed(1, 0).await?.remove(0);
    let first = ground.held(session.id)?.expect("it was signed in");
    for _ in 0..strangers {
        ground.presented_by_a_stranger(session.id).await?;
    }
    let run = Run {
        started: now_ms() - 60_000,
        killed: false,
        held: first.clone(),
        again: false,
        left: first.clone(),
        intended: false,
        settled: true,
    };
    let story = Story {
        name: session.name,
        held: Some(first.clone()),
        first,
        runs: vec![run],
        says: Says::Live,
        introspected: false,
    };
    Ok((story, ground.log().await?))
}

#[tokio::test(flavor = "multi_thread")]
async fn control_a_loss_that_is_planted_is_found() -> Result<()> {
    let (story, log) = after(0).await?;
    assert_eq!(judge(&story, &log).end, End::Kept);
    let (story, log) = after(1).await?;
    let found = judge(&story, &log);
    assert!(matches!(found.end, End::Unexplained(_)), "{found:?}");
    assert!(found.double_use.is_empty(), "{found:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn control_a_double_use_that_is_planted_is_found() -> Result<()> {
    let (story, log) = after(2).await?;
    let found = judge(&story, &log);
    assert_eq!(found.double_use.len(), 1, "{found:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn control_a_row_that_is_put_back_is_found() -> Result<()> {
    let ground = Ground::lay(&[]).await?;
    let session = ground.seed(1, 0).await?.remove(0);
    assert!(ground.examine().await?.damage.is_empty());
    ground.damage(session.id)?;
    assert!(!ground.examine().await?.damage.is_empty());
    Ok(())
}

fn slow(slow: usize, mute: usize, none_is_quick: bool) -> slow::Wish {
    slow::Wish {
        quick: 60,
        life_s: 20,
        delay: Duration::from_secs(25),
        slow,
        mute,
        none_is_quick,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_waits_for_a_slow_provider_and_its_own_sessions_live() -> Result<()> {
    let found = slow::trial(&slow(2, 0, false)).await?;
    nothing_missed(&found.missed());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_waits_for_more_slow_providers_than_there_are_places_for() -> Result<()> {
    let found = slow::trial(&slow(0, 20, false)).await?;
    nothing_missed(&found.missed());
    assert!(found.slow_asked > 32, "{found:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_trial_finds_sessions_that_do_wait() -> Result<()> {
    let wish = slow::Wish {
        life_s: 8,
        delay: Duration::from_secs(10),
        ..slow(0, 0, true)
    };
    let found = slow::trial(&wish).await?;
    assert!(found.ended > 40, "two at a time were asked: {found:?}");
    assert!(!found.missed().is_empty());
    Ok(())
}
