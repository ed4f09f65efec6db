//! "Copy details": what is handed on of an error holds codes, versions and times alone.

use anyhow::{Context, Result};
use keyfob_journeys::{
    provider::Provider,
    wait,
    window::{Profile, Window},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn copied_details_hold_no_name_no_host_and_no_token() -> Result<()> {
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let window = Window::open(&profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    window.sign_in(&provider, "alice").await?;
    let canary = "eyJhbGciOiJub25lIn0.alice";
    let refused = window.answer("copy_report", json!({ "code": canary }));
    assert!(refused.await?.get("ok").is_none(), "the page names no text");

    // Other windows share the clipboard of this desktop.
    let copy = || async {
        let code = json!({ "code": "vault_io" });
        window.call("copy_report", code).await.ok()?;
        let text = arboard::Clipboard::new().ok()?.get_text().ok()?;
        text.starts_with("Keyfob ").then_some(text)
    };
    let copied = wait::until("the details on the clipboard", copy).await?;
    let lines: Vec<_> = copied.lines().collect();
    let [program, time, rest @ ..] = lines.as_slice() else {
        anyhow::bail!("{copied:?}");
    };
    assert!(program.starts_with("Keyfob 0."), "{program}");
    let time = time.strip_prefix("time: ").context("a time")?;
    assert_eq!(time.len(), "2026-11-25T10:05:03Z".len(), "{time}");
    assert_eq!(rest, ["error: vault_io", "vault: open", "network: reached"]);
    window.quit().await
}
