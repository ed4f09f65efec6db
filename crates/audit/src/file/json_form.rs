//! Rows as JSON: one object in canonical form (RFC 8785) per line.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{EXPORT_VERSION, Header, Row, Shown, ShownEvent};
use crate::{
    canonical::canonical_json,
    checkpoint::Checkpoint,
    digest::{Digest, Salt},
    export::Mask,
    time,
};

/// The key that only the first row has; its value is the version of the format.
pub(crate) const MAGIC: &str = "keyfob_audit_export";

/// The row as a JSON object.
pub(crate) fn to_json(row: &Row) -> Value {
    match row {
        Row::Header(header) => json!({
            MAGIC: header.version,
            "log": header.log,
            "exported_at": time::rfc3339(header.exported_at),
            "accounts": header.accounts.as_str(),
            "hosts": header.hosts.as_str(),
        }),
        Row::Event(event) => event_to_json(event),
        Row::Leaf { seq, leaf, chain } => json!({ "seq": seq, "leaf": leaf, "chain": chain }),
        Row::Checkpoint(checkpoint) => json!({ "checkpoint": {
            "seq": checkpoint.seq,
            "chain": checkpoint.chain,
            "at": time::rfc3339(checkpoint.at),
            "public_key": checkpoint.public_key,
            "signature": checkpoint.signature,
        }}),
        Row::End { content, signature } => {
            json!({ "end": { "content": content, "signature": signature } })
        }
    }
}

/// The row as a line without its end.
pub(crate) fn to_line(row: &Row) -> String {
    canonical_json(&to_json(row))
}

/// Reads a line; `None` unless it is exactly what [`to_line`] writes.
pub(crate) fn from_line(line: &str) -> Option<Row> {
    let row = from_json(serde_json::from_str(line).ok()?)?;
    (to_line(&row) == line).then_some(row)
}

/// The version that a first row of a newer format names.
pub(crate) fn newer_version(line: &str) -> Option<u64> {
    if !line.contains(MAGIC) {
        return None;
    }
    let object: Map<String, Value> = serde_json::from_str(line).ok()?;
    object
        .get(MAGIC)?
        .as_u64()
        .filter(|version| *version > EXPORT_VERSION)
}

fn from_json(mut object: Map<String, Value>) -> Option<Row> {
    if object.contains_key(MAGIC) {
        header_from_json(&object)
            .filter(|header| header.version == EXPORT_VERSION)
            .map(Row::Header)
    } else if let Some(checkpoint) = object.get("checkpoint") {
        checkpoint_from_json(checkpoint).map(Row::Checkpoint)
    } else if let Some(end) = object.get("end") {
        let signature = text(end, "signature")?.to_owned();
        Some(Row::End {
            content: digest(end, "content")?,
            signature,
        })
    } else if object.contains_key("leaf") {
        let object = Value::Object(object);
        Some(Row::Leaf {
            seq: object.get("seq")?.as_u64()?,
            leaf: digest(&object, "leaf")?,
            chain: digest(&object, "chain")?,
        })
    } else {
        let chain = Digest::from_hex(object.remove("chain")?.as_str()?)?;
        let guarded = match object.remove("guarded") {
            Some(guarded) => guarded_from_json(guarded.as_object()?)?,
            None => BTreeMap::new(),
        };
        Some(Row::Event(ShownEvent {
            fields: object,
            guarded,
            chain,
        }))
    }
}

fn event_to_json(event: &ShownEvent) -> Value {
    let mut object = event.fields.clone();
    if !event.guarded.is_empty() {
        let shown = event.guarded.iter().map(|(name, shown)| {
            let shown = match shown {
                Shown::Kept { value, salt } => json!({ "value": value, "salt": salt }),
                Shown::Hashed { hash, commitment } => {
                    json!({ "hash": hash, "commitment": commitment })
                }
                Shown::Removed { commitment } => json!({ "commitment": commitment }),
            };
            (name.clone(), shown)
        });
        object.insert("guarded".to_owned(), Value::Object(shown.collect()));
    }
    object.insert("chain".to_owned(), event.chain.to_string().into());
    object.into()
}

fn guarded_from_json(object: &Map<String, Value>) -> Option<BTreeMap<String, Shown>> {
    let shown = object.iter().map(|(name, field)| {
        let shown = if let Some(value) = text(field, "value") {
            Shown::Kept {
                value: value.to_owned(),
                salt: Salt::from_hex(text(field, "salt")?)?,
            }
        } else if let Some(hash) = text(field, "hash") {
            Shown::Hashed {
                hash: hash.to_owned(),
                commitment: digest(field, "commitment")?,
            }
        } else {
            Shown::Removed {
                commitment: digest(field, "commitment")?,
            }
        };
        Some((name.clone(), shown))
    });
    shown.collect()
}

fn header_from_json(object: &Map<String, Value>) -> Option<Header> {
    let mask = |name: &str| {
        let word = object.get(name)?.as_str()?;
        Mask::ALL.into_iter().find(|mask| mask.as_str() == word)
    };
    Some(Header {
        version: object.get(MAGIC)?.as_u64()?,
        log: object.get("log")?.as_str()?.parse().ok()?,
        exported_at: time::parse_rfc3339(object.get("exported_at")?.as_str()?)?,
        accounts: mask("accounts")?,
        hosts: mask("hosts")?,
    })
}

fn checkpoint_from_json(value: &Value) -> Option<Checkpoint> {
    Some(Checkpoint {
        seq: value.get("seq")?.as_u64()?,
        chain: digest(value, "chain")?,
        at: time::parse_rfc3339(text(value, "at")?)?,
        public_key: digest(value, "public_key")?,
        signature: text(value, "signature")?.to_owned(),
    })
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

fn digest(value: &Value, name: &str) -> Option<Digest> {
    Digest::from_hex(text(value, name)?)
}
