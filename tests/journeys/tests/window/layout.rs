//! Nothing is cut, nothing lies over another thing, nothing scrolls sideways: every screen and state,
//! at three sizes and at twice the size of everything.

use std::time::Duration;

use anyhow::Result;
use keyfob_journeys::window::{Stage, all_scenes};

/// What is wrong with the page as it is drawn, in one line each.
const PROBLEMS: &str = include_str!("layout.js");

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_fits_at_640_by_480() -> Result<()> {
    fits(640, 480).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_fits_at_1280_by_800() -> Result<()> {
    fits(1280, 800).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_fits_at_1920_by_1080() -> Result<()> {
    fits(1920, 1080).await
}

/// By WebKit's own zoom, which is what Ctrl + sets: a window of 1280 × 960 holds half the pixels. A
/// driver's clicks miss in a zoomed page, so each screen is opened first and zoomed then.
#[tokio::test(flavor = "multi_thread")]
async fn every_screen_fits_at_twice_the_size() -> Result<()> {
    let stage = Stage::open().await?;
    stage.size(1280, 960).await?;
    let mut all = Vec::new();
    for scene in all_scenes() {
        stage.show(scene, "light").await?;
        stage.zoom(2.0, 640, 480).await?;
        for problem in problems(&stage).await? {
            all.push(format!("{}: {problem}", scene.name));
        }
        stage.zoom(1.0, 1280, 960).await?;
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
    stage.window.quit().await
}

async fn fits(width: u32, height: u32) -> Result<()> {
    let stage = Stage::open().await?;
    stage.size(width, height).await?;
    let mut all = Vec::new();
    for scene in all_scenes() {
        stage.show(scene, "light").await?;
        for problem in problems(&stage).await? {
            all.push(format!("{}: {problem}", scene.name));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
    sees_what_is_wrong(&stage).await?;
    stage.window.quit().await
}

/// How often a page that is not in order is looked at again: something may be on its way.
const LOOKS: usize = 30;

pub(super) async fn problems(stage: &Stage) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for _ in 0..LOOKS {
        found = serde_json::from_value(stage.run(PROBLEMS, vec![]).await?)?;
        if found.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(found)
}

/// A page that is broken on purpose is found to be.
async fn sees_what_is_wrong(stage: &Stage) -> Result<()> {
    let breaks = "const wide = document.createElement('button'); wide.textContent = 'too wide for its place'; \
         Object.assign(wide.style, { position: 'fixed', left: '60px', top: '70px', width: '40px', overflow: 'hidden', whiteSpace: 'nowrap', zIndex: -1 }); \
         const out = document.createElement('p'); out.textContent = 'half of it outside'; \
         Object.assign(out.style, { position: 'fixed', left: '-40px', top: '90px' }); \
         document.body.append(wide, out);";
    stage.run(breaks, vec![]).await?;
    let found = problems(stage).await?.join("\n");
    for what in ["cut sideways", "covered by", "cut by the window"] {
        assert!(found.contains(what), "{what} in {found}");
    }
    Ok(())
}
