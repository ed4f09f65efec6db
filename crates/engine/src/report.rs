//! What the user hands on of an error: codes, versions, times, and nothing else.
//!
//! The page names the code alone, so that no text of anybody, no name and no token can come into
//! it: neither from a provider nor from the page.

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    engine::Engine,
    error::EngineError,
    view::{ErrorCode, Gate},
};

/// What a report tells.
struct Report<'a> {
    code: ErrorCode,
    version: &'a str,
    gate: Gate,
    online: bool,
    now: Timestamp,
}

impl Report<'_> {
    fn text(&self) -> String {
        let Report { version, now, .. } = self;
        let (code, gate) = (word(&self.code), word(&self.gate));
        let network = if self.online {
            "reached"
        } else {
            "not reached"
        };
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        format!(
            "Keyfob {version} on {os} {arch}\n\
             time: {now:.0}\n\
             error: {code}\n\
             vault: {gate}\n\
             network: {network}\n"
        )
    }
}

/// The word of a code as the page and the command line have it.
fn word(code: &impl Serialize) -> String {
    let value = serde_json::to_value(code);
    let word = value.as_ref().ok().and_then(|value| value.as_str());
    word.unwrap_or("unknown").to_owned()
}

impl Engine {
    /// Puts what can be handed on of an error on the clipboard.
    ///
    /// # Errors
    /// There is no clipboard.
    pub fn copy_report(&self, code: ErrorCode) -> Result<(), EngineError> {
        let report = Report {
            code,
            version: &self.core.options.version,
            gate: self.core.vault_view().gate,
            online: self.core.reach.any(),
            now: Timestamp::from_millisecond(self.core.now().wall.0).unwrap_or_default(),
        };
        self.core.host.copy_text(&report.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_holds_codes_versions_and_times_alone() {
        let report = Report {
            code: ErrorCode::VaultDiskFull,
            version: "0.1.0",
            gate: Gate::VaultTrouble,
            online: false,
            now: Timestamp::from_second(1_795_601_103).expect("a time"),
        };
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        assert_eq!(
            report.text(),
            format!(
                "Keyfob 0.1.0 on {os} {arch}\ntime: 2026-11-25T10:05:03Z\nerror: vault_disk_full\n\
                 vault: vault_trouble\nnetwork: not reached\n"
            )
        );
    }
}
