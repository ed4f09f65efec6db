//! Proof Key for Code Exchange (RFC 7636), S256 only.

use keyfob_secret::PkceVerifier;

/// A fresh verifier of 256 random bits, 43 characters.
pub fn make_verifier() -> PkceVerifier {
    unimplemented!()
}

/// The S256 challenge of a verifier (RFC 7636 §4.2).
pub fn derive_challenge(_verifier: &PkceVerifier) -> String {
    unimplemented!()
}
