//! Names and tags derived from a key.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use keyfob_secret::Key32;
use sha2::Sha256;
use uuid::Uuid;

const ROW: &[u8] = b"keyfob row name v1";
const TAG: &[u8] = b"keyfob row tag v1";

/// A key that names things without telling what they are; its HMAC state is keyed once.
pub struct NameKey(Hmac<Sha256>);

impl NameKey {
    /// Uses `key` for names; whatever else uses it must begin its input otherwise.
    pub fn new(key: &Key32) -> Self {
        // EXPOSE: HMAC is keyed with the raw bytes.
        Self(Hmac::new_from_slice(key.expose()).expect("HMAC takes a key of any length"))
    }

    /// The name of a row that is looked up by a text: the same for the same text, and telling
    /// nothing about it to who lacks the key. A version 8 UUID (RFC 9562 §5.8).
    pub fn derive_row_id(&self, text: &str) -> Uuid {
        let full = self.mac(ROW, text.as_bytes());
        let mut name = [0; 16];
        name.copy_from_slice(&full[..16]);
        Uuid::new_v8(name)
    }

    /// A tag for one version of one row; nobody without the key can make or foresee one.
    pub fn derive_row_tag(&self, table: u16, column: u16, row: Uuid, version: u64) -> [u8; 32] {
        let mut input = [0; 28];
        input[..2].copy_from_slice(&table.to_be_bytes());
        input[2..4].copy_from_slice(&column.to_be_bytes());
        input[4..20].copy_from_slice(row.as_bytes());
        input[20..].copy_from_slice(&version.to_be_bytes());
        self.mac(TAG, &input)
    }

    fn mac(&self, label: &[u8], input: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(label);
        mac.update(input);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for NameKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_depend_on_key_and_text_and_stay() {
        let key = NameKey::new(&Key32::new([7; 32]));
        let other = NameKey::new(&Key32::new([8; 32]));
        // HMAC-SHA-256 of "keyfob row name v1theme", by another implementation.
        assert_eq!(
            key.derive_row_id("theme").to_string(),
            "6bed17ff-1424-8d4e-a83e-146b2a9dfe64"
        );
        assert_ne!(key.derive_row_id("theme"), key.derive_row_id("Theme"));
        assert_ne!(key.derive_row_id("theme"), other.derive_row_id("theme"));
    }

    #[test]
    fn tags_depend_on_everything() {
        let key = NameKey::new(&Key32::new([7; 32]));
        let row = Uuid::from_u128(1);
        let tag = key.derive_row_tag(1, 2, row, 3);
        assert_eq!(
            data_encoding::HEXLOWER.encode(&tag),
            "5e4eb2e789b71752d0b8e83c8afbf7752ded30fe512beafe42bc242f37310338"
        );
        assert_ne!(tag, key.derive_row_tag(2, 2, row, 3));
        assert_ne!(tag, key.derive_row_tag(1, 1, row, 3));
        assert_ne!(tag, key.derive_row_tag(1, 2, Uuid::from_u128(2), 3));
        assert_ne!(tag, key.derive_row_tag(1, 2, row, 4));
    }
}
