//! JSON from outside as it was written: members in their order, duplicates kept.
//!
//! Owns the bounds of every JSON text of a token: 256 KiB, nested 32 deep, linear time. What is
//! nested deeper is skipped and counted, so that a reader may show the rest and a validator refuse
//! all of it. Must not know any claim.

use std::{cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use zeroize::Zeroize;

/// Deepest nesting that is read (RFC 8259 §9 leaves the limit to the reader).
pub(crate) const MAX_DEPTH: usize = 32;

/// One JSON value. A claim may be a secret, so its `Debug` prints no content.
pub(crate) enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number; always finite.
    Number(Number),
    /// Text: valid Unicode, but hostile until escaped.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object: its members in their order, duplicates included.
    Object(Vec<(String, Json)>),
    /// Something nested too deep to be read.
    TooDeep,
}

/// A value read from a text, and what was odd about it.
#[derive(Debug)]
pub(crate) struct Document {
    /// The value.
    pub(crate) root: Json,
    /// Whether something was nested deeper than [`MAX_DEPTH`].
    pub(crate) too_deep: bool,
}

/// Why a text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// The bytes are not UTF-8.
    #[error("it is not UTF-8 text")]
    NotUtf8,
    /// A syntax error, a lone surrogate, a number out of range, or text after the value.
    #[error("it is not valid JSON")]
    Malformed,
}

/// Reads one JSON value that fills `bytes`.
pub(crate) fn read(bytes: &[u8]) -> Result<Document, JsonError> {
    let text = std::str::from_utf8(bytes).map_err(|_| JsonError::NotUtf8)?;
    let too_deep = Cell::new(false);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let root = Reader {
        depth: 0,
        too_deep: &too_deep,
    }
    .deserialize(&mut deserializer)
    .map_err(|_| JsonError::Malformed)?;
    deserializer.end().map_err(|_| JsonError::Malformed)?;
    Ok(Document {
        root,
        too_deep: too_deep.get(),
    })
}

impl Json {
    /// The members of an object.
    pub(crate) fn members(&self) -> Option<&[(String, Json)]> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The first member of that name.
    pub(crate) fn member(&self, name: &str) -> Option<&Json> {
        self.members()?
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// The text of the first member of that name, if it is text.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.member(name)?.text()
    }

    /// The text, if it is text.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The first name that an object in here uses twice.
    pub(crate) fn duplicate(&self) -> Option<&str> {
        match self {
            Self::List(items) => items.iter().find_map(Self::duplicate),
            Self::Object(members) => duplicate_names(members)
                .next()
                .or_else(|| members.iter().find_map(|(_, value)| value.duplicate())),
            _ => None,
        }
    }
}

/// The names that stand for more than one member, each once.
pub(crate) fn duplicate_names(members: &[(String, Json)]) -> impl Iterator<Item = &str> {
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let mut twice: Vec<&str> = names
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0])
        .collect();
    twice.dedup();
    twice.into_iter()
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted JSON]")
    }
}

impl Zeroize for Json {
    fn zeroize(&mut self) {
        match self {
            Self::Text(text) => text.zeroize(),
            Self::List(items) => items.iter_mut().for_each(Self::zeroize),
            Self::Object(members) => members.iter_mut().for_each(|(name, value)| {
                name.zeroize();
                value.zeroize();
            }),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::TooDeep => {}
        }
        *self = Self::Null;
    }
}

/// Wiped when dropped: an unsigned token is nothing but its content.
impl Drop for Document {
    fn drop(&mut self) {
        self.root.zeroize();
    }
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    depth: usize,
    too_deep: &'a Cell<bool>,
}

impl Reader<'_> {
    /// The reader of what stands inside, or `None` when that is too deep.
    fn inside(self) -> Option<Self> {
        if self.depth == MAX_DEPTH {
            self.too_deep.set(true);
            return None;
        }
        Some(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
        Number::from_f64(value)
            .map(Json::Number)
            .ok_or_else(|| E::custom("not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let Some(inside) = self.inside() else {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Json::TooDeep);
        };
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let Some(inside) = self.inside() else {
            while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Json::TooDeep);
        };
        let mut object = Vec::new();
        while let Some(name) = members.next_key()? {
            object.push((name, members.next_value_seed(inside)?));
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(text: &str) -> Json {
        std::mem::replace(&mut read(text.as_bytes()).unwrap().root, Json::Null)
    }

    #[test]
    fn keeps_order_and_duplicates() {
        let json = root(r#"{"b":1,"a":2,"b":3}"#);
        let names: Vec<_> = json
            .members()
            .unwrap()
            .iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["b", "a", "b"]);
        assert_eq!(json.duplicate(), Some("b"));
    }

    #[test]
    fn finds_a_duplicate_spelt_with_an_escape_and_one_inside() {
        assert_eq!(root(r#"{"sub":1,"\u0073ub":2}"#).duplicate(), Some("sub"));
        assert_eq!(
            root(r#"{"act":[{"sub":1,"sub":2}]}"#).duplicate(),
            Some("sub")
        );
        assert_eq!(root(r#"{"sub":1,"act":{"sub":2}}"#).duplicate(), None);
    }

    #[test]
    fn skips_what_is_nested_too_deep_and_keeps_the_rest() {
        let nested = format!(r#"{{"a":{}1{},"b":2}}"#, "[".repeat(200), "]".repeat(200));
        let mut document = read(nested.as_bytes()).unwrap();
        assert!(document.too_deep);
        assert!(matches!(document.root.member("b"), Some(Json::Number(_))));
        document.root.zeroize();
        let fits = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
        assert!(!read(fits.as_bytes()).unwrap().too_deep);
    }

    #[test]
    fn a_hundred_thousand_brackets_do_no_harm() {
        assert!(read("[".repeat(100_000).as_bytes()).is_err());
        let closed = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(closed.as_bytes()).unwrap().too_deep);
    }

    #[test]
    fn refuses_lone_surrogates_other_encodings_and_trailing_text() {
        assert_eq!(read(br#"{"a":"\ud800"}"#).err(), Some(JsonError::Malformed));
        assert_eq!(read(b"{\"a\":\"\xff\"}").err(), Some(JsonError::NotUtf8));
        assert_eq!(read(b"{} {}").err(), Some(JsonError::Malformed));
        assert_eq!(read(br#"{"exp":1e999}"#).err(), Some(JsonError::Malformed));
    }

    #[test]
    fn debug_prints_no_content() {
        assert_eq!(format!("{:?}", root(r#"{"canary":1}"#)), "[redacted JSON]");
    }
}
