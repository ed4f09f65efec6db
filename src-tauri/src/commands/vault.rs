//! The vault and the program.

use keyfob_engine::{
    Engine,
    view::{AppView, ErrorCode, OnClose, PolicyPreview, PolicyView, SettingsView, VaultView},
};
use tauri::{AppHandle, State, command};

use super::{Answer, seen};
use crate::{autostart, idle::Idle, leaving, tray::Tray, window};

#[command]
pub(crate) fn app_state(
    engine: State<'_, Engine>,
    idle: State<'_, Idle>,
    tray: State<'_, Tray>,
) -> AppView {
    idle.touched(&engine);
    engine.app_state(tray.is_shown())
}

#[command]
pub(crate) async fn create_vault(engine: State<'_, Engine>) -> Answer<VaultView> {
    engine.create_vault().await.map_err(seen)
}

#[command]
pub(crate) async fn retry_unlock(engine: State<'_, Engine>) -> Answer<VaultView> {
    Ok(engine.retry().await)
}

#[command]
pub(crate) async fn start_new_vault(engine: State<'_, Engine>) -> Answer<VaultView> {
    engine.start_new_vault().await.map_err(seen)
}

#[command]
pub(crate) async fn lock(engine: State<'_, Engine>) -> Answer<VaultView> {
    engine.lock().await.map_err(seen)
}

#[command]
pub(crate) async fn unlock(engine: State<'_, Engine>, idle: State<'_, Idle>) -> Answer<VaultView> {
    idle.touched(&engine);
    engine.unlock().await.map_err(seen)
}

#[command]
pub(crate) async fn accept_older_copy(engine: State<'_, Engine>) -> Answer<VaultView> {
    engine.accept_older_copy().await.map_err(seen)
}

#[command]
pub(crate) async fn show_vault_folder(engine: State<'_, Engine>) -> Answer<()> {
    engine.show_vault_folder().map_err(seen)
}

#[command]
pub(crate) fn settings(engine: State<'_, Engine>) -> SettingsView {
    engine.settings()
}

#[command]
pub(crate) async fn set_settings(
    app: AppHandle,
    engine: State<'_, Engine>,
    settings: SettingsView,
) -> Answer<SettingsView> {
    let kept = engine.set_settings(settings).await.map_err(seen)?;
    window::apply_theme(&app, kept.theme);
    Ok(kept)
}

#[command]
pub(crate) async fn copy_report(engine: State<'_, Engine>, code: ErrorCode) -> Answer<()> {
    engine.copy_report(code).map_err(seen)
}

#[command]
pub(crate) fn quit(app: AppHandle) {
    leaving::quit(&app);
}

#[command]
pub(crate) fn give_up_waiting(engine: State<'_, Engine>) -> VaultView {
    engine.give_up_waiting()
}

#[command]
pub(crate) async fn close_window(app: AppHandle, answer: OnClose) -> Answer<()> {
    leaving::close_as(&app, answer).await;
    Ok(())
}

#[command]
pub(crate) fn autostart(app: AppHandle) -> Option<bool> {
    autostart::is_on(&app)
}

#[command]
pub(crate) fn set_autostart(app: AppHandle, on: bool) -> Answer<bool> {
    autostart::set(&app, on).map_err(seen)
}

#[command]
pub(crate) fn policies(engine: State<'_, Engine>) -> Answer<Vec<PolicyView>> {
    engine.policies().map_err(seen)
}

#[command]
pub(crate) async fn set_policies(
    engine: State<'_, Engine>,
    policies: Vec<PolicyView>,
) -> Answer<Vec<PolicyView>> {
    engine.set_policies(policies).await.map_err(seen)
}

#[command]
pub(crate) fn preview_policies(
    engine: State<'_, Engine>,
    policies: Vec<PolicyView>,
) -> Answer<PolicyPreview> {
    engine.preview_policies(policies).map_err(seen)
}
