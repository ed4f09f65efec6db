//! What the browser is shown at the end. One page, complete in itself: no script, nothing from
//! elsewhere, nothing of the request in it.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::request::Knock;

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;min-height:100vh;display:grid;place-items:center;\
font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif;background:#f6f7f9;color:#1c2330}\
main{max-width:26rem;padding:2.5rem 2rem;text-align:center}\
.mark{width:3rem;height:3rem;margin:0 auto 1.25rem;border-radius:50%;display:grid;\
place-items:center;font-size:1.5rem;line-height:1;background:#dff3e6;color:#166534}\
.mark.no{background:#fbe3e1;color:#9b1c1c}\
h1{margin:0 0 .5rem;font-size:1.375rem;font-weight:600}\
p{margin:0;color:#566173}\
@media(prefers-color-scheme:dark){body{background:#12161d;color:#e7ebf2}p{color:#9aa5b5}\
.mark{background:#173325;color:#7ddba2}.mark.no{background:#3a1d1d;color:#f4a3a0}}";

/// The whole answer to a request, head and body.
pub(super) fn answer(knock: &Knock) -> String {
    match knock {
        Knock::Code(_) => page(
            "200 OK",
            Mark::Yes,
            "Signed in",
            "You can close this tab and go back to Keyfob.",
        ),
        Knock::Refused(_) => page(
            "200 OK",
            Mark::No,
            "Sign-in was refused",
            "You can close this tab. Keyfob says what happened.",
        ),
        Knock::Stranger => page(
            "400 Bad Request",
            Mark::No,
            "This is not the sign-in Keyfob is waiting for",
            "Start it again in Keyfob, and finish it in the tab that opens.",
        ),
        Knock::NotFound => plain("404 Not Found"),
        Knock::BadMethod => plain("405 Method Not Allowed"),
        Knock::BadHost => plain("421 Misdirected Request"),
        Knock::BadRequest => plain("400 Bad Request"),
    }
}

enum Mark {
    Yes,
    No,
}

fn page(status: &str, mark: Mark, title: &str, text: &str) -> String {
    let mark = match mark {
        Mark::Yes => "<div class=\"mark\" aria-hidden=\"true\">\u{2713}</div>",
        Mark::No => "<div class=\"mark no\" aria-hidden=\"true\">\u{2715}</div>",
    };
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title} \u{2013} Keyfob</title>\
         <link rel=\"icon\" href=\"data:,\"><style>{STYLE}</style></head>\
         <body><main>{mark}<h1>{title}</h1><p>{text}</p></main></body></html>"
    );
    let style = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src data:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    respond(status, "text/html; charset=utf-8", &policy, &body)
}

fn plain(status: &str) -> String {
    let body = format!("{status}\n");
    respond(
        status,
        "text/plain; charset=utf-8",
        "default-src 'none'",
        &body,
    )
}

fn respond(status: &str, kind: &str, policy: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
         Content-Security-Policy: {policy}\r\nCache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
         Cross-Origin-Opener-Policy: same-origin\r\nConnection: close\r\n\r\n{body}"
    )
}

#[cfg(test)]
mod tests {
    use keyfob_secret::AuthorizationCode;

    use super::*;
    use crate::ErrorCode;

    #[test]
    fn pages_hold_no_script_no_code_and_nothing_from_elsewhere() {
        let pages = [
            answer(&Knock::Code(AuthorizationCode::new("canary-code".into()))),
            answer(&Knock::Refused(ErrorCode::AccessDenied)),
            answer(&Knock::Stranger),
        ];
        for page in pages {
            let (head, body) = page.split_once("\r\n\r\n").unwrap();
            assert!(
                head.contains("Content-Security-Policy: default-src 'none'; style-src 'sha256-")
            );
            assert!(!head.contains("unsafe-inline"));
            assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())));
            for forbidden in ["canary", "<script", "http://", "https://", "style=\""] {
                assert!(!body.contains(forbidden), "{forbidden}");
            }
        }
    }

    #[test]
    fn says_how_the_sign_in_went() {
        let signed_in = answer(&Knock::Code(AuthorizationCode::new("c".into())));
        assert!(signed_in.starts_with("HTTP/1.1 200 OK\r\n") && signed_in.contains("Signed in"));
        assert!(answer(&Knock::Refused(ErrorCode::AccessDenied)).contains("Sign-in was refused"));
        assert!(answer(&Knock::Stranger).starts_with("HTTP/1.1 400 "));
        assert!(answer(&Knock::BadHost).starts_with("HTTP/1.1 421 "));
    }
}
