//! `invalid_grant`: the first explanation that holds is the one that is said, and a theft is only
//! spoken of on evidence.

use anyhow::{Context, Result};
use keyfob_engine::{
    NoticeKind,
    view::{ErrorCode, FrozenStep, OnTheft, RevokeScope, RevokeStatus, SettingsView, State},
};
use keyfob_journeys::{host::put, rig::Rig, wait};
use serde_json::{Value, json};

use super::fake::{self, Fake};

/// Refreshes a session whose refresh token is refused; why it has ended, as its caller is told.
async fn refused<P>(rig: &Rig<P>, id: &str) -> Result<(ErrorCode, String)> {
    let error = rig.engine.refresh_session(id).await;
    let error = error.err().context("the refresh was refused")?;
    let why = error.fact("why");
    Ok((error.code(), why.context("a reason")?.to_string()))
}

/// The name of the only grant.
async fn grant(rig: &Rig) -> Result<String> {
    let grants = rig.provider.look("grants").await?;
    let id = grants[0]["id"].as_str().context("a grant")?;
    Ok(id.to_owned())
}

/// Somebody else has used the newest refresh token, at a provider that ends nothing for that.
async fn stolen(rig: &Rig) -> Result<()> {
    let path = format!("refresh-tokens/{}", grant(rig).await?);
    rig.provider.drop_at(&path).await
}

async fn ask_first<P>(rig: &Rig<P>) -> Result<()> {
    let settings = SettingsView {
        on_theft: OnTheft::Ask,
        ..rig.engine.settings()
    };
    rig.engine.set_settings(settings).await?;
    Ok(())
}

async fn frozen<P>(rig: &Rig<P>, id: &str) -> Result<Option<FrozenStep>> {
    Ok(rig.engine.session_detail(id).await?.frozen)
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_answer_it_is_the_answer_that_was_lost() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    rig.provider
        .fault(json!({ "path": "/token", "when": "drop", "times": 1 }))
        .await?;
    let error = rig.engine.refresh_session(&row.id).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::RefreshFailed);
    let told = (ErrorCode::SignInNeeded, "answer_lost".to_owned());
    assert_eq!(refused(&rig, &row.id).await?, told);
    let presented = rig.provider.look("refreshes").await?;
    assert_eq!(
        presented.as_array().map(Vec::len),
        Some(1),
        "asked about, never presented again: {presented}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_another_program_has_rotated_is_a_stale_copy_however_alive_the_grant_is()
-> Result<()> {
    let rig = Rig::new(&[]).await?;
    let answer = rig.provider.mint("carol").await?;
    rig.clipboard(&answer.to_string());
    let preview = rig.engine.import_from_clipboard().await?;
    let row = rig.engine.import_commit(&preview.id, "carol's").await?;
    rig.engine.take_over_session(&row.id, rig.request()).await?;
    stolen(&rig).await?;
    let told = (ErrorCode::SignInNeeded, "stale_copy".to_owned());
    assert_eq!(refused(&rig, &row.id).await?, told);
    let access = answer["access_token"].as_str().context("a token")?;
    assert!(rig.provider.takes(access).await?, "and nothing is revoked");
    Ok(())
}

/// The certified provider tells no life of a refresh token; this one does.
#[tokio::test(flavor = "multi_thread")]
async fn past_its_known_life_it_has_expired() -> Result<()> {
    let rig = Fake::rig().await?;
    rig.engine.pause_refresh(true).await?;
    let mut first = fake::grant(1);
    first["refresh_expires_in"] = 60.into();
    rig.provider.next(fake::says(200, &first));
    let row = fake::sign_in(&rig).await?;
    rig.clock.pass(61_000);
    rig.provider.next(invalid_grant());
    let told = (ErrorCode::SignInNeeded, "expired".to_owned());
    assert_eq!(refused(&rig, &row.id).await?, told);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_being_turned_away_nobody_is_accused() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    rig.provider
        .fault(json!({ "path": "/token", "when": "before", "status": 503, "times": 1 }))
        .await?;
    rig.engine.refresh_session(&row.id).await.unwrap_err();
    stolen(&rig).await?;
    let told = (ErrorCode::SignInNeeded, "ended_unexpectedly".to_owned());
    assert_eq!(refused(&rig, &row.id).await?, told);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_died_with_its_refresh_token_ended_unexpectedly() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    let path = format!("grants/{}", grant(&rig).await?);
    rig.provider.drop_at(&path).await?;
    let told = (ErrorCode::SignInNeeded, "ended_unexpectedly".to_owned());
    assert_eq!(refused(&rig, &row.id).await?, told);
    assert_eq!(frozen(&rig, &row.id).await?, None);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_token_refused_while_the_grant_lives_is_frozen_and_the_rest_is_revoked()
-> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    let access = rig.copied_token(&row.id).await?;
    stolen(&rig).await?;
    assert!(rig.provider.takes(&access).await?, "the grant lives");
    let told = (
        ErrorCode::SessionFrozen,
        "newest_refused_while_alive".to_owned(),
    );
    assert_eq!(refused(&rig, &row.id).await?, told);
    assert_eq!(rig.row(&row.id)?.state, State::Theft);
    wait::until("the verdict of what was left", || async {
        let step = frozen(&rig, &row.id).await.ok()??;
        (step != FrozenStep::Revoking).then_some(())
    })
    .await?;
    assert!(!rig.provider.takes(&access).await?, "what was left is dead");
    let kinds = put(&rig.host.notices, |seen| {
        seen.iter().map(|it| it.kind).collect::<Vec<_>>()
    });
    assert_eq!(kinds, [NoticeKind::PossibleTheft]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_to_be_asked_decides_after_a_restart_too_and_nothing_is_sent_before() -> Result<()>
{
    let rig = Rig::new(&[]).await?;
    ask_first(&rig).await?;
    let row = rig.sign_in("alice").await?;
    let access = rig.copied_token(&row.id).await?;
    stolen(&rig).await?;
    assert_eq!(refused(&rig, &row.id).await?.0, ErrorCode::SessionFrozen);
    let kinds = put(&rig.host.notices, |seen| {
        seen.iter().map(|it| it.kind).collect::<Vec<_>>()
    });
    assert_eq!(kinds, [NoticeKind::TheftUndecided]);
    let rig = rig.restart().await?;
    assert_eq!(frozen(&rig, &row.id).await?, Some(FrozenStep::Undecided));
    let used = rig.engine.copy_access_token(&row.id, false).await;
    assert_eq!(used.unwrap_err().code(), ErrorCode::SessionFrozen);
    assert_eq!(rig.provider.asked("/token/revocation").await?, 0);
    assert!(rig.provider.takes(&access).await?, "nothing was revoked");

    let ids = vec![row.id.clone()];
    rig.engine.revoke(&RevokeScope::Sessions { ids }).await?;
    let dead = rig.becomes(&row.id, State::Revoked).await?;
    assert!(
        matches!(
            dead.revoke,
            Some(RevokeStatus::ConfirmedDead { .. } | RevokeStatus::Accepted { .. })
        ),
        "{:?}",
        dead.revoke
    );
    assert!(!rig.provider.takes(&access).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_was_me_signs_in_again_in_the_same_row() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    ask_first(&rig).await?;
    let row = rig.sign_in("alice").await?;
    stolen(&rig).await?;
    refused(&rig, &row.id).await?;
    assert!(rig.row(&row.id)?.can_sign_in, "there is a way on");
    let mut again = rig.request();
    again.session = Some(row.id.clone());
    let back = rig.sign_in_with(again, "alice").await?;
    assert_eq!((back.id.as_str(), back.state), (&*row.id, State::Active));
    assert!(
        rig.provider
            .takes(&rig.copied_token(&row.id).await?)
            .await?
    );
    assert_eq!(rig.rows()?.len(), 1);
    Ok(())
}

fn invalid_grant() -> Vec<u8> {
    fake::says(400, &json!({ "error": "invalid_grant" }))
}

/// A sign-in with this access token, its refresh token refused at a provider whose userinfo says
/// 200 to everybody: how often that was asked, and what is said.
async fn asked_about(access: &str) -> Result<(usize, String)> {
    let rig = Fake::rig().await?;
    let mut first: Value = fake::grant(1);
    first["access_token"] = access.into();
    rig.provider.next(fake::says(200, &first));
    let userinfo = format!("{}/userinfo", rig.provider.issuer);
    rig.provider.announce("userinfo_endpoint", userinfo.into());
    let row = fake::sign_in(&rig).await?;
    let before = rig.provider.asked("/userinfo").len();
    rig.provider.next(invalid_grant());
    let (_, why) = refused(&rig, &row.id).await?;
    Ok((rig.provider.asked("/userinfo").len() - before, why))
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_token_that_its_issuer_has_to_look_up_can_speak_for_a_grant() -> Result<()> {
    let theft = "newest_refused_while_alive".to_owned();
    assert_eq!(asked_about(&fake::access(1)).await?, (1, theft));
    // {"alg":"RS256"}: good by its signature until its end, whatever became of the grant.
    let signed = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl";
    let unknown = "ended_unexpectedly".to_owned();
    assert_eq!(asked_about(signed).await?, (0, unknown));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_refresh_token_found_anywhere_is_recognised_however_old_and_kept_out() -> Result<()>
{
    let rig = Fake::rig().await?;
    let row = fake::sign_in(&rig).await?;
    let newest = 70;
    for _ in 1..newest {
        rig.engine.refresh_session(&row.id).await?;
        // By hand, each is counted for 15 minutes.
        rig.clock.pass(15 * 60_000);
    }
    let detail = rig.engine.session_detail(&row.id).await?;
    assert_eq!(detail.generation, newest);
    assert!(
        detail.lineage.len() <= 65,
        "the first ones have left the row"
    );
    let rig = rig.restart().await?;
    for (number, used_up) in [(1, true), (20, true), (69, true), (70, false)] {
        let text = json!({ "access_token": "another", "refresh_token": fake::refresh(number) });
        rig.clipboard(&text.to_string());
        let preview = rig.engine.import_from_clipboard().await?;
        assert_eq!(
            (preview.already_in.as_ref(), preview.used_up),
            (Some(&row.id), used_up),
            "{number}"
        );
        let kept = rig.engine.import_commit(&preview.id, "a copy").await;
        assert_eq!(kept.unwrap_err().code(), ErrorCode::AlreadyInVault);
    }
    let text = json!({ "access_token": "another", "refresh_token": fake::refresh(71) });
    rig.clipboard(&text.to_string());
    let preview = rig.engine.import_from_clipboard().await?;
    assert_eq!((preview.already_in, preview.used_up), (None, false));
    Ok(())
}
