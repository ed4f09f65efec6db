//! `kill -9` at random moments of a refresh, again and again, over as many sessions as the rate
//! budget asks for.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use fastrand::Rng;
use tokio::runtime::Handle;

use crate::{
    field::Field,
    findings::Findings,
    ground::Ground,
    pool::{Pool, Try},
    process::Moment,
    watch::{Step, Watch},
};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Processes to kill.
    pub kills: usize,
    /// Where chance begins.
    pub seed: u64,
    /// Processes at once.
    pub jobs: usize,
    /// Seconds for which the provider still honours a used refresh token.
    pub grace: u32,
    /// The `keyfob` command.
    pub keyfob: PathBuf,
}

/// Of every so many sessions, one is of those for which introspection answers.
const INTROSPECTED: usize = 4;
/// Processes that are let live, to learn how long a refresh takes.
const MEASURED: usize = 12;

/// Kills, settles, and judges.
///
/// # Errors
/// The ground can't be laid, or a process can't be started.
pub async fn trial(wish: Wish, progress: fn(&str)) -> Result<Findings> {
    let grace = wish.grace.to_string();
    let settings = [("OP_GRACE", grace.as_str()), ("OP_TTL_REFRESH", "1209600")];
    let ground = Arc::new(Ground::lay(&settings).await?);
    let (begun, handle) = (ground.clone(), Handle::current());
    let work = move || kill_all(&wish, &begun, &handle, progress);
    let (pool, typical) = tokio::task::spawn_blocking(work).await??;
    let mut findings = pool.judged(&ground).await?;
    findings.used.span_us = within(typical.from_used, 1.0).as_micros();
    findings.judged.span_us = within(typical.from_judged, 1.0).as_micros();
    findings.refresh_ms = typical.whole.as_millis();
    Ok(findings)
}

fn kill_all(
    wish: &Wish,
    ground: &Arc<Ground>,
    handle: &Handle,
    progress: fn(&str),
) -> Result<(Pool, Typical)> {
    let pool = Pool::new(ground.clone(), handle.clone(), INTROSPECTED);
    let watch = Watch::at(&ground.provider.issuer)?;
    pool.sow(MEASURED.max(wish.kills / 12))?;
    let field = Field {
        keyfob: &wish.keyfob,
        jobs: wish.jobs,
        ground,
        pool: &pool,
        watch: &watch,
    };
    let typical = measure(&field)?;
    progress(&format!(
        "a refresh takes {} ms; chance begins at {}",
        typical.whole.as_millis(),
        wish.seed
    ));
    let killed = AtomicUsize::new(0);
    field.each_job(|job| {
        let mut rng = Rng::with_seed(wish.seed.wrapping_add(job as u64));
        while killed.load(Ordering::SeqCst) < wish.kills {
            let Some(number) = pool.take()? else { continue };
            let moment = typical.moment(&mut rng);
            if field.go(number, moment, rng.u8(..) < 51)? {
                let count = killed.fetch_add(1, Ordering::SeqCst) + 1;
                if count.is_multiple_of(100.max(wish.kills / 20)) {
                    progress(&format!("{count} of {} killed", wish.kills));
                }
            }
            pool.put_back(number, rng.u8(..) < 77)?;
        }
        Ok(())
    })?;
    progress("every session in doubt gets its verdict");
    field.settle()?;
    Ok((pool, typical))
}

/// How long a refresh takes from some point to its end.
#[derive(Clone, Copy, Debug, Default)]
struct Typical {
    whole: Duration,
    from_used: Duration,
    from_judged: Duration,
}

impl Typical {
    /// A moment at random: half of them over the whole life of a process, half of them where it
    /// hurts, around the answer and its commit.
    fn moment(&self, rng: &mut Rng) -> Moment {
        let share = rng.f64();
        match rng.u8(..4) {
            0 => Moment::After(Step::Used, within(self.from_used, share)),
            1 => Moment::After(Step::Judged, within(self.from_judged, share)),
            _ => Moment::AfterStart(within(self.whole, share)),
        }
    }
}

/// A share of a span that reaches past the typical one.
fn within(typical: Duration, share: f64) -> Duration {
    typical.mul_f64(share * 1.3)
}

fn measure(field: &Field<'_>) -> Result<Typical> {
    let mut all = Vec::new();
    for _ in 0..MEASURED {
        let Some(number) = field.pool.take()? else {
            break;
        };
        field.go(number, Moment::Never, false)?;
        field.pool.put_back(number, false)?;
        all.extend(field.pool.last(number));
    }
    let middle = |of: fn(&Try) -> Option<Duration>| {
        let mut found: Vec<Duration> = all.iter().filter_map(of).collect();
        found.sort_unstable();
        found.get(found.len() / 2).copied().unwrap_or_default()
    };
    Ok(Typical {
        whole: middle(|it| Some(it.lived)),
        from_used: middle(|it| it.lived.checked_sub(it.used?)),
        from_judged: middle(|it| it.lived.checked_sub(it.judged?)),
    })
}
