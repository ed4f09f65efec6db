//! What is due next, without looking at everything: keys ordered by the moment they are due.
//!
//! Owns moments and their order only. A moment is a reading of the boot-time clock, so it stays
//! true while nothing but time passes; whoever changes a session, finds that a clock has jumped,
//! or changes a rule puts the key again. What is taken is to be judged by the rules once more.

use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
};

/// Keys and when each is due. Every change is in O(log n), and so is taking the next.
#[derive(Clone, Debug)]
pub struct DueQueue<K> {
    at: HashMap<K, i64>,
    order: BTreeSet<(i64, K)>,
}

impl<K> Default for DueQueue<K> {
    fn default() -> Self {
        Self {
            at: HashMap::new(),
            order: BTreeSet::new(),
        }
    }
}

impl<K: Copy + Eq + Hash + Ord> DueQueue<K> {
    /// Keys it holds.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether nothing in it will ever be due.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// Puts a key at a moment, milliseconds of the boot-time clock, in place of the one it had;
    /// `None`: never.
    pub fn put(&mut self, key: K, at: Option<i64>) {
        let before = match at {
            Some(at) => self.at.insert(key, at),
            None => self.at.remove(&key),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.order.remove(&(before, key));
        }
        if let Some(at) = at {
            self.order.insert((at, key));
        }
    }

    /// The next moment.
    pub fn next_at(&self) -> Option<i64> {
        self.order.first().map(|(at, _)| *at)
    }

    /// Takes out the next key that is due at `now`, the longest due first.
    pub fn take_due(&mut self, now: i64) -> Option<K> {
        let (at, key) = *self.order.first()?;
        if at > now {
            return None;
        }
        self.order.pop_first();
        self.at.remove(&key);
        Some(key)
    }

    /// Empties it.
    pub fn clear(&mut self) {
        self.at.clear();
        self.order.clear();
    }
}
