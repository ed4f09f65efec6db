//! Names derived from a key.

use hmac::{Hmac, KeyInit, Mac};
use keyfob_secret::Key32;
use sha2::Sha256;
use uuid::Uuid;

const LABEL: &[u8] = b"keyfob row name v1";

/// The name of a row that is looked up by a text: the same for the same key and text, and telling
/// nothing about the text to who lacks the key. A version 8 UUID (RFC 9562 §5.8).
pub fn derive_row_id(key: &Key32, text: &str) -> Uuid {
    // EXPOSE: HMAC is keyed with the raw bytes.
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.expose()).expect("HMAC takes a key of any length");
    mac.update(LABEL);
    mac.update(text.as_bytes());
    let full = mac.finalize().into_bytes();
    let mut name = [0; 16];
    name.copy_from_slice(&full[..16]);
    Uuid::new_v8(name)
}
