//! Short texts of a provider, kept only within bounds.

use serde_json::Value;

/// The longest text that is kept, in bytes.
const LONGEST: usize = 1_000;

/// A text as it is, hostile until shown; `None` when it is no text, empty or too long. Never cut:
/// half a subject may be someone else's.
pub(crate) fn bounded(value: Value) -> Option<String> {
    match value {
        Value::String(text) if (1..=LONGEST).contains(&text.len()) => Some(text),
        _ => None,
    }
}
