//! Where processes are run on sessions: what each command is, and what was on the disk around it.

use std::{
    path::Path,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use anyhow::Result;
use keyfob_token::Session;

use crate::{
    ground::Ground,
    judge::Run,
    pool::{Pool, Tale},
    process::{Moment, run},
    watch::Watch,
};

/// Sessions that must still refresh in the end, at most.
const CHECKED: usize = 50;
/// Processes until a session that was left in doubt has its verdict; one does.
const VERDICTS: usize = 3;

/// Ground, sessions and program of a trial.
pub(crate) struct Field<'a> {
    pub(crate) keyfob: &'a Path,
    pub(crate) jobs: usize,
    pub(crate) ground: &'a Ground,
    pub(crate) pool: &'a Pool,
    pub(crate) watch: &'a Watch,
}

impl Field<'_> {
    /// Does the same in so many threads, and waits for all.
    pub(crate) fn each_job(&self, work: impl Fn(usize) -> Result<()> + Sync) -> Result<()> {
        thread::scope(|scope| {
            let work = &work;
            let jobs: Vec<_> = (0..self.jobs)
                .map(|job| scope.spawn(move || work(job)))
                .collect();
            jobs.into_iter()
                .try_for_each(|job| job.join().expect("a job does not panic"))
        })
    }

    /// Runs one command for a session; whether it was killed.
    pub(crate) fn go(&self, number: usize, moment: Moment, for_token: bool) -> Result<bool> {
        let tale = self.pool.tale(number);
        let before = self.ground.session(tale.id)?;
        let held = self.ground.held(tale.id)?.unwrap_or_default();
        let news = self.watch.of(&held);
        let ended = run(&mut self.command(&tale, for_token), &news, moment)?;
        let after = self.ground.session(tale.id)?;
        let left = self.ground.held(tale.id)?.unwrap_or_default();
        // An attempt is counted with its intent, which may have been settled since.
        let intended = after.renewal.spent.last() != before.renewal.spent.last() && left == held;
        let run = Run {
            started: ended.started,
            killed: ended.killed,
            held,
            again: false,
            left,
            intended,
            settled: is_settled(&after),
        };
        self.pool.note(number, run, moment, &ended);
        self.pool.count(&ended);
        Ok(ended.killed)
    }

    /// Lets every session in doubt have its verdict, and some of the others refresh once more.
    pub(crate) fn settle(&self) -> Result<()> {
        for _ in 0..VERDICTS {
            let left = self.pool.in_doubt()?;
            let next = AtomicUsize::new(0);
            self.each_job(|_| {
                while let Some(number) = left.get(next.fetch_add(1, Ordering::SeqCst)) {
                    self.go(*number, Moment::Never, false)?;
                }
                Ok(())
            })?;
        }
        for number in self.pool.still_alive(CHECKED)? {
            self.go(number, Moment::Never, false)?;
        }
        Ok(())
    }

    /// The command as a person types it: most refresh, some want a token that lives long.
    fn command(&self, tale: &Tale, for_token: bool) -> Command {
        let mut command = Command::new(self.keyfob);
        if for_token {
            command.args(["token", "--min-ttl", "1h", &tale.name]);
        } else {
            command.args(["refresh", &tale.name]);
        }
        self.ground.at_home(&mut command);
        command
    }
}

/// Whether nothing of a session's generation is open: no intent, no mark of an unread answer.
pub(crate) fn is_settled(session: &Session) -> bool {
    let renewal = &session.renewal;
    let marked = renewal
        .uncertain
        .as_ref()
        .is_some_and(|mark| mark.generation == session.generation);
    renewal.intent.is_none() && !marked
}
