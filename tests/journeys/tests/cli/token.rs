//! `keyfob token`: what it prints, when it renews, and that one refresh serves all who wait.

use anyhow::Result;
use keyfob_engine::view::AuditFilter;
use keyfob_journeys::wait;
use serde_json::json;

use super::keyfob::{Bench, ended};

#[tokio::test(flavor = "multi_thread")]
async fn a_living_token_is_printed_alone_and_costs_no_request() -> Result<()> {
    let bench = Bench::new(&[])?;
    bench.signed_in("alice", "work").await?;
    let asked = bench.provider.asked("/token").await?;
    let run = bench.run(&["token", "work"]).await?;
    let token = run.good()?;
    assert_eq!((run.err.as_str(), run.out.lines().count()), ("", 1));
    assert!(bench.provider.takes(token).await?);
    assert_eq!(bench.provider.asked("/token").await?, asked);
    let object = bench.run(&["token", "work", "--json"]).await?.json()?;
    assert_eq!(object["access_token"], token);
    assert_eq!(object["token_type"], "Bearer");
    assert_eq!(object["session"]["name"], "work");
    assert!(object["expires_in"].as_i64().unwrap_or(0) > 60);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_found_by_the_name_it_has_now_and_by_its_id() -> Result<()> {
    let bench = Bench::new(&[])?;
    let desktop = bench.desktop().await?;
    let id = desktop.sign_in("alice", "work").await?;
    desktop.engine.rename_session(&id, "home").await?;
    let old = bench.run(&["token", "work"]).await?;
    assert_eq!(old.code, Some(4), "{old:?}");
    let token = bench.run(&["token", "home"]).await?;
    for name in [&id, &id[..8], &id.to_uppercase(), " home "] {
        assert_eq!(bench.run(&["token", name]).await?.good()?, token.good()?);
    }
    // A name comes before the beginning of an id.
    let other = desktop.sign_in("bob", &id[..8]).await?;
    let named = bench.run(&["token", &id[..8], "--json"]).await?;
    assert_eq!(named.json()?["session"]["id"], other);
    desktop.engine.rename_session(&other, "home").await?;
    let several = bench.run(&["token", "home", "--json"]).await?;
    assert_eq!(several.json()?["error"]["code"], "session_ambiguous");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_too_little_life_is_renewed_with_and_without_a_desktop() -> Result<()> {
    let bench = Bench::new(&[("OP_TTL_ACCESS", "300")])?;
    let desktop = bench.desktop().await?;
    desktop.sign_in("alice", "work").await?;
    let list = bench.run(&["list"]).await?;
    assert!(list.good()?.contains("work"), "{list:?}");
    let before = bench.run(&["token", "work"]).await?;
    let refreshed = bench.run(&["refresh", "work"]).await?;
    assert!(
        refreshed.good()?.starts_with("work: refreshed"),
        "{refreshed:?}"
    );
    let after = bench.run(&["token", "work"]).await?;
    assert_ne!(before.good()?, after.good()?);
    assert!(bench.provider.takes(after.good()?).await?);
    assert_eq!(bench.provider.granted_refreshes().await?, 1);
    desktop.engine.wind_up().await;
    let alone = bench.run(&["token", "work"]).await?;
    assert_eq!(alone.good()?, after.good()?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_need_a_new_token_get_the_same_by_one_request() -> Result<()> {
    let bench = Bench::new(&[("OP_TTL_ACCESS", "300")])?;
    bench.signed_in("alice", "work").await?;
    bench
        .provider
        .fault(json!({ "path": "/token", "when": "after", "held": true, "times": 1 }))
        .await?;
    let wanted = ["token", "work", "--min-ttl", "1h"];
    let (first, second) = (
        bench.command(&wanted).spawn()?,
        bench.command(&wanted).spawn()?,
    );
    let holds = || async { (bench.provider.look("held").await.ok()?["held"] == 1).then_some(()) };
    wait::until("a refresh on its way", holds).await?;
    bench.provider.drop_at("held").await?;
    let (first, second) = (ended(first).await?, ended(second).await?);
    assert_eq!(first.good()?, second.good()?);
    assert!(first.err.contains("no more life"), "{first:?}");
    assert_eq!(bench.provider.granted_refreshes().await?, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_in_vain_is_told_who_holds_the_session() -> Result<()> {
    let bench = Bench::new(&[])?;
    bench.signed_in("alice", "work").await?;
    bench
        .provider
        .fault(json!({ "path": "/token", "when": "after", "held": true, "times": 1 }))
        .await?;
    let holder = bench.command(&["refresh", "work"]).spawn()?;
    let pid = holder.id().expect("it runs").to_string();
    let holds = || async { (bench.provider.look("held").await.ok()?["held"] == 1).then_some(()) };
    wait::until("a refresh on its way", holds).await?;
    let living = bench.run(&["token", "work"]).await?;
    assert!(
        !living.good()?.is_empty(),
        "a token that lives is taken without the lock"
    );
    let waiter = bench.run(&["refresh", "work", "--json"]).await?;
    assert_eq!(waiter.code, Some(1), "{waiter:?}");
    let error = &waiter.json()?["error"];
    assert_eq!(error["code"], "refresh_running");
    assert_eq!(
        (&error["facts"]["pid"], &error["facts"]["program"]),
        (&json!(pid), &json!("keyfob"))
    );
    bench.provider.drop_at("held").await?;
    // A window would have given up waiting; a command tells what came of it.
    let told = ended(holder).await?;
    assert!(told.good()?.contains("refreshed"), "{told:?}");
    let after = bench.run(&["token", "work"]).await?;
    assert_ne!(after.good()?, living.good()?);
    assert_eq!(bench.provider.granted_refreshes().await?, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_holder_frees_the_session_and_nothing_is_lost() -> Result<()> {
    let bench = Bench::new(&[("OP_GRACE", "60")])?;
    bench.signed_in("alice", "work").await?;
    bench
        .provider
        .fault(json!({ "path": "/token", "when": "before", "held": true, "times": 1 }))
        .await?;
    let mut holder = bench.command(&["refresh", "work"]).spawn()?;
    let holds = || async { (bench.provider.look("held").await.ok()?["held"] == 1).then_some(()) };
    wait::until("a refresh on its way", holds).await?;
    holder.kill().await?;
    bench.provider.drop_at("held").await?;
    let next = bench.run(&["refresh", "work"]).await?;
    assert!(next.good()?.contains("refreshed"), "{next:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_in_a_refresh_still_saves_the_answer() -> Result<()> {
    let bench = Bench::new(&[])?;
    bench.signed_in("alice", "work").await?;
    let before = bench.run(&["token", "work"]).await?;
    bench
        .provider
        .fault(json!({ "path": "/token", "when": "after", "held": true, "times": 1 }))
        .await?;
    let command = bench.command(&["refresh", "work"]).spawn()?;
    let pid = command.id().expect("it runs").to_string();
    let holds = || async { (bench.provider.look("held").await.ok()?["held"] == 1).then_some(()) };
    wait::until("a refresh on its way", holds).await?;
    let interrupt = tokio::process::Command::new("kill")
        .args(["-INT", &pid])
        .status();
    assert!(interrupt.await?.success());
    bench.provider.drop_at("held").await?;
    let run = ended(command).await?;
    assert_eq!(run.code, Some(130), "{run:?}");
    assert!(run.err.contains("awaited and saved"), "{run:?}");
    let after = bench.run(&["token", "work"]).await?;
    assert_ne!(before.good()?, after.good()?);
    assert_eq!(bench.provider.granted_refreshes().await?, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_out_is_written_down_once_for_each_program_and_minute() -> Result<()> {
    let bench = Bench::new(&[])?;
    let desktop = bench.desktop().await?;
    desktop.sign_in("alice", "work").await?;
    let mut previous = None;
    for _ in 0..3 {
        let run = bench.run(&["token", "work"]).await?;
        let token = run.good()?.to_owned();
        assert!(previous.replace(token.clone()).is_none_or(|it| it == token));
    }
    let filter = AuditFilter {
        limit: 500,
        ..AuditFilter::default()
    };
    let log = desktop.engine.audit_page(filter).await?.rows;
    let handed: Vec<_> = log
        .iter()
        .filter(|row| row.event == "token.handed_out")
        .collect();
    assert_eq!(handed.len(), 1, "{handed:?}");
    assert_eq!(handed[0].actor, "cli");
    assert!(desktop.engine.audit_chain().await?.intact);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_provider_a_living_token_goes_out_with_a_remark_and_a_dead_one_does_not()
-> Result<()> {
    let mut bench = Bench::new(&[("OP_TTL_ACCESS", "20")])?;
    bench.signed_in("alice", "work").await?;
    bench.provider.stop()?;
    let living = bench.run(&["token", "work", "--json"]).await?;
    let object = living.json()?;
    assert_eq!(living.code, Some(0), "{living:?}");
    assert!(
        object["note"]
            .as_str()
            .unwrap_or_default()
            .contains("not renewed"),
        "{object}"
    );
    let dead = || async {
        let run = bench.run(&["token", "work", "--json"]).await.ok()?;
        (run.code != Some(0)).then_some(run)
    };
    let dead = wait::until("the end of the access token", dead).await?;
    assert_eq!(dead.code, Some(6), "{dead:?}");
    assert!(dead.json()?["error"]["message"].is_string());
    Ok(())
}
