//! The keys of an open vault, and the only place where rows are sealed and opened.

use keyfob_audit::Signer;
use keyfob_crypto::{Context, NameKey, Purpose, VaultKey, envelope};
use keyfob_secret::{FingerprintKey, Key32, SecretBytes};
use uuid::Uuid;

use crate::{
    error::VaultError,
    table::{Place, Table},
};

/// The most bytes that one value of the vault may have.
const LARGEST: usize = 4 << 20;

/// The keys of an open vault.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) vault: Sealing,
    pub(crate) fingerprints: FingerprintKeys,
    pub(crate) signer: Signer,
    pub(crate) log_id: Uuid,
}

/// The vault key and the vault it belongs to.
#[derive(Debug)]
pub(crate) struct Sealing {
    pub(crate) vault_id: Uuid,
    pub(crate) key: VaultKey,
}

impl Sealing {
    fn context(&self, place: Place, version: u64) -> Context {
        Context {
            purpose: match place.table {
                Table::Inner => Purpose::InnerKey,
                _ => Purpose::Record,
            },
            vault_id: self.vault_id,
            table: place.table.number(),
            column: place.kind.into(),
            row: place.id,
            version,
        }
    }

    pub(crate) fn seal(
        &self,
        place: Place,
        version: u64,
        plain: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        if plain.len() > LARGEST {
            return Err(VaultError::TooLarge);
        }
        Ok(envelope::seal(
            &self.key,
            &self.context(place, version),
            plain,
        )?)
    }

    pub(crate) fn open(&self, place: Place, version: u64, sealed: &[u8]) -> Option<SecretBytes> {
        envelope::open(&self.key, &self.context(place, version), sealed).ok()
    }
}

/// The fingerprint key in its two uses: naming tokens, and naming rows.
pub(crate) struct FingerprintKeys {
    pub(crate) tokens: FingerprintKey,
    pub(crate) rows: NameKey,
}

impl FingerprintKeys {
    pub(crate) fn new(key: Key32) -> Self {
        let rows = NameKey::new(&key);
        Self {
            tokens: FingerprintKey::new(key),
            rows,
        }
    }
}

impl std::fmt::Debug for FingerprintKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}
