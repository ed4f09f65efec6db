//! The commands about sessions: what they print, their exit codes, and what they never print.

use anyhow::Result;
use keyfob_journeys::wait;
use serde_json::{Value, json};

use super::keyfob::{Bench, Run};

fn code_of(run: &Run) -> Result<(Option<i32>, Value)> {
    Ok((run.code, run.json()?["error"]["code"].clone()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_found_by_name_id_account_and_issuer_and_never_guessed() -> Result<()> {
    let bench = Bench::new(&[])?;
    let desktop = bench.desktop().await?;
    let alice = desktop.sign_in("alice", "work").await?;
    let host = bench.provider.issuer.replace("http://", "");
    let by_account = format!("{host}/alice@example.test");
    let issuer = bench.provider.issuer.clone();
    for name in [
        "work",
        &alice,
        &alice[..8],
        "alice@example.test",
        &host,
        &issuer,
        &by_account,
    ] {
        let shown = bench.run(&["show", name, "--json"]).await?;
        shown.good()?;
        let object = shown.json()?;
        assert_eq!(object["session"]["id"], alice, "{name}");
        assert_eq!(object["session"]["state"], "active");
        assert!(
            object["tokens"]
                .as_array()
                .is_some_and(|all| !all.is_empty())
        );
    }
    desktop.sign_in("bob", "private").await?;
    let several = bench.run(&["show", &host, "--json"]).await?;
    assert_eq!(code_of(&several)?, (Some(4), json!("session_ambiguous")));
    let candidates = several.json()?["error"]["facts"]["candidates"].to_string();
    assert!(
        candidates.contains("work") && candidates.contains("private"),
        "{candidates}"
    );
    let none = bench.run(&["show", "nobody", "--json"]).await?;
    assert_eq!(code_of(&none)?, (Some(4), json!("session_not_found")));
    let list = bench.run(&["list", "--json"]).await?.json()?;
    assert_eq!(list["sessions"].as_array().map(Vec::len), Some(2));
    let text = bench.run(&["list", "is:active", "bob"]).await?;
    assert_eq!(text.good()?.lines().count(), 2, "{text:?}");
    assert!(!text.out.contains('\u{1b}'));
    let bad = bench.run(&["list", "is:nonsense"]).await?;
    assert_eq!(bad.code, Some(2), "{bad:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_is_proved_and_a_revoked_session_hands_nothing_out() -> Result<()> {
    let bench = Bench::new(&[])?;
    bench.signed_in("alice", "work").await?;
    let token = bench.run(&["token", "work"]).await?;
    let run = bench.run(&["revoke", "work", "--json"]).await?;
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.json()?["revoked"][0]["verdict"], "confirmed_dead");
    assert!(!bench.provider.takes(token.good()?).await?);
    for arguments in [["token", "work"], ["refresh", "work"]] {
        let refused = bench.run(&arguments).await?;
        assert!(
            !matches!(refused.code, Some(0)) && refused.out.is_empty(),
            "{refused:?}"
        );
    }
    let again = bench.run(&["revoke", "work"]).await?;
    assert!(again.good()?.contains("confirmed dead"), "{again:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_revoked_only_after_a_yes_and_an_unreachable_provider_is_said() -> Result<()> {
    let mut bench = Bench::new(&[])?;
    let desktop = bench.desktop().await?;
    desktop.sign_in("alice", "one").await?;
    desktop.sign_in("bob", "two").await?;
    let asked = bench.run(&["revoke", "--all"]).await?;
    assert_eq!((asked.code, asked.out.as_str()), (Some(2), ""), "{asked:?}");
    let issuer = bench.provider.issuer.clone();
    let run = bench
        .run(&["revoke", "--issuer", &issuer, "--yes", "--json"])
        .await?;
    assert_eq!(run.code, Some(0), "{run:?}");
    let revoked = run.json()?["revoked"].clone();
    assert_eq!(revoked.as_array().map(Vec::len), Some(2));
    desktop.sign_in("carol", "three").await?;
    desktop.sign_in("dave", "four").await?;
    let beside = bench.run(&["revoke", "four", "--no-wait"]).await?;
    assert!(beside.good()?.contains("ordered"), "{beside:?}");
    assert_eq!(beside.err, "", "the window does it");
    desktop.engine.wind_up().await;
    bench.provider.stop()?;
    let ordered = bench.run(&["revoke", "three", "--no-wait"]).await?;
    assert!(ordered.good()?.contains("ordered"), "{ordered:?}");
    assert!(ordered.err.contains("no window is open"), "{ordered:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn forget_wipes_here_and_says_that_nothing_was_revoked() -> Result<()> {
    let bench = Bench::new(&[])?;
    bench.signed_in("alice", "work").await?;
    let token = bench.run(&["token", "work"]).await?;
    let unasked = bench.run(&["forget", "work"]).await?;
    assert_eq!(unasked.code, Some(2), "{unasked:?}");
    let run = bench.run(&["forget", "work", "--yes"]).await?;
    assert!(run.good()?.contains("nothing was revoked"), "{run:?}");
    assert!(bench.provider.takes(token.good()?).await?);
    assert_eq!(bench.run(&["token", "work"]).await?.code, Some(4));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_token_ever_prints_a_token() -> Result<()> {
    let bench = Bench::new(&[])?;
    bench.signed_in("alice", "work").await?;
    let first = bench.run(&["token", "work"]).await?;
    let mut printed = String::new();
    let commands: [&[&str]; 7] = [
        &["list"],
        &["list", "--json"],
        &["show", "work"],
        &["show", "work", "--json"],
        &["refresh", "work", "--json"],
        &["token", "nobody"],
        &["show", "work", "--json"],
    ];
    for arguments in commands {
        let run = bench.run(arguments).await?;
        printed.push_str(&run.out);
        printed.push_str(&run.err);
    }
    let second = bench.run(&["token", "work"]).await?;
    for token in [first.good()?, second.good()?] {
        for part in token.split('.').filter(|part| part.len() >= 16) {
            assert!(
                !printed.contains(&part[..16]),
                "a part of a token was printed"
            );
        }
    }
    assert!(first.good()?.len() >= 16, "there was something to look for");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_renews_is_due_and_found_by_that_word() -> Result<()> {
    let bench = Bench::new(&[("OP_TTL_ACCESS", "2")])?;
    bench.signed_in("alice", "work").await?;
    let due = || async {
        let run = bench.run(&["list", "--json", "is:due"]).await.ok()?;
        let found = run.json().ok()?["sessions"].as_array()?.first()?.clone();
        Some(found)
    };
    let row = wait::until("the end of the access token", due).await?;
    assert_eq!(
        (&row["name"], &row["state"]),
        (&json!("work"), &json!("due"))
    );
    Ok(())
}
