//! Signed checkpoints: an Ed25519 signature over the head of the log.

use data_encoding::BASE32_NOPAD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use keyfob_secret::Key32;
use keyfob_token::UnixMillis;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{chain::Head, digest::Digest, time};

/// A checkpoint is due whenever the log grew by this many events.
pub const CHECKPOINT_EVERY: u64 = 256;

/// Whether the log's head calls for a checkpoint.
pub fn checkpoint_due(seq: u64) -> bool {
    seq > 0 && seq.is_multiple_of(CHECKPOINT_EVERY)
}

/// The signing key of a log. It stays the same when the vault key rotates.
pub struct Signer(SigningKey);

impl Signer {
    /// From a random 256-bit seed (RFC 8032 §5.1.5).
    pub fn new(seed: &Key32) -> Self {
        // EXPOSE: Ed25519 signs with the raw seed; dalek's key wipes itself.
        Self(SigningKey::from_bytes(seed.expose()))
    }

    /// The public key.
    pub fn public_key(&self) -> Digest {
        Digest(self.0.verifying_key().to_bytes())
    }

    /// The fingerprint of the public key, to be kept outside and given to `keyfob audit verify`.
    pub fn fingerprint(&self) -> String {
        key_fingerprint(&self.public_key())
    }

    /// Signs the head of a log.
    pub fn checkpoint(&self, log_id: Uuid, head: &Head, at: UnixMillis) -> Checkpoint {
        let at = time::within_rfc3339(at);
        let signature = self.sign(&checkpoint_message(log_id, head.seq, &head.chain, at));
        Checkpoint {
            seq: head.seq,
            chain: head.chain,
            at,
            public_key: self.public_key(),
            signature,
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> String {
        data_encoding::HEXLOWER.encode(&self.0.sign(message).to_bytes())
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A signed statement: at this time the log led to this link at this event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The last event it covers.
    pub seq: u64,
    /// The link at that event.
    pub chain: Digest,
    /// When it was signed.
    pub at: UnixMillis,
    /// The Ed25519 public key.
    pub public_key: Digest,
    /// The signature, 64 bytes as lower-case hex.
    pub signature: String,
}

impl Checkpoint {
    /// Whether the signature is by the public key that it names, over this log.
    pub fn is_signed(&self, log_id: Uuid) -> bool {
        let message = checkpoint_message(log_id, self.seq, &self.chain, self.at);
        is_signed_by(&self.public_key, &message, &self.signature)
    }
}

/// 0x04 ‖ log id ‖ seq (8 bytes, big-endian) ‖ link ‖ time (8 bytes, milliseconds, big-endian).
fn checkpoint_message(log_id: Uuid, seq: u64, chain: &Digest, at: UnixMillis) -> Vec<u8> {
    let mut message = vec![0x04];
    message.extend(log_id.as_bytes());
    message.extend(seq.to_be_bytes());
    message.extend(chain.0);
    message.extend(at.0.to_be_bytes());
    message
}

pub(crate) fn is_signed_by(public_key: &Digest, message: &[u8], signature: &str) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(&public_key.0) else {
        return false;
    };
    let Ok(bytes) = data_encoding::HEXLOWER.decode(signature.as_bytes()) else {
        return false;
    };
    let Ok(signature) = Signature::from_slice(&bytes) else {
        return false;
    };
    // Strict: refuses the keys of small order under which anything verifies.
    key.verify_strict(message, &signature).is_ok()
}

/// The fingerprint of an Ed25519 public key: the first 160 bits of SHA-256(0x06 ‖ key) in base32
/// (RFC 4648 §6), as eight groups of four.
pub fn key_fingerprint(public_key: &Digest) -> String {
    let mut hash = Sha256::new();
    hash.update([0x06]);
    hash.update(public_key.0);
    let text = BASE32_NOPAD.encode(&hash.finalize()[..20]);
    let groups: Vec<&str> = (0..text.len())
        .step_by(4)
        .map(|at| &text[at..at + 4])
        .collect();
    groups.join("-")
}

/// A fingerprint as a person copied it, in the form that [`key_fingerprint`] writes.
pub(crate) fn parse_key_fingerprint(text: &str) -> Option<String> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let bytes = BASE32_NOPAD.decode(plain.as_bytes()).ok()?;
    (bytes.len() == 20).then(|| grouped(&plain))
}

fn grouped(text: &str) -> String {
    let groups: Vec<&str> = (0..text.len())
        .step_by(4)
        .map(|at| &text[at..at + 4])
        .collect();
    groups.join("-")
}
