//! The search text: words, and filters such as `is:expiring -issuer:okta expires:<1h`.

use super::Entry;
use crate::view::State;

/// Longest search text that is read; the rest is ignored.
const MAX_TEXT: usize = 512;

/// A search text understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Search {
    terms: Vec<(bool, Term)>,
    /// Parts that look like a filter and are none.
    pub(crate) bad: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Word(String),
    Is(Vec<State>),
    Issuer(String),
    Client(String),
    Subject(String),
    Scope(String),
    Label(String),
    ExpiresWithin(i64),
    ExpiresAfter(i64),
}

impl Search {
    /// Reads a search text. Words match anywhere; filters match their field; `-` negates.
    pub(crate) fn parse(text: &str) -> Self {
        let mut search = Self::default();
        let bounded: String = text.chars().take(MAX_TEXT).collect();
        for part in split(&bounded) {
            let (negated, body) = match part.strip_prefix('-') {
                Some(rest) if !rest.is_empty() => (true, rest),
                _ => (false, part.as_str()),
            };
            match parse_term(body) {
                Some(term) => search.terms.push((negated, term)),
                None => search.bad.push(part.clone()),
            }
        }
        search
    }

    /// Whether nothing is asked for.
    pub(crate) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether a session matches: every term must, negated ones must not. `left_ms` is the life
    /// that is left, when known.
    pub(crate) fn matches(&self, entry: &Entry, state: State, left_ms: Option<i64>) -> bool {
        self.terms
            .iter()
            .all(|(negated, term)| term.matches(entry, state, left_ms) != *negated)
    }
}

impl Term {
    fn matches(&self, entry: &Entry, state: State, left_ms: Option<i64>) -> bool {
        let has = |field: &str, word: &String| field.to_lowercase().contains(word.as_str());
        let session = &entry.session;
        match self {
            Self::Word(word) => entry.haystack.contains(word.as_str()),
            Self::Is(states) => states.contains(&state),
            Self::Issuer(word) => has(&session.issuer, word),
            Self::Client(word) => has(&session.client_id, word),
            Self::Subject(word) => {
                let account = &session.account;
                [&account.subject, &account.email, &account.username]
                    .into_iter()
                    .flatten()
                    .any(|field| has(field, word))
            }
            Self::Scope(word) => session
                .scopes
                .iter()
                .any(|scope| scope.to_lowercase() == *word),
            Self::Label(word) => session
                .labels
                .iter()
                .any(|label| label.to_lowercase() == *word),
            Self::ExpiresWithin(ms) => left_ms.is_some_and(|left| left < *ms),
            Self::ExpiresAfter(ms) => left_ms.is_none_or(|left| left > *ms),
        }
    }
}

/// Splits at blanks; `"…"` keeps blanks together, also after a filter's colon.
fn split(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                if !part.is_empty() {
                    parts.push(std::mem::take(&mut part));
                }
            }
            c => part.push(c),
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

fn parse_term(body: &str) -> Option<Term> {
    let Some((key, value)) = body.split_once(':') else {
        return Some(Term::Word(body.to_lowercase()));
    };
    let value = value.to_lowercase();
    if value.is_empty() {
        return None;
    }
    match key.to_lowercase().as_str() {
        "is" | "state" => parse_states(&value).map(Term::Is),
        "issuer" => Some(Term::Issuer(value)),
        "client" => Some(Term::Client(value)),
        "sub" => Some(Term::Subject(value)),
        "scope" => Some(Term::Scope(value)),
        "label" => Some(Term::Label(value)),
        "expires" => parse_expires(&value),
        // `https://…` and names with a colon are words.
        _ => Some(Term::Word(body.to_lowercase())),
    }
}

fn parse_states(value: &str) -> Option<Vec<State>> {
    let one = |state| Some(vec![state]);
    match value {
        "theft" => one(State::Theft),
        "revoking" => one(State::Revoking),
        "revoked" => one(State::Revoked),
        "relogin" | "sign-in" => one(State::Relogin),
        "watched" => one(State::Watched),
        "refreshing" | "due" => one(State::Refreshing),
        "expired" => one(State::Expired),
        "failed" => one(State::Failed),
        "offline" => one(State::Offline),
        "expiring" => one(State::Expiring),
        "active" => one(State::Active),
        "attention" => Some(super::ATTENTION.to_vec()),
        "alive" => Some(vec![
            State::Watched,
            State::Refreshing,
            State::Failed,
            State::Offline,
            State::Expiring,
            State::Active,
        ]),
        _ => None,
    }
}

/// `<1h`, `>30m`, `<7d`; a bare time means "within".
fn parse_expires(value: &str) -> Option<Term> {
    let (after, amount) = match value.split_at_checked(1) {
        Some((">", rest)) => (true, rest),
        Some(("<", rest)) => (false, rest),
        _ => (false, value),
    };
    let digits = amount.trim_end_matches(|c: char| c.is_alphabetic());
    let unit = match &amount[digits.len()..] {
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 7 * 86_400_000,
        _ => return None,
    };
    let count: i64 = digits.parse().ok().filter(|count| *count >= 0)?;
    let ms = count.checked_mul(unit)?;
    Some(if after {
        Term::ExpiresAfter(ms)
    } else {
        Term::ExpiresWithin(ms)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_words_filters_and_negation() {
        let search =
            Search::parse("Billing is:expiring -issuer:okta label:\"on call\" expires:<1h");
        assert_eq!(
            search.terms,
            vec![
                (false, Term::Word("billing".into())),
                (false, Term::Is(vec![State::Expiring])),
                (true, Term::Issuer("okta".into())),
                (false, Term::Label("on call".into())),
                (false, Term::ExpiresWithin(3_600_000)),
            ]
        );
    }

    #[test]
    fn knows_the_words_that_the_command_line_prints() {
        let due = Search::parse("state:due");
        assert_eq!(due.terms, vec![(false, Term::Is(vec![State::Refreshing]))]);
    }

    #[test]
    fn names_what_is_no_filter_instead_of_ignoring_it() {
        assert_eq!(Search::parse("is:nonsense expires:soon is:").bad.len(), 3);
    }

    #[test]
    fn takes_a_url_for_a_word() {
        let search = Search::parse("https://id.example");
        assert_eq!(
            search.terms,
            vec![(false, Term::Word("https://id.example".into()))]
        );
    }

    #[test]
    fn overflowing_times_are_refused() {
        assert_eq!(Search::parse("expires:<99999999999999999999d").bad.len(), 1);
        assert_eq!(Search::parse("expires:<9223372036854775807w").bad.len(), 1);
    }
}
