//! Rows as CSV cells: one table for all kinds of rows, so that one file verifies by itself.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Row, Shown, ShownEvent};
use crate::{
    canonical::{LEAF_VERSION, canonical_json},
    checkpoint::Checkpoint,
    digest::{Digest, Salt},
    event::GuardedField,
    file::json_form,
    time,
};

/// The columns, in order. `record` names the kind of row; what has no column of its own is in
/// `details` as JSON. Each guarded field has a second column with its salt or commitment.
pub(crate) const COLUMNS: [&str; 25] = [
    "record",
    "seq",
    "at",
    "event",
    "actor",
    "result",
    "session",
    "token_kind",
    "token_fingerprint",
    "token_length",
    "generation",
    "code",
    "details",
    "account",
    "account_proof",
    "host",
    "host_proof",
    "device",
    "device_proof",
    "issuer",
    "issuer_proof",
    "label",
    "label_proof",
    "leaf",
    "chain",
];

/// What stands in the column of a field that was removed.
pub(crate) const REMOVED: &str = "[removed]";

/// Cells by column; a column without a cell is empty.
pub(crate) type Cells = BTreeMap<&'static str, String>;

/// The column of a guarded field's salt or commitment.
pub(crate) fn proof_column(field: GuardedField) -> &'static str {
    match field {
        GuardedField::Account => "account_proof",
        GuardedField::Host => "host_proof",
        GuardedField::Device => "device_proof",
        GuardedField::Issuer => "issuer_proof",
        GuardedField::Label => "label_proof",
    }
}

/// The row as cells, not yet neutralised.
pub(crate) fn to_cells(row: &Row) -> Cells {
    match row {
        Row::Header(header) => Cells::from([
            ("record", "export".to_owned()),
            ("at", time::rfc3339(header.exported_at)),
            ("details", json_form::to_line(row)),
        ]),
        Row::Event(event) => event_to_cells(event),
        Row::Leaf { seq, leaf, chain } => Cells::from([
            ("record", "leaf".to_owned()),
            ("seq", seq.to_string()),
            ("leaf", leaf.to_string()),
            ("chain", chain.to_string()),
        ]),
        Row::Checkpoint(checkpoint) => {
            let details = json!({
                "public_key": checkpoint.public_key,
                "signature": checkpoint.signature,
            });
            Cells::from([
                ("record", "checkpoint".to_owned()),
                ("seq", checkpoint.seq.to_string()),
                ("at", time::rfc3339(checkpoint.at)),
                ("details", canonical_json(&details)),
                ("chain", checkpoint.chain.to_string()),
            ])
        }
        Row::End { content, signature } => {
            let details = json!({ "content": content, "signature": signature });
            Cells::from([
                ("record", "end".to_owned()),
                ("details", canonical_json(&details)),
            ])
        }
    }
}

fn event_to_cells(event: &ShownEvent) -> Cells {
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => canonical_json(other),
    };
    let mut cells = Cells::from([("record", "event".to_owned())]);
    for column in [
        "seq",
        "at",
        "event",
        "actor",
        "result",
        "session",
        "generation",
        "code",
        "details",
    ] {
        if let Some(value) = event.fields.get(column) {
            cells.insert(column, plain(value));
        }
    }
    for (column, name) in TOKEN_COLUMNS {
        if let Some(value) = event.fields.get("token").and_then(|token| token.get(name)) {
            cells.insert(column, plain(value));
        }
    }
    for field in GuardedField::ALL {
        let (shown, proof) = match event.guarded.get(field.as_str()) {
            None => continue,
            Some(Shown::Kept { value, salt }) => (value.clone(), format!("salt:{salt}")),
            Some(Shown::Hashed { hash, commitment }) => {
                (hash.clone(), format!("hash:{commitment}"))
            }
            Some(Shown::Removed { commitment }) => {
                (REMOVED.to_owned(), format!("removed:{commitment}"))
            }
        };
        cells.insert(field.as_str(), shown);
        cells.insert(proof_column(*field), proof);
    }
    cells.insert("chain", event.chain.to_string());
    cells
}

const TOKEN_COLUMNS: [(&str, &str); 3] = [
    ("token_kind", "kind"),
    ("token_fingerprint", "fingerprint"),
    ("token_length", "length"),
];

/// The cells as they are written: in order, and neutralised.
pub(crate) fn to_record(cells: &Cells) -> Vec<String> {
    COLUMNS
        .iter()
        .map(|column| neutralise(cells.get(column).map_or("", String::as_str)))
        .collect()
}

/// A cell that a spreadsheet would run, and one that starts with `'` itself, gets a `'` in front:
/// so a `'` in front can always be taken away again.
fn neutralise(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// Reads a record; `None` unless it is exactly what [`to_record`] writes.
pub(crate) fn from_record(record: &csv::StringRecord) -> Option<Row> {
    if record.len() != COLUMNS.len() {
        return None;
    }
    let cells: Cells = COLUMNS
        .iter()
        .zip(record)
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(column, cell)| (*column, cell.strip_prefix('\'').unwrap_or(cell).to_owned()))
        .collect();
    let row = from_cells(&cells)?;
    to_record(&to_cells(&row))
        .iter()
        .map(String::as_str)
        .eq(record)
        .then_some(row)
}

/// What a first record says, as the line of the other format.
pub(crate) fn header_line(record: &csv::StringRecord) -> Option<&str> {
    let details = COLUMNS.iter().position(|column| *column == "details")?;
    if record.get(0)? == "export" {
        record.get(details)
    } else {
        None
    }
}

fn from_cells(cells: &Cells) -> Option<Row> {
    let cell = |column: &str| cells.get(column).map(String::as_str);
    let digest = |column: &str| Digest::from_hex(cell(column)?);
    let details = || serde_json::from_str::<Map<String, Value>>(cell("details")?).ok();
    let detail = |name: &str| Some(details()?.get(name)?.as_str()?.to_owned());
    match cell("record")? {
        "export" => json_form::from_line(cell("details")?),
        "event" => event_from_cells(cells).map(Row::Event),
        "leaf" => Some(Row::Leaf {
            seq: cell("seq")?.parse().ok()?,
            leaf: digest("leaf")?,
            chain: digest("chain")?,
        }),
        "checkpoint" => Some(Row::Checkpoint(Checkpoint {
            seq: cell("seq")?.parse().ok()?,
            chain: digest("chain")?,
            at: time::parse_rfc3339(cell("at")?)?,
            public_key: Digest::from_hex(&detail("public_key")?)?,
            signature: detail("signature")?,
        })),
        "end" => Some(Row::End {
            content: Digest::from_hex(&detail("content")?)?,
            signature: detail("signature")?,
        }),
        _ => None,
    }
}

fn event_from_cells(cells: &Cells) -> Option<ShownEvent> {
    let mut fields = Map::from_iter([("v".to_owned(), LEAF_VERSION.into())]);
    for column in ["at", "event", "actor", "result", "session", "code"] {
        if let Some(cell) = cells.get(column) {
            fields.insert(column.to_owned(), cell.clone().into());
        }
    }
    for column in ["seq", "generation"] {
        if let Some(cell) = cells.get(column) {
            fields.insert(column.to_owned(), cell.parse::<u64>().ok()?.into());
        }
    }
    if let Some(cell) = cells.get("details") {
        fields.insert("details".to_owned(), serde_json::from_str(cell).ok()?);
    }
    let token: Map<String, Value> = TOKEN_COLUMNS
        .iter()
        .filter_map(|(column, name)| Some(((*name).to_owned(), cells.get(column)?.clone().into())))
        .collect();
    if !token.is_empty() {
        fields.insert("token".to_owned(), token.into());
    }
    let mut guarded = BTreeMap::new();
    for field in GuardedField::ALL {
        if let Some(proof) = cells.get(proof_column(*field)) {
            let shown = cells.get(field.as_str()).cloned().unwrap_or_default();
            guarded.insert(field.as_str().to_owned(), shown_from_cells(shown, proof)?);
        }
    }
    Some(ShownEvent {
        fields,
        guarded,
        chain: Digest::from_hex(cells.get("chain")?)?,
    })
}

fn shown_from_cells(shown: String, proof: &str) -> Option<Shown> {
    let (kind, proof) = proof.split_once(':')?;
    match kind {
        "salt" => Some(Shown::Kept {
            value: shown,
            salt: Salt::from_hex(proof)?,
        }),
        "hash" => Some(Shown::Hashed {
            hash: shown,
            commitment: Digest::from_hex(proof)?,
        }),
        "removed" => Some(Shown::Removed {
            commitment: Digest::from_hex(proof)?,
        }),
        _ => None,
    }
}
