//! The ways in which a provider fails a refresh, and what is designed to follow each.
//!
//! The trial beside this file goes through them, and writes docs/FAILURES.md.

use keyfob_journeys::line::{Heard, Then};
use serde_json::{Value, json};

use super::fake::says;
use super::faults_answers::{
    body, bytes, chunked, cut, error, form_of, granted, gzip, new_token, packed, page, status, with,
};

/// One way to fail.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// What comes.
    pub(super) came: &'static str,
    /// Whether the provider acted: used up the refresh token that was presented.
    pub(super) acted: bool,
    pub(super) how: How,
    pub(super) follows: Follows,
}

/// Where it fails.
#[derive(Clone, Copy)]
pub(super) enum How {
    /// Nobody listens.
    Down,
    /// The pinned configuration leads elsewhere.
    Endpoint(&'static str),
    /// This comes back.
    Comes(fn(&Heard) -> Then),
    /// This comes back when nobody waits for it any more.
    ComesLate(fn(&Heard) -> Then),
}

/// What is designed to follow; docs/LIFE-OF-A-SESSION.md says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    /// Renewed, with a new refresh token or with the old one.
    Renewed(Token),
    /// Renewed, and nobody knows when the access token ends: nothing is due by itself.
    RenewedWithoutEnd,
    /// Renewed, with an access token that had ended when it came: expired while refresh is paused.
    RenewedEnded,
    /// Only the new refresh token could be used.
    RenewedBadly,
    /// Not sent, for this reason; kept and tried again.
    NotSent(&'static str),
    /// Turned away; kept, and tried again after so many seconds at the earliest.
    TurnedAway(i64),
    /// Nobody knows whether it was acted on; presented again, with the end that `acted` gives.
    Uncertain,
    /// Refused for this reason; kept and tried again.
    Refused(&'static str),
    /// The refresh token is of no use any more.
    Ended,
    /// Tokens of somebody else.
    Theft,
}

/// Which refresh token is in hand afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Old,
    New,
}

use Follows::*;
use How::{Comes, ComesLate, Down, Endpoint};
use Token::{New, Old};

/// The provider never heard of it.
const fn unheard(came: &'static str, how: How, follows: Follows) -> Row {
    Row {
        came,
        acted: false,
        how,
        follows,
    }
}

/// It did not act: this comes instead of an answer of its own.
const fn before(came: &'static str, then: fn(&Heard) -> Then, follows: Follows) -> Row {
    unheard(came, Comes(then), follows)
}

/// It acted, and this is what arrives of its answer.
const fn after(came: &'static str, then: fn(&Heard) -> Then, follows: Follows) -> Row {
    Row {
        came,
        acted: true,
        how: Comes(then),
        follows,
    }
}

pub(super) const ROWS: &[Row] = &[
    // Not sent.
    unheard("connection refused", Down, NotSent("not_reached")),
    unheard(
        "the name of its host is not found",
        Endpoint("https://keyfob.invalid/token"),
        NotSent("not_reached"),
    ),
    unheard(
        "TLS fails: no certificate, no handshake",
        Endpoint("https://HERE/token"),
        NotSent("tls"),
    ),
    unheard(
        "its endpoint is another machine in clear text",
        Endpoint("http://192.0.2.1/token"),
        NotSent("blocked"),
    ),
    // Turned away.
    before(
        "429, `Retry-After` in seconds",
        |_| status(429, "Retry-After: 120\r\n", ""),
        TurnedAway(120),
    ),
    before(
        "429, `Retry-After` as a date",
        |_| {
            let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
            let later = "Retry-After: Sun, 06 Nov 1994 08:59:37 GMT\r\n";
            status(429, &format!("{date}{later}"), "")
        },
        TurnedAway(600),
    ),
    before(
        "429, `Retry-After` of ten years: taken for a day",
        |_| status(429, "Retry-After: 315360000\r\n", ""),
        TurnedAway(86_400),
    ),
    before(
        "429 without `Retry-After`",
        |_| status(429, "", ""),
        TurnedAway(0),
    ),
    before(
        "503 with `Retry-After`",
        |_| status(503, "Retry-After: 300\r\n", "maintenance"),
        TurnedAway(300),
    ),
    before(
        "503 with a web page",
        |_| page(503, "Maintenance"),
        TurnedAway(0),
    ),
    before(
        "400 `temporarily_unavailable`",
        |_| error(400, "temporarily_unavailable"),
        TurnedAway(0),
    ),
    after(
        "503 although it acted",
        |_| page(503, "Maintenance"),
        TurnedAway(0),
    ),
    // Uncertain, and nothing had happened.
    before("reset before it was read", |_| Then::Reset, Uncertain),
    before(
        "the connection ends without a byte",
        |_| Then::Nothing,
        Uncertain,
    ),
    before(
        "500 `server_error`",
        |_| error(500, "server_error"),
        Uncertain,
    ),
    before(
        "500 that says `invalid_grant`",
        |_| error(500, "invalid_grant"),
        Uncertain,
    ),
    before(
        "502 with a web page",
        |_| page(502, "Bad gateway"),
        Uncertain,
    ),
    before("504", |_| status(504, "", ""), Uncertain),
    before("408", |_| status(408, "", ""), Uncertain),
    before(
        "200 with a web page: a hotel's Wi-Fi",
        |_| page(200, "Please sign in to the hotel."),
        Uncertain,
    ),
    before(
        "302 to another host, never followed",
        |_| status(302, "Location: https://elsewhere.example/token\r\n", ""),
        Uncertain,
    ),
    before(
        "307 to itself, never followed",
        |heard| status(307, &format!("Location: {}/token\r\n", heard.here), ""),
        Uncertain,
    ),
    before("200 with an empty body", |_| status(200, "", ""), Uncertain),
    before("204", |_| bytes("HTTP/1.1 204 X\r\n\r\n"), Uncertain),
    before(
        "100, and then nothing",
        |_| bytes("HTTP/1.1 100 Continue\r\n\r\n"),
        Uncertain,
    ),
    before(
        "a JSON array",
        |_| body("[{\"access_token\":\"x\"}]"),
        Uncertain,
    ),
    before("an empty JSON object", |_| body("{}"), Uncertain),
    before(
        "JSON in single quotes",
        |_| body("{'access_token':'x'}"),
        Uncertain,
    ),
    before(
        "JSON nested 100,000 deep",
        |_| body("[".repeat(100_000)),
        Uncertain,
    ),
    before(
        "no UTF-8",
        |_| body(b"{\"access_token\":\"\xff\xfe\"}"),
        Uncertain,
    ),
    before(
        "no HTTP at all",
        |_| bytes("SSH-2.0-OpenSSH\r\n"),
        Uncertain,
    ),
    before("a body of 5 MB", |_| body(vec![b' '; 5 << 20]), Uncertain),
    before(
        "64 MB packed in 64 kB",
        |_| packed(&vec![b' '; 64 << 20]),
        Uncertain,
    ),
    before(
        "packed, and broken",
        |_| {
            let mut broken = gzip(b"{\"access_token\":\"not-of-the-provider\"");
            broken.truncate(24);
            status(200, "", broken)
        },
        Uncertain,
    ),
    // Uncertain, and it had acted: what was lost on the way can't come back.
    after("reset after it acted", |_| Then::Reset, Uncertain),
    after(
        "the connection ends after it acted",
        |_| Then::Nothing,
        Uncertain,
    ),
    after(
        "502 with a web page after it acted",
        |_| page(502, "Bad gateway"),
        Uncertain,
    ),
    after(
        "cut before its refresh token",
        |heard| cut(heard, "\"refresh_token\":\""),
        Uncertain,
    ),
    after(
        "cut in the middle of its refresh token",
        |heard| cut(heard, &new_token(heard)[..12]),
        Uncertain,
    ),
    // It had acted, and the answer is damaged: its refresh token is saved all the same.
    after(
        "cut after its refresh token",
        |heard| cut(heard, &format!("{}\"", new_token(heard))),
        RenewedBadly,
    ),
    after(
        "chunked, and cut after its refresh token",
        chunked,
        RenewedBadly,
    ),
    after(
        "packed, and cut after its refresh token",
        |heard| {
            let whole = gzip(heard.said.to_string().as_bytes());
            let half = &whole[..whole.len() - 4];
            bytes(
                [
                    b"HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\nContent-Length: 90000\r\n\r\n",
                    half,
                ]
                .concat(),
            )
        },
        RenewedBadly,
    ),
    after(
        "`Content-Length` of half the body",
        |heard| {
            let text = heard.said.to_string();
            let half = text.find(&new_token(heard)).unwrap_or(0) + new_token(heard).len() + 1;
            bytes(format!(
                "HTTP/1.1 200 X\r\nContent-Length: {half}\r\n\r\n{text}"
            ))
        },
        RenewedBadly,
    ),
    after(
        "500 with the tokens in it",
        |heard| Then::Bytes(says(500, &heard.said)),
        RenewedBadly,
    ),
    after(
        "503 with the tokens in it",
        |heard| Then::Bytes(says(503, &heard.said)),
        RenewedBadly,
    ),
    after(
        "200 with an error and the tokens",
        |heard| with(heard, "error", json!("server_error")),
        RenewedBadly,
    ),
    after(
        "JSON with rubbish after it",
        |heard| body(format!("{}</html>", heard.said)),
        RenewedBadly,
    ),
    // The access token can't be used.
    after(
        "`token_type` mac",
        |heard| with(heard, "token_type", json!("mac")),
        RenewedBadly,
    ),
    after(
        "no access token",
        |heard| with(heard, "access_token", Value::Null),
        RenewedBadly,
    ),
    after(
        "an access token with a line break in it",
        |heard| with(heard, "access_token", json!("a\r\nX-Evil: b")),
        RenewedBadly,
    ),
    after(
        "an access token of 2 MB",
        |heard| with(heard, "access_token", json!("a".repeat(2 << 20))),
        RenewedBadly,
    ),
    // Odd, and good enough.
    after(
        "201",
        |heard| Then::Bytes(says(201, &heard.said)),
        Renewed(New),
    ),
    after(
        "206",
        |heard| Then::Bytes(says(206, &heard.said)),
        Renewed(New),
    ),
    after(
        "the answer after the caller has gone",
        |heard| Then::Bytes(says(200, &heard.said)),
        Renewed(New),
    )
    .late(),
    after(
        "byte by byte",
        |heard| Then::Drips(says(200, &heard.said)),
        Renewed(New),
    ),
    after(
        "HTTP/1.0, odd headers, no length",
        |heard| {
            bytes(format!(
                "HTTP/1.0 200\r\nx-odd:\r\nSet-Cookie: a=b\r\nX-Odd: {}\r\n\r\n{}",
                "y".repeat(8_000),
                heard.said
            ))
        },
        Renewed(New),
    ),
    after(
        "no media type",
        |heard| body(heard.said.to_string()),
        Renewed(New),
    ),
    after(
        "a byte order mark, and UTF-16 in the media type",
        |heard| {
            let kind = "Content-Type: application/json; charset=utf-16\r\n";
            status(200, kind, format!("\u{feff}{}", heard.said))
        },
        Renewed(New),
    ),
    after(
        "as a form",
        |heard| {
            let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
            status(200, kind, form_of(&heard.said))
        },
        Renewed(New),
    ),
    after(
        "packed",
        |heard| packed(heard.said.to_string().as_bytes()),
        Renewed(New),
    ),
    after(
        "plain, and said to be packed",
        |heard| status(200, "Content-Encoding: gzip\r\n", heard.said.to_string()),
        Renewed(New),
    ),
    after(
        "each name twice, first an empty one",
        |heard| {
            let text = heard.said.to_string();
            body(format!(
                "{{\"refresh_token\":\"\",\"access_token\":\"\",{}",
                &text[1..]
            ))
        },
        Renewed(New),
    ),
    after(
        "no `token_type`",
        |heard| with(heard, "token_type", Value::Null),
        Renewed(New),
    ),
    after(
        "an ID token whose signature is wrong",
        |heard| {
            let token = heard.said["id_token"].as_str().unwrap_or_default();
            let signed = token.rfind('.').unwrap_or(0);
            with(
                heard,
                "id_token",
                json!(format!("{}.AAAA", &token[..signed])),
            )
        },
        Renewed(New),
    ),
    after(
        "an ID token for another client",
        |heard| {
            with(
                heard,
                "id_token",
                heard.aside["other_client"]["id_token"].clone(),
            )
        },
        Renewed(New),
    ),
    after(
        "`expires_in` 0",
        |heard| with(heard, "expires_in", json!(0)),
        RenewedEnded,
    ),
    after(
        "`expires_in` below 0",
        |heard| with(heard, "expires_in", json!(-300)),
        RenewedEnded,
    ),
    after(
        "`expires_in` as a text",
        |heard| with(heard, "expires_in", json!("300")),
        Renewed(New),
    ),
    after(
        "`expires_in` with a fraction",
        |heard| with(heard, "expires_in", json!(299.9)),
        Renewed(New),
    ),
    after(
        "`expires_in` of a thousand years",
        |heard| with(heard, "expires_in", json!(31_536_000_000_u64)),
        RenewedWithoutEnd,
    ),
    before(
        "no refresh token in the answer",
        |heard| granted(heard, Value::Null),
        Renewed(Old),
    ),
    before(
        "the same refresh token again",
        |heard| granted(heard, json!(heard.presented)),
        Renewed(Old),
    ),
    before(
        "a refresh token with a control character in it",
        |heard| granted(heard, json!("new\u{0}token")),
        Renewed(Old),
    ),
    before(
        "a refresh token of 2 MB",
        |heard| granted(heard, json!("r".repeat(2 << 20))),
        Renewed(Old),
    ),
    // Refused.
    before(
        "401 `invalid_client`",
        |_| error(401, "invalid_client"),
        Refused("invalid_client"),
    ),
    before(
        "400 `unauthorized_client`",
        |_| error(400, "unauthorized_client"),
        Refused("invalid_client"),
    ),
    before(
        "400 `invalid_scope`",
        |_| error(400, "invalid_scope"),
        Refused("refused"),
    ),
    before(
        "400 with a code nobody knows",
        |_| error(400, "no_such_code"),
        Refused("refused"),
    ),
    before(
        "400 with an empty body",
        |_| status(400, "", ""),
        Refused("refused"),
    ),
    before(
        "400 with an error in JSON, called a web page",
        |_| {
            let text = json!({ "error": "invalid_request" }).to_string();
            status(400, "Content-Type: text/html\r\n", text)
        },
        Refused("refused"),
    ),
    before(
        "400 that repeats the refresh token",
        |heard| {
            let told = format!("{} is not good", heard.presented);
            let echo = json!({
                "error": heard.presented, "error_description": told,
                "refresh_token": heard.presented,
            });
            Then::Bytes(says(400, &echo))
        },
        Refused("refused"),
    ),
    before(
        "403 with the web page of a firewall",
        |_| page(403, "Blocked"),
        Refused("refused"),
    ),
    before("404", |_| status(404, "", "Not found"), Refused("refused")),
    before(
        "200 with an error as a form",
        |_| body("error=bad_refresh_token&error_description=The+token+is+bad"),
        Refused("refused"),
    ),
    before(
        "400 `invalid_grant`",
        |_| error(400, "invalid_grant"),
        Ended,
    ),
    before(
        "200 with `invalid_grant`",
        |_| error(200, "invalid_grant"),
        Ended,
    ),
    // Not ours.
    before(
        "tokens of another `sub`",
        |heard| Then::Bytes(says(200, &heard.aside["other_user"])),
        Theft,
    ),
];

impl Row {
    /// Only when nobody waits for it any more.
    const fn late(self) -> Self {
        match self.how {
            Comes(then) => Self {
                how: ComesLate(then),
                ..self
            },
            _ => self,
        }
    }
}
