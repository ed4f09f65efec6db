//! Values that zeroize and never print, keyed fingerprints, redaction.
