//! What a screen reader is told: names, roles and the number of rows reach AT-SPI.

use anyhow::{Context, Result};
use keyfob_journeys::window::{Reader, Stage, role};

#[tokio::test(flavor = "multi_thread")]
async fn names_roles_and_row_counts_of_the_list_reach_a_screen_reader() -> Result<()> {
    let reader = Reader::come().await?;
    let stage = Stage::open_with(&[("NO_AT_BRIDGE", "0")]).await?;
    let grid = reader.find(role::TREE_TABLE, "Sessions").await?;
    let attributes = reader.attributes(&grid).await?;
    // Forty-two sessions of seven issuers under one head, however many of them are drawn.
    assert_eq!(attributes["rowcount"], "50");
    assert_eq!(attributes["colcount"], "6");
    let inside = reader.below(grid).await?;
    let named = |role, name: &str| {
        let found = inside.iter().find(|it| it.role == role && it.name == name);
        found.with_context(|| format!("{name:?} of role {role} among {inside:?}"))
    };
    named(role::BUTTON, "Status")?;
    named(role::CHECK_BOX, "Select payments-api")?;
    named(role::ROW_HEADER, "payments-api")?;
    named(role::CELL, "svc-deploy")?;
    named(role::BUTTON, "Review: payments-api")?;
    let mut rows = Vec::new();
    for row in inside.iter().filter(|it| it.role == role::ROW) {
        let attributes = reader.attributes(row).await?;
        rows.push(attributes["rowindex"].parse::<usize>()?);
    }
    assert!(rows.len() > 10, "{rows:?}");
    assert!(rows.is_sorted() && rows[0] == 1, "{rows:?}");
    stage.window.quit().await
}
