//! The fields of an answer, each read on its own: one that is bad costs only itself.
//!
//! Values stay in the body until they are asked for, and are then copied once, into text that is
//! wiped.

use std::{borrow::Cow, collections::HashMap};

use serde_json::{Value, value::RawValue};
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::http::strip_mark;

/// The longest value that is read for its meaning rather than kept, in bytes.
const LONGEST_VALUE: usize = 64;

/// The longest body that is taken for a form, in bytes.
const LONGEST_FORM: usize = 512 * 1024;

/// The names by which a body is known for a form of ours.
const FORM_NAMES: [&str; 3] = ["error", "access_token", "refresh_token"];

/// The fields of a JSON object or of a form.
pub(crate) enum Fields<'a> {
    /// The raw values of a JSON object; of a name that comes twice, the last.
    Json(HashMap<Cow<'a, str>, &'a RawValue>),
    /// GitHub's default, and that of a few old servers.
    Form(Vec<(String, Zeroizing<String>)>),
}

impl<'a> Fields<'a> {
    /// Reads a body; `None` when it is neither.
    pub(crate) fn read(body: &'a [u8]) -> Option<Self> {
        let body = strip_mark(body);
        serde_json::from_slice(body)
            .ok()
            .map(Self::Json)
            .or_else(|| Self::read_form(body))
    }

    fn read_form(body: &[u8]) -> Option<Self> {
        let looks_other = body
            .trim_ascii_start()
            .first()
            .is_none_or(|b| matches!(b, b'{' | b'[' | b'<'));
        if body.len() > LONGEST_FORM || looks_other {
            return None;
        }
        let fields: Vec<_> = form_urlencoded::parse(body.trim_ascii())
            .map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned())))
            .collect();
        let known = fields
            .iter()
            .any(|(name, _)| FORM_NAMES.contains(&name.as_str()));
        known.then_some(Self::Form(fields))
    }

    pub(crate) fn is_form(&self) -> bool {
        matches!(self, Self::Form(_))
    }

    /// The text of a field; `None` when it is missing, `null` or no text.
    pub(crate) fn text(&self, name: &str) -> Option<Zeroizing<String>> {
        match self {
            Self::Json(fields) => text_of(fields.get(name)?.get()),
            Self::Form(fields) => fields
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.clone()),
        }
    }

    /// A short value that is no secret; `Value::Null` when it is missing, `Value::Bool` when it is
    /// longer than any number.
    pub(crate) fn value(&self, name: &str) -> Value {
        match self {
            Self::Json(fields) => fields.get(name).map_or(Value::Null, |raw| {
                let short = Some(raw.get()).filter(|raw| raw.len() <= LONGEST_VALUE);
                short
                    .and_then(|raw| serde_json::from_str(raw).ok())
                    .unwrap_or(Value::Bool(false))
            }),
            Self::Form(_) => self
                .text(name)
                .map_or(Value::Null, |text| match text.len() {
                    0..=LONGEST_VALUE => Value::String(text.as_str().to_owned()),
                    _ => Value::Bool(false),
                }),
        }
    }
}

/// A JSON string, decoded.
pub(crate) fn text_of(raw: &str) -> Option<Zeroizing<String>> {
    serde_json::from_str(raw).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_json_field_by_field() {
        let fields = Fields::read(br#"{"a":"x\u0041","b":7,"c":null,"d":["y"],"a2":""}"#).unwrap();
        assert_eq!(fields.text("a").unwrap().as_str(), "xA");
        assert_eq!(fields.text("a2").unwrap().as_str(), "");
        for name in ["b", "c", "d", "e"] {
            assert!(fields.text(name).is_none(), "{name}");
        }
        assert_eq!(fields.value("b"), json!(7));
        assert_eq!(fields.value("e"), Value::Null);
    }

    #[test]
    fn one_misshapen_value_costs_only_itself() {
        let deep = format!(
            "{{\"x\":{}{},\"y\":\"good\"}}",
            "[".repeat(100),
            "]".repeat(100)
        );
        let fields = Fields::read(deep.as_bytes()).unwrap();
        assert_eq!(fields.value("x"), Value::Bool(false));
        assert_eq!(fields.text("y").unwrap().as_str(), "good");
    }

    #[test]
    fn reads_a_form_only_where_it_is_one_of_ours() {
        let fields = Fields::read(b"error=bad_verification_code&error_description=a+b").unwrap();
        assert!(fields.is_form());
        assert_eq!(
            fields.text("error").unwrap().as_str(),
            "bad_verification_code"
        );
        for body in [
            &b"hello=world"[..],
            b"<html>error=1",
            b"{\"error\":",
            b"",
            b"  ",
        ] {
            assert!(Fields::read(body).is_none(), "{body:?}");
        }
    }
}
