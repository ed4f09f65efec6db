//! `keyfob token`: what it prints, when it renews, and that one refresh serves all who wait.

use anyhow::Result;

use super::keyfob::Bench;

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
