//! Each way in which a provider fails a refresh, against the real provider, and what follows.
//!
//! What was seen is held against what is designed, and written into docs/FAILURES.md, which a test
//! compares: `KEYFOB_WRITE_DOCS=1 cargo test --test engine every_way` writes it anew.

use std::{fmt::Write, fs};

use anyhow::{Context, Result, ensure};
use keyfob_engine::view::{Row as SessionRow, State};
use keyfob_journeys::{
    host::put,
    line::{Line, Then, Trouble},
    places,
    rig::{self, Rig},
    wait,
};
use keyfob_keychain::{Keychain, key_account};
use keyfob_secret::Key32;
use keyfob_vault::{Vault, VaultFiles, peek};
use serde_json::json;

use super::fake::{comes_back, sent_to};
use super::faults_table::{Follows, How, ROWS, Row, Token};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
/// Longer than any pause that chance makes, and longer than the budget remembers.
const LONGEST_PAUSE: i64 = 16 * MINUTE;

/// What was seen of one failure.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    /// What the one who asked was told: a code, and why.
    told: String,
    /// What the row says then, and its reason.
    state: State,
    reason: Option<String>,
    /// The newest event about the refresh, and its code.
    logged: String,
    /// The refresh token that is presented next; `None`: none is.
    next: Option<Token>,
    /// How often the provider saw the first refresh token, and what it said.
    judged: Vec<String>,
    /// What the row says in the end.
    end: State,
    end_reason: Option<String>,
}

impl Seen {
    /// What is designed.
    fn designed(row: &Row) -> Self {
        let state = |state: State, reason: Option<&str>| (state, reason.map(str::to_owned));
        let failed = |why: &str| {
            let now = match why {
                "not_reached" => state(State::Offline, None),
                why => state(State::Failed, Some(why)),
            };
            (format!("refresh_failed: {why}"), now)
        };
        let log = |event: &str, code: Option<&str>| match code {
            Some(code) => format!("{event}: {code}"),
            None => event.to_owned(),
        };
        let nothing = String::from("–");
        let (told, (now, reason), logged) = match row.follows {
            Follows::Renewed(_) | Follows::RenewedWithoutEnd => {
                let told = match row.how {
                    How::ComesLate(_) => "refresh_running".into(),
                    _ => nothing,
                };
                (
                    told,
                    state(State::Active, None),
                    log("refresh.succeeded", None),
                )
            }
            Follows::RenewedEnded => (
                nothing,
                state(State::Expired, None),
                log("refresh.succeeded", None),
            ),
            Follows::RenewedBadly => {
                let (told, state) = failed("bad_answer");
                (told, state, log("refresh.failed", Some("bad_answer")))
            }
            Follows::NotSent(why) | Follows::Refused(why) => {
                let (told, state) = failed(why);
                (told, state, log("refresh.failed", Some(why)))
            }
            Follows::TurnedAway(_) => {
                let (told, state) = failed("turned_away");
                (told, state, log("refresh.failed", Some("turned_away")))
            }
            Follows::Uncertain => {
                let (told, state) = failed("unreadable");
                (told, state, log("refresh.uncertain", None))
            }
            Follows::Ended => (
                "sign_in_needed: ended_unexpectedly".into(),
                state(State::Relogin, Some("ended_unexpectedly")),
                log("refresh.refused", Some("invalid_grant")),
            ),
            Follows::Theft => (
                "session_frozen: other_subject".into(),
                state(State::Theft, Some("other_subject")),
                log("refresh.succeeded", None),
            ),
        };
        let granted = || "granted".to_owned();
        let (next, judged, end) = match row.follows {
            Follows::Renewed(Token::Old) => (
                Some(Token::Old),
                vec![granted()],
                state(State::Active, None),
            ),
            Follows::Renewed(Token::New)
            | Follows::RenewedWithoutEnd
            | Follows::RenewedEnded
            | Follows::RenewedBadly => (
                Some(Token::New),
                vec![granted()],
                state(State::Active, None),
            ),
            // It said that it had not acted, and it had: nobody can know, and nobody is accused.
            Follows::TurnedAway(_) if row.acted => (
                Some(Token::Old),
                vec![granted(), "invalid_grant".into()],
                state(State::Relogin, Some("ended_unexpectedly")),
            ),
            Follows::NotSent(_) | Follows::TurnedAway(_) | Follows::Refused(_) => (
                Some(Token::Old),
                vec![granted()],
                state(State::Active, None),
            ),
            Follows::Uncertain if row.acted => (
                Some(Token::Old),
                vec![granted(), "invalid_grant".into()],
                state(State::Relogin, Some("answer_lost")),
            ),
            Follows::Uncertain => (
                Some(Token::Old),
                vec![granted()],
                state(State::Active, None),
            ),
            Follows::Ended => (
                None,
                vec![],
                state(State::Relogin, Some("ended_unexpectedly")),
            ),
            Follows::Theft => (None, vec![], state(State::Theft, Some("other_subject"))),
        };
        Self {
            told,
            state: now,
            reason,
            logged,
            next,
            judged,
            end: end.0,
            end_reason: end.1,
        }
    }
}

/// Signs a user in with a code that the provider makes, without a walk through its pages.
pub(super) async fn sign_in(rig: &Rig<Line>, user: &str) -> Result<SessionRow> {
    let flow = rig
        .engine
        .start_sign_in(rig::request(&rig.provider.issuer))?;
    rig.waits(&flow.id).await?;
    let (redirect, state) = sent_to(rig)?;
    let page = put(&rig.host.opened, |pages| pages.last().cloned()).context("a page")?;
    let page = reqwest::Url::parse(&page)?;
    let value = |name: &str| {
        let found = page.query_pairs().find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned())
    };
    let wish = json!({
        "users": [user], "scope": value("scope"), "redirect": redirect,
        "challenge": value("code_challenge"), "nonce": value("nonce"),
    });
    let codes = rig.provider.provider.ask("codes", wish).await?;
    let code = codes[0].as_str().context("a code")?;
    let issuer = rig.provider.issuer.clone();
    comes_back(
        &redirect,
        &[("code", code), ("state", &state), ("iss", &issuer)],
    )
    .await?;
    rig.row_of(&rig.ended(&flow.id).await?)
}

/// Where the pinned configuration sends refreshes.
async fn send_to(rig: &Rig<Line>, endpoint: &str) -> Result<()> {
    let files = VaultFiles::new(rig.dir.path().join("vault"));
    let account = key_account(peek(&files)?.vault_id);
    let key = rig.keychain.load_quietly(&account).await?;
    // EXPOSE: the test opens the vault as its owner could.
    let key = Key32::from_slice(key.expose()).context("the key has 32 bytes")?;
    let vault = Vault::open(&files, &key)?;
    let mut record = vault.issuers()?.pop().context("an issuer")?;
    record.metadata["token_endpoint"] = json!(endpoint);
    vault.write(|tx| tx.put_issuer(&record))?;
    Ok(())
}

/// Brings the failure about, and sees what follows.
async fn goes_through(rig: &Rig<Line>, user: &str, failure: &Row) -> Result<Seen> {
    let line = &rig.provider;
    rig.engine.pause_refresh(true).await?;
    let row = sign_in(rig, user).await?;
    let (heard, seen) = (provider_heard(line).await?.len(), line.presented().len());
    let told = ask_once(rig, &row.id, failure).await?;
    let (after, reason) = says(rig, &row.id).await?;
    let logged = newest_about_refresh(rig).await?;
    let presented = line.presented().len();
    if let Follows::TurnedAway(seconds) = failure.follows
        && seconds > 0
    {
        rig.engine.pause_refresh(false).await?;
        rig.clock.pass_by_boot((seconds - 10) * SECOND);
        let early = rig.engine.refresh_due().await?;
        ensure!(early == 0, "{} was not waited for", failure.came);
    }
    rig.engine.pause_refresh(false).await?;
    rig.clock.pass_by_boot(LONGEST_PAUSE);
    if failure.follows == Follows::RenewedWithoutEnd {
        ensure!(rig.engine.refresh_due().await? == 0, "nothing is due");
        rig.engine.refresh_session(&row.id).await?;
    }
    let designed = Seen::designed(failure);
    let again = || async { (line.presented().len() > presented).then_some(()) };
    if designed.next.is_some() {
        wait::until("the next refresh", again).await?;
    }
    rig.becomes(&row.id, designed.end).await?;
    rig.engine.pause_refresh(true).await?;
    let first = line.presented().get(seen).cloned();
    let next = line.presented().get(presented).cloned();
    let (end, end_reason) = says(rig, &row.id).await?;
    let judged = provider_heard(line).await?.split_off(heard);
    rig.engine.forget_session(&row.id).await?;
    let of_first = |entry: &&(String, String)| judged.first().is_some_and(|it| it.0 == entry.0);
    Ok(Seen {
        told,
        state: after,
        reason,
        logged,
        next: next.map(|next| match Some(next) == first {
            true => Token::Old,
            false => Token::New,
        }),
        judged: judged
            .iter()
            .filter(of_first)
            .map(|it| it.1.clone())
            .collect(),
        end,
        end_reason,
    })
}

/// The user asks for a refresh, and this befalls it; what the user is told.
async fn ask_once(rig: &Rig<Line>, id: &str, failure: &Row) -> Result<String> {
    let line = &rig.provider;
    let good = format!("{}/token", line.issuer);
    let trouble = |held: bool, then: fn(&keyfob_journeys::line::Heard) -> Then| Trouble {
        acted: failure.acted,
        held,
        then,
    };
    let outcome = match failure.how {
        How::Down => {
            line.set_up(false);
            let outcome = rig.engine.refresh_session(id).await;
            line.set_up(true);
            outcome
        }
        How::Endpoint(endpoint) => {
            let here = line.issuer.replace("http://", "");
            send_to(rig, &endpoint.replace("HERE", &here)).await?;
            let outcome = rig.engine.refresh_session(id).await;
            send_to(rig, &good).await?;
            outcome
        }
        How::Comes(then) => {
            line.make(trouble(false, then));
            rig.engine.refresh_session(id).await
        }
        How::ComesLate(then) => {
            line.make(trouble(true, then));
            let (engine, asked) = (rig.engine.clone(), id.to_owned());
            let asks = tokio::spawn(async move { engine.refresh_session(&asked).await });
            line.holds_one().await?;
            rig.clock.pass_by_boot(21 * SECOND);
            let outcome = asks.await?;
            line.let_go();
            let came =
                || async { (rig.newest("refresh.succeeded").await.ok()?.0 == "ok").then_some(()) };
            wait::until("the late answer", came).await?;
            outcome
        }
    };
    Ok(match outcome {
        Ok(_) => "–".into(),
        Err(error) => {
            let words = format!("{error:?}");
            ensure!(
                line.presented().iter().all(|token| !words.contains(token)),
                "an error holds a token"
            );
            let code = word(&error.code());
            error
                .fact("why")
                .map_or(code.clone(), |why| format!("{code}: {why}"))
        }
    })
}

fn word(code: &impl serde::Serialize) -> String {
    json!(code).as_str().unwrap_or_default().to_owned()
}

/// What its row says, once the answer that is on its way has been taken in.
async fn says(rig: &Rig<Line>, id: &str) -> Result<(State, Option<String>)> {
    let landed = || async {
        let detail = rig.engine.session_detail(id).await.ok()?;
        (detail.row.state != State::Refreshing).then_some((detail.row.state, detail.reason))
    };
    wait::until("a refresh to be over", landed).await
}

async fn newest_about_refresh(rig: &Rig<Line>) -> Result<String> {
    let log = rig.log().await?;
    let about = |event: &str| event.starts_with("refresh.") && event != "refresh.started";
    let row = log
        .iter()
        .rfind(|row| about(&row.event))
        .context("an event")?;
    Ok(match &row.code {
        Some(code) => format!("{}: {code}", row.event),
        None => row.event.clone(),
    })
}

/// Every refresh token that the provider saw, and its verdict.
pub(super) async fn provider_heard(line: &Line) -> Result<Vec<(String, String)>> {
    let all = line.provider.look("refreshes").await?;
    let entries = all.as_array().context("a list")?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Ok(entries
        .iter()
        .map(|entry| (text(&entry["token"]), text(&entry["outcome"])))
        .collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_fail_is_followed_by_what_is_designed() -> Result<()> {
    let rig = Rig::beside(Line::start(&[]).await?).await?;
    put(&rig.host.browser_stays_shut, |shut| *shut = true);
    let line = &rig.provider;
    // The harder case: nobody but the next refresh tells what became of a token.
    line.hide("introspection_endpoint");
    // And nobody says that a grant lives on, which would make a refusal a possible theft.
    line.hide("userinfo_endpoint");
    let other_user = line.provider.mint("mallory").await?;
    let client = "confidential:confidential-secret";
    let other_client = line.provider.mint_for(client, "mallory").await?;
    line.lay_aside(json!({ "other_user": other_user, "other_client": other_client }));
    let mut wrong = Vec::new();
    for (number, row) in ROWS.iter().enumerate() {
        let designed = Seen::designed(row);
        match goes_through(&rig, &format!("user{number}"), row).await {
            Ok(seen) if seen == designed => {}
            Ok(seen) => wrong.push(format!("{}:\n{seen:#?}\ndesigned: {designed:#?}", row.came)),
            Err(error) => wrong.push(format!("{}: {error:?}", row.came)),
        }
    }
    assert!(ROWS.len() >= 40, "{} ways", ROWS.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let chain = rig.engine.audit_chain().await?;
    assert!(chain.intact);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_introspection_can_tell_a_lost_answer_is_not_asked_for_by_a_replay() -> Result<()> {
    let rig = Rig::beside(Line::start(&[]).await?).await?;
    put(&rig.host.browser_stays_shut, |shut| *shut = true);
    let line = &rig.provider;
    let lost = |acted| Trouble {
        acted,
        held: false,
        then: |_| Then::Reset,
    };
    for (user, acted, end) in [
        ("alice", true, State::Relogin),
        ("bob", false, State::Active),
    ] {
        rig.engine.pause_refresh(true).await?;
        let row = sign_in(&rig, user).await?;
        let token = rig.copied_token(&row.id).await?;
        let heard = provider_heard(line).await?.len();
        line.make(lost(acted));
        rig.engine
            .refresh_session(&row.id)
            .await
            .expect_err("nothing came");
        // The user asks again, and the provider is asked first.
        let again = rig.engine.refresh_session(&row.id).await;
        assert_eq!(again.is_ok(), !acted, "{again:?}");
        assert_eq!(rig.row(&row.id)?.state, end);
        let judged = provider_heard(line).await?.split_off(heard);
        let granted = judged.iter().filter(|(_, verdict)| verdict == "granted");
        assert_eq!((granted.count(), judged.len()), (1, 1), "{judged:?}");
        if acted {
            let (_, reason) = says(&rig, &row.id).await?;
            assert_eq!(reason.as_deref(), Some("answer_lost"));
            assert!(
                line.provider.takes(&token).await?,
                "what is left of it goes on"
            );
        }
    }
    Ok(())
}

#[test]
fn the_table_of_failures_in_the_docs_is_this_one() -> Result<()> {
    let file = places::root().join("docs/FAILURES.md");
    let wanted = document();
    if std::env::var_os("KEYFOB_WRITE_DOCS").is_some() {
        fs::write(&file, &wanted)?;
    }
    assert_eq!(
        fs::read_to_string(&file)?,
        wanted,
        "KEYFOB_WRITE_DOCS=1 writes it anew"
    );
    Ok(())
}

const HEAD: &str = "\
# How a provider fails

What a refresh can meet, and what follows. Each line is run against a real, strictly rotating
provider without introspection (`tests/journeys/tests/engine/faults.rs`): the user asks for a
refresh, this happens to it, its row is read while refresh is paused, and then the schedule goes on
by itself. \"Told\" is the code of the message and its reason; the last
column is the provider's own account of the refresh token that was presented first.
[LIFE-OF-A-SESSION.md](LIFE-OF-A-SESSION.md) says why.
";

const COLUMNS: &str =
    "What came | Told | The row says | Refresh token | In the end | The provider saw";

fn heading(row: &Row) -> &'static str {
    match (row.follows, row.acted) {
        (Follows::NotSent(_), _) => "Not sent: kept, and tried again",
        (Follows::TurnedAway(_), _) => "Turned away: kept, and tried again when it says so",
        (Follows::Uncertain, false) => "Uncertain, and it had not acted: the replay is granted",
        (Follows::Uncertain, true) => "Uncertain, and it had acted: the answer is lost",
        (Follows::RenewedBadly, _) => "A damaged answer: its refresh token is saved all the same",
        (Follows::Renewed(_) | Follows::RenewedWithoutEnd | Follows::RenewedEnded, _) => {
            "Odd, and good enough"
        }
        (Follows::Refused(_), _) => "Refused for another reason: kept, and tried again",
        (Follows::Ended, _) => "Refused: the session has ended",
        (Follows::Theft, _) => "Tokens of somebody else: frozen, and revoked",
    }
}

fn document() -> String {
    let mut text = HEAD.to_owned();
    let mut above = "";
    for row in ROWS {
        let heading = heading(row);
        if heading != above {
            above = heading;
            let _ = write!(
                text,
                "\n## {heading}\n\n| {COLUMNS} |\n|---|---|---|---|---|---|\n"
            );
        }
        let seen = Seen::designed(row);
        let kept = match (row.follows, seen.next) {
            (Follows::Uncertain, _) => "kept, replayed",
            (_, Some(Token::Old)) => "kept",
            (_, Some(Token::New)) => "the new one",
            (Follows::Theft, None) => "both, to be revoked",
            (_, None) => "of no use",
        };
        let state = |state: State, reason: Option<&String>| match reason {
            Some(reason) => format!("{}: {reason}", word(&state)),
            None => word(&state),
        };
        let cells = [
            row.came.to_owned(),
            seen.told.clone(),
            state(seen.state, seen.reason.as_ref()),
            kept.to_owned(),
            state(seen.end, seen.end_reason.as_ref()),
            match seen.judged.is_empty() {
                true => "nothing".to_owned(),
                false => seen.judged.join(", then "),
            },
        ];
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}
