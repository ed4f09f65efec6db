//! The vault key.

use std::fmt;

use keyfob_secret::Key32;

use crate::{
    random::{RandomError, make_key},
    sealing::Sealer,
};

const LABEL: &[u8] = b"keyfob record v1";

/// The key of a vault: random, 256 bit, numbered by an epoch that goes up when it rotates.
pub struct VaultKey {
    key: Key32,
    epoch: u32,
    sealer: Sealer,
}

impl VaultKey {
    /// A fresh key of the given epoch; the first epoch of a vault is 1.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn make(epoch: u32) -> Result<Self, RandomError> {
        Ok(Self::from_key(make_key()?, epoch))
    }

    /// A key that was unwrapped.
    pub fn from_key(key: Key32, epoch: u32) -> Self {
        let sealer = Sealer::new(&key, LABEL, epoch);
        Self { key, epoch, sealer }
    }

    /// Its number.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    pub(crate) fn key(&self) -> &Key32 {
        &self.key
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VaultKey(epoch {})", self.epoch)
    }
}
