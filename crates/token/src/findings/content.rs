//! What a token carries.

use super::{Evidence, Facts, Found, MAX_TEXTS, Outcome, Severity};
use crate::json::Json;
use crate::jwt::Flag;

/// "A small set of resource servers", RFC 9700 §2.3.
const SMALL_SET: usize = 2;

/// Claims about a person (OpenID Connect Core §5.1, and what Microsoft and others add).
const PERSONAL: [&str; 19] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "gender",
    "birthdate",
    "phone_number",
    "address",
    "upn",
    "unique_name",
    "mobile",
    "ssn",
    "national_id",
];
/// Claims whose addresses name services, not people.
const NOT_PEOPLE: [&str; 6] = ["iss", "aud", "azp", "client_id", "cid", "scope"];

pub(super) fn no_audience(facts: &Facts<'_>) -> Outcome {
    match facts.claims() {
        None => Outcome::Silent,
        Some(claims) if audiences(claims).is_empty() => Found::with([]),
        Some(_) => Outcome::Fine,
    }
}

pub(super) fn wide_audience(facts: &Facts<'_>) -> Outcome {
    let Some(claims) = facts.claims() else {
        return Outcome::Silent;
    };
    let audiences = audiences(claims);
    let any = audiences.contains(&"*");
    if audiences.is_empty() {
        return Outcome::Silent;
    }
    if !any && audiences.len() <= SMALL_SET {
        return Outcome::Fine;
    }
    let evidence = [
        Evidence::count("count", audiences.len()),
        Evidence::texts("audiences", audiences.iter().copied()),
    ];
    if any {
        Found::graded(Severity::Serious, evidence)
    } else {
        Found::with(evidence)
    }
}

/// The names of the claims are evidence enough; their values are nobody's business.
pub(super) fn personal(facts: &Facts<'_>) -> Outcome {
    let Some(inspection) = facts.access else {
        return Outcome::Silent;
    };
    let Some(members) = inspection.claims().and_then(Json::members) else {
        return Outcome::Silent;
    };
    // Nothing signs such a token, so unknown names are a part of it.
    let names_are_secret = inspection.content_is_the_token();
    let mut names: Vec<&str> = members
        .iter()
        .filter(|(name, value)| {
            PERSONAL.contains(&name.as_str())
                || (!names_are_secret
                    && !NOT_PEOPLE.contains(&name.as_str())
                    && value.text().is_some_and(is_address))
        })
        .map(|(name, _)| name.as_str())
        .collect();
    names.dedup();
    if names.is_empty() {
        return Outcome::Fine;
    }
    let count = names.len();
    names.truncate(MAX_TEXTS);
    Found::with([
        Evidence::count("count", count),
        Evidence::texts("claims", names),
    ])
}

pub(super) fn twice(facts: &Facts<'_>) -> Outcome {
    let Some(inspection) = facts.access else {
        return Outcome::Silent;
    };
    let mut names = inspection.flags().iter().filter_map(|flag| match flag {
        Flag::DuplicateClaim(name) => Some(name.as_str()),
        _ => None,
    });
    match names.next() {
        None => Outcome::Fine,
        Some(_) if inspection.content_is_the_token() => Found::with([]),
        Some(first) => Found::with([Evidence::texts("claims", [first].into_iter().chain(names))]),
    }
}

/// `aud` as text or list (RFC 7519 §4.1.3).
fn audiences(claims: &Json) -> Vec<&str> {
    let list = match claims.member("aud") {
        Some(Json::Text(text)) => vec![text.as_str()],
        Some(Json::List(items)) => items.iter().filter_map(Json::text).collect(),
        _ => Vec::new(),
    };
    list.into_iter().filter(|text| !text.is_empty()).collect()
}

/// An e-mail address by its shape: `a@b.c`, no blanks, not longer than RFC 5321 allows.
fn is_address(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else {
        return false;
    };
    text.len() <= 254
        && !local.is_empty()
        && host.contains('.')
        && !host.contains('@')
        && !text.contains(char::is_whitespace)
        && !text.contains('/')
}
