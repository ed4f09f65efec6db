//! The sessions of a trial: which may be used now, which rest until their budget allows more, and
//! what happened to each.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Result;
use keyfob_token::{Phase, Session, SessionId, SignInReason, life::budget};
use tokio::runtime::Handle;

use crate::{
    field::is_settled,
    findings::Findings,
    ground::Ground,
    judge::{Fell, Run, Says, Story, judge},
    process::{Ended, Moment},
    watch::Step,
};

/// Attempts of the budget that are left alone, so that a session in doubt gets its verdict.
const SPARED: usize = 1;
/// Sessions that are sown when none is left.
const SOWN: usize = 24;
/// How long a job waits for sessions of the others.
const PAUSE: Duration = Duration::from_millis(20);
/// Unexpected ends that are told word for word.
const TOLD: usize = 12;

/// A session of the trial.
#[derive(Clone)]
pub(crate) struct Tale {
    pub(crate) id: SessionId,
    pub(crate) name: String,
    first: String,
    introspected: bool,
    runs: Vec<Run>,
    tries: Vec<Try>,
}

/// How one process was timed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Try {
    pub(crate) moment: Moment,
    pub(crate) lived: Duration,
    pub(crate) used: Option<Duration>,
    pub(crate) judged: Option<Duration>,
}

#[derive(Default)]
struct Inner {
    tales: Vec<Tale>,
    ready: VecDeque<usize>,
    resting: Vec<usize>,
    out: usize,
    kills: usize,
    exits: BTreeMap<String, usize>,
    unexpected: Vec<String>,
}

/// The sessions of a trial.
pub(crate) struct Pool {
    ground: Arc<Ground>,
    handle: Handle,
    introspected: usize,
    inner: Mutex<Inner>,
}

impl Pool {
    pub(crate) fn new(ground: Arc<Ground>, handle: Handle, introspected: usize) -> Self {
        Self {
            ground,
            handle,
            introspected,
            inner: Mutex::default(),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Signs in so many sessions more.
    pub(crate) fn sow(&self, count: usize) -> Result<()> {
        let made = self
            .handle
            .block_on(self.ground.seed(count, self.introspected))?;
        let mut tales = Vec::new();
        for session in made {
            tales.push(Tale {
                id: session.id,
                first: self.ground.held(session.id)?.unwrap_or_default(),
                introspected: session.renewal.introspected_active,
                name: session.name,
                runs: Vec::new(),
                tries: Vec::new(),
            });
        }
        let mut inner = self.inner();
        for tale in tales {
            let number = inner.tales.len();
            inner.ready.push_back(number);
            inner.tales.push(tale);
        }
        Ok(())
    }

    /// A session that may be used; `None` when others should be waited for.
    pub(crate) fn take(&self) -> Result<Option<usize>> {
        let (found, rested, out) = {
            let mut inner = self.inner();
            let found = inner.ready.pop_front();
            let rested = match found {
                None => std::mem::take(&mut inner.resting),
                Some(_) => Vec::new(),
            };
            if found.is_some() {
                inner.out += 1;
            }
            (found, rested, inner.out)
        };
        if found.is_some() {
            return Ok(found);
        }
        let mut woken = 0;
        for number in rested {
            woken += usize::from(self.sort(number, false)?);
        }
        if woken == 0 && out == 0 {
            self.sow(SOWN)?;
        } else if woken == 0 {
            std::thread::sleep(PAUSE);
        }
        Ok(None)
    }

    /// Gives a session back; `soon` puts it before the others.
    pub(crate) fn put_back(&self, number: usize, soon: bool) -> Result<()> {
        self.sort(number, soon)?;
        self.inner().out -= 1;
        Ok(())
    }

    /// Whether it may be used again now.
    fn sort(&self, number: usize, soon: bool) -> Result<bool> {
        let row = self.ground.session(self.tale(number).id)?;
        let fit = row.phase == Phase::Live && self.spent(&row) + SPARED < budget::ATTEMPTS;
        let mut inner = self.inner();
        if fit && soon {
            inner.ready.push_front(number);
        } else if fit {
            inner.ready.push_back(number);
        } else if row.phase == Phase::Live {
            inner.resting.push(number);
        }
        Ok(fit)
    }

    /// Attempts of a session that count against its budget now.
    pub(crate) fn spent(&self, row: &Session) -> usize {
        let now = self.ground.now();
        row.renewal
            .spent
            .iter()
            .filter(|spent| now.since(&spent.at) < budget::WINDOW_MS)
            .count()
    }

    pub(crate) fn tale(&self, number: usize) -> Tale {
        self.inner().tales[number].clone()
    }

    pub(crate) fn last(&self, number: usize) -> Option<Try> {
        self.inner().tales[number].tries.last().copied()
    }

    /// Writes down what a process did.
    pub(crate) fn note(&self, number: usize, run: Run, moment: Moment, ended: &Ended) {
        let mut inner = self.inner();
        let tale = &mut inner.tales[number];
        tale.runs.push(run);
        tale.tries.push(Try {
            moment,
            lived: ended.lived,
            used: ended.used,
            judged: ended.judged,
        });
    }

    /// Counts how a process ended.
    pub(crate) fn count(&self, ended: &Ended) {
        let mut inner = self.inner();
        inner.kills += usize::from(ended.killed);
        let exit = match ended.code {
            Some(code) => format!("exit {code}"),
            None if ended.killed => "killed".to_owned(),
            None => "another signal".to_owned(),
        };
        // 5 is what is said of a session that needs a sign-in.
        let expected = ended.killed || matches!(ended.code, Some(0 | 5));
        if !expected && inner.unexpected.len() < TOLD {
            let said = ended.stderr.trim();
            inner.unexpected.push(format!("{exit}: {said}"));
        }
        *inner.exits.entry(exit).or_default() += 1;
    }

    /// Sessions that don't know yet whether an answer was lost.
    pub(crate) fn in_doubt(&self) -> Result<Vec<usize>> {
        let all = self.numbers();
        let mut found = Vec::new();
        for (number, id) in all {
            let row = self.ground.session(id)?;
            if row.phase == Phase::Live && !is_settled(&row) {
                found.push(number);
            }
        }
        Ok(found)
    }

    /// Sessions that were used, live on, and may refresh once more.
    pub(crate) fn still_alive(&self, most: usize) -> Result<Vec<usize>> {
        let mut found = Vec::new();
        for (number, id) in self.numbers() {
            if found.len() == most {
                break;
            }
            let row = self.ground.session(id)?;
            let used = !self.tale(number).runs.is_empty();
            if used && row.phase == Phase::Live && self.spent(&row) < budget::ATTEMPTS {
                found.push(number);
            }
        }
        Ok(found)
    }

    /// All sessions.
    pub(crate) fn numbers(&self) -> Vec<(usize, SessionId)> {
        self.inner()
            .tales
            .iter()
            .map(|tale| tale.id)
            .enumerate()
            .collect()
    }

    /// The verdict on everything.
    pub(crate) async fn judged(self, ground: &Ground) -> Result<Findings> {
        let log = ground.log().await?;
        let inner = self
            .inner
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let mut findings = Findings {
            sessions: inner.tales.iter().filter(|it| !it.runs.is_empty()).count(),
            kills: inner.kills,
            exits: inner.exits,
            unexpected: inner.unexpected,
            ..Findings::default()
        };
        for tale in inner.tales.into_iter().filter(|it| !it.runs.is_empty()) {
            let row = ground.session(tale.id);
            let story = Story {
                held: ground.held(tale.id).unwrap_or_default(),
                says: row.map_or(Says::Unreadable, |row| says(&row.phase)),
                name: tale.name,
                first: tale.first,
                runs: tale.runs,
                introspected: tale.introspected,
            };
            let verdict = judge(&story, &log);
            for (tried, fell) in tale.tries.iter().zip(&verdict.fell) {
                if let Moment::After(step, _) = tried.moment
                    && *fell != Some(Fell::BeforeRefusal)
                {
                    let heard = match step {
                        Step::Used => tried.used,
                        Step::Judged => tried.judged,
                    };
                    if heard.is_some() {
                        findings.sample(step, *fell == Some(Fell::BeforeCommit));
                    }
                }
            }
            findings.take(&story, verdict);
        }
        findings.presented = log.len();
        findings.examined(ground.examine().await?);
        findings.keyring_crashes = usize::from(!ground.keyring_answers().await);
        Ok(findings)
    }
}

/// What the vault says of a session.
pub(crate) fn says(phase: &Phase) -> Says {
    match phase {
        Phase::Live => Says::Live,
        Phase::SignInNeeded {
            reason: SignInReason::AnswerLost,
            ..
        } => Says::AnswerLost,
        Phase::SignInNeeded { reason, .. } => Says::Ended(format!("{reason:?}")),
        Phase::Frozen { .. } => Says::Theft,
        other => Says::Ended(format!("{other:?}").chars().take(40).collect()),
    }
}
