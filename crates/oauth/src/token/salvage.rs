//! A refresh token out of an answer that is cut short or malformed.

use keyfob_secret::RefreshToken;

use super::answer::plausible_refresh;
use crate::{fields::text_of, http::strip_mark};

/// Finds the last whole `"refresh_token": "…"` of the outermost object, in one pass.
///
/// A token whose end did not arrive is not taken: half a token is worse than the old one.
pub(super) fn refresh_token_in(body: &[u8]) -> Option<RefreshToken> {
    let body = strip_mark(body).trim_ascii_start();
    if body.first() != Some(&b'{') {
        return None;
    }
    let mut found = None;
    let mut depth = 0_u32;
    let mut is_value_of_ours = false;
    let mut at = 0;
    while let Some(&byte) = body.get(at) {
        match byte {
            b'"' => {
                let Some(end) = end_of_string(body, at) else {
                    break;
                };
                let raw = &body[at..end];
                let after = next_byte(body, end);
                if is_value_of_ours {
                    found = read(raw).or(found);
                }
                is_value_of_ours =
                    depth == 1 && after == Some(b':') && raw == br#""refresh_token""#;
                at = end;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if !byte.is_ascii_whitespace() && byte != b':' {
            is_value_of_ours = false;
        }
        at += 1;
    }
    found
}

fn read(raw: &[u8]) -> Option<RefreshToken> {
    plausible_refresh(text_of(std::str::from_utf8(raw).ok()?)?)
}

/// The index after the closing quote of the string that begins at `start`.
fn end_of_string(body: &[u8], start: usize) -> Option<usize> {
    let mut escaped = false;
    for (offset, &byte) in body[start + 1..].iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(start + offset + 2),
            _ => {}
        }
    }
    None
}

fn next_byte(body: &[u8], from: usize) -> Option<u8> {
    body[from..]
        .iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn salvage(body: &str) -> Option<String> {
        refresh_token_in(body.as_bytes()).map(|token| token.expose().to_owned())
    }

    #[test]
    fn finds_a_whole_token_in_a_cut_or_malformed_answer() {
        for body in [
            r#"{"refresh_token":"rt-1","access_token":"half"#,
            r#" {"a":{"refresh_token":"inner"},"refresh_token" : "rt-1" , }"#,
            r#"{"refresh_token":"rt-1"}{"again":1}"#,
            r#"{"error":"oops" "refresh_token":"rt-1""#,
        ] {
            assert_eq!(salvage(body).as_deref(), Some("rt-1"), "{body}");
        }
    }

    #[test]
    fn takes_no_half_token_and_no_other_field() {
        for body in [
            r#"{"refresh_token":"rt-"#,
            r#"{"refresh_token":"rt-\"#,
            r#"{"refresh_token":7,"x":"rt-1"#,
            r#"{"x":"refresh_token","y":"rt-1"#,
            r#"{"inner":{"refresh_token":"rt-1"}"#,
            r#"<html>{"refresh_token":"rt-1"}"#,
            r#"[{"refresh_token":"rt-1"}"#,
            r#"{"refresh_token":"""#,
            "",
        ] {
            assert_eq!(salvage(body), None, "{body}");
        }
    }

    proptest! {
        #[test]
        fn every_cut_after_the_token_keeps_it_and_every_cut_before_loses_it(
            before in "[ -~&&[^\"\\\\]]{0,20}", token in "[A-Za-z0-9._~+/-]{1,40}", cut: prop::sample::Index,
        ) {
            let body = serde_json::json!({"a": before, "refresh_token": token, "z": 1}).to_string();
            let whole = format!("\"refresh_token\":\"{token}\"");
            let end = body.find(&whole).unwrap() + whole.len();
            let cut = cut.index(body.len() + 1);
            prop_assert_eq!(salvage(&body[..cut]), (cut >= end).then_some(token));
        }

        #[test]
        fn no_body_makes_it_panic(body: Vec<u8>) {
            refresh_token_in(&body);
            let _ = refresh_token_in(&[b"{\"refresh_token\":\"", &body[..]].concat());
        }
    }
}
