//! The audit log and its export.

use keyfob_engine::{
    Engine,
    view::{
        AuditFilter, AuditPage, ChainView, ExportPreview, ExportProgress, ExportRequest,
        ExportResult,
    },
};
use tauri::{AppHandle, State, command};
use tauri_plugin_dialog::DialogExt;

use super::{Answer, seen};

#[command]
pub(crate) async fn audit_page(
    engine: State<'_, Engine>,
    filter: AuditFilter,
) -> Answer<AuditPage> {
    engine.audit_page(filter).await.map_err(seen)
}

#[command]
pub(crate) async fn audit_chain(engine: State<'_, Engine>) -> Answer<ChainView> {
    engine.audit_chain().await.map_err(seen)
}

#[command]
pub(crate) async fn export_preview(
    engine: State<'_, Engine>,
    request: ExportRequest,
) -> Answer<ExportPreview> {
    engine.export_preview(request).await.map_err(seen)
}

#[command]
pub(crate) async fn choose_export_target(
    app: AppHandle,
    engine: State<'_, Engine>,
    request: ExportRequest,
) -> Answer<Option<String>> {
    let now = engine.export_target(&request);
    let mut dialog = app.dialog().file().set_title("Export the audit log");
    if let (Some(folder), Some(name)) = (now.parent(), now.file_name()) {
        dialog = dialog
            .set_directory(folder)
            .set_file_name(name.to_string_lossy());
    }
    let (chosen, choice) = tokio::sync::oneshot::channel();
    dialog.save_file(move |path| {
        // The command may have been dropped with its window; then nobody wants the choice.
        let _ = chosen.send(path);
    });
    let path = choice
        .await
        .ok()
        .flatten()
        .and_then(|path| path.into_path().ok());
    let Some(path) = path else { return Ok(None) };
    engine.set_export_target(path.clone());
    Ok(Some(path.display().to_string()))
}

#[command]
pub(crate) async fn export_audit(
    engine: State<'_, Engine>,
    request: ExportRequest,
) -> Answer<ExportResult> {
    engine.export_audit(request).await.map_err(seen)
}

#[command]
pub(crate) fn export_progress(engine: State<'_, Engine>) -> ExportProgress {
    engine.export_progress()
}

#[command]
pub(crate) fn cancel_export(engine: State<'_, Engine>) {
    engine.cancel_export();
}

#[command]
pub(crate) async fn show_export(engine: State<'_, Engine>) -> Answer<()> {
    engine.show_export().map_err(seen)
}
