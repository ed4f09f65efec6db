//! Revocation where it is hard: no network, no endpoint, tokens that nobody can take back.

use std::collections::BTreeSet;

use anyhow::Result;
use keyfob_engine::view::{
    ErrorCode, FlowStage, Reach, RevokePreview, RevokeScope, RevokeStatus, SignInRequest, State,
};
use keyfob_journeys::{host::put, rig::Rig, wait};
use serde_json::{Value, json};

use super::fake::{self, Fake, says};

#[tokio::test(flavor = "multi_thread")]
async fn without_its_provider_a_revocation_waits_and_goes_when_it_is_back() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("state.json").display().to_string();
    let state: [(&str, &str); 1] = [("OP_STATE_FILE", &file)];
    let mut rig = Rig::new(&state).await?;
    let row = rig.sign_in("alice").await?;
    let token = rig.copied_token(&row.id).await?;
    rig.provider.stop()?;
    rig.revoke_at_once(&row.id).await?;
    let waiting = || async {
        let row = rig.row(&row.id).ok()?;
        (row.revoke == Some(RevokeStatus::WaitingForNetwork)).then_some(row)
    };
    let waiting = wait::until("waiting for the network", waiting).await?;
    assert_eq!(waiting.state, State::Revoking);
    let refused = rig.engine.copy_access_token(&row.id, false).await;
    assert_eq!(
        refused.expect_err("it is being revoked").code(),
        ErrorCode::SessionRevoking
    );
    rig.provider.start_again(&state)?;
    assert!(
        rig.provider.takes(&token).await?,
        "it is back, and knows it"
    );
    rig.engine.revoke_now(&row.id).await?;
    let dead = rig.becomes(&row.id, State::Revoked).await?;
    assert!(matches!(
        dead.revoke,
        Some(RevokeStatus::ConfirmedDead { .. })
    ));
    assert!(!rig.provider.takes(&token).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_that_never_left_can_still_be_taken_back() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("state.json").display().to_string();
    let state: [(&str, &str); 1] = [("OP_STATE_FILE", &file)];
    let mut rig = Rig::new(&state).await?;
    let row = rig.sign_in("alice").await?;
    rig.provider.stop()?;
    rig.revoke_at_once(&row.id).await?;
    let waiting = || async {
        let row = rig.row(&row.id).ok()?;
        (row.revoke == Some(RevokeStatus::WaitingForNetwork)).then_some(())
    };
    wait::until("waiting for the network", waiting).await?;
    rig.engine.undo_revoke(&row.id).await?;
    rig.provider.start_again(&state)?;
    rig.engine.refresh_session(&row.id).await?;
    assert_eq!(rig.row(&row.id)?.state, State::Active);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_self_contained_access_token_is_said_to_pass_offline_until_its_end() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    put(&rig.host.browser_stays_shut, |shut| *shut = true);
    let flow = rig.engine.start_sign_in(rig.request())?;
    rig.waits(&flow.id).await?;
    let page = put(&rig.host.opened, |pages| pages.concat());
    // With this resource the access token is a JWT, which the provider can neither revoke nor look
    // up.
    rig.host
        .visit(&format!("{page}&resource=urn:example:api:jwt"))?;
    let row = rig.row_of(&rig.ended(&flow.id).await?)?;
    let detail = rig.engine.session_detail(&row.id).await?;
    let access = &detail.tokens[0];
    assert_eq!(
        (access.kind.as_str(), access.format.as_str()),
        ("access", "JWT")
    );
    assert_eq!(access.verification, "verified");
    let end = access.life.at.expect("its end is known");
    let scope = RevokeScope::Everything;
    let preview = rig.engine.revoke_preview(&scope).await?;
    let close = |at: Option<i64>| at.is_some_and(|at| (at - end).abs() < 1_000);
    assert!(close(preview.groups[0].offline_until));
    rig.revoke_at_once(&row.id).await?;
    let ended = rig.becomes(&row.id, State::Revoked).await?;
    match ended.revoke {
        Some(
            RevokeStatus::ConfirmedDead { offline_until, .. }
            | RevokeStatus::Accepted { offline_until, .. },
        ) => assert!(close(offline_until), "{offline_until:?}"),
        other => panic!("{other:?}"),
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_can_be_revoked_the_end_is_said_and_no_success() -> Result<()> {
    // The refresh token is what keeps a session alive: only its end would be the end.
    for refresh_life in [None, Some(7200)] {
        let rig = Fake::rig().await?;
        rig.provider.announce("revocation_endpoint", Value::Null);
        let mut grant = fake::grant(1);
        grant["refresh_expires_in"] = json!(refresh_life);
        rig.provider.next(says(200, &grant));
        let row = fake::sign_in(&rig).await?;
        let everything = RevokeScope::Everything;
        let preview = rig.engine.revoke_preview(&everything).await?;
        assert!(preview.groups[0].unsupported && !preview.groups[0].provable);
        rig.revoke_at_once(&row.id).await?;
        let ended = rig.becomes(&row.id, State::Revoked).await?;
        let now = rig.engine.app_state(false).now;
        let Some(RevokeStatus::ValidUntil { until, .. }) = ended.revoke else {
            panic!("{:?}", ended.revoke);
        };
        assert_eq!(until.is_some(), refresh_life.is_some());
        assert!(until.is_none_or(|until| (now + 7_000_000..now + 7_200_000).contains(&until)));
        assert!(rig.provider.asked("/revoke").is_empty());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_accepts_and_nobody_can_check_is_not_called_dead() -> Result<()> {
    let rig = Fake::rig().await?;
    let row = fake::sign_in(&rig).await?;
    rig.revoke_at_once(&row.id).await?;
    let ended = rig.becomes(&row.id, State::Revoked).await?;
    assert!(
        matches!(ended.revoke, Some(RevokeStatus::Accepted { .. })),
        "{:?}",
        ended.revoke
    );
    let asked = rig.provider.asked("/revoke");
    let kinds: Vec<_> = asked
        .iter()
        .map(|it| it.contains("token_type_hint=refresh_token"))
        .collect();
    assert_eq!(kinds, [true, false], "the refresh token goes first");
    Ok(())
}

fn names(preview: &RevokePreview) -> BTreeSet<&str> {
    let names = preview.groups.iter().flat_map(|group| &group.names);
    names.map(String::as_str).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preview_lists_exactly_what_each_scope_ends() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let named = |name: &str| SignInRequest {
        name: Some(name.into()),
        ..rig.request()
    };
    let laptop = rig.sign_in_with(named("laptop"), "alice").await?;
    let desk = rig.sign_in_with(named("desk"), "alice").await?;
    let bob = rig.sign_in_with(named("bob's"), "bob").await?;
    rig.clipboard("opaque-canary-0123456789abcdef");
    let import = rig.engine.import_from_clipboard().await?;
    let watched = rig.engine.import_commit(&import.id, "watched").await?;

    let one = RevokeScope::Sessions {
        ids: vec![desk.id.clone()],
    };
    let preview = rig.engine.revoke_preview(&one).await?;
    assert_eq!(names(&preview), BTreeSet::from(["desk"]));
    assert_eq!((preview.count, preview.skipped), (1, 0));
    assert_eq!(preview.groups[0].staying, 2);
    assert!(preview.groups[0].provable);
    assert!(matches!(
        preview.groups[0].reach,
        Reach::Token | Reach::Grant
    ));

    let account = RevokeScope::Account {
        id: laptop.id.clone(),
    };
    let preview = rig.engine.revoke_preview(&account).await?;
    assert_eq!(names(&preview), BTreeSet::from(["laptop", "desk"]));

    let issuer = RevokeScope::Issuer {
        issuer: rig.provider.issuer.clone(),
    };
    let preview = rig.engine.revoke_preview(&issuer).await?;
    assert_eq!(names(&preview), BTreeSet::from(["laptop", "desk", "bob's"]));

    let preview = rig.engine.revoke_preview(&RevokeScope::Everything).await?;
    assert_eq!(names(&preview), BTreeSet::from(["laptop", "desk", "bob's"]));
    assert_eq!((preview.count, preview.skipped), (3, 1));

    // And exactly that ends.
    assert_eq!(rig.engine.revoke(&account).await?, 2);
    for id in [&laptop.id, &desk.id] {
        assert_eq!(rig.row(id)?.state, State::Revoking);
        rig.engine.revoke_now(id).await?;
        rig.becomes(id, State::Revoked).await?;
    }
    assert_eq!(rig.row(&bob.id)?.state, State::Active);
    assert_eq!(rig.row(&watched.id)?.state, State::Watched);
    assert!(
        rig.provider
            .takes(&rig.copied_token(&bob.id).await?)
            .await?
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn forgetting_revokes_nothing_and_leaves_nothing_here() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    let token = rig.copied_token(&row.id).await?;
    rig.engine.forget_session(&row.id).await?;
    assert!(rig.rows()?.is_empty());
    assert!(
        rig.provider.takes(&token).await?,
        "it lives on, as was said"
    );
    let gone = rig.engine.copy_access_token(&row.id, false).await;
    assert_eq!(
        gone.expect_err("it is gone").code(),
        ErrorCode::SessionNotFound
    );
    let rig = rig.restart().await?;
    assert!(rig.rows()?.is_empty());
    assert_eq!(rig.newest("session.forgotten").await?.0, "ok");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_that_is_turned_away_is_tried_again_and_never_called_done() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    let token = rig.copied_token(&row.id).await?;
    let fault = json!({ "path": "/token/revocation", "when": "before", "status": 503, "times": 2 });
    rig.provider.fault(fault).await?;
    rig.revoke_at_once(&row.id).await?;
    let turned_away = || async {
        let row = rig.row(&row.id).ok()?;
        matches!(
            row.revoke,
            Some(RevokeStatus::Sent | RevokeStatus::WaitingForNetwork)
        )
        .then_some(row)
    };
    let row = wait::until("a first attempt", turned_away).await?;
    assert_eq!(row.state, State::Revoking);
    assert!(rig.provider.takes(&token).await?);
    let asked =
        || async { (rig.provider.asked("/token/revocation").await.ok()? >= 2).then_some(()) };
    wait::until("both refusals", asked).await?;
    rig.provider.drop_at("faults").await?;
    let done = || async {
        // A round that runs needs no push.
        let _ = rig.engine.revoke_now(&row.id).await;
        (rig.row(&row.id).ok()?.state == State::Revoked).then_some(())
    };
    wait::until("the verdict", done).await?;
    assert!(!rig.provider.takes(&token).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_the_request_and_its_answer_leaves_it_to_the_next_start() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    let token = rig.copied_token(&row.id).await?;
    let slow = json!({ "path": "/token/revocation", "when": "before", "delayMs": 3000 });
    rig.provider.fault(slow).await?;
    rig.revoke_at_once(&row.id).await?;
    let sent = || async {
        let row = rig.row(&row.id).ok()?;
        (row.revoke == Some(RevokeStatus::Sent)).then_some(())
    };
    wait::until("the request", sent).await?;
    let rig = rig.reopen().await?;
    let undo = rig.engine.undo_revoke(&row.id).await;
    assert!(undo.is_err(), "a byte may have left: no undo");
    rig.becomes(&row.id, State::Revoked).await?;
    assert!(!rig.provider.takes(&token).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_that_ends_well_says_which_session_came_of_it() -> Result<()> {
    let rig = Fake::rig().await?;
    let flow = fake::flow(&rig).await?;
    assert_eq!(flow.stage, FlowStage::Done);
    assert_eq!(rig.row_of(&flow)?.name, flow.session_name.expect("a name"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_meets_a_revocation_does_not_hold_it_up() -> Result<()> {
    let rig = Rig::new(&[("OP_TTL_ACCESS", "6")]).await?;
    rig.sign_in("alice").await?;
    rig.sign_in("bob").await?;
    // Two at once go to one issuer: the third waits for its turn, and is revoked meanwhile.
    let slow = json!({ "path": "/token", "when": "before", "delayMs": 4_000, "times": 2 });
    let row = rig.sign_in("carol").await?;
    rig.provider.fault(slow).await?;
    let busy = || async {
        let refreshing = |row: &keyfob_engine::view::Row| row.state == State::Refreshing;
        (rig.rows()
            .ok()?
            .iter()
            .filter(|row| refreshing(row))
            .count()
            == 2)
            .then_some(())
    };
    wait::until("two refreshes on their way", busy).await?;
    let scope = RevokeScope::Sessions {
        ids: vec![row.id.clone()],
    };
    rig.engine.revoke(&scope).await?;
    rig.becomes(&row.id, State::Revoked).await?;
    let events = rig
        .engine
        .audit_page(keyfob_engine::view::AuditFilter {
            limit: 100,
            ..Default::default()
        })
        .await?;
    let at = |event: &str| {
        let found = events.rows.iter().find(|row| row.event == event);
        found.map(|row| row.at).expect("it is in the log")
    };
    let held = at("revoke.sent") - at("revoke.requested");
    assert!(
        held < 20_000,
        "held for 5 s, and not for the 30 s that a refused refresh is left alone: {held} ms"
    );
    Ok(())
}
