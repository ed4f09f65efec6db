//! Beside the loop: changes by other processes are read, and the anchor is kept.

use std::{sync::Arc, time::Duration};

use crate::{
    engine::{Core, blocking, locked},
    gate::{LOCK_SETTING, LockRow},
    host::Changed,
};

/// How often changes by other processes are looked for.
const POLL: Duration = Duration::from_secs(1);
/// How often the anchor is kept.
const ANCHOR: Duration = Duration::from_secs(60);

impl Core {
    /// Another process may have changed the vault: what it wrote is read anew.
    pub(super) async fn watch_other_processes(self: Arc<Self>) {
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(POLL) => {}
            }
            let Ok(vault) = self.vault_even_locked() else {
                continue;
            };
            let reader = vault.clone();
            let Ok(version) = blocking(move || Ok(reader.data_version()?)).await else {
                continue;
            };
            let now = Some((vault.id(), version));
            if std::mem::replace(&mut *locked(&self.seen), now) == now {
                continue;
            }
            let core = self.clone();
            let loaded = blocking(move || {
                core.in_order(|| {
                    let lock = vault.setting::<LockRow>(LOCK_SETTING)?.unwrap_or_default();
                    let sessions = vault.sessions()?;
                    core.roster_mut(|roster| roster.replace(sessions));
                    Ok(lock.locked)
                })
            })
            .await;
            if let Ok(lock) = loaded {
                self.obey_lock(lock);
                self.host.changed(Changed::Sessions);
                self.host.changed(Changed::Audit);
                self.wake.notify_one();
            }
        }
    }

    pub(super) async fn keep_anchor_fresh(self: Arc<Self>) {
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(ANCHOR) => self.keep_anchor().await,
            }
        }
    }
}
