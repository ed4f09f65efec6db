//! Searching bytes for a secret, in every form in which it could have leaked.
//!
//! Depends on nothing, so that any crate's tests can include this file. A search that finds nothing
//! proves something only beside one that finds: see [`Canary::every_form`].

/// Bytes of a secret that are enough to name it. A long secret may lie in a file in several pieces.
const PIECE: usize = 24;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A secret that must not be found.
pub struct Canary {
    forms: Vec<Form>,
}

struct Form {
    name: String,
    bytes: Vec<u8>,
}

impl Canary {
    /// A secret of at least 16 bytes; a shorter one would be found by chance.
    pub fn of(secret: &str) -> Self {
        let secret = secret.as_bytes();
        assert!(
            secret.len() >= 16,
            "a canary of {} bytes proves nothing",
            secret.len()
        );
        let size = PIECE.min(secret.len());
        let middle = (secret.len() - size) / 2;
        let mut forms = Vec::new();
        for (piece, start) in [
            ("start", 0),
            ("middle", middle),
            ("end", secret.len() - size),
        ] {
            for (form, bytes) in encodings(&secret[start..start + size]) {
                if forms.iter().all(|known: &Form| known.bytes != bytes) {
                    forms.push(Form {
                        name: format!("{piece}, {form}"),
                        bytes,
                    });
                }
            }
        }
        Self { forms }
    }

    /// The names of the forms that are in `haystack`; empty when the secret is not there.
    pub fn found_in(&self, haystack: &[u8]) -> Vec<&str> {
        let found = self
            .forms
            .iter()
            .filter(|form| contains(haystack, &form.bytes));
        found.map(|form| form.name.as_str()).collect()
    }

    /// Each form by its name, for the positive control: planted in a file, the search must find it.
    pub fn every_form(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.forms
            .iter()
            .map(|form| (form.name.as_str(), form.bytes.as_slice()))
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    let Some((first, rest)) = needle.split_first() else {
        return false;
    };
    let mut from = 0;
    while let Some(at) = haystack[from..].iter().position(|byte| byte == first) {
        let after = from + at + 1;
        if haystack[after..].starts_with(rest) {
            return true;
        }
        from = after;
    }
    false
}

fn encodings(piece: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut forms = vec![
        ("raw".to_owned(), piece.to_vec()),
        ("hex".to_owned(), hex(piece, b"0123456789abcdef")),
        (
            "hex, upper case".to_owned(),
            hex(piece, b"0123456789ABCDEF"),
        ),
        (
            "UTF-16LE".to_owned(),
            piece.iter().flat_map(|byte| [*byte, 0]).collect(),
        ),
        (
            "UTF-16BE".to_owned(),
            piece.iter().flat_map(|byte| [0, *byte]).collect(),
        ),
        (
            "percent-encoded".to_owned(),
            percent(piece, is_unreserved, b"0123456789ABCDEF"),
        ),
        (
            "percent-encoded, lower case".to_owned(),
            percent(piece, is_unreserved, b"0123456789abcdef"),
        ),
        (
            "percent-encoded throughout".to_owned(),
            percent(piece, |_| false, b"0123456789ABCDEF"),
        ),
    ];
    for offset in 0..3 {
        forms.push((
            format!("base64 at offset {offset}"),
            base64(piece, offset, STANDARD),
        ));
        forms.push((
            format!("base64url at offset {offset}"),
            base64(piece, offset, URL_SAFE),
        ));
    }
    forms
}

fn hex(piece: &[u8], digits: &[u8; 16]) -> Vec<u8> {
    piece
        .iter()
        .flat_map(|byte| {
            [
                digits[usize::from(byte >> 4)],
                digits[usize::from(byte & 15)],
            ]
        })
        .collect()
}

fn percent(piece: &[u8], keep: fn(u8) -> bool, digits: &[u8; 16]) -> Vec<u8> {
    let encode = |byte: &u8| {
        if keep(*byte) {
            vec![*byte]
        } else {
            [b"%", hex(&[*byte], digits).as_slice()].concat()
        }
    };
    piece.iter().flat_map(encode).collect()
}

/// RFC 3986, section 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// The characters of base64 that depend on `piece` alone when `offset` bytes come before it.
fn base64(piece: &[u8], offset: usize, alphabet: &[u8; 64]) -> Vec<u8> {
    let bytes = [vec![0; offset], piece.to_vec()].concat();
    let sextet = |index: usize| {
        let bit = |at: usize| bytes[at / 8] >> (7 - at % 8) & 1;
        let value = (index * 6..index * 6 + 6).fold(0, |value, at| value << 1 | bit(at));
        alphabet[usize::from(value)]
    };
    ((offset * 8).div_ceil(6)..bytes.len() * 8 / 6)
        .map(sextet)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "canary/refresh+token?of=the&tests~0123456789";

    #[test]
    fn finds_each_form_that_was_planted_and_nothing_in_clean_bytes() {
        let canary = Canary::of(SECRET);
        let clean: Vec<u8> = (0..20_000_u32).flat_map(u32::to_le_bytes).collect();
        assert_eq!(canary.found_in(&clean), Vec::<&str>::new());
        assert!(canary.every_form().count() >= 30);
        for (name, bytes) in canary.every_form() {
            let planted = [&clean[..1001], bytes, &clean[1001..]].concat();
            assert!(canary.found_in(&planted).contains(&name), "{name}");
        }
    }

    #[test]
    fn encodes_as_everybody_else() {
        // RFC 4648, section 10, and what neighbours leave of it.
        assert_eq!(base64(b"foobar", 0, STANDARD), b"Zm9vYmFy");
        assert_eq!(base64(b"foobar", 1, STANDARD), b"Zvb2Jhc");
        assert_eq!(base64(b"\xfb\xff", 0, URL_SAFE), b"-_");
        assert_eq!(hex(b"\x0a\xff", b"0123456789abcdef"), b"0aff");
        assert_eq!(
            percent(b"a/b~", is_unreserved, b"0123456789ABCDEF"),
            b"a%2Fb~"
        );
    }

    #[test]
    fn a_secret_in_two_pieces_is_found() {
        let canary = Canary::of(SECRET);
        let (one, two) = SECRET.as_bytes().split_at(20);
        assert!(
            !canary
                .found_in(&[one, b"page boundary", two].concat())
                .is_empty()
        );
    }
}
