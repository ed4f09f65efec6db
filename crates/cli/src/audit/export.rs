//! `keyfob audit export FILE`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use keyfob_engine::view::{AuditFilter, ExportRequest, Mask};
use serde::Serialize;

use crate::{
    answer::{Answer, Exit},
    failure::Failure,
    shell::{Outcome, Shell},
};

/// Export the log, so that anyone can verify it without your vault
///
/// The file is for its owner alone (0600) and takes its place when it is whole.
#[derive(Args)]
pub(crate) struct Export {
    /// The file to write
    file: PathBuf,
    /// Its format; by default from the end of the file's name
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// What becomes of account names and labels
    #[arg(long, value_enum, default_value_t = Masking::Hash)]
    accounts: Masking,
    /// What becomes of hosts and issuers
    #[arg(long, value_enum, default_value_t = Masking::Keep)]
    hosts: Masking,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Jsonl,
    Csv,
}

#[derive(Clone, Copy, ValueEnum)]
enum Masking {
    /// They stay
    Keep,
    /// One value, one hash, in this file only
    Hash,
    /// They are left out
    Remove,
}

#[derive(Serialize)]
struct Exported {
    path: String,
    events: u32,
    masked: u32,
    key: String,
}

impl Export {
    pub(crate) fn run(self, shell: &Shell) -> Outcome {
        let file = std::path::absolute(&self.file).map_err(Failure::usage)?;
        let is_csv = file.extension().is_some_and(|end| end == "csv");
        let format = match self.format {
            Some(Format::Csv) => "csv",
            Some(Format::Jsonl) => "jsonl",
            None if is_csv => "csv",
            None => "jsonl",
        };
        let request = ExportRequest {
            format: format.to_owned(),
            accounts: mask(self.accounts),
            hosts: mask(self.hosts),
            filter: AuditFilter::default(),
        };
        shell.with_vault("writing the export", async |engine| {
            engine.set_export_target(file);
            let done = engine.export_audit(request).await?;
            if shell.json {
                let object = Exported {
                    path: done.path,
                    events: done.events,
                    masked: done.masked,
                    key: done.key,
                };
                return Ok(Answer::json(&object, Exit::Done));
            }
            Ok(Answer::done(format!(
                "{} events written to {}\nsigned by {}\n",
                done.events, done.path, done.key
            )))
        })
    }
}

fn mask(masking: Masking) -> Mask {
    match masking {
        Masking::Keep => Mask::Keep,
        Masking::Hash => Mask::Hash,
        Masking::Remove => Mask::Remove,
    }
}
