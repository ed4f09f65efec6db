//! The anchor: what a keyring remembers of a vault so that an older copy of the file is noticed.

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
    /// The file is older than the anchor, or of another history: an older copy was put back.
    OlderCopy,
}

impl Anchor {
    /// The bytes for the keyring.
    pub fn to_bytes(&self) -> Vec<u8> {
        unimplemented!()
    }

    /// Reads the bytes from the keyring; `None` when they are no anchor.
    pub fn from_bytes(_bytes: &[u8]) -> Option<Self> {
        unimplemented!()
    }
}

/// Compares what the file says of itself with the anchor outside of it.
pub fn compare(_file: &Anchor, _anchor: &Anchor) -> AnchorVerdict {
    unimplemented!()
}
