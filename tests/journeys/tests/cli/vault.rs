//! The vault and its key as the command meets them: missing, locked, signed in for the first time.

use std::process::Stdio;

use anyhow::{Context, Result};
use keyfob_engine::view::Gate;
use keyfob_journeys::wait;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::keyfob::{Bench, ended};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_vault_every_command_says_so_and_makes_none() -> Result<()> {
    let bench = Bench::new(&[])?;
    for arguments in [["list", "--json"], ["lock", "--json"], ["unlock", "--json"]] {
        let run = bench.run(&arguments).await?;
        assert_eq!(run.code, Some(4), "{run:?}");
        assert_eq!(run.json()?["error"]["code"], "vault_not_open");
    }
    let login = bench
        .run(&[
            "login",
            &bench.provider.issuer,
            "--client-id",
            "native",
            "--allow-private",
        ])
        .await?;
    assert_eq!(login.code, Some(2), "nobody said yes: {login:?}");
    assert!(!bench.dir().join("vault").join("vault.db").exists());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_holds_for_commands_and_windows_alike() -> Result<()> {
    let bench = Bench::new(&[])?;
    let desktop = bench.desktop().await?;
    desktop.sign_in("alice", "work").await?;
    assert_eq!(bench.run(&["lock"]).await?.good()?, "locked");
    let locked = || async { (desktop.engine.vault_state().gate == Gate::Locked).then_some(()) };
    wait::until("the lock to reach the window", locked).await?;
    for arguments in [
        &["token", "work"][..],
        &["list"],
        &["refresh", "work"],
        &["show", "work"],
    ] {
        let run = bench.run(arguments).await?;
        assert_eq!((run.code, run.out.as_str()), (Some(3), ""), "{run:?}");
        assert!(run.err.contains("keyfob unlock"), "{run:?}");
    }
    let unlocked = bench.run(&["unlock", "--json"]).await?;
    assert_eq!(unlocked.json()?, json!({ "locked": false }));
    bench.run(&["token", "work"]).await?.good()?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_sign_in_makes_the_vault_and_the_browser_brings_the_session() -> Result<()> {
    let bench = Bench::new(&[])?;
    bench.provider.user("alice").await?;
    let login = bench
        .command(&["login", &bench.provider.issuer, "--client-id", "native"])
        .args(["--allow-private", "--name", "work", "--yes", "--json"])
        .env("KEYFOB_BROWSER_USER", "alice")
        .spawn()?;
    let run = ended(login).await?;
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.json()?["session"]["account"], "alice@example.test");
    let token = bench.run(&["token", "work"]).await?;
    assert!(bench.provider.takes(token.good()?).await?);
    // A window opens the same vault by the same key.
    let desktop = bench.desktop().await?;
    assert_eq!(desktop.engine.vault_state().gate, Gate::Open);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_shown_for_another_device() -> Result<()> {
    let bench = Bench::new(&[])?;
    let mut login = bench
        .command(&[
            "login",
            &bench.provider.issuer,
            "--client-id",
            "native",
            "--device",
        ])
        .args(["--allow-private", "--name", "tv", "--yes"])
        .stderr(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(login.stderr.take().context("its standard error")?).lines();
    let line = loop {
        let line = lines.next_line().await?.context("the code is shown")?;
        if line.contains("enter the code") {
            break line;
        }
    };
    let (page, code) = line
        .strip_prefix("keyfob: go to ")
        .and_then(|rest| rest.split_once(" and enter the code "))
        .context("page and code")?;
    let visit = format!("{page}?user_code={code}");
    let host = keyfob_journeys::host::TestHost::default();
    keyfob_journeys::host::put(&host.user, |user| *user = Some("dave".to_owned()));
    host.visit(&visit)?;
    let run = ended(login).await?;
    assert!(
        run.good()?
            .starts_with("tv: signed in as dave@example.test"),
        "{run:?}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_exported_and_verifies() -> Result<()> {
    let bench = Bench::new(&[])?;
    bench.signed_in("alice", "work").await?;
    let file = bench.dir().join("log.csv");
    let target = file.to_str().context("a path of text")?;
    let export = bench.run(&["audit", "export", target, "--json"]).await?;
    export.good()?;
    let key = export.json()?["key"]
        .as_str()
        .context("the key")?
        .to_owned();
    let verified = bench
        .run(&["audit", "verify", target, "--key", &key])
        .await?;
    assert!(
        verified
            .good()?
            .starts_with("intact and signed by that key"),
        "{verified:?}"
    );
    assert!(!std::fs::read_to_string(&file)?.contains("alice@example.test"));
    Ok(())
}
