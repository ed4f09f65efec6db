//! Findings of a real session at the real provider, dismissed and restored; and its lane in the
//! timeline.

use anyhow::{Context, Result};
use keyfob_engine::view::{
    EndKind, EvidenceValue, FindingsView, TimelineItem, TimelineQuery, TimelineRange, TimelineSort,
    finding_codes,
};
use keyfob_journeys::rig::Rig;

fn codes(view: &FindingsView) -> Vec<&str> {
    view.open
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_checked_with_what_its_provider_and_its_tokens_tell() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    let view = rig.engine.session_findings(&row.id).await?;
    let made = view.open.len() + view.fine.len();
    assert_eq!(
        made + view.silent.len(),
        finding_codes().count(),
        "each rule once"
    );
    // A fresh session of minutes at a provider that revokes.
    for good in [
        "long_lived",
        "no_end",
        "unused",
        "not_revocable",
        "wide_scopes",
    ] {
        assert!(
            view.fine.iter().any(|code| code == good),
            "{good}: {view:?}"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_life_is_told_dismissed_logged_and_restored() -> Result<()> {
    let rig = Rig::new(&[("OP_TTL_ACCESS", "7200")]).await?;
    let row = rig.sign_in("alice").await?;
    let view = rig.engine.session_findings(&row.id).await?;
    let finding = view.open.iter().find(|it| it.code == "long_lived");
    let life = &finding.context("two hours are too long")?.evidence[0];
    assert_eq!(life.value, EvidenceValue::Duration { ms: 7_200_000 });
    dismisses(&rig, &row.id, "long_lived").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_does_not_rotate_is_seen_by_its_answers() -> Result<()> {
    let rig = Rig::new(&[("OP_ROTATION", "none")]).await?;
    let row = rig.sign_in("alice").await?;
    for _ in 0..3 {
        let view = rig.engine.session_findings(&row.id).await?;
        assert!(!codes(&view).contains(&"not_rotated"));
        rig.engine.refresh_session(&row.id).await?;
    }
    let view = rig.engine.session_findings(&row.id).await?;
    assert!(codes(&view).contains(&"not_rotated"), "{view:?}");
    Ok(())
}

async fn dismisses(rig: &Rig, id: &str, code: &str) -> Result<()> {
    let after = rig.engine.dismiss_finding(id, code).await?;
    assert!(!codes(&after).contains(&code));
    assert!(after.dismissed.iter().any(|finding| finding.code == code));
    // Twice is once, and what no rule is called changes nothing.
    rig.engine.dismiss_finding(id, code).await?;
    rig.engine.dismiss_finding(id, "no_such_rule").await?;
    let history = rig.engine.session_history(id).await?;
    let logged = history
        .iter()
        .filter(|row| row.event == "finding.dismissed");
    assert_eq!(logged.count(), 1);
    let again = rig.engine.session_findings(id).await?;
    assert_eq!(again, after, "kept in the vault");
    let restored = rig.engine.restore_finding(id, code).await?;
    assert!(codes(&restored).contains(&code) && restored.dismissed.is_empty());
    let history = rig.engine.session_history(id).await?;
    assert_eq!(
        history.first().context("an event")?.event,
        "finding.restored"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_has_a_lane_until_it_is_revoked() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    let query = TimelineQuery {
        range: TimelineRange::Day,
        sort: TimelineSort::State,
        grouped: true,
        limit: 10,
        ..TimelineQuery::default()
    };
    let page = rig.engine.timeline_page(&query)?;
    assert_eq!((page.total, page.lines, page.refreshes), (1, 2, 1));
    let [TimelineItem::Group { group }, TimelineItem::Lane { lane }] = &page.items[..] else {
        anyhow::bail!("a head and a lane: {page:?}");
    };
    assert_eq!((group.count, group.reachable), (1, true));
    assert_eq!(lane.row.id, row.id);
    let access = lane.access_at.context("the access token has an end")?;
    assert!(access > page.now && lane.row.end.kind != EndKind::Ended);
    let collapsed = TimelineQuery {
        collapsed: vec![group.issuer.clone()],
        ..query.clone()
    };
    let page = rig.engine.timeline_page(&collapsed)?;
    let [TimelineItem::Group { group }] = &page.items[..] else {
        anyhow::bail!("only the head: {page:?}");
    };
    assert_eq!(
        group.refreshes.len(),
        1,
        "its planned refresh is on the head"
    );
    let other = TimelineQuery {
        text: "no-such-session".to_owned(),
        ..query
    };
    assert_eq!(rig.engine.timeline_page(&other)?.lines, 0);
    Ok(())
}
