//! `kill -9` of the engine's loop, as it runs in the background of a desktop: it renews many
//! sessions by itself, two at once, and is killed in the middle of them.

use std::{path::PathBuf, process::Command, sync::Arc, time::Duration};

use anyhow::Result;
use fastrand::Rng;
use keyfob_token::Phase;
use tokio::runtime::Handle;

use crate::{
    field::{Field, is_settled},
    findings::Findings,
    ground::Ground,
    judge::{Fell, Run},
    pool::Pool,
    process::{Moment, run},
    watch::{Step, Watch},
};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Loops to kill.
    pub kills: usize,
    /// Where chance begins.
    pub seed: u64,
    /// Commands at once, when sessions are settled in the end.
    pub jobs: usize,
    /// The program that is the loop when it is called with `loop`.
    pub worker: PathBuf,
    /// The `keyfob` command.
    pub keyfob: PathBuf,
}

/// Sessions that the loop has to care for.
const IN_USE: usize = 24;
/// Of every so many, one for which introspection answers.
const INTROSPECTED: usize = 4;
/// The longest life of a loop.
const LONGEST: Duration = Duration::from_millis(1500);
/// How far after a step of the provider a loop is killed, at most.
const AFTER: Duration = Duration::from_millis(15);

/// Kills loops, settles what they left, and judges.
///
/// # Errors
/// The ground can't be laid, or a process can't be started.
pub async fn trial(wish: Wish, progress: fn(&str)) -> Result<Findings> {
    // Tokens of 4 s are due after 2: the loop always has something to do.
    let ground = Arc::new(Ground::lay(&[("OP_TTL_ACCESS", "4")]).await?);
    let (begun, handle) = (ground.clone(), Handle::current());
    let work = move || kill_all(&wish, &begun, &handle, progress);
    let pool = tokio::task::spawn_blocking(work).await??;
    let mut findings = pool.judged(&ground).await?;
    // Most of its sessions rest when a loop is killed: only those in flight stood somewhere.
    findings.only_in_flight();
    Ok(findings)
}

fn kill_all(
    wish: &Wish,
    ground: &Arc<Ground>,
    handle: &Handle,
    progress: fn(&str),
) -> Result<Pool> {
    let pool = Pool::new(ground.clone(), handle.clone(), INTROSPECTED);
    let watch = Watch::at(&ground.provider.issuer)?;
    let field = Field {
        keyfob: &wish.keyfob,
        jobs: wish.jobs,
        ground,
        pool: &pool,
        watch: &watch,
    };
    let mut rng = Rng::with_seed(wish.seed);
    let mut killed = 0;
    while killed < wish.kills {
        let alive = alive(&field)?;
        if alive.len() < IN_USE {
            pool.sow(IN_USE - alive.len())?;
            continue;
        }
        let share = rng.f64();
        let moment = match rng.u8(..4) {
            0 => Moment::After(Step::Used, AFTER.mul_f64(share)),
            1 => Moment::After(Step::Judged, AFTER.mul_f64(share)),
            _ => Moment::AfterStart(LONGEST.mul_f64(share)),
        };
        if kill(&field, &wish.worker, &alive, moment)? {
            killed += 1;
            if killed.is_multiple_of(25) {
                progress(&format!("{killed} of {} loops killed", wish.kills));
            }
        }
    }
    field.settle()?;
    Ok(pool)
}

/// Sessions that the loop cares for.
fn alive(field: &Field<'_>) -> Result<Vec<usize>> {
    let mut found = Vec::new();
    for (number, id) in field.pool.numbers() {
        if field.ground.session(id)?.phase == Phase::Live {
            found.push(number);
        }
    }
    Ok(found)
}

fn kill(
    field: &Field<'_>,
    worker: &std::path::Path,
    sessions: &[usize],
    moment: Moment,
) -> Result<bool> {
    let ground = field.ground;
    let mut held = Vec::new();
    for number in sessions {
        let id = field.pool.tale(*number).id;
        held.push((*number, id, ground.held(id)?.unwrap_or_default()));
    }
    let mut command = Command::new(worker);
    command.arg("loop");
    ground.at_home(&mut command);
    let ended = run(&mut command, &field.watch.of_all(), moment)?;
    field.pool.count(&ended);
    for (number, id, held) in held {
        let after = ground.session(id)?;
        let run = Run {
            started: ended.started,
            killed: ended.killed,
            held,
            again: true,
            left: ground.held(id)?.unwrap_or_default(),
            intended: after.renewal.intent.is_some(),
            settled: is_settled(&after),
        };
        // Its own moment says nothing of a session that was not in flight.
        field.pool.note(number, run, Moment::Never, &ended);
    }
    Ok(ended.killed)
}

impl Findings {
    fn only_in_flight(&mut self) {
        self.fell.retain(|stood, _| {
            *stood != Fell::BeforeIntent.name() && *stood != Fell::AfterCommit.name()
        });
    }
}
