//! The rate budget of one session: 5 attempts in 15 minutes.
//!
//! It counts attempts that brought no new token and refreshes asked for by hand. A success of the
//! schedule gives its attempt back, else tokens of 5 minutes would starve; so does an attempt that
//! never left, because being offline must spend nothing.

use crate::life::clock::elapsed;
use crate::session::{Renewal, Spender, Spent};
use crate::time::{Now, Stamp};

/// The window that is looked back on.
pub const WINDOW_MS: i64 = 15 * 60_000;
/// Attempts in a window, whoever makes them.
pub const ATTEMPTS: usize = 5;
/// Of these, what the schedule may use.
const FOR_AUTOMATION: usize = 3;
/// Of these, what the schedule and its replays may use together: one is left for the user.
const FOR_AUTOMATION_AND_REPLAY: usize = 4;
/// What is remembered at most.
const REMEMBERED: usize = 16;

/// Whether one more attempt is within the budget.
pub fn allows(renewal: &Renewal, now: &Now, spender: Spender) -> bool {
    let total = count(renewal, now, |_| true);
    let within_share = match spender {
        Spender::User => true,
        Spender::Automation => count(renewal, now, |by| by == Spender::Automation) < FOR_AUTOMATION,
        Spender::Replay => {
            count(renewal, now, |by| by != Spender::User) < FOR_AUTOMATION_AND_REPLAY
        }
    };
    total < ATTEMPTS && within_share
}

/// Milliseconds until the budget allows one more; 0 when it does.
pub fn wait_ms(renewal: &Renewal, now: &Now, spender: Spender) -> i64 {
    if allows(renewal, now, spender) {
        return 0;
    }
    let mut leaving: Vec<i64> = renewal
        .spent
        .iter()
        .filter_map(|spent| left_in_window(spent, now))
        .collect();
    leaving.sort_unstable();
    leaving
        .into_iter()
        .find(|wait| allows(renewal, &now.later(*wait), spender))
        .unwrap_or(WINDOW_MS)
}

/// Counts an attempt. Done with the intent, before anything is sent, so that a crash counts too.
pub fn spend(renewal: &mut Renewal, now: &Now, by: Spender) {
    renewal
        .spent
        .retain(|spent| left_in_window(spent, now).is_some());
    if renewal.spent.len() == REMEMBERED {
        renewal.spent.remove(0);
    }
    renewal.spent.push(Spent {
        at: now.stamp(),
        by,
    });
}

/// Gives back the attempt that was counted at `at`.
pub fn refund(renewal: &mut Renewal, at: &Stamp) {
    if let Some(index) = renewal.spent.iter().rposition(|spent| spent.at == *at) {
        renewal.spent.remove(index);
    }
}

fn count(renewal: &Renewal, now: &Now, of: impl Fn(Spender) -> bool) -> usize {
    renewal
        .spent
        .iter()
        .filter(|spent| of(spent.by) && left_in_window(spent, now).is_some())
        .count()
}

/// Milliseconds for which an attempt still counts. One that can't be compared with now doesn't:
/// a clock set back must not stop a session for years.
fn left_in_window(spent: &Spent, now: &Now) -> Option<i64> {
    let gone = elapsed(now, &spent.at)?;
    (gone < WINDOW_MS).then(|| WINDOW_MS - gone)
}
