//! What becomes of guarded fields.

use std::collections::BTreeMap;

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use keyfob_secret::Key32;
use sha2::Sha256;

use super::{ExportError, ExportOptions, Mask};
use crate::{
    canonical::commitment,
    event::{Event, GuardedField},
    file::Shown,
};

/// Masks the guarded fields of events under one key that is never stored: the same value of the
/// same field has one hash in one export, and no one can make that hash again.
pub(super) struct Masker {
    accounts: Mask,
    hosts: Mask,
    key: Key32,
}

impl Masker {
    /// With a random key.
    pub(super) fn make(options: &ExportOptions) -> Result<Self, ExportError> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|_| ExportError::NoRandomness)?;
        Ok(Self::with_key(options, Key32::new(key)))
    }

    /// With a given key.
    pub(super) fn with_key(options: &ExportOptions, key: Key32) -> Self {
        Self {
            accounts: options.accounts,
            hosts: options.hosts,
            key,
        }
    }

    fn mask(&self, field: GuardedField) -> Mask {
        match field {
            GuardedField::Account | GuardedField::Label => self.accounts,
            GuardedField::Host | GuardedField::Issuer | GuardedField::Device => self.hosts,
        }
    }

    /// The guarded fields of `event` as they are shown, by name.
    pub(super) fn shown(&self, event: &Event) -> BTreeMap<String, Shown> {
        let shown = GuardedField::ALL.iter().filter_map(|field| {
            let value = event.draft.guarded.value(*field)?;
            let salt = event.salts.salt(*field)?;
            let name = field.as_str();
            let commitment = || commitment(salt, name, value);
            let shown = match self.mask(*field) {
                Mask::Keep => Shown::Kept {
                    value: value.to_owned(),
                    salt,
                },
                Mask::Hash => Shown::Hashed {
                    hash: self.hash(name, value),
                    commitment: commitment(),
                },
                Mask::Remove => Shown::Removed {
                    commitment: commitment(),
                },
            };
            Some((name.to_owned(), shown))
        });
        shown.collect()
    }

    /// `hash:` and 80 bits of HMAC-SHA-256 over name and value, in base32.
    fn hash(&self, name: &str, value: &str) -> String {
        // EXPOSE: HMAC is keyed with the raw bytes.
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.key.expose()).expect("HMAC takes any key");
        mac.update(name.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        format!(
            "hash:{}",
            BASE32_NOPAD.encode(&mac.finalize().into_bytes()[..10])
        )
    }
}
