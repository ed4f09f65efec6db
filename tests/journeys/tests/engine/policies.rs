//! Session policies: warned of, carried out at the real provider, and never by a wrong clock.

use anyhow::Result;
use keyfob_engine::{
    NoticeKind,
    view::{EndKind, PolicyAction, PolicyLimit, PolicyScope, PolicyView, RevokeStatus, Row, State},
};
use keyfob_journeys::{host::put, rig::Rig, wait};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const TEN_YEARS: i64 = 3_650 * DAY;

fn policy(unused_ms: Option<i64>, total_ms: Option<i64>, action: PolicyAction) -> PolicyView {
    PolicyView {
        scope: PolicyScope::All,
        unused_ms,
        total_ms,
        warn_ms: 2 * HOUR,
        action,
    }
}

/// What the log says of policies and revocation, oldest first.
async fn story(rig: &Rig) -> Result<Vec<(String, String)>> {
    let wanted = ["policy.", "policies.", "revoke.", "session.forgotten"];
    let log = rig.log().await?;
    let told = log
        .into_iter()
        .filter(|row| wanted.iter().any(|start| row.event.starts_with(start)));
    Ok(told
        .map(|row| {
            (
                row.event,
                format!("{} {}", row.actor, row.code.unwrap_or_default()),
            )
        })
        .collect())
}

fn notices(rig: &Rig) -> usize {
    put(&rig.host.notices, |all| {
        all.iter()
            .filter(|notice| notice.kind == NoticeKind::PolicyEnds)
            .count()
    })
}

async fn signed_in(rig: &Rig, policies: Vec<PolicyView>) -> Result<(Row, String)> {
    rig.set(|settings| settings.notifications = true).await?;
    let row = rig.sign_in("alice").await?;
    let access = rig.copied_token(&row.id).await?;
    rig.engine.set_policies(policies).await?;
    Ok((row, access))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unused_session_is_warned_of_and_then_revoked_with_proof() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let limit = policy(Some(DAY), None, PolicyAction::Revoke);
    let (row, _) = signed_in(&rig, vec![limit]).await?;
    let shown = rig.row(&row.id)?;
    assert_eq!(shown.end.kind, EndKind::Hard, "the row counts down to it");
    assert_eq!(shown.end.life_ms, Some(DAY));

    rig.clock.pass(21 * HOUR);
    rig.clock.settled().await;
    assert_eq!(notices(&rig), 0, "three hours before is too early");
    // A use counts anew.
    let used = || async { rig.copied_token(&row.id).await.ok() };
    wait::until("a token to use", used).await?;
    rig.clock.pass(21 * HOUR);
    rig.clock.settled().await;
    rig.becomes(&row.id, State::Active).await?;

    rig.clock.pass(HOUR + HOUR / 2);
    let told = || async { (notices(&rig) == 1).then_some(()) };
    wait::until("a warning", told).await?;
    rig.becomes(&row.id, State::Expiring).await?;
    let used = || async { rig.copied_token(&row.id).await.ok() };
    let access = wait::until("a token of the last day", used).await?;
    rig.clock.pass(DAY);
    let gone = rig.becomes(&row.id, State::Revoked).await?;
    assert!(
        matches!(gone.revoke, Some(RevokeStatus::ConfirmedDead { .. })),
        "{:?}",
        gone.revoke
    );
    assert!(
        !rig.provider.takes(&access).await?,
        "the provider refuses it"
    );
    let story = story(&rig).await?;
    let story: Vec<_> = story
        .iter()
        .map(|(event, by)| (event.as_str(), by.as_str()))
        .collect();
    assert_eq!(
        story,
        [
            ("policies.changed", "user "),
            ("policy.ended", "keyfob unused_too_long"),
            ("revoke.sent", "keyfob "),
            ("revoke.confirmed", "keyfob confirmed_dead"),
        ]
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_only_forgets_leaves_the_provider_alone() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let mut elsewhere = policy(None, Some(HOUR), PolicyAction::Revoke);
    elsewhere.scope = PolicyScope::Label {
        label: "other".into(),
    };
    let forgets = policy(None, Some(2 * DAY), PolicyAction::Forget);
    let (row, access) = signed_in(&rig, vec![elsewhere, forgets]).await?;
    rig.clock.pass_by_boot(2 * DAY);
    let gone = || async { rig.rows().ok()?.is_empty().then_some(()) };
    wait::until("the row to go", gone).await?;
    assert!(rig.provider.takes(&access).await?, "nothing was revoked");
    assert!(rig.engine.copy_access_token(&row.id, false).await.is_err());
    let story = story(&rig).await?;
    assert_eq!(story[1].1, "keyfob lived_too_long");
    assert_eq!(story[2].0, "session.forgotten");
    assert_eq!(story.len(), 3, "{story:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_says_what_would_end_and_ends_nothing() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let (row, _) = signed_in(&rig, Vec::new()).await?;
    let bob = rig.sign_in("bob").await?;
    rig.engine.label_session(&bob.id, &["keep".into()]).await?;
    rig.clock.pass_by_boot(3 * DAY);
    rig.sign_in("carol").await?;
    let strict = policy(Some(2 * DAY), None, PolicyAction::Revoke);
    let preview = rig.engine.preview_policies(vec![strict.clone()])?;
    assert_eq!((preview.ends, preview.later, preview.unsure), (2, 1, 0));
    let names: Vec<_> = preview.ending.iter().map(|it| it.id.as_str()).collect();
    assert!(names.contains(&row.id.as_str()) && names.contains(&bob.id.as_str()));
    assert!(
        preview
            .ending
            .iter()
            .all(|it| it.limit == PolicyLimit::Unused)
    );
    let of_label = PolicyView {
        scope: PolicyScope::Label {
            label: "keep".into(),
        },
        ..strict
    };
    assert_eq!(rig.engine.preview_policies(vec![of_label])?.ends, 1);
    assert_eq!(rig.engine.policies()?, []);
    rig.clock.settled().await;
    assert!(rig.rows()?.iter().all(|row| row.state != State::Revoking));
    let none = policy(None, None, PolicyAction::Revoke);
    assert_eq!(
        rig.engine.set_policies(vec![none]).await?,
        [],
        "it limits nothing"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_wrong_clock_ends_a_session_and_a_right_one_does_after_a_restart() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let limit = policy(Some(DAY), Some(DAY), PolicyAction::Revoke);
    let (row, _) = signed_in(&rig, vec![limit]).await?;
    // Within one boot, whatever is done to the clock of the wall.
    for off in [TEN_YEARS, -TEN_YEARS, HOUR, 0] {
        rig.clock.set_wall_off(off);
        rig.clock.settled().await;
        assert_eq!(rig.row(&row.id)?.state, State::Active, "{off} ms off");
    }
    // Across a reboot with a clock ten years ahead: nothing vouches for it.
    let clock = rig.clock.clone();
    rig.engine.wind_up().await;
    clock.reboot(TEN_YEARS);
    let rig = rig.reopen().await?;
    rig.clock.settled().await;
    let detail = rig.engine.session_detail(&row.id).await?;
    assert!(detail.policy.is_some_and(|end| end.unsure), "it is said");
    assert_ne!(rig.row(&row.id)?.state, State::Revoking);
    assert_ne!(rig.row(&row.id)?.state, State::Revoked);
    // Two days later with the right clock: the first refresh brings an ID token that says so.
    rig.engine.wind_up().await;
    clock.reboot(0);
    let rig = rig.reopen().await?;
    let before = rig.engine.session_detail(&row.id).await?.generation;
    let renewed = || async {
        // The loop may be at it already.
        let _ = rig.engine.refresh_session(&row.id).await;
        let detail = rig.engine.session_detail(&row.id).await.ok()?;
        (detail.generation > before).then_some(())
    };
    wait::until("a refresh after the restart", renewed).await?;
    rig.clock.pass(2 * DAY);
    rig.becomes(&row.id, State::Revoked).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_go_on_while_locked_and_outlive_a_restart() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let limit = policy(None, Some(DAY), PolicyAction::Revoke);
    let (row, access) = signed_in(&rig, vec![limit.clone()]).await?;
    let rig = rig.restart().await?;
    assert_eq!(rig.engine.policies()?, [limit]);
    rig.engine.lock().await?;
    assert!(rig.engine.policies().is_err(), "the page gets nothing");
    rig.clock.pass_by_boot(DAY);
    let dead = || async { (!rig.provider.takes(&access).await.ok()?).then_some(()) };
    wait::until("the provider to refuse it", dead).await?;
    rig.engine.unlock().await?;
    rig.becomes(&row.id, State::Revoked).await?;
    Ok(())
}
