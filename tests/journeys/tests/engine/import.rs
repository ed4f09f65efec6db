//! Import from the clipboard and from files; watching; taking over.

use anyhow::Result;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use keyfob_engine::view::{ActionKind, ErrorCode, ImportPreview, State};
use keyfob_journeys::{rig::Rig, wait};
use serde_json::{Value, json};

const OPAQUE: &str = "opaque-canary-0123456789abcdef";

fn jwt(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(header), part(claims))
}

async fn pasted<P>(rig: &Rig<P>, text: &str) -> Result<ImportPreview> {
    rig.clipboard(text);
    Ok(rig.engine.import_from_clipboard().await?)
}

async fn refused<P>(rig: &Rig<P>, text: &str) -> ErrorCode {
    rig.clipboard(text);
    let outcome = rig.engine.import_from_clipboard().await;
    outcome.expect_err("this is no token").code()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_text_is_recognised_and_shown_without_its_value() -> Result<()> {
    let rig = Rig::beside(()).await?;
    let end = rig.engine.app_state(false).now / 1000 + 3600;
    let claims = json!({
        "iss": "https://id.example", "sub": "alice", "email": "alice@example.test",
        "client_id": "ci", "scope": "read write", "exp": end,
    });
    let header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": "1" });
    let signed = jwt(&header, &claims, &"c2ln".repeat(80));
    let unsigned = jwt(&json!({ "alg": "none" }), &claims, "");
    let answer = json!({
        "access_token": OPAQUE, "refresh_token": "refresh-canary-0123456789", "expires_in": 3600,
        "token_type": "Bearer",
    });
    for (text, what, kinds) in [
        (OPAQUE.to_owned(), "opaque", vec!["access"]),
        (format!("Bearer {OPAQUE}"), "opaque", vec!["access"]),
        (
            format!("Authorization: Bearer {OPAQUE}\n"),
            "opaque",
            vec!["access"],
        ),
        (signed.clone(), "jwt", vec!["access"]),
        (unsigned.clone(), "unsigned_jwt", vec!["access"]),
        (
            answer.to_string(),
            "token_answer",
            vec!["access", "refresh"],
        ),
    ] {
        let preview = pasted(&rig, &text).await?;
        assert_eq!(preview.what, what, "{text}");
        assert_eq!(preview.kinds, kinds, "{text}");
        let shown = serde_json::to_string(&preview)?;
        for secret in [OPAQUE, signed.as_str(), "refresh-canary"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
    let preview = pasted(&rig, &signed).await?;
    assert_eq!(preview.issuer.as_deref(), Some("https://id.example"));
    assert_eq!(preview.client_id.as_deref(), Some("ci"));
    assert_eq!(preview.account.email.as_deref(), Some("alice@example.test"));
    assert_eq!(preview.scopes, ["read", "write"]);
    assert_eq!(preview.life.at, Some(end * 1000));
    assert!(rig.rows()?.is_empty(), "a preview keeps nothing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn rubbish_is_named_and_nothing_is_kept() -> Result<()> {
    let rig = Rig::beside(()).await?;
    assert_eq!(refused(&rig, "  \n ").await, ErrorCode::ClipboardEmpty);
    for text in [
        "dear all, please find attached",
        "{\"error\":\"invalid_grant\"}",
        "{\"access_token\":",
        "https://id.example/callback?code=1",
    ] {
        assert_eq!(refused(&rig, text).await, ErrorCode::NotAToken, "{text}");
    }
    let two_megabytes = "a".repeat(2 * 1024 * 1024);
    assert_eq!(
        refused(&rig, &two_megabytes).await,
        ErrorCode::TokenTooLarge
    );
    let dots = ".".repeat(1024 * 1024);
    assert_eq!(refused(&rig, &dots).await, ErrorCode::TokenTooLarge);
    assert!(rig.rows()?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_read_within_bounds_and_its_troubles_are_told_apart() -> Result<()> {
    let rig = Rig::beside(()).await?;
    let folder = tempfile::tempdir()?;
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).map(|()| path)
    };
    let preview = rig
        .engine
        .import_from_file(&write("token", OPAQUE.as_bytes())?)
        .await?;
    rig.engine.import_commit(&preview.id, "from a file").await?;
    assert_eq!(rig.rows()?[0].name, "from a file");
    for (path, expected) in [
        (folder.path().join("missing"), ErrorCode::FileUnreadable),
        (folder.path().to_owned(), ErrorCode::FileUnreadable),
        (
            write("large", &vec![b'a'; 2 * 1024 * 1024])?,
            ErrorCode::FileTooLarge,
        ),
        (write("binary", &[0xff, 0xfe, 0])?, ErrorCode::NotAToken),
        (write("empty", b"")?, ErrorCode::ClipboardEmpty),
    ] {
        let error = rig.engine.import_from_file(&path).await.unwrap_err();
        assert_eq!(error.code(), expected, "{}", path.display());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_in_the_vault_already_is_said_and_refused() -> Result<()> {
    let rig = Rig::beside(()).await?;
    let preview = pasted(&rig, OPAQUE).await?;
    assert_eq!(preview.already_in, None);
    let row = rig.engine.import_commit(&preview.id, "mine").await?;
    assert_eq!((row.state, row.action), (State::Watched, ActionKind::Copy));
    let again = pasted(&rig, &format!("Bearer {OPAQUE}")).await?;
    assert_eq!(again.already_in, Some(row.id));
    let error = rig.engine.import_commit(&again.id, "twice").await;
    assert_eq!(
        error.expect_err("it is there").code(),
        ErrorCode::AlreadyInVault
    );
    assert_eq!(rig.rows()?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_can_be_kept_once_and_not_after_it_was_discarded() -> Result<()> {
    let rig = Rig::beside(()).await?;
    let preview = pasted(&rig, OPAQUE).await?;
    rig.engine.import_discard(&preview.id);
    let gone = rig.engine.import_commit(&preview.id, "late").await;
    assert_eq!(gone.expect_err("discarded").code(), ErrorCode::NotAToken);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_session_is_watched_until_it_is_taken_over_and_refreshed_from_then_on()
-> Result<()> {
    let rig = Rig::new(&[("OP_TTL_ACCESS", "4")]).await?;
    let answer = rig.provider.mint("carol").await?;
    let preview = pasted(&rig, &answer.to_string()).await?;
    assert_eq!(
        preview.issuer.as_deref(),
        Some(rig.provider.issuer.as_str())
    );
    let row = rig.engine.import_commit(&preview.id, "carol's").await?;
    assert_eq!(row.state, State::Watched);
    let by_hand = rig.engine.refresh_session(&row.id).await.unwrap_err();
    assert_eq!(by_hand.code(), ErrorCode::SessionNotRefreshable);
    assert_eq!(rig.engine.refresh_due().await?, 0);
    // Its access token ends in 4 s and would be due at 2 s.
    let ended = || async {
        let detail = rig.engine.session_detail(&row.id).await.ok()?;
        let access = detail.tokens.iter().find(|it| it.kind == "access")?;
        access.life.ended.then_some(())
    };
    wait::until("the end of the access token", ended).await?;
    assert_eq!(rig.provider.granted_refreshes().await?, 0);
    let taken = rig.engine.take_over_session(&row.id, rig.request()).await?;
    assert_ne!(taken.state, State::Watched);
    let refreshed = || async { (rig.provider.granted_refreshes().await.ok()? >= 1).then_some(()) };
    wait::until("a refresh by itself", refreshed).await?;
    rig.becomes(&row.id, State::Active).await?;
    let detail = rig.engine.session_detail(&row.id).await?;
    assert_eq!(detail.origin, "taken_over");
    assert!(
        rig.provider
            .takes(&rig.copied_token(&row.id).await?)
            .await?
    );
    let twice = rig.engine.take_over_session(&row.id, rig.request()).await;
    assert_eq!(
        twice.expect_err("it is ours").code(),
        ErrorCode::SessionNotRefreshable
    );
    Ok(())
}
