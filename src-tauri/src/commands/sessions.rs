//! Sessions and their revocation.

use keyfob_engine::{
    Engine,
    view::{
        ClaimsView, Detail, HistoryRow, RevokePreview, RevokeScope, Row, SessionPage, SessionQuery,
        SettingsView, SignInRequest,
    },
};
use tauri::{State, command};

use super::{Answer, seen};

#[command]
pub(crate) fn list_sessions(engine: State<'_, Engine>, query: SessionQuery) -> Answer<SessionPage> {
    let page = engine.list_sessions(&query).map_err(seen)?;
    tracing::debug!(sessions = page.total, "the list was answered");
    Ok(page)
}

#[command]
pub(crate) async fn session_detail(engine: State<'_, Engine>, id: String) -> Answer<Detail> {
    engine.session_detail(&id).await.map_err(seen)
}

#[command]
pub(crate) async fn session_claims(
    engine: State<'_, Engine>,
    id: String,
    kind: String,
) -> Answer<ClaimsView> {
    engine.session_claims(&id, &kind).await.map_err(seen)
}

#[command]
pub(crate) async fn session_history(
    engine: State<'_, Engine>,
    id: String,
) -> Answer<Vec<HistoryRow>> {
    engine.session_history(&id).await.map_err(seen)
}

#[command]
pub(crate) async fn rename_session(
    engine: State<'_, Engine>,
    id: String,
    name: String,
) -> Answer<Row> {
    engine.rename_session(&id, &name).await.map_err(seen)
}

#[command]
pub(crate) async fn label_session(
    engine: State<'_, Engine>,
    id: String,
    labels: Vec<String>,
) -> Answer<Row> {
    engine.label_session(&id, &labels).await.map_err(seen)
}

#[command]
pub(crate) async fn refresh_session(engine: State<'_, Engine>, id: String) -> Answer<Row> {
    engine.refresh_session(&id).await.map_err(seen)
}

#[command]
pub(crate) async fn refresh_due(engine: State<'_, Engine>) -> Answer<u32> {
    engine.refresh_due().await.map_err(seen)
}

#[command]
pub(crate) async fn pause_refresh(engine: State<'_, Engine>, paused: bool) -> Answer<SettingsView> {
    engine.pause_refresh(paused).await.map_err(seen)
}

#[command]
pub(crate) async fn copy_access_token(
    engine: State<'_, Engine>,
    id: String,
    header: bool,
) -> Answer<i64> {
    engine.copy_access_token(&id, header).await.map_err(seen)
}

#[command]
pub(crate) async fn clear_clipboard(engine: State<'_, Engine>) -> Answer<()> {
    engine.clear_clipboard().map_err(seen)
}

#[command]
pub(crate) async fn forget_session(engine: State<'_, Engine>, id: String) -> Answer<()> {
    engine.forget_session(&id).await.map_err(seen)
}

#[command]
pub(crate) async fn remove_session(engine: State<'_, Engine>, id: String) -> Answer<()> {
    engine.remove_session(&id).await.map_err(seen)
}

#[command]
pub(crate) async fn take_over_session(
    engine: State<'_, Engine>,
    id: String,
    request: SignInRequest,
) -> Answer<Row> {
    engine.take_over_session(&id, request).await.map_err(seen)
}

#[command]
pub(crate) async fn sign_out_in_browser(engine: State<'_, Engine>, id: String) -> Answer<()> {
    engine.sign_out_in_browser(&id).await.map_err(seen)
}

#[command]
pub(crate) async fn revoke_preview(
    engine: State<'_, Engine>,
    scope: RevokeScope,
) -> Answer<RevokePreview> {
    engine.revoke_preview(&scope).await.map_err(seen)
}

#[command]
pub(crate) async fn revoke(engine: State<'_, Engine>, scope: RevokeScope) -> Answer<u32> {
    engine.revoke(&scope).await.map_err(seen)
}

#[command]
pub(crate) async fn undo_revoke(engine: State<'_, Engine>, id: String) -> Answer<Row> {
    engine.undo_revoke(&id).await.map_err(seen)
}

#[command]
pub(crate) async fn revoke_now(engine: State<'_, Engine>, id: String) -> Answer<Row> {
    engine.revoke_now(&id).await.map_err(seen)
}
