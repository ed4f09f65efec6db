//! Lock and unlock. The lock is a row in the vault that every process obeys.

use keyfob_audit::EventKind;
use serde::{Deserialize, Serialize};

use crate::{
    engine::{Core, Engine, blocking},
    error::EngineError,
    host::Changed,
    view::{ErrorCode, Gate, VaultView},
};

/// The setting that holds the lock.
pub(crate) const LOCK_SETTING: &str = "lock";

/// The lock, as every process reads it.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct LockRow {
    pub(crate) locked: bool,
}

impl Engine {
    /// Locks: views and their data are dropped, the page and the command line get nothing;
    /// refresh and pending revocations go on.
    ///
    /// # Errors
    /// The vault is not open, or can't be written.
    pub async fn lock(&self) -> Result<VaultView, EngineError> {
        self.core.write_lock(true).await?;
        self.core.flows.cancel_all();
        self.core.imports.clear();
        self.core.drop_pasted_secret();
        self.core.keep_anchor().await;
        Ok(self.core.vault_view())
    }

    /// Unlocks. A keyring-only vault asks for nothing, and the screen says so.
    ///
    /// # Errors
    /// The vault is not open, or can't be written.
    pub async fn unlock(&self) -> Result<VaultView, EngineError> {
        self.core.write_lock(false).await?;
        Ok(self.core.vault_view())
    }
}

impl Core {
    async fn write_lock(&self, lock: bool) -> Result<(), EngineError> {
        let vault = self.vault_even_locked()?;
        let kind = if lock {
            EventKind::VaultLocked
        } else {
            EventKind::VaultUnlocked
        };
        let event = self.event(kind);
        blocking(move || {
            vault.write(|tx| {
                tx.put_setting(LOCK_SETTING, &LockRow { locked: lock })?;
                tx.record(event).map(drop)
            })?;
            Ok(())
        })
        .await?;
        self.obey_lock(lock);
        Ok(())
    }

    /// Takes in the lock as it stands in the vault.
    pub(crate) fn obey_lock(&self, lock: bool) {
        self.set_gate(if lock { Gate::Locked } else { Gate::Open }, None);
        self.host.changed(Changed::Sessions);
    }

    pub(crate) fn require_open(&self) -> Result<(), EngineError> {
        self.vault().map(drop).map_err(|error| match error.code() {
            ErrorCode::VaultLocked => error,
            _ => ErrorCode::VaultNotOpen.into(),
        })
    }
}
