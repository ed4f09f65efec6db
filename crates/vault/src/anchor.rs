//! The anchor: what a keyring remembers of a vault so that an older copy of the file is noticed.

const MAGIC: &[u8; 4] = b"KFAN";
const VERSION: u8 = 1;
const LENGTH: usize = 4 + 1 + 8 + 8 + 32;

/// How far a vault had come, as remembered outside of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Commits so far.
    pub counter: u64,
    /// Number of the newest audit event.
    pub audit_seq: u64,
    /// The end of the audit chain at that event.
    pub chain: [u8; 32],
}

/// What the anchor says about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnchorVerdict {
    /// The file is as new as the anchor, or newer.
    Fine,
    /// The file is older than the anchor, or went another way since: an older copy was put back.
    OlderCopy,
}

impl Anchor {
    /// The bytes for the keyring, 53 of them (docs/FORMATS.md, "Anchor").
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.counter.to_be_bytes());
        bytes.extend_from_slice(&self.audit_seq.to_be_bytes());
        bytes.extend_from_slice(&self.chain);
        bytes
    }

    /// Reads the bytes from the keyring; `None` when they are no anchor.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?.strip_prefix(&[VERSION])?;
        let (counter, rest) = rest.split_first_chunk()?;
        let (audit_seq, chain) = rest.split_first_chunk()?;
        Some(Self {
            counter: u64::from_be_bytes(*counter),
            audit_seq: u64::from_be_bytes(*audit_seq),
            chain: chain.try_into().ok()?,
        })
    }
}

/// Compares what the file says of itself with the anchor outside of it.
pub fn compare(file: &Anchor, anchor: &Anchor) -> AnchorVerdict {
    let older = file.counter < anchor.counter || file.audit_seq < anchor.audit_seq;
    // At the same event both must stand at the same link; at the same commit everything is the same.
    let forked = (file.audit_seq == anchor.audit_seq && file.chain != anchor.chain)
        || (file.counter == anchor.counter && file != anchor);
    if older || forked {
        AnchorVerdict::OlderCopy
    } else {
        AnchorVerdict::Fine
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn anchor(counter: u64, audit_seq: u64, link: u8) -> Anchor {
        Anchor {
            counter,
            audit_seq,
            chain: [link; 32],
        }
    }

    #[test]
    fn a_file_as_new_or_newer_is_fine() {
        assert_eq!(
            compare(&anchor(5, 3, 1), &anchor(5, 3, 1)),
            AnchorVerdict::Fine
        );
        assert_eq!(
            compare(&anchor(6, 3, 1), &anchor(5, 3, 1)),
            AnchorVerdict::Fine
        );
        assert_eq!(
            compare(&anchor(9, 4, 2), &anchor(5, 3, 1)),
            AnchorVerdict::Fine
        );
    }

    #[test]
    fn an_older_or_forked_file_is_an_older_copy() {
        assert_eq!(
            compare(&anchor(4, 3, 1), &anchor(5, 3, 1)),
            AnchorVerdict::OlderCopy
        );
        assert_eq!(
            compare(&anchor(6, 2, 1), &anchor(5, 3, 1)),
            AnchorVerdict::OlderCopy
        );
        assert_eq!(
            compare(&anchor(6, 3, 2), &anchor(5, 3, 1)),
            AnchorVerdict::OlderCopy
        );
        assert_eq!(
            compare(&anchor(5, 4, 2), &anchor(5, 3, 1)),
            AnchorVerdict::OlderCopy
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_bytes_say_it_all(counter in any::<u64>(), audit_seq in any::<u64>(), chain in any::<[u8; 32]>()) {
            let anchor = Anchor { counter, audit_seq, chain };
            prop_assert_eq!(Anchor::from_bytes(&anchor.to_bytes()), Some(anchor));
        }

        #[test]
        fn other_bytes_are_no_anchor(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assume!(!(bytes.starts_with(b"KFAN\x01") && bytes.len() == LENGTH));
            prop_assert_eq!(Anchor::from_bytes(&bytes), None);
        }
    }
}
