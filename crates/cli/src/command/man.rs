//! `keyfob man`

use std::path::PathBuf;

use clap::{Args, CommandFactory};

use crate::{
    Arguments,
    answer::{Answer, Exit},
    failure::Failure,
    shell::Outcome,
};

/// Print the manual page, or write all pages into a folder
#[derive(Args)]
pub(crate) struct Man {
    /// Write keyfob.1 and a page for each command here
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Man {
    pub(crate) fn run(self) -> Outcome {
        let failed = |error: std::io::Error| Failure::new("file_unwritable", error, Exit::Failed);
        let command = Arguments::command();
        if let Some(dir) = self.dir {
            clap_mangen::generate_to(command, &dir).map_err(failed)?;
            return Ok(Answer::done(String::new()));
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(command)
            .render(&mut page)
            .map_err(failed)?;
        Ok(Answer::done(String::from_utf8_lossy(&page).into_owned()))
    }
}
