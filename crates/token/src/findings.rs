//! Good practice of token management as checks on a session.
//!
//! Owns the table of rules: each is a pure function over [`Facts`] and cites its source. Must not
//! decide anything: no finding ends, freezes or refreshes a session. What a finding shows is
//! evidence (a time, a count, the name of a claim), never a part of a token.

mod content;
mod facts;
mod life;
mod provider;
mod renewal;
mod rules;
mod scopes;
mod signature;
mod source;

use crate::session::{Phase, TokenKind};
use crate::time::UnixMillis;

pub use facts::{Abilities, Facts};
pub use rules::RULES;
pub use source::Source;

/// Longest text of a piece of evidence, in characters before escaping.
pub const MAX_TEXT: usize = 120;

/// Most texts of one piece of evidence.
pub const MAX_TEXTS: usize = 12;

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name in the log, in the vault and for the page; never changes.
    pub code: &'static str,
    /// What it finds, in one English line, for the command line.
    pub summary: &'static str,
    /// How grave a finding is, unless the check says otherwise.
    pub severity: Severity,
    /// The token that it looks at; `None`: the session as a whole.
    pub token: Option<TokenKind>,
    /// What Keyfob itself can do about it.
    pub remedy: Remedy,
    /// Where the practice is written down.
    pub sources: &'static [Source],
    /// The check.
    pub(crate) check: fn(&Facts<'_>) -> Outcome,
}

/// How grave a finding is, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Whoever gets the token has it for good, or nobody can tell it from a forged one.
    Serious,
    /// Against a recommendation, with a risk that can be named.
    Warning,
    /// Good to know.
    Notice,
}

/// What Keyfob can do about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: it is for whoever runs the provider, or for the user's computer.
    None,
    /// Revoke the session.
    Revoke,
    /// Sign in again.
    SignIn,
    /// Sign in again and ask for less.
    FewerScopes,
}

/// What a check came to.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    /// It found something.
    Found(Found),
    /// It looked and found nothing.
    Fine,
    /// There is nothing to look at, such as the claims of an opaque token.
    Silent,
}

/// What a check found.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Found {
    evidence: Vec<Evidence>,
    severity: Option<Severity>,
}

impl Found {
    pub(crate) fn with(evidence: impl IntoIterator<Item = Evidence>) -> Outcome {
        Outcome::Found(Self {
            evidence: evidence.into_iter().collect(),
            severity: None,
        })
    }

    pub(crate) fn graded(
        severity: Severity,
        evidence: impl IntoIterator<Item = Evidence>,
    ) -> Outcome {
        Outcome::Found(Self {
            evidence: evidence.into_iter().collect(),
            severity: Some(severity),
        })
    }
}

/// A piece of evidence: what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What it is, as a word for the messages: `life`, `audiences`, `algorithm` …
    pub name: &'static str,
    /// What was seen.
    pub value: EvidenceValue,
}

/// What was seen. Texts come from outside; they are escaped and bounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvidenceValue {
    /// A length of time in milliseconds; for a difference of clocks it has a sign.
    Duration(i64),
    /// A point in time on the wall clock.
    At(UnixMillis),
    /// A number of things.
    Count(u64),
    /// Names, addresses, words.
    Texts(Vec<String>),
    /// It never happened.
    Never,
}

impl Evidence {
    pub(crate) fn duration(name: &'static str, millis: i64) -> Self {
        let value = EvidenceValue::Duration(millis);
        Self { name, value }
    }

    pub(crate) fn count(name: &'static str, count: impl TryInto<u64>) -> Self {
        let value = EvidenceValue::Count(count.try_into().unwrap_or(u64::MAX));
        Self { name, value }
    }

    pub(crate) fn at_or_never(name: &'static str, at: Option<UnixMillis>) -> Self {
        let value = at.map_or(EvidenceValue::Never, EvidenceValue::At);
        Self { name, value }
    }

    /// Escapes and bounds each text.
    pub(crate) fn texts<'a>(name: &'static str, texts: impl IntoIterator<Item = &'a str>) -> Self {
        let texts = texts
            .into_iter()
            .take(MAX_TEXTS)
            .map(|text| keyfob_secret::escape_untrusted(text, MAX_TEXT))
            .collect();
        let value = EvidenceValue::Texts(texts);
        Self { name, value }
    }
}

/// Something that is against good practice.
#[derive(Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How grave it is here.
    pub severity: Severity,
    /// What was seen.
    pub evidence: Vec<Evidence>,
}

/// The result of all checks on one session.
#[derive(Debug, Default)]
pub struct Checkup {
    /// What was found, the gravest first, else in the order of the table.
    pub findings: Vec<Finding>,
    /// Rules that looked and found nothing.
    pub fine: Vec<&'static Rule>,
    /// Rules that had nothing to look at.
    pub silent: Vec<&'static Rule>,
}

/// Makes every check on a session. Of a revoked one nothing is left to check.
pub fn check(facts: &Facts<'_>) -> Checkup {
    let mut checkup = Checkup::default();
    if matches!(facts.session.phase, Phase::Revoked(_)) {
        checkup.silent.extend(RULES);
        return checkup;
    }
    for rule in RULES {
        match (rule.check)(facts) {
            Outcome::Found(found) => checkup.findings.push(Finding {
                rule,
                severity: found.severity.unwrap_or(rule.severity),
                evidence: found.evidence,
            }),
            Outcome::Fine => checkup.fine.push(rule),
            Outcome::Silent => checkup.silent.push(rule),
        }
    }
    checkup.findings.sort_by_key(|finding| finding.severity);
    checkup
}

/// The rule of that code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_words_that_the_log_takes() {
        for (index, rule) in RULES.iter().enumerate() {
            assert!(
                rule.code.len() <= 48
                    && rule
                        .code
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{}",
                rule.code
            );
            assert!(RULES[..index].iter().all(|other| other.code != rule.code));
        }
    }

    #[test]
    fn each_rule_cites_a_section() {
        for rule in RULES {
            assert!(!rule.sources.is_empty(), "{}", rule.code);
            for source in rule.sources {
                assert!(
                    source.section.starts_with(|c: char| c.is_ascii_digit()),
                    "{source:?}"
                );
            }
            assert!(!rule.summary.ends_with('.'), "{}", rule.code);
        }
    }
}
