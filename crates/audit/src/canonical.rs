//! The canonical form of an event and its leaf.

use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::{
    digest::{Digest, Salt},
    event::{Draft, Guarded, GuardedField, Salts},
    time,
};

/// The version of the canonical form, part of every leaf.
pub(crate) const LEAF_VERSION: u64 = 1;

/// RFC 8785 text of a JSON value.
pub(crate) fn canonical_json(value: &(impl Serialize + ?Sized)) -> String {
    serde_jcs::to_string(value).expect("our values have text keys and whole numbers only")
}

/// What the leaf says about an event apart from the guarded fields.
pub(crate) fn public_fields(seq: u64, draft: &Draft) -> Map<String, Value> {
    fn put(fields: &mut Map<String, Value>, name: &str, value: &impl Serialize) {
        let value = serde_json::to_value(value).expect("our values serialize to JSON");
        fields.insert(name.to_owned(), value);
    }
    let mut fields = Map::new();
    put(&mut fields, "v", &LEAF_VERSION);
    put(&mut fields, "seq", &seq);
    put(&mut fields, "at", &time::rfc3339(draft.at));
    put(&mut fields, "event", &draft.event);
    put(&mut fields, "actor", &draft.actor);
    put(&mut fields, "result", &draft.result);
    if let Some(session) = &draft.session {
        put(&mut fields, "session", session);
    }
    if let Some(token) = &draft.token {
        put(&mut fields, "token", token);
    }
    if let Some(generation) = &draft.generation {
        put(&mut fields, "generation", generation);
    }
    if let Some(code) = &draft.code {
        put(&mut fields, "code", code);
    }
    if !draft.details.is_empty() {
        put(&mut fields, "details", &draft.details);
    }
    fields
}

/// The commitment to one guarded field: SHA-256(0x03 ‖ salt ‖ name ‖ value).
pub(crate) fn commitment(salt: Salt, field: &str, value: &str) -> Digest {
    let mut hash = Sha256::new();
    hash.update([0x03]);
    hash.update(salt.0);
    hash.update(field);
    hash.update(value);
    Digest(hash.finalize().into())
}

/// The commitments to all guarded fields that are present. A value without its salt has none, so
/// that such an event does not verify.
pub(crate) fn commitments(guarded: &Guarded, salts: &Salts) -> Map<String, Value> {
    GuardedField::ALL
        .iter()
        .filter_map(|field| {
            let (value, salt) = (guarded.value(*field)?, salts.salt(*field)?);
            let name = field.as_str();
            Some((
                name.to_owned(),
                commitment(salt, name, value).to_string().into(),
            ))
        })
        .collect()
}

/// The leaf: SHA-256(0x00 ‖ canonical JSON) over the public fields and, where there are guarded
/// fields, their commitments under `guarded`.
pub(crate) fn leaf(mut fields: Map<String, Value>, guarded: Map<String, Value>) -> Digest {
    if !guarded.is_empty() {
        fields.insert("guarded".to_owned(), guarded.into());
    }
    let mut hash = Sha256::new();
    hash.update([0x00]);
    hash.update(canonical_json(&fields));
    Digest(hash.finalize().into())
}

/// The leaf of an event as it is stored.
pub(crate) fn leaf_of(seq: u64, draft: &Draft, salts: &Salts) -> Digest {
    leaf(
        public_fields(seq, draft),
        commitments(&draft.guarded, salts),
    )
}
