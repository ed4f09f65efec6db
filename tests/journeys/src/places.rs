//! Where things are in the repository.

use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("tests/journeys lies two folders deep")
        .to_owned()
}

/// The test provider.
pub fn provider() -> PathBuf {
    root().join("tests/provider")
}

/// The stand-in for the system browser.
pub fn browser() -> PathBuf {
    root().join("tests/desktop/browser")
}

/// The desktop program: the one that `./dev` built, or a debug build.
pub fn desktop() -> PathBuf {
    std::env::var_os("KEYFOB_DESKTOP")
        .map_or_else(|| root().join("target/debug/keyfob-desktop"), PathBuf::from)
}

/// The command-line program: the one that is named, or the one beside the desktop program.
pub fn cli() -> PathBuf {
    std::env::var_os("KEYFOB_CLI").map_or_else(|| desktop().with_file_name("keyfob"), PathBuf::from)
}
