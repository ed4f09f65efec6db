//! The timeline in both forms and the findings of a session, in the real window.

use anyhow::{Context, Result};
use keyfob_journeys::{
    provider::Provider,
    wait,
    window::{Profile, Window, key},
};
use serde_json::{Value, json};

/// Two people at a provider whose access tokens live for two hours, which is too long.
async fn begin() -> Result<(Provider, Profile, Window, String)> {
    let provider = Provider::start(&[("OP_TTL_ACCESS", "7200")])?;
    let profile = Profile::new()?;
    let window = Window::open(&profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "alice").await?;
    window.sign_in(&provider, "bob").await?;
    Ok((provider, profile, window, id))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timeline_is_used_by_the_keys_and_its_table_says_the_same() -> Result<()> {
    let (_provider, _profile, window, alice) = begin().await?;
    window.stroke(&[key::CONTROL], '2').await?;
    let lane = format!("[data-lane='{alice}']");
    window.find(&lane).await?;
    let drawn = "const [bar, lane] = ['.acc', '.pl'].map((css) => document.querySelector(arguments[0]).querySelector(css)); \
                 return bar.getBoundingClientRect().width / lane.getBoundingClientRect().width";
    let share = window.page.execute(drawn, vec![json!(lane)]).await?;
    let share = share.as_f64().context("a bar")?;
    // ln(1 + 120/5) / ln(1 + 1440/5) of the width, whatever the window is wide.
    assert!((share - 0.568).abs() < 0.01, "{share}");
    window.find(&lane).await?.click().await?;
    window.find(&format!("[data-detail='{alice}']")).await?;
    window.stroke(&[], key::ESCAPE).await?;
    let focus = "return document.activeElement.dataset.lane ?? null";
    let focused = || async {
        let on = window.page.execute(focus, vec![]).await.ok()?;
        (on == Value::String(alice.clone())).then_some(())
    };
    wait::until("the focus back on the lane", focused).await?;
    window.stroke(&[], key::ENTER).await?;
    window.find(&format!("[data-detail='{alice}']")).await?;
    window.press("Close details (Esc)").await?;
    window.press("View as table").await?;
    let row = format!("tr[data-row='{alice}']");
    window.find(&row).await?;
    let cells = window
        .page
        .execute(
            "return [...document.querySelectorAll(arguments[0] + ' time')].map((one) => Date.parse(one.dateTime))",
            vec![json!(row)],
        )
        .await?;
    let query = json!({ "text": "", "range": "day", "sort": "end", "descending": false, "grouped": false,
        "collapsed": [], "offset": 0, "limit": 10 });
    let page = window
        .call("timeline_page", json!({ "query": query }))
        .await?;
    let items = page["items"].as_array().context("lanes")?;
    let of_alice = |item: &&Value| item["lane"]["row"]["id"] == json!(alice);
    let lane = &items.iter().find(of_alice).context("Alice's lane")?["lane"];
    let wanted = [&lane["accessAt"], &lane["row"]["end"]["refreshAt"]];
    for (shown, said) in cells.as_array().context("cells")?.iter().zip(wanted) {
        let off = shown.as_i64().context("a time")? - said.as_i64().context("a time")?;
        assert!(off.abs() <= 1_000, "{shown} is shown, {said} was said");
    }
    window.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_is_read_dismissed_and_restored() -> Result<()> {
    let (_provider, _profile, window, alice) = begin().await?;
    window.details(&alice, "Findings").await?;
    window.find("[data-finding='long_lived']").await?;
    window
        .shows("The access token lives for more than an hour")
        .await?;
    window.shows("RFC 6750 §5.3").await?;
    window
        .press("Dismiss: The access token lives for more than an hour")
        .await?;
    window.find("[data-dismissed='long_lived']").await?;
    window.details(&alice, "History").await?;
    window.shows("Finding dismissed").await?;
    window.details(&alice, "Findings").await?;
    window
        .press("Restore: The access token lives for more than an hour")
        .await?;
    window.find("[data-finding='long_lived']").await?;
    window.quit().await
}
