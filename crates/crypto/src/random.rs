//! Random bytes from the operating system.

use keyfob_secret::Key32;
use zeroize::Zeroize;

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct RandomError(#[from] getrandom::Error);

/// `N` random bytes for things that are no secret: salts, nonces, names.
///
/// # Errors
/// When the system has no random source.
pub fn make_bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A random 256-bit key.
///
/// # Errors
/// When the system has no random source.
pub fn make_key() -> Result<Key32, RandomError> {
    let mut bytes = make_bytes::<32>()?;
    let key = Key32::new(bytes);
    bytes.zeroize();
    Ok(key)
}
