//! How every envelope is made and opened: HKDF-Expand, a commitment, AES-256-GCM.
//!
//! Knows one key and one label; what the key is for is said by `envelope` and `slot`.

use aes_gcm::{
    AeadInOut, Aes256Gcm, KeyInit, Nonce, Tag,
    aead::consts::{U12, U16},
};
use hkdf::Hkdf;
use keyfob_secret::{Key32, SecretBytes};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    context::Context,
    envelope::{OpenError, SealError},
    random::make_bytes,
};

/// The first four bytes of each envelope.
pub(crate) const MAGIC: [u8; 4] = *b"KFOB";
/// Version of the layout of an envelope.
pub(crate) const VERSION: u8 = 1;
/// HKDF-SHA-256, AES-256-GCM, 32-byte salt and commitment.
pub(crate) const SUITE: u8 = 1;
/// Bytes an envelope is longer than what it holds.
pub(crate) const OVERHEAD: usize = HEADER + TAG;

const SALT: usize = 32;
const COMMITMENT: usize = 32;
const NONCE: usize = 12;
const TAG: usize = 16;
const FIXED: usize = 4 + 1 + 1 + 4;
const HEADER: usize = FIXED + SALT + COMMITMENT + NONCE;

/// A key that seals, with its HMAC state keyed once.
pub(crate) struct Sealer {
    expand: Hkdf<Sha256>,
    label: &'static [u8],
    epoch: u32,
}

/// Key and commitment of one write.
struct WriteKey {
    cipher: Aes256Gcm,
    commitment: [u8; COMMITMENT],
}

impl Sealer {
    /// A sealer under `key`, which must be uniformly random: it is used as the pseudorandom key of
    /// RFC 5869 §3.3 directly. The label separates what keys are used for.
    pub(crate) fn new(key: &Key32, label: &'static [u8], epoch: u32) -> Self {
        // EXPOSE: HKDF-Expand is keyed with the raw bytes.
        let expand =
            Hkdf::from_prk(key.expose()).expect("32 bytes are a pseudorandom key of SHA-256");
        Self {
            expand,
            label,
            epoch,
        }
    }

    fn write_key(&self, salt: &[u8]) -> WriteKey {
        let mut okm = Zeroizing::new([0; 32 + COMMITMENT]);
        self.expand
            .expand_multi_info(&[self.label, salt], okm.as_mut())
            .expect("64 bytes are within 255 blocks of SHA-256");
        let (key, commitment) = okm.split_at(32);
        let mut public = [0; COMMITMENT];
        public.copy_from_slice(commitment);
        WriteKey {
            cipher: Aes256Gcm::new_from_slice(key).expect("AES-256 takes a key of 32 bytes"),
            commitment: public,
        }
    }

    pub(crate) fn seal(
        &self,
        context: &Context,
        extra: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let salt = make_bytes::<SALT>()?;
        let nonce = make_bytes::<NONCE>()?;
        self.seal_with(context, extra, plaintext, &salt, &nonce)
    }

    /// Seals with a given salt and nonce, which must never be used twice: golden vectors only.
    pub(crate) fn seal_with(
        &self,
        context: &Context,
        extra: &[u8],
        plaintext: &[u8],
        salt: &[u8; SALT],
        nonce: &[u8; NONCE],
    ) -> Result<Vec<u8>, SealError> {
        if plaintext.len() > crate::envelope::MAX_PLAINTEXT {
            return Err(SealError::TooLarge);
        }
        let key = self.write_key(salt);
        let mut envelope = Vec::with_capacity(plaintext.len() + OVERHEAD);
        envelope.extend_from_slice(&MAGIC);
        envelope.push(VERSION);
        envelope.push(SUITE);
        envelope.extend_from_slice(&self.epoch.to_be_bytes());
        envelope.extend_from_slice(salt);
        envelope.extend_from_slice(&key.commitment);
        envelope.extend_from_slice(nonce);
        envelope.extend_from_slice(plaintext);
        let tag = key
            .cipher
            .encrypt_inout_detached(
                &Nonce::<U12>::from(*nonce),
                &associated_data(context, self.epoch, extra),
                (&mut envelope[HEADER..]).into(),
            )
            .map_err(|_| SealError::TooLarge)?;
        envelope.extend_from_slice(&tag);
        Ok(envelope)
    }

    pub(crate) fn open(
        &self,
        context: &Context,
        extra: &[u8],
        envelope: &[u8],
    ) -> Result<SecretBytes, OpenError> {
        let parts = Parts::split(envelope)?;
        if parts.epoch != self.epoch {
            return Err(OpenError::OtherEpoch {
                found: parts.epoch,
                expected: self.epoch,
            });
        }
        let key = self.write_key(parts.salt);
        // GCM does not commit to its key: without this, one ciphertext could open under two keys.
        if !bool::from(key.commitment.ct_eq(parts.commitment)) {
            return Err(OpenError::WrongKey);
        }
        let mut plaintext = Zeroizing::new(parts.ciphertext.to_vec());
        key.cipher
            .decrypt_inout_detached(
                &Nonce::<U12>::from(parts.nonce),
                &associated_data(context, self.epoch, extra),
                plaintext.as_mut_slice().into(),
                &Tag::<U16>::from(parts.tag),
            )
            .map_err(|_| OpenError::NotAuthentic)?;
        Ok(SecretBytes::new(std::mem::take(&mut *plaintext)))
    }
}

/// An envelope taken apart; nothing in it is trusted yet.
struct Parts<'a> {
    epoch: u32,
    salt: &'a [u8],
    commitment: &'a [u8],
    nonce: [u8; NONCE],
    ciphertext: &'a [u8],
    tag: [u8; TAG],
}

impl<'a> Parts<'a> {
    fn split(envelope: &'a [u8]) -> Result<Self, OpenError> {
        let (fixed, rest) = envelope
            .split_first_chunk::<FIXED>()
            .ok_or(OpenError::Truncated)?;
        let [m0, m1, m2, m3, version, suite, e0, e1, e2, e3] = *fixed;
        if [m0, m1, m2, m3] != MAGIC {
            return Err(OpenError::NotAnEnvelope);
        }
        if (version, suite) != (VERSION, SUITE) {
            return Err(OpenError::Unsupported { version, suite });
        }
        let (salt, rest) = rest
            .split_first_chunk::<SALT>()
            .ok_or(OpenError::Truncated)?;
        let (commitment, rest) = rest
            .split_first_chunk::<COMMITMENT>()
            .ok_or(OpenError::Truncated)?;
        let (nonce, rest) = rest
            .split_first_chunk::<NONCE>()
            .ok_or(OpenError::Truncated)?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(OpenError::Truncated)?;
        Ok(Self {
            epoch: u32::from_be_bytes([e0, e1, e2, e3]),
            salt,
            commitment,
            nonce: *nonce,
            ciphertext,
            tag: *tag,
        })
    }
}

/// What an envelope is bound to: each field with its length (u8) before it, numbers big-endian.
fn associated_data(context: &Context, epoch: u32, extra: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(96 + extra.len());
    let mut field = |bytes: &[u8]| {
        let length = u8::try_from(bytes.len()).expect("every field is shorter than 256 bytes");
        data.push(length);
        data.extend_from_slice(bytes);
    };
    field(&MAGIC);
    field(&[SUITE]);
    field(&[VERSION]);
    field(&(context.purpose as u16).to_be_bytes());
    field(context.vault_id.as_bytes());
    field(&context.table.to_be_bytes());
    field(&context.column.to_be_bytes());
    field(context.row.as_bytes());
    field(&context.version.to_be_bytes());
    field(&epoch.to_be_bytes());
    field(extra);
    data
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Purpose;
    use uuid::Uuid;

    /// The vector `opens` of tests/vectors, which another implementation made.
    #[test]
    fn seals_byte_for_byte_as_the_golden_vector() {
        let golden: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../tests/vectors/envelope-1.json")).unwrap();
        let hex = |field: &str| {
            let text = golden[0][field].as_str().unwrap();
            data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
        };
        let key = Key32::from_slice(&hex("key")).unwrap();
        let context = Context {
            purpose: Purpose::Record,
            vault_id: Uuid::parse_str("6f9c2d1e-0b7a-4c55-9a3e-5d1f00c0ffee").unwrap(),
            table: 2,
            column: 1,
            row: Uuid::parse_str("0e8f4c2a-71b3-4b0e-8d6f-1234567890ab").unwrap(),
            version: 7,
        };
        let sealed = Sealer::new(&key, b"keyfob record v1", 1)
            .seal_with(
                &context,
                &[],
                &hex("plaintext"),
                &hex("salt").try_into().unwrap(),
                &hex("nonce").try_into().unwrap(),
            )
            .unwrap();
        assert_eq!(sealed, hex("envelope"));
    }
}
