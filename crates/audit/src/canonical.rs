//! The canonical form of an event and its leaf.

use serde::{Serialize, Serializer};
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
///
/// serde_jcs does it all, at nine times the price of serde_json. Sorting the keys is all that
/// serde_json lacks while keys are ASCII (bytes then sort as UTF-16 does) and numbers are whole
/// and within ±2^53, which is all that we write ourselves.
pub(crate) fn canonical_json(value: &Value) -> String {
    let text = if is_plain(value) {
        serde_json::to_string(&Sorted(value))
    } else {
        serde_jcs::to_string(value)
    };
    text.expect("a JSON value has text keys and finite numbers")
}

fn is_plain(value: &Value) -> bool {
    const LARGEST: u64 = 1 << 53;
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => true,
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => number <= LARGEST,
            (None, Some(number)) => number.unsigned_abs() <= LARGEST,
            (None, None) => false,
        },
        Value::Array(values) => values.iter().all(is_plain),
        Value::Object(map) => map
            .iter()
            .all(|(key, value)| key.is_ascii() && is_plain(value)),
    }
}

/// A value whose objects are written with their keys sorted, in whatever order the map has them.
struct Sorted<'a>(&'a Value);

impl Serialize for Sorted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(map) => {
                let mut entries: Vec<_> = map.iter().collect();
                entries.sort_unstable_by_key(|(key, _)| *key);
                serializer.collect_map(entries.into_iter().map(|(key, value)| (key, Self(value))))
            }
            Value::Array(values) => serializer.collect_seq(values.iter().map(Sorted)),
            plain => plain.serialize(serializer),
        }
    }
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
    hash.update(canonical_json(&Value::Object(fields)));
    Digest(hash.finalize().into())
}

/// The leaf of an event as it is stored.
pub(crate) fn leaf_of(seq: u64, draft: &Draft, salts: &Salts) -> Digest {
    leaf(
        public_fields(seq, draft),
        commitments(&draft.guarded, salts),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-10_i64..10).prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[\\x00-\\x7f\u{80}\u{2028}\u{10FFFF}]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[a-z_A\u{80}\u{FFFF}\u{10000}]{0,3}", inner), 0..5)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_short_way_writes_what_serde_jcs_writes(value in any_json()) {
            prop_assert_eq!(canonical_json(&value), serde_jcs::to_string(&value).unwrap());
        }
    }
}
