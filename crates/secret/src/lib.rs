//! Values that zeroize and never print, keyed fingerprints, and redaction of text.
//!
//! Owns the types in which a secret may travel. Must not know what a session is, must not do I/O.
#![forbid(unsafe_code)]

mod bytes;
mod fingerprint;
mod redact;
mod text;

pub use bytes::{Key32, SecretBytes};
pub use fingerprint::{Fingerprint, FingerprintKey, LengthClass, ParseFingerprintError};
pub use redact::{escape_untrusted, redact_url};
pub use text::{
    AccessToken, AuthorizationCode, ClientSecret, DeviceCode, IdToken, Nonce, PastedText,
    PkceVerifier, RefreshToken, SecretText, State,
};
