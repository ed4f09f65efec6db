//! Hears from the provider, as it happens, when a refresh token is used up and when it is judged.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::Instant,
};

use anyhow::{Context, Result};
use serde::Deserialize;

/// How far the provider has come with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// From now on the token counts as used.
    Used,
    /// The answer is made and about to be sent.
    Judged,
}

#[derive(Deserialize)]
struct Line {
    step: Step,
    token: String,
}

/// What was heard, and when.
pub type Heard = (Step, Instant);

/// Who waits for which token; the empty name waits for all.
type Waiting = Arc<Mutex<HashMap<String, Sender<Heard>>>>;

/// An ear at the provider, until it ends.
pub struct Watch {
    waiting: Waiting,
}

impl Watch {
    /// Begins to listen.
    ///
    /// # Errors
    /// The provider can't be reached.
    pub fn at(issuer: &str) -> Result<Self> {
        let host = issuer
            .strip_prefix("http://")
            .context("the provider speaks http")?;
        let mut stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        write!(stream, "GET /_test/watch HTTP/1.1\r\nHost: {host}\r\n\r\n")?;
        let mut lines = BufReader::new(stream).lines();
        let status = lines.next().context("the provider answers")??;
        anyhow::ensure!(status.contains(" 200 "), "the provider says {status}");
        let waiting = Waiting::default();
        let told = waiting.clone();
        thread::spawn(move || {
            // Between the lines stand the sizes of the chunks that they came in.
            for line in lines.map_while(Result::ok) {
                if let Ok(line) = serde_json::from_str::<Line>(&line) {
                    tell(&told, &line);
                }
            }
        });
        Ok(Self { waiting })
    }

    /// Waits for news of a token.
    pub fn of(&self, token: &str) -> Receiver<Heard> {
        let (send, receive) = mpsc::channel();
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(token.to_owned(), send);
        receive
    }

    /// Waits for news of any token.
    pub fn of_all(&self) -> Receiver<Heard> {
        self.of("")
    }
}

fn tell(waiting: &Waiting, line: &Line) {
    let now = Instant::now();
    let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
    for name in [line.token.as_str(), ""] {
        if let Some(one) = waiting.get(name) {
            // Who has stopped waiting needs no news.
            let _ = one.send((line.step, now));
        }
    }
}
