//! The verdict on one session: what the provider's log says of its tokens, beside what was done to
//! the processes that held them, and what the vault says in the end.
//!
//! Nothing here asks Keyfob whether a token was used twice or a session lost.

use crate::log::{Log, Presented};

/// One process that could present a token of the session.
#[derive(Clone, Debug)]
pub struct Run {
    /// When it was started, milliseconds since 1970.
    pub started: i64,
    /// Whether it was killed.
    pub killed: bool,
    /// The token in the vault when it started.
    pub held: String,
    /// Whether it is a loop that may renew the session again and again, or a command that does so
    /// once.
    pub again: bool,
    /// The token in the vault when it had ended.
    pub left: String,
    /// Whether it had written an intent whose answer was not on the disk when it had ended.
    pub intended: bool,
    /// Whether it left the generation settled: no open intent, no mark of an unread answer.
    pub settled: bool,
}

/// What the vault says of the session in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// It lives.
    Live,
    /// An answer was lost; a sign-in is needed.
    AnswerLost,
    /// Another reason why a sign-in is needed.
    Ended(String),
    /// Possible theft.
    Theft,
    /// The row is gone or can't be read.
    Unreadable,
}

/// A session from its sign-in to the end of the trial.
#[derive(Clone, Debug)]
pub struct Story {
    /// What it is called.
    pub name: String,
    /// The token that it was signed in with.
    pub first: String,
    /// The processes that could use it, one after the other.
    pub runs: Vec<Run>,
    /// The token in the vault in the end.
    pub held: Option<String>,
    /// What the vault says in the end.
    pub says: Says,
    /// Whether introspection answers for it: then an unread answer is asked about, and its token
    /// is not presented again once it was acted on.
    pub introspected: bool,
}

/// Where a process stood when it was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fell {
    /// No intent was written: nothing of it counts.
    BeforeIntent,
    /// The intent was on the disk, the provider never acted.
    BeforeProvider,
    /// The provider had given new tokens, and they were not on the disk.
    BeforeCommit,
    /// The provider had refused, and that was not on the disk.
    BeforeRefusal,
    /// The answer was on the disk.
    AfterCommit,
}

impl Fell {
    /// Its name among the figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::BeforeIntent => "before_intent",
            Self::BeforeProvider => "before_provider",
            Self::BeforeCommit => "before_commit",
            Self::BeforeRefusal => "before_refusal",
            Self::AfterCommit => "after_commit",
        }
    }
}

/// What became of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It lives, at the provider and here.
    Kept,
    /// Its answer was lost with a killed process, and it says so.
    AnswerLost,
    /// It was lost in another way, or says something else: why.
    Unexplained(String),
}

/// The verdict on a session.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What became of it.
    pub end: End,
    /// Tokens presented twice outside of the allowed classes.
    pub double_use: Vec<String>,
    /// Tokens presented again because an answer may have been lost: the allowed class.
    pub replays: usize,
    /// Where each process stood when it was killed; `None` of one that ended by itself.
    pub fell: Vec<Option<Fell>>,
}

/// Judges one session.
pub fn judge(story: &Story, log: &Log) -> Verdict {
    let family = log.descent(&story.first);
    let mut acted = vec![None; story.runs.len()];
    let (mut double_use, mut replays) = (Vec::new(), 0);
    let mut lost_with_a_kill = false;
    for (age, token) in family.iter().enumerate() {
        let presented = log.of_token(token);
        let mut told = |why: &str| double_use.push(format!("{}, {token}: {why}", story.name));
        let Some(by) = presenters(story, &family, age, presented) else {
            told("presented more often than there were processes that held it");
            continue;
        };
        for (presented, run) in presented.iter().zip(&by) {
            let unread = story.runs[*run].left == *token;
            if unread {
                acted[*run] = Some(presented.granted());
            }
            let killed = story.runs[*run].killed && unread && presented.granted();
            lost_with_a_kill |= killed && story.held.as_ref() == Some(token);
        }
        let Some((_, earlier)) = by.split_last() else {
            continue;
        };
        replays += earlier.len();
        let had_its_answer = |run: &Run| run.settled || run.left != *token;
        if earlier.iter().any(|run| had_its_answer(&story.runs[*run])) {
            told("presented again after a process that had its answer");
        }
        // Within a grace period a used token is still called active, and honoured.
        let mut since = presented.iter().skip_while(|it| !it.granted());
        if story.introspected && since.any(|it| !it.granted()) {
            told("presented again although introspection says that it was used");
        }
    }
    let stood = story.runs.iter().zip(&acted);
    let fell = stood
        .map(|(run, acted)| run.killed.then(|| fell(run, *acted)))
        .collect();
    Verdict {
        end: ended(story, log, &family, lost_with_a_kill),
        double_use,
        replays,
        fell,
    }
}

/// `acted`: whether the provider granted what the process left unread.
fn fell(run: &Run, acted: Option<bool>) -> Fell {
    match acted {
        Some(true) => Fell::BeforeCommit,
        Some(false) => Fell::BeforeRefusal,
        None if run.intended => Fell::BeforeProvider,
        None if run.left != run.held => Fell::AfterCommit,
        None => Fell::BeforeIntent,
    }
}

/// Which process presented a token each time; `None` when no distinct processes can have done so.
///
/// Each process presents a token at most once. What a killed one had sent may arrive after the next
/// one was started: so the last presentation belongs to the latest process that can have made it,
/// and so on backwards.
fn presenters(
    story: &Story,
    family: &[String],
    age: usize,
    presented: &[Presented],
) -> Option<Vec<usize>> {
    let can_have = |run: &Run, it: &Presented| {
        let held = family.iter().position(|token| *token == run.held);
        let held_it = held.is_some_and(|held| held == age || (run.again && held < age));
        held_it && run.started <= it.arrived
    };
    let mut by = Vec::with_capacity(presented.len());
    let mut before = story.runs.len();
    for it in presented.iter().rev() {
        let run = story.runs[..before]
            .iter()
            .rposition(|run| can_have(run, it))?;
        by.push(run);
        before = run;
    }
    by.reverse();
    Some(by)
}

fn ended(story: &Story, log: &Log, family: &[String], lost_with_a_kill: bool) -> End {
    let Some(held) = &story.held else {
        return End::Unexplained(format!("{}: its tokens are gone", story.name));
    };
    if !family.contains(held) {
        return End::Unexplained(format!("{}: its token is of no refresh", story.name));
    }
    // A token that is refused takes the whole grant with it; one that was used has a successor.
    let refused = family
        .iter()
        .any(|token| log.of_token(token).iter().any(|it| !it.granted()));
    let used = log.of_token(held).iter().any(Presented::granted);
    match (&story.says, !refused && !used) {
        (Says::Live, true) => End::Kept,
        (Says::AnswerLost, false) if lost_with_a_kill => End::AnswerLost,
        (says, alive) => End::Unexplained(format!(
            "{}: the vault says {says:?}, the provider {}{}",
            story.name,
            if alive { "keeps it" } else { "ended it" },
            if lost_with_a_kill {
                ""
            } else {
                ", and no kill lost an answer"
            },
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A process that held a token and left another, or the same.
    fn run(started: i64, held: &str, left: &str) -> Run {
        Run {
            started,
            killed: false,
            held: held.into(),
            again: false,
            left: left.into(),
            intended: false,
            settled: true,
        }
    }

    fn killed(started: i64, held: &str, left: &str) -> Run {
        Run {
            killed: true,
            intended: held == left,
            settled: held != left,
            ..run(started, held, left)
        }
    }

    fn presented(arrived: i64, token: &str, successor: Option<&str>) -> Presented {
        Presented {
            arrived,
            token: token.into(),
            outcome: successor.map_or("invalid_grant", |_| "granted").into(),
            successor: successor.map(Into::into),
        }
    }

    fn story(runs: Vec<Run>, held: &str, says: Says) -> Story {
        Story {
            name: "a session".into(),
            first: "a".into(),
            runs,
            held: Some(held.into()),
            says,
            introspected: false,
        }
    }

    fn verdict(story: &Story, log: &[Presented]) -> Verdict {
        judge(story, &Log::of(log.to_vec()))
    }

    #[test]
    fn a_session_that_only_refreshes_is_kept() {
        let story = story(vec![run(1, "a", "b"), run(3, "b", "c")], "c", Says::Live);
        let log = [presented(2, "a", Some("b")), presented(4, "b", Some("c"))];
        let found = verdict(&story, &log);
        assert_eq!(found.end, End::Kept);
        assert!(found.double_use.is_empty(), "{:?}", found.double_use);
    }

    #[test]
    fn an_answer_that_a_kill_cost_is_explained_and_its_replay_allowed() {
        let runs = vec![killed(1, "a", "a"), run(3, "a", "a")];
        let log = [presented(2, "a", Some("b")), presented(4, "a", None)];
        let found = verdict(&story(runs.clone(), "a", Says::AnswerLost), &log);
        assert_eq!(found.end, End::AnswerLost);
        assert_eq!((found.double_use.len(), found.replays), (0, 1));
        assert_eq!(found.fell, [Some(Fell::BeforeCommit), None]);
        for wrong in [
            Says::Live,
            Says::Ended("EndedUnexpectedly".into()),
            Says::Theft,
        ] {
            let found = verdict(&story(runs.clone(), "a", wrong), &log);
            assert!(matches!(found.end, End::Unexplained(_)), "{:?}", found.end);
        }
    }

    #[test]
    fn a_loss_without_a_kill_is_unexplained() {
        let runs = vec![run(1, "a", "a"), run(3, "a", "a")];
        let log = [presented(2, "a", Some("b")), presented(4, "a", None)];
        let found = verdict(&story(runs, "a", Says::AnswerLost), &log);
        assert!(matches!(found.end, End::Unexplained(_)), "{:?}", found.end);
    }

    #[test]
    fn a_living_session_that_is_called_dead_is_unexplained() {
        let runs = vec![killed(1, "a", "a")];
        let found = verdict(&story(runs, "a", Says::AnswerLost), &[]);
        assert!(matches!(found.end, End::Unexplained(_)), "{:?}", found.end);
    }

    #[test]
    fn a_token_presented_again_after_its_answer_was_read_is_a_double_use() {
        let committed = vec![run(1, "a", "b"), run(3, "a", "b")];
        let refused = vec![run(1, "a", "a"), run(3, "a", "a")];
        for (runs, first) in [(committed, Some("b")), (refused, None)] {
            let log = [presented(2, "a", first), presented(4, "a", None)];
            let found = verdict(&story(runs, "b", Says::Live), &log);
            assert_eq!(found.double_use.len(), 1, "{:?}", found.double_use);
        }
    }

    #[test]
    fn a_token_presented_by_nobody_who_held_it_is_a_double_use() {
        // Once more than there were processes.
        let runs = vec![killed(1, "a", "a")];
        let log = [presented(2, "a", Some("b")), presented(3, "a", None)];
        let found = verdict(&story(runs, "a", Says::AnswerLost), &log);
        assert_eq!(found.double_use.len(), 1);
        // By a process that held its successor.
        let runs = vec![run(1, "a", "b"), run(3, "b", "b")];
        let log = [presented(2, "a", Some("b")), presented(4, "a", None)];
        assert_eq!(
            verdict(&story(runs, "b", Says::Live), &log)
                .double_use
                .len(),
            1
        );
    }

    #[test]
    fn what_a_killed_process_sent_may_arrive_after_the_next_was_started() {
        let runs = vec![killed(1, "a", "a"), run(3, "a", "a")];
        let log = [presented(4, "a", Some("b")), presented(5, "a", None)];
        let found = verdict(&story(runs, "a", Says::AnswerLost), &log);
        assert_eq!((found.end, found.double_use.len()), (End::AnswerLost, 0));
    }

    #[test]
    fn where_introspection_answers_a_used_token_is_not_presented_again() {
        let runs = vec![killed(1, "a", "a"), run(3, "a", "a")];
        let log = [presented(2, "a", Some("b")), presented(4, "a", None)];
        let story = Story {
            introspected: true,
            ..story(runs, "a", Says::AnswerLost)
        };
        assert_eq!(verdict(&story, &log).double_use.len(), 1);
        assert_eq!(verdict(&story, &log[..1]).double_use.len(), 0);
        assert_eq!(verdict(&story, &log[..1]).end, End::AnswerLost);
    }

    #[test]
    fn with_a_grace_period_a_second_answer_is_as_good_as_the_first() {
        let runs = vec![killed(1, "a", "a"), run(3, "a", "c")];
        let log = [presented(2, "a", Some("b")), presented(4, "a", Some("c"))];
        let found = verdict(&story(runs, "c", Says::Live), &log);
        assert_eq!((found.end, found.double_use.len()), (End::Kept, 0));
    }

    #[test]
    fn a_loop_renews_again_and_again_and_loses_only_the_last() {
        let again = |run: Run| Run { again: true, ..run };
        let first = Run {
            intended: true,
            settled: false,
            ..again(killed(1, "a", "b"))
        };
        let runs = vec![first, again(run(5, "b", "b"))];
        let log = [
            presented(2, "a", Some("b")),
            presented(3, "b", Some("c")),
            presented(6, "b", None),
        ];
        let found = verdict(&story(runs, "b", Says::AnswerLost), &log);
        assert_eq!((found.end, found.double_use.len()), (End::AnswerLost, 0));
        assert_eq!(found.fell, [Some(Fell::BeforeCommit), None]);
    }
}
