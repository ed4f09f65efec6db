//! Values as text for people: escaped, indented, and never longer than asked for.

use keyfob_secret::escape_untrusted;

use super::ClaimProblem;
use crate::json::Json;

/// The mark where something was cut.
const CUT: &str = " …";

/// A value as text, and what had to be left out.
pub(crate) struct Shown {
    /// Safe to show.
    pub(crate) text: String,
    /// `Cut` or `TooDeep`.
    pub(crate) problem: Option<ClaimProblem>,
}

/// Text without quotes, cut after `max` characters.
pub(super) fn plain(text: &str, max: usize) -> Shown {
    let long = text.chars().nth(max).is_some();
    Shown {
        text: escape_untrusted(text, max),
        problem: long.then_some(ClaimProblem::Cut),
    }
}

/// Any value as JSON indented by two spaces, cut after about `max` characters.
pub(crate) fn pretty(value: &Json, max: usize) -> Shown {
    let mut writer = Writer {
        out: String::new(),
        left: max,
        problem: None,
    };
    writer.value(value, 0);
    if writer.problem == Some(ClaimProblem::Cut) {
        writer.out.push_str(CUT);
    }
    Shown {
        text: writer.out,
        problem: writer.problem,
    }
}

struct Writer {
    out: String,
    left: usize,
    problem: Option<ClaimProblem>,
}

impl Writer {
    fn value(&mut self, value: &Json, depth: usize) {
        match value {
            Json::Null => self.put("null"),
            Json::Bool(true) => self.put("true"),
            Json::Bool(false) => self.put("false"),
            Json::Number(number) => self.put(&number.to_string()),
            Json::Text(text) => self.quoted(text),
            Json::List(items) => {
                self.block('[', ']', items, depth, |writer, item| {
                    writer.value(item, depth + 1)
                });
            }
            Json::Object(members) => {
                self.block('{', '}', members, depth, |writer, (name, value)| {
                    writer.quoted(name);
                    writer.put(": ");
                    writer.value(value, depth + 1);
                });
            }
            Json::TooDeep => {
                self.put("…");
                self.problem.get_or_insert(ClaimProblem::TooDeep);
            }
        }
    }

    fn block<T>(
        &mut self,
        open: char,
        close: char,
        items: &[T],
        depth: usize,
        mut write: impl FnMut(&mut Self, &T),
    ) {
        self.put(open.encode_utf8(&mut [0; 4]));
        for (index, item) in items.iter().enumerate() {
            if self.left == 0 {
                return;
            }
            self.put(if index == 0 { "\n" } else { ",\n" });
            self.put(&"  ".repeat(depth + 1));
            write(self, item);
        }
        if !items.is_empty() {
            self.put("\n");
            self.put(&"  ".repeat(depth));
        }
        self.put(close.encode_utf8(&mut [0; 4]));
    }

    /// Text in quotes. What is beyond the limit is dropped before any work is done on it.
    fn quoted(&mut self, text: &str) {
        let end = text
            .char_indices()
            .nth(self.left)
            .map_or(text.len(), |(index, _)| index);
        let json = serde_json::Value::from(&text[..end]).to_string();
        self.put(&json);
        if end < text.len() {
            self.cut();
        }
    }

    fn put(&mut self, text: &str) {
        let count = text.chars().count();
        if count > self.left {
            let end = text
                .char_indices()
                .nth(self.left)
                .map_or(text.len(), |(index, _)| index);
            self.push(&text[..end]);
            self.cut();
        } else {
            self.push(text);
            self.left -= count;
        }
    }

    /// Escapes all but the line breaks of the indentation: those inside text are `\n` by now.
    fn push(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.out.push('\n');
            }
            self.out.push_str(&escape_untrusted(line, usize::MAX));
        }
    }

    fn cut(&mut self) {
        self.left = 0;
        self.problem = Some(ClaimProblem::Cut);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, max: usize) -> Shown {
        pretty(&crate::json::read(text.as_bytes()).unwrap().root, max)
    }

    #[test]
    fn indents_and_keeps_order() {
        let text = shown(r#"{"b":[1,{}],"a":[]}"#, 100).text;
        assert_eq!(text, "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": []\n}");
    }

    #[test]
    fn escapes_inside_quotes() {
        let text = shown("{\"a\\n\":\"x\u{202e}\\u0007\\\"\"}", 100).text;
        assert_eq!(text, "{\n  \"a\\n\": \"x\\u{202e}\\u0007\\\"\"\n}");
    }

    #[test]
    fn cuts_with_a_mark() {
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(5_000));
        let shown = shown(&long, 40);
        assert_eq!(shown.problem, Some(ClaimProblem::Cut));
        assert!(shown.text.ends_with(CUT));
        assert!(shown.text.chars().count() <= 40 + CUT.chars().count());
        let many = format!("[{}1]", "1,".repeat(50_000));
        assert!(
            super::pretty(&crate::json::read(many.as_bytes()).unwrap().root, 40)
                .text
                .len()
                < 60
        );
    }

    #[test]
    fn exactly_the_limit_is_not_cut() {
        assert_eq!(shown("[1]", 7).problem, None);
        assert_eq!(shown("[1]", 6).problem, Some(ClaimProblem::Cut));
        assert_eq!(plain("abc", 3).problem, None);
        assert_eq!(plain("abcd", 3).problem, Some(ClaimProblem::Cut));
    }
}
