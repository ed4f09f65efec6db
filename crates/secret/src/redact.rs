//! Redaction of text that comes from outside.

use url::Url;

/// A URL as it may be logged or exported: scheme, host, port and path, nothing else.
///
/// Text that is no URL becomes `[not a URL]`: it might be a token pasted in the wrong place.
pub fn redact_url(text: &str) -> String {
    match Url::parse(text) {
        Ok(url) if url.has_host() => {
            let host = url.host_str().unwrap_or_default();
            let port = url.port().map(|p| format!(":{p}")).unwrap_or_default();
            format!("{}://{host}{port}{}", url.scheme(), url.path())
        }
        _ => "[not a URL]".to_owned(),
    }
}

/// Hostile text made safe to show: at most `max` characters, control, bidi and other invisible
/// format characters as `\u{…}`.
pub fn escape_untrusted(text: &str, max: usize) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == max {
            out.push('…');
            break;
        }
        if is_invisible(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_user_query_and_fragment() {
        assert_eq!(
            redact_url("https://u:p@id.example:8443/token?code=canary#frag"),
            "https://id.example:8443/token"
        );
        assert_eq!(redact_url("eyJhbGciOi.canary.x"), "[not a URL]");
    }

    #[test]
    fn shows_bidi_and_control_characters_escaped() {
        assert_eq!(
            escape_untrusted("a\u{202E}b\n\u{0}", 10),
            "a\\u{202e}b\\u{a}\\u{0}"
        );
        assert_eq!(escape_untrusted("abcdef", 3), "abc…");
        assert_eq!(escape_untrusted("naïve 日本", 20), "naïve 日本");
    }
}
