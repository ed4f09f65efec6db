//! One file or folder per provider, quirks only.
