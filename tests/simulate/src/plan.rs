//! What is played.

use keyfob_token::FailureCode;
use keyfob_token::life::RefreshOutcome;

pub(crate) const MINUTE: i64 = 60_000;

/// How a provider is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Down {
    /// Nobody takes the connection.
    Refused,
    /// 503: turned away, without a word of when to come back.
    Unavailable,
    /// 502: nobody knows whether it acted.
    Unanswered,
}

impl Down {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Refused, Self::Unavailable, Self::Unanswered];

    /// Its name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
            Self::Unanswered => "unanswered",
        }
    }

    pub(crate) fn outcome(self) -> RefreshOutcome {
        match self {
            Self::Refused => RefreshOutcome::NotSent(FailureCode::NotReached),
            Self::Unavailable => RefreshOutcome::TurnedAway {
                retry_after_ms: None,
            },
            Self::Unanswered => RefreshOutcome::Uncertain(FailureCode::Unreadable),
        }
    }

    pub(crate) fn code(self) -> FailureCode {
        match self {
            Self::Refused => FailureCode::NotReached,
            Self::Unavailable => FailureCode::TurnedAway,
            Self::Unanswered => FailureCode::Unreadable,
        }
    }
}

/// What is played. Times are milliseconds from the beginning.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Where all chance comes from.
    pub seed: u64,
    /// How many desktops.
    pub desktops: usize,
    /// Sessions of each; their access tokens live 5, 15 and 60 minutes in turn.
    pub sessions: usize,
    /// How the provider is down.
    pub down: Down,
    /// From when.
    pub down_at: i64,
    /// Until when.
    pub up_at: i64,
    /// The end.
    pub end: i64,
}

impl Plan {
    /// Half an hour of steady load, half an hour of outage, an hour after it.
    pub fn new(seed: u64, desktops: usize, down: Down) -> Self {
        Self {
            seed,
            desktops,
            sessions: 10,
            down,
            down_at: 30 * MINUTE,
            up_at: 60 * MINUTE,
            end: 120 * MINUTE,
        }
    }

    pub(crate) fn is_down(&self, at: i64) -> bool {
        (self.down_at..self.up_at).contains(&at)
    }
}
