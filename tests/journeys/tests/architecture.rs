//! The shape of the workspace: which crate may know which, and which may use what.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use keyfob_journeys::places;
use serde_json::Value;

/// Crates of ours that a crate may depend on, beyond tests.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("secret", &[]),
    ("token", &["secret"]),
    ("crypto", &["secret"]),
    ("keychain", &["secret"]),
    ("audit", &["secret", "token"]),
    ("vault", &["secret", "token", "crypto", "audit"]),
    ("oauth", &["secret", "token"]),
    ("providers", &["secret", "token", "oauth"]),
    (
        "engine",
        &[
            "secret",
            "token",
            "crypto",
            "keychain",
            "audit",
            "vault",
            "oauth",
            "providers",
        ],
    ),
    ("cli", &["secret", "token", "audit", "keychain", "engine"]),
    (
        "desktop",
        &["secret", "token", "audit", "keychain", "engine"],
    ),
];

/// Test and measure the others, and are known by none: they may know everything.
const OUTSIDE: &[&str] = &[
    "journeys",
    "bench",
    "chaos",
    "simulate",
    "faulty-disk",
    "scalekit-fake",
];

/// Libraries that only these crates may use.
const ONLY: &[(&str, &[&str])] = &[
    ("jsonwebtoken", &["token"]),
    ("aes-gcm", &["crypto"]),
    ("keyring-core", &["keychain"]),
    ("secret-service", &["keychain"]),
    ("apple-native-keyring-store", &["keychain"]),
    ("windows-native-keyring-store", &["keychain"]),
    ("rusqlite", &["vault"]),
    ("reqwest", &["oauth"]),
    ("tauri", &["desktop"]),
    ("clap", &["cli", "desktop"]),
];

/// Crates by short name, each with what it depends on beyond its tests.
fn crates() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(places::root())
        .output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("packages")?;
    let mut found = BTreeMap::new();
    for package in packages {
        let name = package["name"].as_str().context("a name")?;
        let needs = package["dependencies"].as_array().context("a list")?;
        let needs = needs
            .iter()
            .filter(|it| it["kind"] != "dev")
            .filter_map(|it| it["name"].as_str())
            .map(str::to_owned);
        let short = name.strip_prefix("keyfob-").unwrap_or(name);
        found.insert(short.to_owned(), needs.collect());
    }
    Ok(found)
}

#[test]
fn crates_know_only_those_below_them() -> Result<()> {
    let crates = crates()?;
    for (name, allowed) in MAY_KNOW {
        let needs = crates.get(*name).context(*name)?;
        for other in needs.iter().filter_map(|it| it.strip_prefix("keyfob-")) {
            assert!(allowed.contains(&other), "{name} must not know {other}");
        }
    }
    let named: BTreeSet<_> = MAY_KNOW.iter().map(|(name, _)| *name).collect();
    for name in crates.keys().filter(|it| !OUTSIDE.contains(&it.as_str())) {
        assert!(named.contains(name.as_str()), "{name} has no place yet");
    }
    Ok(())
}

#[test]
fn a_library_has_one_home() -> Result<()> {
    let crates = crates()?;
    let inside = |it: &&String| !OUTSIDE.contains(&it.as_str());
    for name in crates.keys().filter(inside) {
        let needs = &crates[name];
        for (library, homes) in ONLY {
            let at_home = homes.contains(&name.as_str());
            assert!(
                !needs.contains(*library) || at_home,
                "{name} uses {library}"
            );
        }
    }
    let used: BTreeSet<_> = crates.into_values().flatten().collect();
    let gone: Vec<_> = ONLY.iter().filter(|it| !used.contains(it.0)).collect();
    assert!(gone.is_empty(), "nobody uses {gone:?} any more");
    Ok(())
}

/// Our own source files with one of these endings.
fn sources(endings: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ["crates", "src-tauri", "tests", "ui/src"]
        .iter()
        .map(|name| places::root().join(name))
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let skipped = ["node_modules", "target", "gen", "dist"];
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            if path.is_dir() && !name.is_some_and(|name| skipped.contains(&name.as_str())) {
                folders.push(path);
            } else if has_ending(&path, endings) {
                found.push(path);
            }
        }
    }
    assert!(found.len() > 50, "the sources were found");
    Ok(found)
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().map(|it| it.to_string_lossy().into_owned());
    let generated = path.to_string_lossy().ends_with(".gen.ts");
    path.is_file() && !generated && ending.is_some_and(|it| endings.contains(&it.as_str()))
}

#[test]
fn no_source_file_is_longer_than_600_lines() -> Result<()> {
    for path in sources(&["rs", "ts", "svelte", "mjs", "css", "sh"])? {
        let lines = fs::read_to_string(&path)?.lines().count();
        assert!(lines <= 600, "{}: {lines} lines", path.display());
    }
    Ok(())
}

/// The one file that calls C, for a test: SQLite's file systems are tables of C functions.
const UNSAFE: &str = "tests/faulty-disk/src/vfs.rs";

#[test]
fn nothing_is_unsafe() -> Result<()> {
    // In two parts, so that this file passes its own test.
    let words = [["unsafe", " {"], ["unsafe", " fn"], ["unsafe", " impl"]];
    for path in sources(&["rs"])? {
        if path.ends_with(UNSAFE) {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        for word in words.map(|parts| parts.concat()) {
            assert!(!text.contains(&word), "{}: {word}", path.display());
        }
    }
    Ok(())
}
