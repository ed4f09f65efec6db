//! Slots: the vault key under a wrapping key, one slot per way to unlock.
//!
//! A wrapping key only wraps: its label differs from the one of records, so that no envelope of
//! one kind ever opens as the other.

use keyfob_secret::Key32;
use uuid::Uuid;

use crate::{
    context::{Context, Purpose},
    envelope::{OpenError, SealError},
    key::VaultKey,
    sealing::Sealer,
};

const LABEL: &[u8] = b"keyfob wrap v1";

/// Where the wrapping key of a slot comes from. The numbers are on disk and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum SlotKind {
    /// A random key in the keyring of the operating system.
    Keyring = 1,
    /// A passphrase, by Argon2id.
    Passphrase = 2,
    /// A recovery code.
    Recovery = 3,
}

impl SlotKind {
    /// The kind of a number, `None` for one from a newer version.
    pub fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Keyring),
            2 => Some(Self::Passphrase),
            3 => Some(Self::Recovery),
            _ => None,
        }
    }
}

/// Which slot of which vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotPlace<'a> {
    /// The vault.
    pub vault_id: Uuid,
    /// Name of the slot.
    pub slot: Uuid,
    /// Where its wrapping key comes from.
    pub kind: SlotKind,
    /// Version of its row.
    pub version: u64,
    /// How the wrapping key is derived, as stored beside it; empty for a keyring slot, at most
    /// 200 bytes. It is authenticated, so that nobody weakens it unnoticed.
    pub params: &'a [u8],
}

impl SlotPlace<'_> {
    /// The most bytes that `params` may have.
    pub const MAX_PARAMS: usize = 200;

    fn context(&self) -> Context {
        Context {
            purpose: Purpose::WrappedKey,
            vault_id: self.vault_id,
            table: 0,
            column: 0,
            row: self.slot,
            version: self.version,
        }
    }

    fn extra(&self) -> Vec<u8> {
        let mut extra = vec![self.kind as u8];
        extra.extend_from_slice(self.params);
        extra
    }
}

/// Wraps the vault key under the wrapping key of a slot.
///
/// # Errors
/// When the parameters are too long or the system has no random bytes.
pub fn wrap(wrapping: &Key32, place: &SlotPlace<'_>, key: &VaultKey) -> Result<Vec<u8>, SealError> {
    if place.params.len() > SlotPlace::MAX_PARAMS {
        return Err(SealError::TooLarge);
    }
    // EXPOSE: the vault key is what is sealed here.
    Sealer::new(wrapping, LABEL, key.epoch()).seal(
        &place.context(),
        &place.extra(),
        key.key().expose(),
    )
}

/// Unwraps the vault key of the given epoch.
///
/// # Errors
/// `WrongKey` when it was wrapped under another key; others when the slot was changed or moved.
pub fn unwrap(
    wrapping: &Key32,
    place: &SlotPlace<'_>,
    epoch: u32,
    wrapped: &[u8],
) -> Result<VaultKey, OpenError> {
    if place.params.len() > SlotPlace::MAX_PARAMS {
        return Err(OpenError::NotAuthentic);
    }
    let bytes =
        Sealer::new(wrapping, LABEL, epoch).open(&place.context(), &place.extra(), wrapped)?;
    // EXPOSE: the bytes become the key itself.
    let key = Key32::from_slice(bytes.expose()).ok_or(OpenError::WrongContent)?;
    Ok(VaultKey::from_key(key, epoch))
}
