//! Providers that answer after 25 s, beside a quick one with many sessions: nothing of the quick one
//! waits for them, and theirs survive too. Both are told from the logs of the providers.

use std::time::Duration;

use anyhow::{Result, ensure};
use keyfob_audit::Actor;
use keyfob_engine::view::Gate;
use keyfob_journeys::provider::Provider;
use keyfob_secret::{AccessToken, RefreshToken};
use keyfob_token::{Phase, Session, SessionId, TokenKind};
use keyfob_vault::Secrets;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    ground::Ground,
    log::{Log, Presented},
    mute::Mute,
    process::now_ms,
    seed::Client,
    worker::engine_at,
};

/// What to do.
pub struct Wish {
    /// Sessions at the quick provider.
    pub quick: usize,
    /// Life of all access tokens, seconds; a refresh is due at half of it.
    pub life_s: u64,
    /// How late the slow ones answer.
    pub delay: Duration,
    /// Sessions at a real slow provider.
    pub slow: usize,
    /// Slow issuers beside it, two sessions each.
    pub mute: usize,
    /// Whether the quick provider is slow as well. For the control, which must miss.
    pub none_is_quick: bool,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Slowed {
    quick: usize,
    /// Refreshes at the quick provider.
    pub renewed: usize,
    /// The longest that a session there went without one, milliseconds.
    pub longest_gap_ms: i64,
    life_ms: i64,
    /// Sessions there whose token ended before a refresh was even asked for.
    pub ended: usize,
    /// Refreshes at slow issuers that were on their way at once, at most all.
    pub slow_asked: usize,
    slow_renewed: usize,
    slow_sessions: usize,
    failures: Vec<String>,
}

/// A session, and what the log calls its first refresh token.
struct Begun {
    id: SessionId,
    first: String,
}

/// Runs the engine's loop over sessions at quick and slow providers until each slow one has
/// answered for each of its sessions.
///
/// # Errors
/// The ground can't be laid.
pub async fn trial(wish: &Wish) -> Result<Slowed> {
    let life = wish.life_s.to_string();
    let lives = [("OP_TTL_ACCESS", life.as_str())];
    let ground = Ground::lay(&lives).await?;
    let slow = Provider::start(&lives)?;
    let began = now_ms();
    let quick = begun(&ground, &ground.seed(wish.quick, 0).await?)?;
    let slow_ones = at(&ground, &slow, wish.slow).await?;
    let (mutes, mute_ones) = mutes(&ground, wish).await?;
    let late = json!({
        "path": "/token", "when": "after", "delayMs": wish.delay.as_millis() as u64,
        "times": 1_000_000,
    });
    slow.fault(late.clone()).await?;
    if wish.none_is_quick {
        ground.provider.fault(late).await?;
    }
    let engine = engine_at(&ground.data_dir(), Actor::User)?;
    let view = engine.open().await;
    ensure!(view.gate == Gate::Open, "the gate is {:?}", view.gate);
    engine.start_loop();
    // Due at half a life, two at a time.
    let rounds = u32::try_from(wish.slow.div_ceil(2).max(1))?;
    let last_answer = Duration::from_secs(wish.life_s / 2) + wish.delay * rounds;
    tokio::time::sleep(last_answer + Duration::from_secs(10)).await;

    let mut found = Slowed {
        quick: quick.len(),
        life_ms: i64::try_from(wish.life_s)? * 1000,
        ..Slowed::default()
    };
    found.weigh_quick(&ground.log().await?, &quick, began);
    found.weigh_slow(&ground, &slow, &slow_ones).await?;
    found.weigh_mute(&ground, &mutes, &mute_ones)?;
    drop(engine);
    found.failures.extend(ground.examine().await?.damage);
    Ok(found)
}

fn begun(ground: &Ground, sessions: &[Session]) -> Result<Vec<Begun>> {
    sessions
        .iter()
        .map(|session| {
            let first = ground.held(session.id)?.unwrap_or_default();
            Ok(Begun {
                id: session.id,
                first,
            })
        })
        .collect()
}

/// Sessions at another real provider.
async fn at(ground: &Ground, provider: &Provider, count: usize) -> Result<Vec<Begun>> {
    let client = Client::known(&provider.issuer, &ground.vault, &ground.now()).await?;
    let made = client
        .sign_in(provider, &ground.vault, &ground.now(), count, 0)
        .await?;
    begun(ground, &made)
}

/// Slow issuers, and two sessions at each; their rows are those of a real sign-in, elsewhere.
async fn mutes(ground: &Ground, wish: &Wish) -> Result<(Vec<Mute>, Vec<SessionId>)> {
    let (mut mutes, mut ids) = (Vec::new(), Vec::new());
    for _ in 0..wish.mute {
        let mute = Mute::start(wish.delay, wish.life_s).await?;
        Client::known(&mute.issuer, &ground.vault, &ground.now()).await?;
        for like in ground.seed(2, 0).await? {
            ids.push(moved(ground, like, &mute.issuer)?);
        }
        mutes.push(mute);
    }
    Ok((mutes, ids))
}

/// Gives a session to another issuer, with tokens of its own.
fn moved(ground: &Ground, mut session: Session, issuer: &str) -> Result<SessionId> {
    let (access, refresh) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
    session.issuer = issuer.to_owned();
    for (facts, kind, value) in [
        (&mut session.access, TokenKind::Access, &access),
        (&mut session.refresh, TokenKind::Refresh, &refresh),
    ] {
        if let Some(facts) = facts {
            facts.fingerprint = ground.vault.fingerprint(kind, value);
        }
    }
    let secrets = Secrets {
        access: Some(AccessToken::new(access)),
        refresh: Some(RefreshToken::new(refresh)),
        id_token: None,
    };
    ground.vault.write(|tx| {
        tx.put_session(&session)?;
        tx.put_secrets(session.id, &secrets)
    })?;
    Ok(session.id)
}

impl Slowed {
    /// A session waited too long when its access token had ended before a refresh was asked for.
    fn weigh_quick(&mut self, log: &Log, sessions: &[Begun], began: i64) {
        let until = now_ms();
        for session in sessions {
            let mut last = began;
            let mut gap = 0;
            for token in log.descent(&session.first) {
                for presented in log.of_token(&token) {
                    gap = gap.max(presented.arrived - last);
                    last = presented.arrived;
                    self.renewed += usize::from(presented.granted());
                    self.check(
                        presented.granted(),
                        "a quick session was refused",
                        presented,
                    );
                }
            }
            gap = gap.max(until - last);
            self.longest_gap_ms = self.longest_gap_ms.max(gap);
            self.ended += usize::from(gap > self.life_ms);
        }
    }

    /// Every session of the slow one was renewed, and none presented a token twice.
    async fn weigh_slow(
        &mut self,
        ground: &Ground,
        slow: &Provider,
        sessions: &[Begun],
    ) -> Result<()> {
        let presented: Vec<Presented> = serde_json::from_value(slow.look("refreshes").await?)?;
        let log = Log::of(presented);
        for session in sessions {
            let mut times = 0;
            for token in log.descent(&session.first) {
                let seen = log.of_token(&token);
                times += seen.len();
                if seen.len() > 1 || seen.iter().any(|it| !it.granted()) {
                    self.failures.push(format!("at the slow one: {seen:?}"));
                }
            }
            self.slow_asked += times;
            self.lives(ground, session.id, times)?;
        }
        Ok(())
    }

    fn weigh_mute(&mut self, ground: &Ground, mutes: &[Mute], ids: &[SessionId]) -> Result<()> {
        self.slow_asked += mutes.iter().map(Mute::asked).sum::<usize>();
        if let Some(left) = mutes.iter().find(|mute| mute.asked() < 2) {
            let asked = left.asked();
            self.failures
                .push(format!("a slow issuer was asked {asked} times for its two"));
        }
        for id in ids {
            self.lives(ground, *id, 1)?;
        }
        Ok(())
    }

    /// A slow session lives on, and its late answer was saved.
    fn lives(&mut self, ground: &Ground, id: SessionId, asked: usize) -> Result<()> {
        let session = ground.session(id)?;
        self.slow_sessions += 1;
        self.slow_renewed += usize::from(session.generation > 1);
        if session.phase != Phase::Live || session.generation < 2 || asked == 0 {
            let (phase, generation) = (&session.phase, session.generation);
            self.failures.push(format!(
                "a slow session is {phase:?} at generation {generation}, asked {asked} times"
            ));
        }
        Ok(())
    }

    fn check(&mut self, holds: bool, what: &str, seen: &Presented) {
        if !holds {
            self.failures.push(format!("{what}: {seen:?}"));
        }
    }

    /// The figures, by name.
    pub fn figures(&self, trial: &str) -> Map<String, Value> {
        [
            ("quick_sessions", json!(self.quick)),
            ("quick_refreshes", json!(self.renewed)),
            ("quick_longest_gap_ms", json!(self.longest_gap_ms)),
            ("quick_ended", json!(self.ended)),
            ("slow_sessions", json!(self.slow_sessions)),
            ("slow_renewed", json!(self.slow_renewed)),
        ]
        .into_iter()
        .map(|(name, value)| (format!("{trial}_{name}"), value))
        .collect()
    }

    /// What was to be reached and was not.
    pub fn missed(&self) -> Vec<String> {
        let mut missed = self.failures.clone();
        if self.ended > 0 {
            missed.push(format!(
                "{} of {} quick sessions ended while they waited",
                self.ended, self.quick
            ));
        }
        if self.renewed < self.quick {
            missed.push(format!(
                "{} refreshes of {} quick sessions",
                self.renewed, self.quick
            ));
        }
        missed
    }
}
