//! A new vault: its key is made, kept in the keyring and read back, and only then is the file made.

use std::sync::Arc;

use keyfob_crypto::make_key;
use keyfob_secret::{Key32, SecretBytes};
use keyfob_vault::Vault;
use uuid::Uuid;

use super::Place;
use crate::{
    engine::{Core, Engine, blocking},
    error::EngineError,
    view::{ErrorCode, Gate, VaultView},
};

impl Engine {
    /// Makes the first vault. Refuses where one exists.
    ///
    /// # Errors
    /// The keyring can't keep the key, or the file can't be made; nothing is left behind but the
    /// key, which harms nobody.
    pub async fn create_vault(&self) -> Result<VaultView, EngineError> {
        let place = Place::find(&self.core.options.data_dir);
        if place.files.database().exists() {
            return Err(ErrorCode::VaultExists.into());
        }
        self.create_at(&place).await
    }

    /// Starts a new vault beside the old one, which stays untouched.
    ///
    /// # Errors
    /// As [`Engine::create_vault`].
    pub async fn start_new_vault(&self) -> Result<VaultView, EngineError> {
        if self.core.vault_even_locked().is_ok() {
            return Err(ErrorCode::VaultExists.into());
        }
        let place = Place::beside(&self.core.options.data_dir).ok_or(ErrorCode::VaultExists)?;
        place.files.prepare()?;
        self.core.take_desktop_lock(&place.files)?;
        let data_dir = self.core.options.data_dir.clone();
        self.create_at(&place).await?;
        blocking(move || {
            place.make_current(&data_dir).map_err(|error| {
                EngineError::new(ErrorCode::VaultIo).with("why", error.kind().to_string())
            })
        })
        .await?;
        Ok(self.core.vault_view())
    }

    async fn create_at(&self, place: &Place) -> Result<VaultView, EngineError> {
        let core = &self.core;
        place.files.prepare()?;
        let id = Uuid::new_v4();
        let key = core.make_wrapping_key(id).await?;
        let now = core.now().wall;
        let files = place.files.clone();
        let vault = blocking(move || Ok(Arc::new(Vault::create(&files, id, &key, now)?))).await?;
        core.enter(vault, false).await?;
        Ok(core.vault_view())
    }
}

impl Core {
    /// Makes a wrapping key, keeps it in the keyring, and reads it back.
    async fn make_wrapping_key(&self, vault: Uuid) -> Result<Key32, EngineError> {
        let key = make_key().map_err(|_| EngineError::new(ErrorCode::Internal))?;
        let account = vault.to_string();
        // EXPOSE: the keyring keeps the raw key; that is its purpose.
        let bytes = SecretBytes::new(key.expose().to_vec());
        let kept = async {
            self.keychain.create(&account, &bytes).await?;
            self.keychain.load(&account).await
        };
        let back = self.while_keyring_answers(kept, Gate::FirstRun).await?;
        // EXPOSE: compared in constant time with what was written.
        match Key32::from_slice(back.expose()) {
            Some(read) if read.same_as(&key) => Ok(key),
            _ => Err(ErrorCode::KeyringFailed.into()),
        }
    }
}
