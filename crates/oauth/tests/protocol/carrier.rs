//! How far a request got, and what the carrier never does.

use std::{io::Write, time::Duration};

use keyfob_oauth::{
    Http, HttpOptions, Patience,
    http::{AddressProblem, Answer, Form, HttpError, Lost, NotSent, Request},
};
use tokio::net::TcpListener;

use super::{
    fake::{Fake, Reply, answer},
    http,
};

async fn fetch(http: &Http, url: &str) -> Result<Answer, HttpError> {
    http.send(Request::fetch(url.parse().unwrap())).await
}

async fn not_sent(http: &Http, url: &str) -> NotSent {
    match fetch(http, url).await {
        Err(HttpError::NotSent(cause)) => cause,
        other => panic!("{url}: {other:?}"),
    }
}

async fn lost(http: &Http, reply: Reply) -> (Lost, Option<u16>, Vec<u8>) {
    let fake = Fake::says([reply]).await;
    match fetch(http, &fake.url).await {
        Err(HttpError::Uncertain {
            cause,
            status,
            partial,
        }) => (cause, status, partial.expose().to_vec()),
        other => panic!("{other:?}"),
    }
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(plain).unwrap();
    packer.finish().unwrap()
}

#[tokio::test]
async fn what_fails_before_the_first_byte_was_not_sent() {
    let http = http();
    assert_eq!(
        not_sent(&http, "https://nothing.invalid/").await,
        NotSent::NameNotResolved
    );
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    assert_eq!(
        not_sent(&http, &format!("http://{closed}/")).await,
        NotSent::NotConnected
    );
    let no_tls = Fake::says([answer(200, "", "hello")]).await;
    let url = no_tls.url.replace("http:", "https:");
    assert_eq!(not_sent(&http, &url).await, NotSent::Tls);
}

#[tokio::test]
async fn a_handshake_without_an_end_is_not_sent_in_time() {
    let mut options = HttpOptions::new("0.0.0-test");
    options.connect_timeout = Duration::from_millis(50);
    let http = Http::new(options)
        .unwrap()
        .under(keyfob_oauth::AddressPolicy::AllowPrivate);
    let silent = Fake::says([Reply::Stalls(Vec::new())]).await;
    let url = silent.url.replace("http:", "https:");
    assert_eq!(not_sent(&http, &url).await, NotSent::ConnectTimedOut);
}

#[tokio::test]
async fn private_addresses_are_refused_before_any_connection() {
    let http = Http::new(HttpOptions::new("0.0.0-test")).unwrap();
    let fake = Fake::says([answer(200, "", "")]).await;
    let port = fake.url.rsplit_once(':').unwrap().1;
    for host in ["127.0.0.1", "localhost", "[::1]", "2130706433"] {
        let cause = not_sent(&http, &format!("https://{host}:{port}/")).await;
        assert_eq!(cause, NotSent::Blocked(AddressProblem::Private), "{host}");
    }
    assert_eq!(
        not_sent(&http, &fake.url).await,
        NotSent::Blocked(AddressProblem::Private)
    );
    assert!(fake.requests().is_empty());
}

#[tokio::test]
async fn a_connection_that_dies_after_the_request_is_uncertain() {
    let (cause, status, partial) = lost(&http(), Reply::Bytes(Vec::new())).await;
    assert_eq!((cause, status, partial), (Lost::Cut, None, Vec::new()));
    let (cause, ..) = lost(&http(), Reply::Bytes(b"SSH-2.0-OpenSSH\r\n".to_vec())).await;
    assert_eq!(cause, Lost::Cut);
}

#[tokio::test]
async fn a_cut_body_is_uncertain_and_what_came_of_it_is_kept() {
    let reply = Reply::Bytes(b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nhalf".to_vec());
    assert_eq!(
        lost(&http(), reply).await,
        (Lost::Cut, Some(200), b"half".to_vec())
    );
}

#[tokio::test]
async fn an_answer_that_never_ends_is_uncertain_when_the_patience_does() {
    let http = http().within(Patience(Duration::from_millis(80)));
    let (cause, status, _) = lost(&http, Reply::Stalls(Vec::new())).await;
    assert_eq!((cause, status), (Lost::TimedOut, None));
    let begun = b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nhalf".to_vec();
    let (cause, status, partial) = lost(&http, Reply::Stalls(begun)).await;
    assert_eq!(
        (cause, status, partial),
        (Lost::TimedOut, Some(200), b"half".to_vec())
    );
}

#[tokio::test]
async fn a_large_body_is_given_up_plain_or_packed() {
    let large = vec![b'a'; Answer::MOST + 1];
    let (cause, ..) = lost(&http(), answer(200, "", &large)).await;
    assert_eq!(cause, Lost::TooLarge);
    // 64 MiB in 64 KiB.
    let bomb = gzip(&vec![0; 64 * 1024 * 1024]);
    let (cause, _, partial) = lost(&http(), answer(200, "Content-Encoding: gzip\r\n", &bomb)).await;
    assert_eq!(cause, Lost::TooLarge);
    assert!(partial.len() <= Answer::MOST);
}

#[tokio::test]
async fn packing_is_known_by_its_bytes_and_nobody_asks_for_it() {
    let fake = Fake::says([answer(200, "Content-Encoding: gzip\r\n", "plain")]).await;
    let found = fetch(&http(), &fake.url).await.unwrap();
    assert_eq!(found.body.expose(), b"plain");
    assert!(fake.requests()[0].contains("accept-encoding: identity\r\n"));
    let fake = Fake::says([answer(200, "", gzip(b"packed"))]).await;
    let found = fetch(&http(), &fake.url).await.unwrap();
    assert_eq!(found.body.expose(), b"packed");
}

#[tokio::test]
async fn what_could_be_unpacked_is_kept_when_the_rest_is_broken_or_missing() {
    let mut broken = gzip(b"half of it");
    let end = broken.len() - 6;
    broken[end..].fill(0);
    let (cause, status, partial) = lost(&http(), answer(200, "", &broken)).await;
    assert_eq!((cause, status), (Lost::BadEncoding, Some(200)));
    assert_eq!(partial, b"half of it");
    let missing = format!("HTTP/1.1 200 X\r\nContent-Length: {}\r\n\r\n", end + 90);
    let reply = Reply::Bytes([missing.as_bytes(), &broken[..end]].concat());
    let (cause, _, partial) = lost(&http(), reply).await;
    assert_eq!((cause, partial), (Lost::Cut, b"half of it".to_vec()));
}

#[tokio::test]
async fn a_packed_body_of_the_allowed_size_is_read() {
    let plain = vec![b'a'; Answer::MOST];
    let fake = Fake::says([answer(200, "Content-Encoding: gzip\r\n", gzip(&plain))]).await;
    let found = fetch(&http(), &fake.url).await.unwrap();
    assert_eq!(found.body.expose(), plain);
}

#[tokio::test]
async fn redirects_are_answers_and_never_followed() {
    let target = Fake::says([answer(200, "", "")]).await;
    let location = format!("Location: {}\r\n", target.url);
    for status in [301, 302, 303, 307, 308] {
        let fake = Fake::says([answer(status, &location, "")]).await;
        let request = Request::post_form(fake.url.parse().unwrap(), &Form::new().with("a", "b"));
        assert_eq!(http().send(request).await.unwrap().status, status);
        assert_eq!(fake.requests().len(), 1);
    }
    assert!(target.requests().is_empty());
}

#[tokio::test]
async fn a_failed_request_is_never_sent_again() {
    let fake = Fake::says([Reply::Bytes(Vec::new())]).await;
    let request = Request::post_form(fake.url.parse().unwrap(), &Form::new().with("a", "b"));
    assert!(http().send(request).await.is_err());
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn every_request_has_a_connection_of_its_own_and_says_who_sends_it() {
    // A server that would keep the connection: the second request must not wait on the first.
    let kept = b"HTTP/1.1 200 X\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok".to_vec();
    let fake = Fake::says([Reply::Stalls(kept)]).await;
    let http = http();
    for _ in 0..2 {
        assert_eq!(fetch(&http, &fake.url).await.unwrap().body.expose(), b"ok");
    }
    let requests = fake.requests();
    assert_eq!(requests.len(), 2);
    assert!(
        requests[0].contains("user-agent: Keyfob/0.0.0-test\r\n"),
        "{}",
        requests[0]
    );
    assert!(!requests[0].contains("referer") && !requests[0].contains("cookie"));
}

#[tokio::test]
async fn errors_show_no_url_and_no_body() {
    let fake = Fake::says([Reply::Bytes(Vec::new())]).await;
    let url = format!("{}/path?token=canary-query", fake.url)
        .parse()
        .unwrap();
    let request = Request::post_form(url, &Form::new().with("token", "canary-body"));
    let error = http().send(request).await.unwrap_err();
    let shown = format!("{error} {error:?} {:?}", http());
    assert!(!shown.contains("canary"), "{shown}");
    assert!(fake.requests()[0].contains("canary-body"));
}

#[tokio::test]
async fn retry_after_is_read_as_seconds_and_as_a_date() {
    let date =
        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:50:37 GMT\r\n";
    for (header, expected) in [
        ("Retry-After: 7\r\n", Some(7_000)),
        (date, Some(60_000)),
        ("Retry-After: soon\r\n", None),
        ("", None),
    ] {
        let fake = Fake::says([answer(429, header, "")]).await;
        assert_eq!(
            fetch(&http(), &fake.url).await.unwrap().retry_after_ms,
            expected,
            "{header}"
        );
    }
}
