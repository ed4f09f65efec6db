//! What the checks of good practice found, with evidence and without a value of any token.

use serde::Serialize;
use ts_rs::TS;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the grades are their names")]
pub enum Severity {
    Serious,
    Warning,
    Notice,
}

/// What Keyfob can do about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Nothing.
    None,
    /// Revoke the session.
    Revoke,
    /// Sign in again.
    SignIn,
    /// Sign in again with fewer scopes.
    FewerScopes,
}

/// Where the practice is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceView {
    /// The document, such as `RFC 9700`.
    pub document: String,
    /// The section or requirement, such as `4.14.2`.
    pub section: String,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EvidenceValue {
    /// A length of time; a difference of clocks has a sign.
    Duration {
        /// Milliseconds.
        ms: i64,
    },
    /// A point in time.
    At {
        /// Milliseconds since 1970.
        at: i64,
    },
    /// A number of things.
    Count {
        /// How many.
        count: u32,
    },
    /// Texts from outside, escaped and bounded.
    Texts {
        /// At most twelve.
        texts: Vec<String>,
    },
    /// It never happened.
    Never,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceView {
    /// What it is, as a word for the messages.
    pub name: String,
    /// What was seen.
    pub value: EvidenceValue,
}

/// Something that is against good practice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindingView {
    /// The rule; its words are in the messages.
    #[ts(type = "FindingCode")]
    pub code: String,
    /// The rule in one English line, for the command line.
    pub summary: String,
    /// How grave it is here.
    pub severity: Severity,
    /// The token it is about; `null`: the session as a whole.
    #[ts(type = "'access' | 'refresh' | 'id' | null")]
    pub token: Option<String>,
    /// The keyed fingerprint of that token, short form.
    pub fingerprint: Option<String>,
    /// What Keyfob can do about it.
    pub remedy: Remedy,
    /// Where it is written down.
    pub sources: Vec<SourceView>,
    /// What was seen.
    pub evidence: Vec<EvidenceView>,
}

/// All checks on one session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindingsView {
    /// What was found and not dismissed, the gravest first.
    pub open: Vec<FindingView>,
    /// What was found and dismissed by the user.
    pub dismissed: Vec<FindingView>,
    /// Checks that looked and found nothing.
    #[ts(type = "Array<FindingCode>")]
    pub fine: Vec<String>,
    /// Checks that had nothing to look at.
    #[ts(type = "Array<FindingCode>")]
    pub silent: Vec<String>,
}

/// The codes of all rules, for the type of the page.
pub fn finding_codes() -> impl Iterator<Item = &'static str> {
    keyfob_token::findings::RULES.iter().map(|rule| rule.code)
}
