//! The certified provider of tests/provider, one process per test.

use std::{path::Path, process::Stdio};

use keyfob_oauth::{
    ClientConfig, Http, Metadata,
    authorize::make_request,
    discovery::discover,
    loopback::{Expected, Listener},
    token::{TokenAnswer, exchange_code},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    process::{Child, ChildStdout, Command},
};
use tokio_util::sync::CancellationToken;

/// A running provider. It ends with the test, even when the test is killed.
pub(crate) struct Provider {
    pub issuer: String,
    _process: Child,
    /// Held open: the provider's library writes a few lines more, and dies of a closed pipe.
    _output: BufReader<ChildStdout>,
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/provider")
}

impl Provider {
    pub(crate) async fn start(settings: &[(&str, &str)]) -> Self {
        let mut process = Command::new("node")
            .arg(folder().join("op.mjs"))
            .envs([
                ("OP_PORT", "0"),
                ("OP_LOG", "0"),
                ("OP_ENDS_WITH_STDIN", "1"),
            ])
            .envs(settings.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node runs the test provider");
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).await.unwrap();
        let ready: serde_json::Value = serde_json::from_str(&line)
            .expect("the provider says that it is ready; `npm ci` in tests/provider installs it");
        let issuer = ready["issuer"].as_str().unwrap().to_owned();
        Self {
            issuer,
            _process: process,
            _output: output,
        }
    }

    pub(crate) async fn metadata(&self, http: &Http) -> Metadata {
        discover(http, &self.issuer).await.unwrap()
    }

    /// Signs a user in as the product does: browser, loopback, code, tokens.
    pub(crate) async fn sign_in(
        &self,
        http: &Http,
        client: &ClientConfig,
        user: &str,
    ) -> TokenAnswer {
        let metadata = self.metadata(http).await;
        let listener = Listener::bind(None).await.unwrap();
        let scopes = ["openid", "profile", "email", "offline_access"].map(str::to_owned);
        let request =
            make_request(&metadata, client, &listener.redirect_uri(), &scopes, None).unwrap();
        let issuer = metadata
            .authorization_response_iss_parameter_supported
            .then_some(&*metadata.issuer);
        let expected = Expected {
            state: &request.state,
            issuer,
        };
        let never = CancellationToken::new();
        let patience = std::time::Duration::from_secs(30);
        let (code, page) = tokio::join!(
            listener.wait(&expected, tokio::time::sleep(patience), &never),
            visit(request.url.as_str(), user),
        );
        assert!(page.contains("Signed in"), "{page}");
        let (verifier, redirect) = (&request.verifier, &request.redirect_uri);
        exchange_code(http, &metadata, client, &code.unwrap(), verifier, redirect)
            .await
            .unwrap()
    }

    /// Asks the provider's test routes.
    pub(crate) async fn control(&self, method: &str, path: &str, body: &str) -> serde_json::Value {
        let authority = self.issuer.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(authority).await.unwrap();
        let request = format!(
            "{method} /_test/{path} HTTP/1.0\r\nHost: {authority}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// The next request of `path` goes wrong as `fault` says.
    pub(crate) async fn fault(&self, fault: serde_json::Value) {
        self.control("POST", "faults", &fault.to_string()).await;
    }
}

/// Opens a URL as a browser does, and answers with what it printed.
pub(crate) async fn visit(url: &str, user: &str) -> String {
    let visit = Command::new("node")
        .arg(folder().join("visit.mjs"))
        .args([url, user])
        .output();
    String::from_utf8(visit.await.unwrap().stdout).unwrap()
}
