//! The settings: kept sealed in the vault, bounded, and read by every process.

use keyfob_audit::EventKind;

use crate::{
    engine::{Engine, blocking, locked},
    error::EngineError,
    host::Changed,
    view::SettingsView,
};

/// The setting that holds them.
pub(crate) const SETTINGS: &str = "settings";

impl Engine {
    /// The settings; defaults while the vault is closed.
    pub fn settings(&self) -> SettingsView {
        locked(&self.core.settings).clone()
    }

    /// Keeps new settings, each number inside its bounds.
    ///
    /// # Errors
    /// The vault is not open, or can't be written.
    pub async fn set_settings(&self, settings: SettingsView) -> Result<SettingsView, EngineError> {
        let core = &self.core;
        let settings = settings.bounded();
        let vault = core.vault()?;
        let event = core.event(EventKind::SettingsChanged);
        let kept = settings.clone();
        blocking(move || {
            vault.write(|tx| {
                tx.put_setting(SETTINGS, &kept)?;
                tx.record(event).map(drop)
            })?;
            Ok(())
        })
        .await?;
        *locked(&core.settings) = settings.clone();
        core.host.changed(Changed::Settings);
        core.wake.notify_one();
        Ok(settings)
    }

    /// Stops or resumes the background refresh.
    ///
    /// # Errors
    /// As [`Engine::set_settings`].
    pub async fn pause_refresh(&self, paused: bool) -> Result<SettingsView, EngineError> {
        let settings = SettingsView {
            auto_refresh: !paused,
            ..self.settings()
        };
        self.set_settings(settings).await
    }
}
