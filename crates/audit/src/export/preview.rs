//! What an export will look like, before it is made.
use std::borrow::Borrow;

use serde::{Deserialize, Serialize};

use super::ExportOptions;
use crate::event::Event;

/// One line of the export as it will be written; proofs are shortened to `…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewLine {
    /// The line, in parts.
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
/// call and will differ in the file.
pub fn preview<E: Borrow<Event>>(
    events: impl IntoIterator<Item = E>,
    options: &ExportOptions,
    count: usize,
) -> Vec<PreviewLine> {
    let _ = (events.into_iter().count(), options, count);
    unimplemented!()
}
