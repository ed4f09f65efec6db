//! What is counted, apart from what the desktops know of themselves.

use std::{collections::VecDeque, fmt::Write as _};

use crate::plan::{MINUTE, Plan};

/// Milliseconds of one bar of the load.
pub const BUCKET_MS: i64 = 10_000;
/// The budget of a session: no more attempts without tokens than this in 15 minutes.
const BUDGET: usize = 5;

/// Sums over desktops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Requests in each 10 s.
    pub requests: Vec<u64>,
    /// Those of them that brought tokens.
    pub granted: Vec<u64>,
    /// Attempts made although the session had spent its budget.
    pub over_budget: u64,
    /// Tokens with 5 minutes or more left at the provider's return.
    pub at_stake: u64,
    /// Those of them that were renewed before they ended.
    pub in_time: u64,
    /// Sessions without a living token at the provider's return, by the minutes it took until they
    /// had one.
    pub waited: Vec<u64>,
    /// A sum over all that was counted, moment by moment: two runs that differ anywhere differ
    /// here.
    pub digest: u64,
    steady_until: usize,
}

impl Tally {
    pub(crate) fn new(plan: &Plan) -> Self {
        let bars = usize::try_from(plan.end / BUCKET_MS).unwrap_or(0);
        let minutes = usize::try_from((plan.end - plan.up_at) / MINUTE).unwrap_or(0);
        Self {
            requests: vec![0; bars],
            granted: vec![0; bars],
            over_budget: 0,
            at_stake: 0,
            in_time: 0,
            waited: vec![0; minutes + 1],
            digest: 0,
            steady_until: usize::try_from(plan.down_at / BUCKET_MS).unwrap_or(0),
        }
    }

    pub(crate) fn plus(mut self, other: &Self) -> Self {
        let add = |sum: &mut Vec<u64>, more: &[u64]| {
            sum.iter_mut().zip(more).for_each(|(sum, it)| *sum += it);
        };
        add(&mut self.requests, &other.requests);
        add(&mut self.granted, &other.granted);
        add(&mut self.waited, &other.waited);
        self.over_budget += other.over_budget;
        self.at_stake += other.at_stake;
        self.in_time += other.in_time;
        self.digest = self.digest.wrapping_add(other.digest);
        self
    }

    pub(crate) fn request(&mut self, at: i64, desktop: usize, session: usize, granted: bool) {
        let Some(bar) = usize::try_from(at / BUCKET_MS)
            .ok()
            .filter(|bar| *bar < self.requests.len())
        else {
            return;
        };
        self.requests[bar] += 1;
        self.granted[bar] += u64::from(granted);
        let what = at.unsigned_abs() ^ ((desktop as u64) << 40) ^ ((session as u64) << 34);
        self.digest = self.digest.wrapping_add(mixed(what));
    }

    /// Requests in 10 s on average before the outage.
    pub fn steady(&self) -> f64 {
        let before = &self.requests[..self.steady_until];
        before.iter().sum::<u64>() as f64 / before.len().max(1) as f64
    }

    /// The highest bar, in multiples of the steady load.
    pub fn peak_ratio(&self) -> f64 {
        let highest = self.requests.iter().max().copied().unwrap_or(0);
        highest as f64 / self.steady().max(f64::MIN_POSITIVE)
    }

    /// The share of tokens at stake that were renewed in time.
    pub fn refreshed_in_time(&self) -> f64 {
        self.in_time as f64 / (self.at_stake as f64).max(1.0)
    }

    /// Minutes after the provider's return within which this share of those without a living token
    /// had one again.
    pub fn back_within_minutes(&self, share: f64) -> usize {
        let all: u64 = self.waited.iter().sum();
        let mut sum = 0;
        self.waited
            .iter()
            .position(|count| {
                sum += count;
                sum as f64 >= all as f64 * share
            })
            .unwrap_or(self.waited.len())
            + 1
    }

    /// The load over time: `second,requests,granted`, a line for each 10 s.
    pub fn csv(&self) -> String {
        let mut text = String::from("second,requests,granted\n");
        for (bar, (requests, granted)) in self.requests.iter().zip(&self.granted).enumerate() {
            let second = bar as i64 * BUCKET_MS / 1_000;
            let _ = writeln!(text, "{second},{requests},{granted}");
        }
        text
    }
}

/// What one session did within the last 15 minutes, by an account of our own.
#[derive(Default)]
pub(crate) struct Account(VecDeque<i64>);

impl Account {
    /// An attempt that brought nothing, and whether it was one too many.
    pub(crate) fn spent(&mut self, at: i64) -> bool {
        while self.0.front().is_some_and(|then| at - then >= 15 * MINUTE) {
            self.0.pop_front();
        }
        self.0.push_back(at);
        self.0.len() > BUDGET
    }
}

/// Spreads a number over all bits (splitmix64).
pub(crate) fn mixed(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sixth_attempt_within_15_minutes_is_one_too_many() {
        let mut account = Account::default();
        let over: Vec<bool> = (0..6)
            .map(|minute| account.spent(minute * MINUTE))
            .collect();
        assert_eq!(over, [false, false, false, false, false, true]);
        assert!(!Account::default().spent(0));
        assert!(!account.spent(30 * MINUTE), "they have left the window");
    }
}
