//! `keyfob token NAME`: the one command whose answer is a secret.

use clap::Args;
use jiff::SignedDuration;
use keyfob_engine::{HandedOut, Note, program_of};
use serde::Serialize;

use crate::{
    answer::{Answer, Exit},
    shape::time,
    shell::{Outcome, Shell, tell},
    words,
};

/// The longest life that can be asked for.
const LONGEST_MS: i64 = 366 * 86_400_000;

/// Print an access token that is valid for a while, renewed first where needed
///
/// Only the token goes to standard output. Where the provider gives less life than --min-ttl asks
/// for, the session is renewed once and a remark says so on standard error.
#[derive(Args)]
pub(crate) struct Token {
    /// The session
    name: String,
    /// How long the token must be valid at least, such as 90s, 5m or 1h
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = millis)]
    min_ttl: i64,
}

/// The answer as JSON.
#[derive(Serialize)]
struct TokenObject<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_at: Option<String>,
    /// Seconds, rounded down.
    expires_in: Option<i64>,
    scope: String,
    session: SessionRef<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[derive(Serialize)]
struct SessionRef<'a> {
    id: &'a str,
    name: &'a str,
    issuer: &'a str,
    account: Option<&'a str>,
}

impl Token {
    pub(crate) fn run(self, shell: &Shell) -> Outcome {
        shell.with_vault("waiting for the provider", async |engine| {
            let handed = engine.hand_out(&self.name, self.min_ttl).await?;
            let given = answer(&handed, shell.json).give_now();
            // After the token is out: nobody waits for the disk.
            if engine.record_hand_out(&handed, &caller()).await.is_err() {
                tell("the hand-out could not be written into the audit log");
            }
            Ok(given)
        })
    }
}

fn answer(handed: &HandedOut, json: bool) -> Answer {
    let note = handed.note.as_ref().map(|note| note_words(note, handed));
    // EXPOSE: handing out the access token is what this command is for.
    let token = handed.token.expose();
    if json {
        let object = TokenObject {
            access_token: token,
            token_type: "Bearer",
            expires_at: handed.expires_at.map(time),
            expires_in: handed.left_ms.map(|ms| ms / 1000),
            scope: handed.scopes.join(" "),
            session: SessionRef {
                id: &handed.session,
                name: &handed.name,
                issuer: &handed.issuer,
                account: handed.account.as_deref(),
            },
            note,
        };
        return Answer::json(&object, Exit::Done);
    }
    let answer = Answer::done(format!("{token}\n"));
    match note {
        Some(note) => answer.noting(note),
        None => answer,
    }
}

fn note_words(note: &Note, handed: &HandedOut) -> String {
    let left = handed.left_ms.unwrap_or(0).max(0).unsigned_abs();
    let left = words::span(left);
    match note {
        Note::NoMoreLife => format!("the provider gives no more life: valid for {left}"),
        Note::CannotRenew => format!("the session can't be renewed here: valid for {left}"),
        Note::NotRenewed(error) => {
            format!("not renewed: {}; valid for {left}", words::sentence(error))
        }
    }
}

/// The program that asks: the parent of this process.
fn caller() -> String {
    #[cfg(unix)]
    if let Some(name) = program_of(std::os::unix::process::parent_id()) {
        return name;
    }
    "cli".to_owned()
}

fn millis(text: &str) -> Result<i64, String> {
    let wrong = || "a duration such as 90s, 5m or 1h".to_owned();
    let duration: SignedDuration = match text.parse::<i64>() {
        Ok(seconds) => SignedDuration::from_secs(seconds),
        Err(_) => text.parse().map_err(|_| wrong())?,
    };
    let millis = i64::try_from(duration.as_millis()).map_err(|_| wrong())?;
    (0..=LONGEST_MS)
        .contains(&millis)
        .then_some(millis)
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::millis;

    #[test]
    fn durations_are_read_and_bounded() {
        assert_eq!(millis("90s"), Ok(90_000));
        assert_eq!(millis("5m"), Ok(300_000));
        assert_eq!(millis("1h"), Ok(3_600_000));
        assert_eq!(millis("0s"), Ok(0));
        assert_eq!(millis("45"), Ok(45_000));
        for wrong in ["", "x", "-5s", "99999999999h"] {
            assert!(millis(wrong).is_err(), "{wrong}");
        }
    }
}
