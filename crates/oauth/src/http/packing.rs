//! A body that came packed although nobody asked for it.
//!
//! Packing is known by its first bytes, not by what a header says: an answer that is called packed
//! and is not may hold the only refresh token that lives, and so may the part of a packed one that
//! arrived.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use zeroize::Zeroizing;

use super::{Lost, carrier::Body};

/// How gzip begins (RFC 1952 §2.3.1). No JSON, form or web page does.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The body as it was before it was packed, as far as that goes, and whether that was all of it.
pub(super) fn unpack(body: Body) -> (Body, Result<(), Lost>) {
    if !body.bytes().starts_with(&GZIP) {
        return (body, Ok(()));
    }
    let mut plain = Body::default();
    let mut packed = MultiGzDecoder::new(body.bytes());
    let mut part = Zeroizing::new([0; 16 * 1024]);
    let outcome = loop {
        match packed.read(&mut *part) {
            Ok(0) => break Ok(()),
            Ok(length) => {
                if let Err(too_large) = plain.push(&part[..length]) {
                    break Err(too_large);
                }
            }
            Err(_) => break Err(Lost::BadEncoding),
        }
    };
    drop(packed);
    (plain, outcome)
}
