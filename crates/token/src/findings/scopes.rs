//! What a session may do, against what is known of its use.
//!
//! Keyfob never sees what a service does with a token. It knows the names of the scopes and when it
//! last gave the token away; a rule may say no more than that.

use super::{Evidence, Facts, Found, Outcome, Severity};

const DAY_MS: i64 = 24 * 3_600_000;
/// Without a use for this long, power is not used.
const IDLE_MS: i64 = 30 * DAY_MS;
/// More scopes than anybody reads on a consent page.
const MANY: usize = 20;

/// Words that open nearly everything.
const ALL_POWER: [&str; 15] = [
    "admin",
    "administrator",
    "all",
    "full",
    "fullcontrol",
    "impersonate",
    "impersonation",
    "manage",
    "management",
    "master",
    "owner",
    "root",
    "sudo",
    "super",
    "superuser",
];
/// Whole scopes that do the same at well-known providers, though their names don't tell.
const WHOLE: [&str; 5] = [
    "*",
    "api",
    "repo",
    ".default",
    "https://www.googleapis.com/auth/cloud-platform",
];
const WRITE: [&str; 11] = [
    "create",
    "delete",
    "edit",
    "modify",
    "publish",
    "push",
    "readwrite",
    "send",
    "update",
    "write",
    "rw",
];

pub(super) fn wide(facts: &Facts<'_>) -> Outcome {
    let scopes = &facts.session.scopes;
    if scopes.is_empty() {
        return Outcome::Silent;
    }
    let named = |is: fn(&str) -> bool| -> Vec<&str> {
        let texts = scopes.iter().map(String::as_str);
        texts.filter(|scope| is(scope)).collect()
    };
    let (powerful, writing) = (named(is_powerful), named(is_writing));
    let idle = facts.idle_ms() >= IDLE_MS;
    let evidence = |name, list: Vec<&str>| {
        vec![
            Evidence::texts(name, list),
            Evidence::count("scopes", scopes.len()),
            Evidence::at_or_never("last_use", facts.last_use()),
        ]
    };
    if !powerful.is_empty() {
        let severity = if idle {
            Severity::Warning
        } else {
            Severity::Notice
        };
        return Found::graded(severity, evidence("powerful", powerful));
    }
    if idle && !writing.is_empty() {
        return Found::graded(Severity::Notice, evidence("writing", writing));
    }
    if scopes.len() > MANY {
        let first = scopes.iter().map(String::as_str).collect();
        return Found::graded(Severity::Notice, evidence("many", first));
    }
    Outcome::Fine
}

fn is_powerful(scope: &str) -> bool {
    WHOLE.contains(&scope) || scope.ends_with("/.default") || has_word(scope, &ALL_POWER)
}

fn is_writing(scope: &str) -> bool {
    has_word(scope, &WRITE)
}

/// Whole words only: `readonly` and `install` are neither `root` nor `all`.
fn has_word(scope: &str, words: &[&str]) -> bool {
    let scope = scope.to_ascii_lowercase();
    scope
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| words.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_is_a_whole_word_or_a_known_scope() {
        for scope in [
            "admin:org",
            "Files.ReadWrite.All",
            "sudo",
            "api",
            "repo",
            "*",
            "user_impersonation",
            "https://graph.microsoft.com/.default",
            "billing.manage",
        ] {
            assert!(is_powerful(scope), "{scope}");
        }
        for scope in [
            "openid",
            "email",
            "repo:status",
            "install.read",
            "rooms",
            "calls",
            "api.read",
        ] {
            assert!(!is_powerful(scope), "{scope}");
        }
        assert!(is_writing("billing.write") && is_writing("write:packages"));
        assert!(!is_writing("billing.read") && !is_writing("writer.profile.read"));
    }
}
