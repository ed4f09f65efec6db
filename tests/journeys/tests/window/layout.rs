//! Nothing is clipped, nothing lies over another thing, nothing scrolls sideways, in both themes.

use anyhow::Result;
use keyfob_journeys::wait;

use super::tour::Tour;

/// What is wrong with the page as it is drawn, in one line each.
const PROBLEMS: &str = include_str!("layout.js");

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_fits_at_1280_by_800() -> Result<()> {
    fits(1280, 800).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_fits_at_1920_by_1080() -> Result<()> {
    fits(1920, 1080).await
}

async fn fits(width: u32, height: u32) -> Result<()> {
    let tour = Tour::begin().await?;
    let page = &tour.window.page;
    page.set_window_size(width, height).await?;
    let wanted = f64::from(width);
    let drawn = || async {
        let inner = page.execute("return innerWidth", vec![]).await.ok()?;
        ((inner.as_f64()? - wanted).abs() < 2.0).then_some(())
    };
    wait::until(&format!("a page {wanted} wide"), drawn).await?;
    let mut found = Vec::new();
    for theme in ["light", "dark"] {
        tour.theme(theme).await?;
        tour.visit(async |screen: &str| {
            let problems = page.execute(PROBLEMS, vec![]).await?;
            for problem in problems.as_array().into_iter().flatten() {
                found.push(format!("{screen}, {theme}: {problem}"));
            }
            Ok(())
        })
        .await?;
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    // A page that is broken on purpose is found to be.
    page.execute(
        "const wide = document.createElement('button'); wide.textContent = 'too wide for its place'; \
         Object.assign(wide.style, { position: 'fixed', left: '60px', top: '70px', width: '40px', overflow: 'hidden', whiteSpace: 'nowrap', zIndex: -1 }); \
         document.body.append(wide);",
        vec![],
    )
    .await?;
    let problems = page.execute(PROBLEMS, vec![]).await?;
    let problems = problems.to_string();
    assert!(problems.contains("clipped"), "{problems}");
    assert!(problems.contains("covered"), "{problems}");
    tour.window.quit().await
}
