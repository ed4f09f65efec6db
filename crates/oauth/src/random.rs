//! Fresh random text for states, nonces and verifiers.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

/// 256 random bits as 43 characters that need no escaping anywhere.
pub(crate) fn make_text() -> String {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    getrandom::fill(&mut *bytes).expect("the operating system has randomness once it has booted");
    URL_SAFE_NO_PAD.encode(bytes.as_slice())
}
