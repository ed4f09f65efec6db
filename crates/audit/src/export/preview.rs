//! What an export will look like, before it is made.

use std::borrow::Borrow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ExportError, ExportFormat, ExportOptions, mask::Masker, write::show};
use crate::{
    canonical::canonical_json,
    chain::Head,
    event::{Event, GuardedField},
    file::{Row, Shown, ShownEvent, csv_form, json_form},
};

/// One line of the export as it will be written, but for salts, commitments and links, which are
/// shortened to `…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewLine {
    /// The line, in parts, without its end.
    pub parts: Vec<PreviewPart>,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewPart {
    /// The text.
    pub text: String,
    /// Whether it stands for a value that was hashed or removed.
    pub masked: bool,
}

/// The lines of the first `count` events that `options` shows. Hashes are made with a key of this
/// call: they will differ in the file.
pub fn preview<E: Borrow<Event>>(
    events: impl IntoIterator<Item = E>,
    options: &ExportOptions,
    count: usize,
) -> Result<Vec<PreviewLine>, ExportError> {
    let masker = Masker::make(options)?;
    let lines = events
        .into_iter()
        .filter(|event| options.filter.shows(&event.borrow().draft))
        .take(count)
        .map(|event| preview_line(event.borrow(), options.format, &masker));
    Ok(lines.collect())
}

/// Around what is masked, until the line is cut into parts. They are not characters
/// (Unicode §23.7), and are taken out of the values first.
const OPEN: char = '\u{FDD0}';
const CLOSE: char = '\u{FDD1}';

fn preview_line(event: &Event, format: ExportFormat, masker: &Masker) -> PreviewLine {
    let mut shown = show(event, &Head::EMPTY, masker);
    for field in shown.guarded.values_mut() {
        match field {
            Shown::Kept { value, .. } => value.retain(|c| c != OPEN && c != CLOSE),
            Shown::Hashed { hash, .. } => *hash = marked(hash),
            Shown::Removed { .. } => {}
        }
    }
    let line = match format {
        ExportFormat::JsonLines => json_line(shown),
        ExportFormat::Csv => csv_line(shown),
    };
    PreviewLine {
        parts: into_parts(&line),
    }
}

fn marked(text: &str) -> String {
    format!("{OPEN}{text}{CLOSE}")
}

fn json_line(shown: ShownEvent) -> String {
    let mut line = json_form::to_json(&Row::Event(shown));
    line["chain"] = "…".into();
    if let Some(guarded) = line.get_mut("guarded").and_then(Value::as_object_mut) {
        for field in guarded.values_mut().filter_map(Value::as_object_mut) {
            let only_commitment = field.len() == 1;
            for name in ["salt", "commitment"] {
                if let Some(proof) = field.get_mut(name) {
                    *proof = if only_commitment {
                        marked("…").into()
                    } else {
                        "…".into()
                    };
                }
            }
        }
    }
    canonical_json(&line)
}

fn csv_line(shown: ShownEvent) -> String {
    let mut cells = csv_form::to_cells(&Row::Event(shown));
    cells.insert("chain", "…".to_owned());
    for field in GuardedField::ALL {
        if let Some(proof) = cells.get_mut(csv_form::proof_column(*field)) {
            let kind = proof.split(':').next().unwrap_or_default().to_owned();
            *proof = format!("{kind}:…");
            if kind == "removed" {
                cells.insert(field.as_str(), marked(csv_form::REMOVED));
            }
        }
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(csv_form::to_record(&cells))
        .expect("memory takes every record");
    let bytes = writer.into_inner().expect("memory takes every record");
    String::from_utf8(bytes)
        .expect("cells are text")
        .trim_end_matches('\n')
        .to_owned()
}

fn into_parts(line: &str) -> Vec<PreviewPart> {
    let parts = line.split(OPEN).enumerate().flat_map(|(index, piece)| {
        let (masked, plain) = match piece.split_once(CLOSE) {
            Some((masked, plain)) if index > 0 => (masked, plain),
            _ => ("", piece),
        };
        [(masked, true), (plain, false)]
    });
    parts
        .filter(|(text, _)| !text.is_empty())
        .map(|(text, masked)| PreviewPart {
            text: text.to_owned(),
            masked,
        })
        .collect()
}
