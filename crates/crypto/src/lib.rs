//! Seal and open versioned envelopes; keys and their derivation.
