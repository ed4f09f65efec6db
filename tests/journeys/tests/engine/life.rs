//! The main job: sign in, see, keep fresh, revoke, prove.

use anyhow::Result;
use keyfob_engine::view::{AuditFilter, ErrorCode, RevokeScope, RevokeStatus, State};
use keyfob_journeys::{rig::Rig, wait};

use super::fake::{self, Fake};

#[tokio::test(flavor = "multi_thread")]
async fn signs_in_and_shows_the_account_and_verified_claims() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    assert_eq!(row.state, State::Active);
    assert_eq!(row.account.as_deref(), Some("alice@example.test"));
    assert_eq!(row.issuer, rig.provider.issuer);
    let claims = rig.engine.session_claims(&row.id, "id").await?;
    assert_eq!(claims.verification, "verified");
    let subject = claims
        .claims
        .iter()
        .find(|claim| claim.name == "sub")
        .expect("sub is there");
    assert_eq!(subject.value, "alice");
    assert!(
        rig.provider
            .takes(&rig.copied_token(&row.id).await?)
            .await?
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn refreshes_by_itself_and_the_provider_saw_each_token_once() -> Result<()> {
    let rig = Rig::new(&[("OP_TTL_ACCESS", "4")]).await?;
    let row = rig.sign_in("alice").await?;
    let first = rig.copied_token(&row.id).await?;
    let refreshed = || async { (rig.provider.granted_refreshes().await.ok()? >= 2).then_some(()) };
    wait::until("two refreshes", refreshed).await?;
    let renewed = || async {
        let detail = rig.engine.session_detail(&row.id).await.ok()?;
        (detail.generation >= 3).then_some(detail)
    };
    let detail = wait::until("the third generation", renewed).await?;
    assert!(detail.lineage.len() >= 3, "each generation is remembered");
    let second = rig.copied_token(&row.id).await?;
    assert_ne!(first, second);
    assert!(rig.provider.takes(&second).await?);
    let presented = rig.provider.look("refreshes").await?;
    let mut tokens: Vec<_> = presented
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["token"].to_string())
        .collect();
    let all = tokens.len();
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), all, "no refresh token was presented twice");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_is_held_can_be_undone_and_is_proved() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    let token = rig.copied_token(&row.id).await?;
    let scope = RevokeScope::Sessions {
        ids: vec![row.id.clone()],
    };
    assert_eq!(rig.engine.revoke(&scope).await?, 1);
    let held = rig.row(&row.id)?;
    assert!(
        matches!(held.revoke, Some(RevokeStatus::Held { .. })),
        "{:?}",
        held.revoke
    );
    let refused = rig
        .engine
        .copy_access_token(&row.id, false)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::SessionRevoking);
    assert_eq!(rig.engine.undo_revoke(&row.id).await?.state, State::Active);
    assert!(
        rig.provider.takes(&token).await?,
        "undone in time, it lives"
    );

    rig.engine.revoke(&scope).await?;
    rig.engine.revoke_now(&row.id).await?;
    let dead = rig.becomes(&row.id, State::Revoked).await?;
    assert!(
        matches!(dead.revoke, Some(RevokeStatus::ConfirmedDead { .. })),
        "{:?}",
        dead.revoke
    );
    assert!(
        !rig.provider.takes(&token).await?,
        "the provider itself refuses it"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_revocation_survives_a_kill_and_is_sent_at_the_next_start() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    let token = rig.copied_token(&row.id).await?;
    rig.engine.revoke(&RevokeScope::Everything).await?;
    let rig = rig.reopen().await?;
    rig.becomes(&row.id, State::Revoked).await?;
    assert!(!rig.provider.takes(&token).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_sends_a_held_revocation_at_once() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    let token = rig.copied_token(&row.id).await?;
    rig.engine.revoke(&RevokeScope::Everything).await?;
    rig.engine.wind_up().await;
    assert!(!rig.provider.takes(&token).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_everything_and_the_log_holds_together() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    rig.engine.rename_session(&row.id, "my laptop").await?;
    rig.engine.label_session(&row.id, &["prod".into()]).await?;
    let rig = rig.restart().await?;
    let kept = rig.row(&row.id)?;
    assert_eq!(
        (kept.name.as_str(), kept.labels.as_slice()),
        ("my laptop", &["prod".to_owned()][..])
    );
    let chain = rig.engine.audit_chain().await?;
    assert!(chain.intact);
    let page = rig
        .engine
        .audit_page(AuditFilter {
            limit: 100,
            ..Default::default()
        })
        .await?;
    for event in [
        "vault.created",
        "session.signed_in",
        "session.renamed",
        "vault.unlocked",
    ] {
        assert!(
            page.rows.iter().any(|row| row.event == event),
            "{event} is in the log"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_costs_no_session() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    rig.provider
        .fault(serde_json::json!({ "path": "/token", "when": "before", "status": 503, "times": 1 }))
        .await?;
    let error = rig.engine.refresh_session(&row.id).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::RefreshFailed);
    assert_eq!(rig.row(&row.id)?.state, State::Failed);
    rig.engine.refresh_session(&row.id).await?;
    assert_eq!(rig.row(&row.id)?.state, State::Active);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_on_the_disk_before_the_keys_that_signed_it_are_asked_for() -> Result<()> {
    let rig = Fake::rig().await?;
    let row = fake::sign_in(&rig).await?;
    let mut answer = fake::grant(2);
    // {"alg":"RS256"}, and nobody knows by which key.
    answer["id_token"] = "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl".into();
    rig.provider.next(fake::says(200, &answer));
    rig.provider.falls_silent("/jwks");
    let refresh = rig.engine.refresh_session(&row.id);
    let keys_are_asked_for = wait::until("a request for the keys", || async {
        (!rig.provider.asked("/jwks").is_empty()).then_some(())
    });
    tokio::select! {
        done = refresh => panic!("the keys were not asked for: {done:?}"),
        asked = keys_are_asked_for => asked?,
    }
    assert_eq!(rig.engine.session_detail(&row.id).await?.generation, 2);
    assert_eq!(rig.copied_token(&row.id).await?, fake::access(2));
    Ok(())
}
