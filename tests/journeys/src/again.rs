//! A test that runs itself once more, in surroundings that a process can't give itself: another
//! user, a full disk, a keyring of its own.

use std::process::Command;

use anyhow::{Result, ensure};

/// Runs one test, by its whole name, in a test program that ends the command; it must pass there.
///
/// # Errors
/// The program can't be started, or the test did not run or failed; with what it said.
pub fn passes(program: &mut Command, test: &str) -> Result<()> {
    let output = program.args(["--exact", test, "--nocapture"]).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
