//! Colours for a terminal.

use std::io::{self, IsTerminal};

/// Whether to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// The text alone.
    Plain,
    /// With ANSI escapes.
    Colours,
}

impl Style {
    /// Colours where standard output is a terminal that wants them (<https://no-color.org>).
    pub(crate) fn of_environment() -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        if unwanted || !io::stdout().is_terminal() {
            Self::Plain
        } else {
            Self::Colours
        }
    }

    /// Something that is as it should be.
    pub(crate) fn good(self, text: &str) -> String {
        self.coloured("32", text)
    }

    /// Something that wants attention.
    pub(crate) fn doubtful(self, text: &str) -> String {
        self.coloured("33", text)
    }

    /// Something that is wrong.
    pub(crate) fn bad(self, text: &str) -> String {
        self.coloured("31", text)
    }

    fn coloured(self, code: &str, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colours => format!("\x1b[1;{code}m{text}\x1b[0m"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_appear_only_where_they_are_wanted() {
        assert_eq!(Style::Plain.bad("broken"), "broken");
        assert_eq!(Style::Colours.bad("broken"), "\x1b[1;31mbroken\x1b[0m");
    }
}
