//! The whole main job with the keyboard alone.

use anyhow::Result;
use keyfob_journeys::{
    provider::Provider,
    wait,
    window::{Profile, Window, key},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_main_job_needs_no_mouse() -> Result<()> {
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let window = Window::open_at_home(&profile, &["--demo-issuer", &provider.issuer]).await?;
    provider.user("alice").await?;
    window.button("Create the vault").await?;
    window.tab_to("Create the vault").await?;
    window.stroke(&[], key::ENTER).await?;
    window.shows("No sessions yet").await?;

    let id = signs_in(&window).await?;
    looks(&window, &id).await?;
    refreshes(&window, &id).await?;
    revokes_and_undoes(&window, &id).await?;
    exports(&window).await?;
    locks_and_unlocks(&window, &id).await?;
    window.stroke(&[key::CONTROL], 'q').await?;
    window.ended().await
}

async fn signs_in(window: &Window) -> Result<String> {
    window.stroke(&[key::CONTROL], 'n').await?;
    window.shows("Demonstration").await?;
    window.tab_to("Demonstration").await?;
    window.stroke(&[], key::ENTER).await?;
    window.shows("was added").await?;
    window.tab_to("Done").await?;
    window.stroke(&[], key::ENTER).await?;
    let row = || async { window.ids().await.ok()?.into_iter().next() };
    let id = wait::until("the new row", row).await?;
    window.row_becomes(&id, "active").await?;
    window.keeps_focus("the sign-in").await?;
    Ok(id)
}

/// From wherever the focus is: F6 until it is in the list, then down to the session.
async fn goes_to(window: &Window, id: &str) -> Result<()> {
    let there = format!("return document.activeElement.dataset.session === '{id}'");
    let go = || async {
        window.stroke(&[], key::F6).await.ok()?;
        window.stroke(&[], key::HOME).await.ok()?;
        window.stroke(&[], key::DOWN).await.ok()?;
        let at = window.page.execute(&there, vec![]).await.ok()?;
        (at == true).then_some(())
    };
    wait::until("the focus on the row", go).await
}

async fn looks(window: &Window, id: &str) -> Result<()> {
    goes_to(window, id).await?;
    window.stroke(&[], key::ENTER).await?;
    window.find(&format!("[data-detail='{id}']")).await?;
    window.stroke(&[], key::ESCAPE).await?;
    let gone = "return document.querySelector('[data-detail]') === null";
    let closed = || async {
        let gone = window.page.execute(gone, vec![]).await.ok()?;
        (gone == true).then_some(())
    };
    wait::until("the details to close", closed).await?;
    window.keeps_focus("closing the details").await?;
    window.stroke(&[key::SHIFT], '?').await?;
    window.shows("Keyboard shortcuts").await?;
    window.stroke(&[], key::ESCAPE).await?;
    window.no_longer_shows("Keyboard shortcuts").await?;
    window.keeps_focus("closing the help").await
}

async fn refreshes(window: &Window, id: &str) -> Result<()> {
    goes_to(window, id).await?;
    window.type_blindly("r").await?;
    let renewed = || async { (window.detail(id).await.ok()?["generation"] == 2).then_some(()) };
    wait::until("the next generation", renewed).await?;
    window.keeps_focus("a refresh").await
}

async fn revokes_and_undoes(window: &Window, id: &str) -> Result<()> {
    goes_to(window, id).await?;
    window.stroke(&[], key::DELETE).await?;
    window.row_becomes(id, "revoking").await?;
    window.keeps_focus("a revocation").await?;
    window.stroke(&[key::CONTROL], 'z').await?;
    window.row_becomes(id, "active").await?;
    goes_to(window, id).await?;
    window.stroke(&[], key::DELETE).await?;
    window.row_becomes(id, "revoked").await?;
    window.keeps_focus("its verdict").await
}

async fn exports(window: &Window) -> Result<()> {
    window.stroke(&[key::CONTROL], 'k').await?;
    window.find("[role='combobox']:focus").await?;
    window.type_blindly("export the").await?;
    window.shows("Export the audit log").await?;
    window.stroke(&[], key::ENTER).await?;
    window.shows("Preview").await?;
    window.tab_to("Export ").await?;
    window.stroke(&[], key::ENTER).await?;
    window.shows("no secrets.").await?;
    window.stroke(&[], key::ESCAPE).await?;
    window.no_longer_shows("no secrets.").await?;
    window.keeps_focus("the export").await
}

async fn locks_and_unlocks(window: &Window, id: &str) -> Result<()> {
    window.stroke(&[key::CONTROL], 'l').await?;
    window.shows("Keyfob is locked").await?;
    window.tab_to("Unlock").await?;
    window.stroke(&[], key::ENTER).await?;
    window.row_becomes(id, "revoked").await?;
    window.keeps_focus("unlocking").await
}
