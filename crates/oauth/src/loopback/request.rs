//! One request to the listener, read within bounds and judged. Pure but for the reading.

use std::io;

use keyfob_secret::AuthorizationCode;
use tokio::io::{AsyncRead, AsyncReadExt};
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::Expected;
use crate::ErrorCode;

/// The longest head of a request that is read, in bytes.
pub(super) const LONGEST_HEAD: usize = 8 * 1024;

/// What a request turned out to be.
#[derive(Debug)]
pub(super) enum Knock {
    /// Our callback, with a code.
    Code(AuthorizationCode),
    /// Our callback, with an error.
    Refused(ErrorCode),
    /// The right place, but not this sign-in's callback.
    Stranger,
    /// Another place, such as an icon.
    NotFound,
    /// Another method.
    BadMethod,
    /// Another host name: a page elsewhere that points its name at this machine.
    BadHost,
    /// No request, or too long a one.
    BadRequest,
}

/// Reads the head of a request. It holds the code, so it is wiped.
pub(super) async fn read_head<R: AsyncRead + Unpin>(
    stream: &mut R,
) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut head = Zeroizing::new(vec![0_u8; LONGEST_HEAD]);
    let mut length = 0;
    while length < LONGEST_HEAD {
        let read = stream.read(&mut head[length..]).await?;
        if read == 0 {
            return Ok(None);
        }
        // The end may straddle two reads.
        let from = length.saturating_sub(3);
        length += read;
        if let Some(at) = head[from..length]
            .windows(4)
            .position(|end| end == b"\r\n\r\n")
        {
            head.truncate(from + at);
            return Ok(Some(head));
        }
    }
    Ok(None)
}

/// Judges the head of a request. `authority` is the one host name we answer to.
pub(super) fn judge(head: &[u8], authority: &str, expected: &Expected<'_>) -> Knock {
    let Ok(head) = std::str::from_utf8(head) else {
        return Knock::BadRequest;
    };
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next())
    else {
        return Knock::BadRequest;
    };
    if !version.starts_with("HTTP/1.") || words.next().is_some() {
        return Knock::BadRequest;
    }
    let hosts = lines.filter_map(|line| line.split_once(':'));
    let mut hosts = hosts.filter(|(name, _)| name.eq_ignore_ascii_case("host"));
    match (hosts.next(), hosts.next()) {
        (Some((_, host)), None) if host.trim().eq_ignore_ascii_case(authority) => {}
        _ => return Knock::BadHost,
    }
    if method != "GET" {
        return Knock::BadMethod;
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path != "/callback" {
        return Knock::NotFound;
    }
    callback(query, expected)
}

fn callback(query: &str, expected: &Expected<'_>) -> Knock {
    let Some(answer) = Parameters::read(query) else {
        return Knock::Stranger;
    };
    if !answer
        .state
        .is_some_and(|state| expected.state.same_as(&state))
    {
        return Knock::Stranger;
    }
    if expected.issuer.is_some() && answer.issuer.as_deref() != expected.issuer {
        return Knock::Stranger;
    }
    match (answer.code, answer.error) {
        (_, Some(error)) => Knock::Refused(ErrorCode::of(&error)),
        (Some(mut code), None) if !code.is_empty() => {
            Knock::Code(AuthorizationCode::new(std::mem::take(&mut *code)))
        }
        _ => Knock::Stranger,
    }
}

#[derive(Default)]
struct Parameters {
    state: Option<Zeroizing<String>>,
    code: Option<Zeroizing<String>>,
    issuer: Option<String>,
    error: Option<String>,
}

impl Parameters {
    /// `None` when one of them comes twice (RFC 6749 §3.1).
    fn read(query: &str) -> Option<Self> {
        let mut found = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let earlier = match &*name {
                "state" => found
                    .state
                    .replace(Zeroizing::new(value.into_owned()))
                    .is_some(),
                "code" => found
                    .code
                    .replace(Zeroizing::new(value.into_owned()))
                    .is_some(),
                "iss" => found.issuer.replace(value.into_owned()).is_some(),
                "error" => found.error.replace(value.into_owned()).is_some(),
                _ => false,
            };
            if earlier {
                return None;
            }
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use keyfob_secret::State;
    use proptest::prelude::*;

    use super::*;

    fn judged(request_line: &str, host: &str, issuer: Option<&str>) -> Knock {
        let state = State::new("st".into());
        let expected = Expected {
            state: &state,
            issuer,
        };
        let head = format!("{request_line}\r\nAccept: */*\r\nHost: {host}");
        judge(head.as_bytes(), "127.0.0.1:9", &expected)
    }

    fn got(query: &str) -> Knock {
        judged(
            &format!("GET /callback?{query} HTTP/1.1"),
            "127.0.0.1:9",
            None,
        )
    }

    #[test]
    fn takes_the_code_of_the_right_state() {
        let Knock::Code(code) = got("code=a%2Bb&state=st&session_state=x") else {
            panic!()
        };
        assert!(code.same_as("a+b"));
    }

    #[test]
    fn ignores_a_wrong_or_missing_state_error_or_not() {
        for query in [
            "code=x&state=other",
            "code=x",
            "error=access_denied",
            "error=access_denied&state=other",
            "state=st",
            "code=&state=st",
            "code=a&code=b&state=st",
            "code=a&state=st&state=st",
            "",
        ] {
            assert!(matches!(got(query), Knock::Stranger), "{query}");
        }
    }

    #[test]
    fn an_announced_issuer_must_be_there_and_be_the_one() {
        let with = |iss: &str| {
            let line = format!("GET /callback?code=c&state=st{iss} HTTP/1.1");
            judged(&line, "127.0.0.1:9", Some("https://id.example"))
        };
        assert!(matches!(
            with("&iss=https%3A%2F%2Fid.example"),
            Knock::Code(_)
        ));
        assert!(matches!(
            with("&iss=https%3A%2F%2Fid.example%2F"),
            Knock::Stranger
        ));
        assert!(matches!(
            with("&iss=https%3A%2F%2Fevil.example"),
            Knock::Stranger
        ));
        assert!(matches!(with(""), Knock::Stranger));
    }

    #[test]
    fn an_error_with_the_right_state_is_the_providers() {
        let found = got("error=access_denied&error_description=%3Cscript%3E&state=st");
        assert!(matches!(found, Knock::Refused(ErrorCode::AccessDenied)));
        assert!(matches!(
            got("error=strange&state=st"),
            Knock::Refused(ErrorCode::Other)
        ));
    }

    #[test]
    fn answers_to_one_method_one_path_and_one_host_alone() {
        let right = "/callback?code=c&state=st";
        let line = |method: &str, target: &str| format!("{method} {target} HTTP/1.1");
        let at = "127.0.0.1:9";
        assert!(matches!(
            judged(&line("POST", right), at, None),
            Knock::BadMethod
        ));
        assert!(matches!(
            judged(&line("HEAD", right), at, None),
            Knock::BadMethod
        ));
        assert!(matches!(
            judged(&line("GET", "/favicon.ico"), at, None),
            Knock::NotFound
        ));
        assert!(matches!(
            judged(&line("GET", "/callback/"), at, None),
            Knock::NotFound
        ));
        for host in [
            "evil.example:9",
            "localhost:9",
            "127.0.0.1",
            "",
            "127.0.0.1:9\r\nHost: a",
        ] {
            assert!(
                matches!(judged(&line("GET", right), host, None), Knock::BadHost),
                "{host}"
            );
        }
        assert!(matches!(judged("rubbish", at, None), Knock::BadRequest));
        assert!(matches!(
            judged("GET /callback HTTP/2.0", at, None),
            Knock::BadRequest
        ));
    }

    #[tokio::test]
    async fn reads_no_more_than_eight_kilobytes() {
        let long = format!(
            "GET /callback?{} HTTP/1.1\r\nHost: x\r\n\r\n",
            "a".repeat(LONGEST_HEAD)
        );
        assert!(read_head(&mut long.as_bytes()).await.unwrap().is_none());
        let whole = read_head(&mut &b"GET / HTTP/1.1\r\n\r\nbody"[..])
            .await
            .unwrap()
            .unwrap();
        assert_eq!(&whole[..], b"GET / HTTP/1.1");
        assert!(read_head(&mut &b"GET / HTT"[..]).await.unwrap().is_none());
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic_or_yields_a_code_without_the_state(head: Vec<u8>) {
            let state = State::new("a-state-nobody-guesses".into());
            let expected = Expected { state: &state, issuer: None };
            let found = judge(&head, "127.0.0.1:9", &expected);
            prop_assert!(!matches!(found, Knock::Code(_) | Knock::Refused(_)));
        }
    }
}
