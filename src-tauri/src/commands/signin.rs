//! The ways in.

use keyfob_engine::{
    Engine,
    view::{
        DiscoveryView, FlowView, ImportPreview, IssuerView, ProviderKind, ProviderLimitsView, Row,
        SecretStatus, SignInRequest,
    },
};
use tauri::{AppHandle, State, command};
use tauri_plugin_dialog::DialogExt;

use super::{Answer, seen};

#[command]
pub(crate) async fn known_issuers(engine: State<'_, Engine>) -> Answer<Vec<IssuerView>> {
    engine.known_issuers().await.map_err(seen)
}

#[command]
pub(crate) async fn forget_issuer(engine: State<'_, Engine>, id: String) -> Answer<()> {
    engine.forget_issuer(&id).await.map_err(seen)
}

#[command]
pub(crate) async fn keep_admin_client(
    engine: State<'_, Engine>,
    id: String,
    client_id: String,
) -> Answer<IssuerView> {
    engine
        .keep_admin_client(&id, &client_id)
        .await
        .map_err(seen)
}

#[command]
pub(crate) async fn drop_admin_client(engine: State<'_, Engine>, id: String) -> Answer<IssuerView> {
    engine.drop_admin_client(&id).await.map_err(seen)
}

#[command]
pub(crate) async fn set_issuer_kind(
    engine: State<'_, Engine>,
    id: String,
    kind: ProviderKind,
) -> Answer<IssuerView> {
    engine.set_issuer_kind(&id, kind).await.map_err(seen)
}

#[command]
pub(crate) async fn provider_limits(
    engine: State<'_, Engine>,
    issuer: String,
) -> Answer<ProviderLimitsView> {
    engine.provider_limits(&issuer).await.map_err(seen)
}

#[command]
pub(crate) async fn discover_issuer(
    engine: State<'_, Engine>,
    issuer: String,
    allow_private: bool,
) -> Answer<DiscoveryView> {
    engine
        .discover_issuer(&issuer, allow_private)
        .await
        .map_err(seen)
}

#[command]
pub(crate) async fn paste_client_secret(engine: State<'_, Engine>) -> Answer<SecretStatus> {
    engine.paste_client_secret().map_err(seen)
}

#[command]
pub(crate) fn drop_client_secret(engine: State<'_, Engine>) -> SecretStatus {
    engine.drop_client_secret()
}

#[command]
pub(crate) async fn start_sign_in(
    engine: State<'_, Engine>,
    request: SignInRequest,
) -> Answer<FlowView> {
    engine.start_sign_in(request).map_err(seen)
}

#[command]
pub(crate) fn flow_state(engine: State<'_, Engine>, id: String) -> Answer<FlowView> {
    engine.flow_state(&id).map_err(seen)
}

#[command]
pub(crate) fn cancel_flow(engine: State<'_, Engine>, id: String) -> Answer<FlowView> {
    engine.cancel_flow(&id).map_err(seen)
}

#[command]
pub(crate) async fn open_flow_page(engine: State<'_, Engine>, id: String) -> Answer<()> {
    engine.open_flow_page(&id).map_err(seen)
}

#[command]
pub(crate) async fn copy_user_code(engine: State<'_, Engine>, id: String) -> Answer<()> {
    engine.copy_user_code(&id).map_err(seen)
}

#[command]
pub(crate) async fn import_from_clipboard(engine: State<'_, Engine>) -> Answer<ImportPreview> {
    engine.import_from_clipboard().await.map_err(seen)
}

#[command]
pub(crate) async fn import_from_file(
    app: AppHandle,
    engine: State<'_, Engine>,
) -> Answer<Option<ImportPreview>> {
    let (chosen, choice) = tokio::sync::oneshot::channel();
    app.dialog()
        .file()
        .set_title("Import a token")
        .pick_file(move |path| {
            // The command may have been dropped with its window; then nobody wants the choice.
            let _ = chosen.send(path);
        });
    let path = choice
        .await
        .ok()
        .flatten()
        .and_then(|path| path.into_path().ok());
    let Some(path) = path else { return Ok(None) };
    engine.import_from_file(&path).await.map(Some).map_err(seen)
}

#[command]
pub(crate) async fn import_commit(
    engine: State<'_, Engine>,
    id: String,
    name: String,
) -> Answer<Row> {
    engine.import_commit(&id, &name).await.map_err(seen)
}

#[command]
pub(crate) fn import_discard(engine: State<'_, Engine>, id: String) {
    engine.import_discard(&id);
}
