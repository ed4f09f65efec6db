//! What the provider wrote down of the refresh tokens that it was shown.
//!
//! Tokens are named by the first 32 hexadecimal digits of their SHA-256, as the provider does.

use std::collections::HashMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// One refresh token presented, as the provider judged it.
#[derive(Clone, Debug, Deserialize)]
pub struct Presented {
    /// When the request arrived, milliseconds since 1970.
    pub arrived: i64,
    /// The token's name.
    pub token: String,
    /// `granted`, or the OAuth error it was refused with.
    pub outcome: String,
    /// The name of the token that took its place.
    pub successor: Option<String>,
}

impl Presented {
    /// Whether the provider gave new tokens for it.
    pub fn granted(&self) -> bool {
        self.outcome == "granted"
    }
}

/// The name of a refresh token in the provider's log.
pub fn name_of(token: &str) -> String {
    let digest = Sha256::digest(token.as_bytes());
    digest[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The whole log by token, each in the order of arrival.
#[derive(Default)]
pub struct Log {
    by_token: HashMap<String, Vec<Presented>>,
}

impl Log {
    /// Sorts what the provider wrote down.
    pub fn of(mut all: Vec<Presented>) -> Self {
        all.sort_by_key(|it| it.arrived);
        let mut by_token: HashMap<String, Vec<Presented>> = HashMap::new();
        for presented in all {
            by_token
                .entry(presented.token.clone())
                .or_default()
                .push(presented);
        }
        Self { by_token }
    }

    /// Each time that a token was presented.
    pub fn of_token(&self, token: &str) -> &[Presented] {
        self.by_token.get(token).map_or(&[], Vec::as_slice)
    }

    /// How many tokens were presented in all.
    pub fn len(&self) -> usize {
        self.by_token.values().map(Vec::len).sum()
    }

    /// Whether nothing was presented.
    pub fn is_empty(&self) -> bool {
        self.by_token.is_empty()
    }

    /// A token and all that came of it, nearest first: its successor, the successor of that, and
    /// with a grace period the several successors of one.
    pub fn descent(&self, first: &str) -> Vec<String> {
        let mut family = vec![first.to_owned()];
        let mut next = 0;
        while let Some(token) = family.get(next).cloned() {
            next += 1;
            for successor in self
                .of_token(&token)
                .iter()
                .filter_map(|it| it.successor.as_ref())
            {
                if !family.contains(successor) {
                    family.push(successor.clone());
                }
            }
        }
        family
    }
}
