//! The listener over real sockets.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

const LONG: Duration = Duration::from_secs(60);

struct Wait {
    listener: Listener,
    state: State,
    cancel: CancellationToken,
}

impl Wait {
    async fn begin() -> Self {
        let listener = Listener::bind(None).await.unwrap();
        Self {
            listener,
            state: State::new("st".into()),
            cancel: CancellationToken::new(),
        }
    }

    async fn result(&self, patience: Duration) -> Result<AuthorizationCode, CallbackError> {
        let expected = Expected {
            state: &self.state,
            issuer: None,
        };
        self.listener
            .wait(&expected, tokio::time::sleep(patience), &self.cancel)
            .await
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.listener.port))
            .await
            .unwrap()
    }

    async fn visit(&self, target: &str) -> String {
        let mut stream = self.connect().await;
        let authority = self.listener.authority();
        let request = format!("GET {target} HTTP/1.1\r\nHost: {authority}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

#[tokio::test]
async fn strangers_are_answered_and_the_wait_goes_on_until_the_callback() {
    let wait = Wait::begin().await;
    let visits = async {
        assert!(
            wait.visit("/callback?code=x&state=wrong")
                .await
                .starts_with("HTTP/1.1 400 ")
        );
        assert!(
            wait.visit("/callback?error=access_denied")
                .await
                .starts_with("HTTP/1.1 400 ")
        );
        assert!(
            wait.visit("/favicon.ico")
                .await
                .starts_with("HTTP/1.1 404 ")
        );
        wait.visit("/callback?code=the-code&state=st").await
    };
    let (code, page) = tokio::join!(wait.result(LONG), visits);
    assert!(code.unwrap().same_as("the-code"));
    assert!(
        page.starts_with("HTTP/1.1 200 OK") && page.contains("Signed in"),
        "{page}"
    );
    assert!(!page.contains("the-code"));
}

#[tokio::test]
async fn a_refusal_ends_the_wait_with_its_code() {
    let wait = Wait::begin().await;
    let visit = wait.visit("/callback?error=access_denied&state=st");
    let (result, page) = tokio::join!(wait.result(LONG), visit);
    assert_eq!(
        result.unwrap_err(),
        CallbackError::Refused(ErrorCode::AccessDenied)
    );
    assert!(page.contains("Sign-in was refused"));
}

#[tokio::test]
async fn silent_and_noisy_connections_do_not_hold_up_the_callback() {
    let wait = Wait::begin().await;
    let visits = async {
        let mut idle = Vec::new();
        for count in 0..MOST_VISITORS - 1 {
            let mut stream = wait.connect().await;
            if count % 2 == 0 {
                stream
                    .write_all(b"GET /callback?code=x&state=")
                    .await
                    .unwrap();
            }
            idle.push(stream);
        }
        wait.visit("/callback?code=the-code&state=st").await
    };
    let (code, _) = tokio::join!(wait.result(LONG), visits);
    assert!(code.unwrap().same_as("the-code"));
}

#[tokio::test]
async fn more_visitors_than_places_are_let_in_as_idle_ones_leave() {
    tokio::time::pause();
    let wait = Wait::begin().await;
    let visits = async {
        let mut idle = Vec::new();
        for _ in 0..MOST_VISITORS + 8 {
            idle.push(wait.connect().await);
        }
        wait.visit("/callback?code=the-code&state=st").await
    };
    let (code, _) = tokio::join!(wait.result(LONG), visits);
    assert!(code.unwrap().same_as("the-code"));
}

#[tokio::test]
async fn ends_when_cancelled_and_when_nobody_comes() {
    let wait = Wait::begin().await;
    let early = Duration::from_millis(1);
    assert_eq!(
        wait.result(early).await.unwrap_err(),
        CallbackError::TimedOut
    );
    wait.cancel.cancel();
    assert_eq!(
        wait.result(LONG).await.unwrap_err(),
        CallbackError::Cancelled
    );
}

#[tokio::test]
async fn a_fixed_port_that_is_taken_is_told_and_two_sign_ins_get_two_ports() {
    let one = Listener::bind(None).await.unwrap();
    let two = Listener::bind(None).await.unwrap();
    assert_ne!(one.redirect_uri(), two.redirect_uri());
    let error = Listener::bind(Some(one.port)).await.unwrap_err();
    assert_eq!(error.port, Some(one.port));
    assert!(error.to_string().contains(&one.port.to_string()));
}
