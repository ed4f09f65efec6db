//! Scalekit through the engine: sign-in, the user's sessions there, and their end with its proof.

use anyhow::Result;
use keyfob_engine::view::{ErrorCode, ProviderKind, RevokeStatus, Row, SignInRequest, State};
use keyfob_journeys::rig::{self, Rig};
use keyfob_scalekit_fake::{ADMIN, ADMIN_SECRET, Environment};

fn request(environment: &Environment) -> SignInRequest {
    SignInRequest {
        client_id: "skc_app".into(),
        ..rig::request(&environment.issuer)
    }
}

async fn signed_in() -> Result<(Rig<Environment>, Row)> {
    let rig = Rig::beside(Environment::start().await?).await?;
    let row = rig.sign_in_with(request(&rig.provider), "ana").await?;
    Ok((rig, row))
}

/// Keeps the environment's client, its secret from the clipboard.
async fn with_admin(rig: &Rig<Environment>, secret: &str) -> Result<String> {
    let issuer = rig.engine.known_issuers().await?.remove(0);
    rig.clipboard(secret);
    rig.engine.paste_client_secret()?;
    let issuer = rig.engine.keep_admin_client(&issuer.id, ADMIN).await?;
    assert!(issuer.has_admin);
    Ok(issuer.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_under_another_domain_is_recognised_by_its_endpoints() -> Result<()> {
    let (rig, row) = signed_in().await?;
    let issuer = rig.engine.known_issuers().await?.remove(0);
    assert_eq!(
        (issuer.kind, issuer.wants_admin),
        (ProviderKind::Scalekit, true)
    );
    assert_eq!(
        rig.engine.session_detail(&row.id).await?.provider,
        "Scalekit"
    );
    // The user knows better, and it stays so at the next sign-in.
    let other = rig
        .engine
        .set_issuer_kind(&issuer.id, ProviderKind::Oidc)
        .await?;
    assert_eq!((other.kind, other.wants_admin), (ProviderKind::Oidc, false));
    rig.sign_in_with(request(&rig.provider), "ana").await?;
    let known = rig.engine.known_issuers().await?.remove(0);
    assert_eq!(known.kind, ProviderKind::Oidc);
    assert_eq!(
        rig.engine.session_detail(&row.id).await?.provider,
        "OpenID Connect",
        "its sessions follow"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_revoked_there_and_read_as_ended() -> Result<()> {
    let (rig, row) = signed_in().await?;
    assert_eq!(rig.provider.status_of("ses_5"), "active");
    with_admin(&rig, ADMIN_SECRET).await?;
    rig.revoke_at_once(&row.id).await?;
    let gone = rig.becomes(&row.id, State::Revoked).await?;
    assert!(
        matches!(gone.revoke, Some(RevokeStatus::ConfirmedDead { .. })),
        "{:?}",
        gone.revoke
    );
    assert_eq!(rig.provider.status_of("ses_5"), "revoked");
    assert_eq!(rig.provider.status_of("ses_1"), "active", "and no other");
    assert_eq!(rig.newest("revoke.confirmed").await?.0, "ok");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_only_claims_to_have_revoked_is_never_called_dead() -> Result<()> {
    let (rig, row) = signed_in().await?;
    with_admin(&rig, ADMIN_SECRET).await?;
    let claim = r#"{"revoked_session":{"session_id":"ses_5","status":"revoked"}}"#;
    rig.provider.world().revoke_answer = Some((200, claim.into()));
    rig.revoke_at_once(&row.id).await?;
    let waiting = || async {
        let row = rig.row(&row.id).ok()?;
        (row.revoke == Some(RevokeStatus::Sent)).then_some(())
    };
    keyfob_journeys::wait::until("a revocation without its verdict", waiting).await?;
    assert_eq!(rig.provider.status_of("ses_5"), "active");
    rig.provider.world().revoke_answer = None;
    rig.engine.revoke_now(&row.id).await?;
    rig.becomes(&row.id, State::Revoked).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sessions_of_the_user_are_listed_and_ended_one_by_one() -> Result<()> {
    let (rig, row) = signed_in().await?;
    let error = rig.engine.provider_sessions(&row.id).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ProviderNeedsAdmin);
    with_admin(&rig, "wrong-secret").await?;
    let error = rig.engine.provider_sessions(&row.id).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ProviderAdminRefused);
    with_admin(&rig, ADMIN_SECRET).await?;
    let listed = rig.engine.provider_sessions(&row.id).await?;
    assert_eq!(listed.len(), 5, "over all pages");
    let ours: Vec<_> = listed.iter().filter(|it| it.session.is_some()).collect();
    assert_eq!(ours.len(), 1);
    assert_eq!(
        (ours[0].id.as_str(), ours[0].session.as_deref()),
        ("ses_5", Some(row.id.as_str()))
    );
    assert_eq!(
        listed.last().map(|it| it.active),
        Some(false),
        "the ended one is last"
    );

    rig.engine.revoke_provider_session(&row.id, "ses_2").await?;
    assert_eq!(rig.provider.status_of("ses_2"), "revoked");
    assert_eq!(rig.newest("provider.sessions_ended").await?.0, "ok");
    assert_eq!(rig.row(&row.id)?.state, State::Active);
    let claim = r#"{"revoked_session":{"session_id":"ses_1","status":"revoked"}}"#;
    rig.provider.world().revoke_answer = Some((200, claim.into()));
    let error = rig
        .engine
        .revoke_provider_session(&row.id, "ses_1")
        .await
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::ProviderStillAlive);
    rig.provider.world().revoke_answer = None;
    let error = rig
        .engine
        .revoke_provider_session(&row.id, "ses_9")
        .await
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::ProviderUnknown);

    // One that is in this vault gets its own verdict.
    rig.engine.revoke_provider_session(&row.id, "ses_5").await?;
    rig.becomes(&row.id, State::Revoked).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn all_sessions_of_the_user_end_and_those_here_get_their_verdict() -> Result<()> {
    let (rig, first) = signed_in().await?;
    let second = rig.sign_in_with(request(&rig.provider), "ana").await?;
    with_admin(&rig, ADMIN_SECRET).await?;
    let ended = rig.engine.revoke_all_at_provider(&first.id).await?;
    assert_eq!(ended, 5, "two here, three elsewhere");
    for row in [&first, &second] {
        let gone = rig.becomes(&row.id, State::Revoked).await?;
        assert!(matches!(
            gone.revoke,
            Some(RevokeStatus::ConfirmedDead { .. })
        ));
    }
    let left = rig
        .provider
        .world()
        .sessions
        .values()
        .filter(|it| it["status"] == "active")
        .count();
    assert_eq!(left, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn its_own_limits_are_told_and_a_dropped_client_is_forgotten_at_once() -> Result<()> {
    let (rig, row) = signed_in().await?;
    let issuer = with_admin(&rig, ADMIN_SECRET).await?;
    let limits = rig.engine.provider_limits(&rig.provider.issuer).await?;
    assert_eq!(limits.total_ms, Some(360 * 60_000));
    assert_eq!(limits.unused_ms, Some(60 * 60_000));
    let detail = rig.engine.session_detail(&row.id).await?;
    assert_eq!(
        detail.provider_limits, limits,
        "the details show them beside"
    );

    let tokens = rig.provider.world().tokens;
    rig.engine.provider_sessions(&row.id).await?;
    assert_eq!(
        rig.provider.world().tokens,
        tokens,
        "the token in memory serves"
    );
    rig.engine.drop_admin_client(&issuer).await?;
    let error = rig.engine.provider_sessions(&row.id).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ProviderNeedsAdmin);
    with_admin(&rig, ADMIN_SECRET).await?;
    rig.engine.provider_sessions(&row.id).await?;
    assert!(
        rig.provider.world().tokens > tokens,
        "the old token was forgotten"
    );
    Ok(())
}
