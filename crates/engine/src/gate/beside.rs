//! Opening for one command, beside a desktop or without one: nothing is read ahead, no loop runs,
//! and a locked keyring is an error and not a screen.

use std::sync::{Arc, OnceLock};

use keyfob_keychain::{KeychainError, anchor_account, key_account};
use keyfob_secret::SecretBytes;
use keyfob_vault::{
    SealedVault,
    lock::{DesktopLock, LockError},
    peek,
};
use uuid::Uuid;

use super::{
    LOCK_SETTING, LockRow, Place,
    open::{is_older_copy, readable_setting, wrapping_key},
};
use crate::{
    engine::{Core, Engine, blocking, locked},
    error::EngineError,
    settings::SETTINGS,
    view::{Gate, SettingsView},
};

impl Engine {
    /// Opens the vault for one command, and asks nobody. Sessions are read when they are needed:
    /// see [`Engine::read_sessions`].
    ///
    /// # Errors
    /// There is no vault (`VaultNotOpen`), or it can't be opened.
    pub async fn open_beside(&self) -> Result<(), EngineError> {
        let core = &self.core;
        core.open_beside_with(Asking::Nobody, async |vault| {
            core.keychain.load_quietly(&key_account(vault)).await
        })
        .await
    }

    /// As [`Engine::open_beside`], but a locked keyring may ask its user.
    ///
    /// # Errors
    /// Those of [`Engine::open_beside`].
    pub async fn open_beside_asking(&self) -> Result<(), EngineError> {
        let core = &self.core;
        core.open_beside_with(Asking::User, async |vault| {
            core.keychain.load(&key_account(vault)).await
        })
        .await
    }

    /// As [`Engine::open_beside`], and reads all sessions with it: see [`Engine::read_sessions`].
    /// The keyring is asked for all at once, since its answers take the longest.
    ///
    /// # Errors
    /// Those of [`Engine::open_beside`], or the vault can't be read.
    pub async fn open_beside_with_sessions(&self) -> Result<(), EngineError> {
        let core = &self.core;
        let anchor = OnceLock::new();
        let load = async |vault: Uuid| {
            let (key, kept) = (key_account(vault), anchor_account(vault));
            let (key, kept) = tokio::join!(
                core.keychain.load_quietly(&key),
                core.keychain.load_quietly(&kept),
            );
            anchor.get_or_init(|| kept.ok());
            key
        };
        core.open_beside_with(Asking::Nobody, load).await?;
        core.require_open()?;
        core.read_with(anchor.into_inner().flatten()).await
    }

    /// Reads all sessions and the settings, and looks whether this is an older copy.
    ///
    /// # Errors
    /// The vault is locked, or can't be read.
    pub async fn read_sessions(&self) -> Result<(), EngineError> {
        let core = &self.core;
        core.require_open()?;
        core.read_ahead().await
    }

    /// Whether a window is open on this vault, here or in another process. The lock is free again
    /// when this returns; a window that starts just then waits for it.
    pub async fn window_is_open(&self) -> bool {
        let files = Place::find(&self.core.options.data_dir).files;
        let taken = blocking(move || Ok(DesktopLock::try_take(&files).err())).await;
        matches!(taken, Ok(Some(LockError::Held { .. })))
    }

    /// Whether the keyring holds keys of this profile although there is no vault: perhaps its disk
    /// is not mounted, and a new vault is not what the user means.
    pub async fn has_keys_without_vault(&self) -> bool {
        self.core.keys_are_there().await
    }
}

/// Whether the user may be asked to unlock the keyring.
#[derive(Clone, Copy)]
enum Asking {
    User,
    Nobody,
}

impl Core {
    async fn open_beside_with(
        &self,
        asking: Asking,
        load: impl AsyncFn(Uuid) -> Result<SecretBytes, KeychainError>,
    ) -> Result<(), EngineError> {
        let files = Place::find(&self.options.data_dir).files;
        let header = peek(&files)?;
        let open = blocking(move || Ok(SealedVault::open(&files)?));
        let (key, sealed) = match asking {
            // Nobody else may be kept from the vault while a user is waited for.
            Asking::User => {
                let key = load(header.vault_id).await?;
                (Ok(key), open.await)
            }
            Asking::Nobody => tokio::join!(load(header.vault_id), open),
        };
        let (key, sealed) = (wrapping_key(key?)?, sealed?);
        let (vault, lock) = blocking(move || {
            let vault = sealed.unseal(&key)?;
            let lock: LockRow = readable_setting(&vault, LOCK_SETTING)?;
            Ok((Arc::new(vault), lock))
        })
        .await?;
        self.put_vault(Some(vault));
        let gate = if lock.locked {
            Gate::Locked
        } else {
            Gate::Open
        };
        self.set_gate(gate, None);
        Ok(())
    }

    /// What a command needs beyond one token. The vault may be locked: a refresh of the desktop
    /// goes on then, too.
    pub(crate) async fn read_ahead(&self) -> Result<(), EngineError> {
        let vault = self.vault_even_locked()?;
        let anchor = self.kept_anchor(&vault).await;
        self.read_with(anchor).await
    }

    /// The same, with the anchor that the keyring has.
    async fn read_with(&self, anchor: Option<SecretBytes>) -> Result<(), EngineError> {
        let vault = self.vault_even_locked()?;
        let older = is_older_copy(&vault, anchor).await;
        let (sessions, settings, whole) = blocking(move || {
            let settings: SettingsView = readable_setting(&vault, SETTINGS)?;
            Ok((vault.sessions()?, settings, vault.rows_match_ledger()?))
        })
        .await?;
        self.mark_older_copy(older || !whole);
        self.roster_mut(|roster| roster.replace(sessions));
        *locked(&self.settings) = settings.bounded();
        Ok(())
    }
}
