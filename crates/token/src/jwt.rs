//! Tokens in the form of a JWT (RFC 7519): shown by [`inspect`], relied on by the `verify_…` pair.
//!
//! Owns the split into parts, the header and the signature check. Inspecting never fails a whole
//! screen and proves nothing; verifying refuses whatever is odd. Must not fetch a key, and follows
//! no address that a token names.

mod access_token;
mod date;
mod id_token;
mod inspect;
#[cfg(test)]
pub(crate) mod sample;
mod signature;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use keyfob_secret::escape_untrusted;
use zeroize::Zeroizing;

use crate::json::Json;
use crate::session::TokenFormat;

pub use crate::json::JsonError;
pub use access_token::{AccessCheck, AccessClaims, verify_access_token};
pub use date::Times;
pub(crate) use date::{NumericDate, is_believable, numeric_date};
pub use id_token::{Expected, IdClaims, verify_id_token, verify_id_token_by_its_own_clock};
pub use inspect::{ClaimsProblem, Flag, InspectError, Inspection, inspect};
pub use signature::ValidationError;

/// The longest token that is kept or read, in bytes.
pub const MAX_TOKEN_BYTES: usize = 256 * 1024;

/// Difference between two clocks that is forgiven, in milliseconds (RFC 7519 §4.1.4).
pub const LEEWAY_MS: i64 = 60_000;

/// Lenient where only people read the result: padding and stray trailing bits are forgiven.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A token by its dots alone.
#[derive(Clone, Copy)]
pub(crate) enum Shape<'a> {
    /// Three parts: a JWS (RFC 7515 §3.1).
    Signed {
        /// Encoded header.
        header: &'a str,
        /// Encoded claims.
        claims: &'a str,
        /// Encoded signature, possibly empty.
        signature: &'a str,
        /// What is signed: header, dot, claims.
        message: &'a str,
    },
    /// Five parts: a JWE (RFC 7516 §3.1).
    Encrypted {
        /// Encoded header.
        header: &'a str,
    },
    /// Anything else.
    Other,
}

/// Splits at the dots in one pass; a megabyte of dots costs no more than six of them.
pub(crate) fn shape(text: &str) -> Shape<'_> {
    let mut parts = text.splitn(6, '.');
    let (Some(header), Some(claims), Some(signature)) = (parts.next(), parts.next(), parts.next())
    else {
        return Shape::Other;
    };
    match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => {
            let message = &text[..header.len() + 1 + claims.len()];
            Shape::Signed {
                header,
                claims,
                signature,
                message,
            }
        }
        (Some(_), Some(_), None) => Shape::Encrypted { header },
        _ => Shape::Other,
    }
}

/// What a token looks like from outside. Needs no key and fails for nothing.
pub fn format_of(text: &str) -> TokenFormat {
    inspect(text).map_or(TokenFormat::Opaque, |inspection| {
        inspection.format().clone()
    })
}

/// Base64url as RFC 7515 §2 demands it: no padding, no stray bits.
fn decode_strictly(part: &str) -> Option<Zeroizing<Vec<u8>>> {
    URL_SAFE_NO_PAD.decode(part).ok().map(Zeroizing::new)
}

/// Base64url as programs really write it, for display only.
fn decode_leniently(part: &str) -> Option<Zeroizing<Vec<u8>>> {
    LENIENT.decode(part).ok().map(Zeroizing::new)
}

/// The `alg` of a header as it may be shown and stored.
fn shown_algorithm(header: &Json) -> String {
    escape_untrusted(header.text_of("alg").unwrap_or_default(), 19)
}

/// `alg: none` in any spelling, in any of its occurrences (RFC 7519 §6).
fn names_no_algorithm(header: &Json) -> bool {
    header
        .members()
        .unwrap_or_default()
        .iter()
        .any(|(name, value)| {
            name == "alg"
                && value
                    .text()
                    .is_some_and(|alg| alg.eq_ignore_ascii_case("none"))
        })
}
