//! Proof Key for Code Exchange (RFC 7636), S256 only.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use keyfob_secret::PkceVerifier;
use sha2::{Digest, Sha256};

use crate::random;

/// A fresh verifier of 256 random bits, 43 characters.
pub fn make_verifier() -> PkceVerifier {
    PkceVerifier::new(random::make_text())
}

/// The S256 challenge of a verifier (RFC 7636 §4.2).
pub fn derive_challenge(verifier: &PkceVerifier) -> String {
    // EXPOSE: the challenge is a digest of the verifier.
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_the_challenge_of_rfc_7636_appendix_b() {
        let verifier = PkceVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into());
        assert_eq!(
            derive_challenge(&verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn verifiers_differ_and_have_the_length_that_is_asked_for() {
        let (one, two) = (make_verifier(), make_verifier());
        assert_eq!(one.len(), 43);
        assert!(!one.same_as(two.expose()));
    }
}
