//! `keyfob audit verify FILE`: needs no vault, no key and no network.

use std::{fs::File, io::BufReader, path::PathBuf};

use clap::Args;
use jiff::Timestamp;
use keyfob_audit::{Finding, Report, SignedBy, VerifyError, verify};
use keyfob_token::UnixMillis;
use serde::Serialize;

use crate::{
    answer::{Answer, Exit},
    failure::Failure,
    shell::{Outcome, Shell},
    style::Style,
};

/// Check an exported audit log (JSON Lines or CSV) and name the first event that does not hold.
///
/// Needs no vault and no network. The fingerprint of the signing key is shown in Keyfob under
/// Audit; keep it somewhere else and give it with --key, or the check can only say which key
/// signed, not whose it is.
#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Verify {
    /// The exported file
    file: PathBuf,
    /// The fingerprint of the key that should have signed it
    #[arg(long, value_name = "FINGERPRINT")]
    key: Option<String>,
}

const AFTER_HELP: &str = "Exit codes:
  0  intact
  1  the file can't be read, or is no export
  2  the command line is wrong
  8  broken: something was cut, left out, moved, altered or signed by another key";

impl Verify {
    pub(crate) fn run(self, shell: &Shell) -> Outcome {
        let file = File::open(&self.file).map_err(|error| {
            self.failed(
                "file_unreadable",
                format_args!("can't open the file: {error}"),
            )
        })?;
        match verify(BufReader::new(file), self.key.as_deref()) {
            Ok(report) => Ok(answer(&report, shell)),
            Err(error @ VerifyError::NotAFingerprint) => Err(Failure::usage(error)),
            Err(VerifyError::Read(error)) => Err(self.failed(
                "file_unreadable",
                format_args!("can't read the file: {error}"),
            )),
            Err(error) => Err(self.failed("not_an_export", error)),
        }
    }

    fn failed(&self, code: &str, sentence: impl std::fmt::Display) -> Failure {
        let file = self.file.display().to_string();
        let sentence = format!("{}: {sentence}", file.escape_debug());
        Failure::new(code, sentence, Exit::Failed)
    }
}

fn answer(report: &Report, shell: &Shell) -> Answer {
    let exit = match report.finding {
        Finding::Intact(_) => Exit::Done,
        Finding::Broken(_) => Exit::Integrity,
    };
    if shell.json {
        Answer::json(&Verdict::of(report), exit)
    } else {
        Answer::text(sentences(report, shell.style), exit)
    }
}

/// The report as JSON.
#[derive(Serialize)]
struct Verdict<'a> {
    /// `intact` or `broken`.
    outcome: &'static str,
    /// `expected_key` or `unchecked_key`, when intact.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_by: Option<&'static str>,
    /// The first event that does not hold, when broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken_at: Option<u64>,
    /// What does not hold, when broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// The same as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<String>,
    key: Option<&'a str>,
    log: String,
    exported_at: String,
    events: u64,
    hidden: u64,
    checkpoints: u64,
    last: u64,
}

impl<'a> Verdict<'a> {
    fn of(report: &'a Report) -> Self {
        let breach = match report.finding {
            Finding::Broken(breach) => Some(breach),
            Finding::Intact(_) => None,
        };
        Self {
            outcome: if breach.is_some() { "broken" } else { "intact" },
            signed_by: match report.finding {
                Finding::Intact(SignedBy::ExpectedKey) => Some("expected_key"),
                Finding::Intact(SignedBy::UncheckedKey) => Some("unchecked_key"),
                Finding::Broken(_) => None,
            },
            broken_at: breach.map(|breach| breach.seq),
            reason: breach.map(|breach| breach.kind.as_str()),
            explanation: breach.map(|breach| breach.to_string()),
            key: report.fingerprint.as_deref(),
            log: report.log_id.to_string(),
            exported_at: time(report.exported_at),
            events: report.events,
            hidden: report.hidden,
            checkpoints: report.checkpoints,
            last: report.last,
        }
    }
}

fn sentences(report: &Report, style: Style) -> String {
    let key = report.fingerprint.as_deref().unwrap_or("none");
    let first = match report.finding {
        Finding::Intact(SignedBy::ExpectedKey) => {
            format!("{} and signed by that key", style.good("intact"))
        }
        Finding::Intact(SignedBy::UncheckedKey) => {
            format!(
                "{}, signer not checked (fingerprint {key})",
                style.doubtful("intact")
            )
        }
        Finding::Broken(breach) => {
            format!(
                "{}: {breach}",
                style.bad(&format!("broken at seq {}", breach.seq))
            )
        }
    };
    let holds = format!(
        "{}: {} shown, {} as their hash alone; {}",
        match (report.finding, report.last) {
            (_, 0) => "no event".to_owned(),
            (Finding::Intact(_), last) => format!("events 1 to {last}"),
            (Finding::Broken(_), last) => format!("events 1 to {last} hold"),
        },
        report.events,
        report.hidden,
        match report.checkpoints {
            1 => "1 signature".to_owned(),
            count => format!("{count} signatures"),
        },
    );
    let outside = match report.finding {
        Finding::Intact(SignedBy::ExpectedKey) => {
            "This file can't tell whether the log went on after it, nor find a log that was made \
             anew by whoever holds the key: compare it with an export kept elsewhere."
        }
        Finding::Intact(SignedBy::UncheckedKey) => {
            "Anyone can sign with a key of their own: compare the fingerprint with the one that \
             Keyfob shows, or give it with --key."
        }
        Finding::Broken(_) => "What comes after that event says nothing.",
    };
    format!(
        "{first}\n{holds}\nlog {}, exported {}\n{outside}\n",
        report.log_id,
        time(report.exported_at)
    )
}

fn time(at: UnixMillis) -> String {
    Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |at| at.to_string())
}
