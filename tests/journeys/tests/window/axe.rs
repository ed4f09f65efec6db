//! axe on every screen and state of the real window, in both themes: with colours and layout.

use anyhow::{Context, Result};
use keyfob_journeys::{
    places,
    window::{Stage, all_scenes},
};
use serde_json::Value;

/// A menu hangs on its button and is no part of a landmark, like a dialog.
const MENUS: &str = "axe.configure({ checks: [{ id: 'region', \
    options: { regionMatcher: 'dialog, [role=dialog], [role=alertdialog], [role=menu], [role=listbox], svg' } }] })";

/// Runs axe over the page; one line for each thing that it finds.
const FINDINGS: &str = "const done = arguments[arguments.length - 1]; \
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) \
      .then(({ violations }) => done(violations.flatMap(({ id, nodes }) => \
        nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''}`))), \
        (error) => done([String(error)]));";

async fn findings(stage: &Stage) -> Result<Vec<String>> {
    let found: Value = stage.window.page.execute_async(FINDINGS, vec![]).await?;
    Ok(serde_json::from_value(found)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_the_light() -> Result<()> {
    finds_nothing("light").await
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_the_dark() -> Result<()> {
    finds_nothing("dark").await
}

async fn finds_nothing(theme: &str) -> Result<()> {
    let axe = places::root().join("ui/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(axe).context("`npm ci` brought axe")?;
    let stage = Stage::open().await?;
    let load = format!("{axe}; window.axe = axe; {MENUS}");
    stage.run(&load, vec![]).await?;
    let mut all = Vec::new();
    for scene in all_scenes() {
        if let Err(error) = stage.show(scene, theme).await {
            all.push(format!("{error:#}"));
            continue;
        }
        for finding in findings(&stage).await? {
            all.push(format!("{}: {finding}", scene.name));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
    sees_what_is_wrong(&stage).await?;
    stage.window.quit().await
}

/// A page that is broken on purpose is found to be.
async fn sees_what_is_wrong(stage: &Stage) -> Result<()> {
    let breaks = "document.querySelector('main').removeAttribute('class'); \
        const pale = document.createElement('p'); pale.textContent = 'pale'; \
        pale.style.color = '#888'; pale.style.background = '#777'; \
        const nameless = document.createElement('button'); \
        document.querySelector('main').append(pale, nameless);";
    stage.run(breaks, vec![]).await?;
    let found = findings(stage).await?.join("\n");
    assert!(found.contains("color-contrast"), "{found}");
    assert!(found.contains("button-name"), "{found}");
    Ok(())
}
