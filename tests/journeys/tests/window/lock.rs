//! Locking hides, and unlocking brings back.

use anyhow::Result;
use keyfob_journeys::{
    provider::Provider,
    window::{Profile, Window},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn locking_hides_the_sessions_and_unlocking_brings_them_back() -> Result<()> {
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let window = Window::open(&profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "alice").await?;
    window.row_says(&id, "alice@example.test").await?;

    window.press("Lock now (Ctrl L)").await?;
    window.shows("Keyfob is locked").await?;
    assert_eq!(window.ids().await?, Vec::<String>::new());
    let html = window.page.source().await?;
    assert!(
        !html.contains("alice@example.test"),
        "nothing of it is left in the page"
    );
    let query = json!({ "query": { "text": "", "sort": "state", "descending": false, "grouped": false,
        "collapsed": [], "offset": 0, "limit": 10, "ids": true } });
    let timeline = json!({ "query": { "text": "", "range": "day", "sort": "state", "descending": false,
        "grouped": true, "collapsed": [], "offset": 0, "limit": 10 } });
    for (command, arguments) in [
        ("list_sessions", query),
        ("session_detail", json!({ "id": id })),
        ("session_claims", json!({ "id": id, "kind": "id" })),
        ("session_findings", json!({ "id": id })),
        ("timeline_page", timeline),
        ("copy_access_token", json!({ "id": id, "header": false })),
    ] {
        let answer = window.answer(command, arguments).await?;
        assert_eq!(
            answer["error"]["code"], "vault_locked",
            "{command} answers {answer}"
        );
    }

    window.press("Unlock").await?;
    window.row_says(&id, "alice@example.test").await?;
    window.quit().await
}
