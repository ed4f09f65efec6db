//! Whether the library for tray icons can be loaded.

use std::path::PathBuf;

const NAMES: [&str; 2] = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];

/// Looks where the loader looks.
pub(super) fn is_there() -> bool {
    folders()
        .iter()
        .any(|folder| NAMES.iter().any(|name| folder.join(name).is_file()))
}

fn folders() -> Vec<PathBuf> {
    let named = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&named).collect();
    folders.extend(
        [
            "/usr/lib",
            "/usr/lib64",
            "/lib",
            "/usr/local/lib",
            "/app/lib",
        ]
        .map(PathBuf::from),
    );
    folders.push(format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH).into());
    folders
}
