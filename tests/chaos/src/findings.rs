//! What a trial with kills found, as figures and as sentences.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    ground::Health,
    judge::{End, Says, Story, Verdict},
    watch::Step,
};

/// What was found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Findings {
    /// Sessions of the trial.
    pub sessions: usize,
    /// Tokens that the provider was shown.
    pub presented: usize,
    /// Where the killed processes stood.
    pub fell: BTreeMap<String, usize>,
    /// Processes that were killed.
    pub kills: usize,
    /// Trials that came to no verdict, since the keyring itself had crashed.
    pub keyring_crashes: usize,
    /// Sessions that live on.
    pub kept: usize,
    /// Sessions whose answer was lost with a killed process, and that say so.
    pub lost_answers: usize,
    /// Sessions that were lost in any other way.
    pub lost_unexplained: Vec<String>,
    /// Tokens presented twice outside of the allowed classes.
    pub double_use: Vec<String>,
    /// Tokens presented again because their answer may have been lost.
    pub replays: usize,
    /// Alarms of theft: sessions frozen, or events of it in the log.
    pub theft_alarms: usize,
    /// What is wrong with the vault.
    pub vault_damaged: Vec<String>,
    /// What is wrong with the audit chain.
    pub chain_broken: Vec<String>,
    /// Events in the log.
    pub events: u64,
    /// How the processes ended.
    pub exits: BTreeMap<String, usize>,
    /// Ends that nobody expected, in their own words.
    pub unexpected: Vec<String>,
    /// How long a refresh takes from the start of its process to the end, ms; the longest of a
    /// series.
    pub refresh_ms: u128,
    /// From the provider's using up a token to the commit of its answer, by the kills.
    pub used: Window,
    /// From the provider's having its answer ready to the commit, by the kills.
    pub judged: Window,
}

/// A window, estimated from the kills that were aimed at a span that begins with it.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Window {
    /// The span over which the kills were spread evenly, µs.
    pub span_us: u128,
    /// Kills that were aimed at it.
    pub aimed: usize,
    /// Those that cost an answer.
    pub hit: usize,
}

impl Window {
    /// Its mean length in µs.
    pub fn mean_us(&self) -> Option<u128> {
        let aimed = u128::try_from(self.aimed).unwrap_or(u128::MAX);
        let hit = u128::try_from(self.hit).unwrap_or(u128::MAX);
        (aimed > 0).then(|| self.span_us * hit / aimed)
    }

    /// Takes in those that were aimed in another trial; its span counts by its hits, so that the
    /// mean is that over all kills.
    fn add(&mut self, other: Self) {
        let count = |hits: usize| u128::try_from(hits).unwrap_or(u128::MAX);
        let spans = self.span_us * count(self.hit) + other.span_us * count(other.hit);
        let hits = count(self.hit + other.hit);
        self.span_us = spans.checked_div(hits).unwrap_or(other.span_us);
        self.aimed += other.aimed;
        self.hit += other.hit;
    }
}

impl Findings {
    /// The figures of several trials that may be added up.
    pub const ADDED_UP: &[&str] = &[
        "kills",
        "lost_answers",
        "lost_unexplained",
        "double_use",
        "theft_alarms",
        "vault_damaged",
        "chain_broken",
        "unexpected_exits",
        "keyring_crashes",
    ];

    /// Counts a kill that was aimed at a span after a step of the provider.
    pub fn sample(&mut self, step: Step, cost_an_answer: bool) {
        let window = match step {
            Step::Used => &mut self.used,
            Step::Judged => &mut self.judged,
        };
        window.aimed += 1;
        window.hit += usize::from(cost_an_answer);
    }

    /// Takes in what another trial found.
    pub fn add(&mut self, other: Self) {
        self.sessions += other.sessions;
        self.presented += other.presented;
        self.kills += other.kills;
        self.keyring_crashes += other.keyring_crashes;
        self.kept += other.kept;
        self.lost_answers += other.lost_answers;
        self.lost_unexplained.extend(other.lost_unexplained);
        self.double_use.extend(other.double_use);
        self.replays += other.replays;
        self.theft_alarms += other.theft_alarms;
        self.vault_damaged.extend(other.vault_damaged);
        self.chain_broken.extend(other.chain_broken);
        self.events += other.events;
        self.unexpected.extend(other.unexpected);
        self.refresh_ms = self.refresh_ms.max(other.refresh_ms);
        self.used.add(other.used);
        self.judged.add(other.judged);
        for (mine, others) in [(&mut self.fell, other.fell), (&mut self.exits, other.exits)] {
            for (name, count) in others {
                *mine.entry(name).or_default() += count;
            }
        }
    }

    /// What a trial whose keyring crashed has found all the same: no Keyfob without its key is to
    /// blame for what it left undone, but none may damage anything.
    #[must_use]
    pub fn without_verdict(self) -> Self {
        Self {
            keyring_crashes: self.keyring_crashes,
            double_use: self.double_use,
            theft_alarms: self.theft_alarms,
            vault_damaged: self.vault_damaged,
            chain_broken: self.chain_broken,
            ..Self::default()
        }
    }

    /// Takes in the verdict on a session.
    pub fn take(&mut self, story: &Story, verdict: Verdict) {
        for fell in verdict.fell.into_iter().flatten() {
            *self.fell.entry(fell.name().to_owned()).or_default() += 1;
        }
        self.replays += verdict.replays;
        self.double_use.extend(verdict.double_use);
        self.theft_alarms += usize::from(story.says == Says::Theft);
        match verdict.end {
            End::Kept => self.kept += 1,
            End::AnswerLost => self.lost_answers += 1,
            End::Unexplained(why) => self.lost_unexplained.push(why),
        }
    }

    /// Takes in what the vault is in the end.
    pub fn examined(&mut self, health: Health) {
        self.vault_damaged.extend(health.damage);
        self.chain_broken.extend(health.chain);
        self.events += health.events;
        self.theft_alarms = self.theft_alarms.max(health.alarms);
    }

    /// What had to be reached and was not.
    pub fn missed(&self) -> Vec<String> {
        let mut missed = Vec::new();
        for list in [
            &self.lost_unexplained,
            &self.double_use,
            &self.vault_damaged,
            &self.chain_broken,
            &self.unexpected,
        ] {
            missed.extend(list.iter().cloned());
        }
        if self.theft_alarms > 0 {
            missed.push(format!("{} alarms of theft", self.theft_alarms));
        }
        missed
    }

    /// The figures of the trial, by name.
    pub fn figures(&self) -> Map<String, Value> {
        let figures = json!({
            "kills": self.kills,
            "lost_answers": self.lost_answers,
            "lost_unexplained": self.lost_unexplained.len(),
            "double_use": self.double_use.len(),
            "theft_alarms": self.theft_alarms,
            "vault_damaged": self.vault_damaged.len(),
            "chain_broken": self.chain_broken.len(),
            "unexpected_exits": self.unexpected.len(),
            "sessions": self.sessions,
            "keyring_crashes": self.keyring_crashes,
            "kept": self.kept,
            "presented": self.presented,
            "replays": self.replays,
            "events": self.events,
            "refresh_ms": self.refresh_ms,
            "fell": self.fell,
            "exits": self.exits,
            "window_used_to_commit_us": self.used.mean_us(),
            "window_used_to_commit_kills": self.used.aimed,
            "window_answer_to_commit_us": self.judged.mean_us(),
            "window_answer_to_commit_kills": self.judged.aimed,
        });
        match figures {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_window_of_a_series_is_that_over_all_its_kills() {
        let one = Window {
            span_us: 1000,
            aimed: 10,
            hit: 5,
        };
        let mut both = one;
        both.add(Window {
            span_us: 2500,
            aimed: 30,
            hit: 10,
        });
        assert_eq!(both.mean_us(), Some((1000 * 5 + 2500 * 10) / 40));
        let mut with_none = one;
        with_none.add(Window::default());
        assert_eq!(with_none.mean_us(), one.mean_us());
    }

    #[test]
    fn a_fault_in_one_trial_is_one_of_the_series() {
        let mut all = Findings::default();
        let bad = Findings {
            kills: 3,
            double_use: vec!["twice".into()],
            ..Findings::default()
        };
        all.add(Findings {
            kills: 2,
            ..Findings::default()
        });
        all.add(bad);
        assert_eq!((all.kills, all.missed()), (5, vec!["twice".to_owned()]));
    }

    #[test]
    fn a_trial_without_a_keyring_counts_no_kill_and_keeps_its_faults() {
        let found = Findings {
            keyring_crashes: 1,
            kills: 7,
            unexpected: vec!["exit 3".into()],
            double_use: vec!["twice".into()],
            ..Findings::default()
        };
        let left = found.without_verdict();
        assert_eq!((left.kills, left.keyring_crashes), (0, 1));
        assert_eq!(left.missed(), ["twice"]);
    }
}
