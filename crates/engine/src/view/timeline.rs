//! The timeline: what ends when, and what is refreshed before.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Row;

/// How far the timeline looks ahead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TimelineRange {
    /// One hour.
    Hour,
    /// 24 hours.
    #[default]
    Day,
    /// 7 days.
    Week,
    /// 90 days.
    Quarter,
}

impl TimelineRange {
    /// Its length in milliseconds.
    pub fn millis(self) -> i64 {
        const HOUR_MS: i64 = 3_600_000;
        match self {
            Self::Hour => HOUR_MS,
            Self::Day => 24 * HOUR_MS,
            Self::Week => 7 * 24 * HOUR_MS,
            Self::Quarter => 90 * 24 * HOUR_MS,
        }
    }
}

/// What lanes are sorted by. What has no such time comes last, whichever way round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TimelineSort {
    /// State, those that need the user first, then the end.
    #[default]
    State,
    /// Name.
    Name,
    /// Host of the issuer.
    Issuer,
    /// End of the access token.
    Access,
    /// Next planned refresh.
    Refresh,
    /// Hard end.
    End,
}

/// Which window of which timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TimelineQuery {
    /// Search text, as for the list.
    pub text: String,
    /// How far ahead.
    pub range: TimelineRange,
    /// What to sort by.
    pub sort: TimelineSort,
    /// Whether the other way round.
    pub descending: bool,
    /// Whether grouped by issuer.
    pub grouped: bool,
    /// Issuers whose groups are collapsed.
    pub collapsed: Vec<String>,
    /// First line wanted.
    pub offset: u32,
    /// How many lines, at most 500.
    pub limit: u32,
}

/// The head of a group.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TimelineGroup {
    /// The issuer; empty when unknown.
    pub issuer: String,
    /// Its host.
    pub host: String,
    /// Sessions in it.
    pub count: u32,
    /// Of these, how many need the user.
    pub attention: u32,
    /// Whether its lanes are hidden.
    pub collapsed: bool,
    /// Whether it answered last time.
    pub reachable: bool,
    /// Planned refreshes within the range, soonest first, ms since 1970; of a collapsed group
    /// only, and at most 64.
    pub refreshes: Vec<i64>,
}

/// The lane of a session.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TimelineLane {
    /// The session; `end` holds its hard end and its next refresh.
    pub row: Row,
    /// When its access token ends, ms since 1970; `null` when nobody knows or there is none.
    pub access_at: Option<i64>,
}

/// A line of the timeline.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TimelineItem {
    /// The head of a group.
    Group {
        /// The group.
        group: TimelineGroup,
    },
    /// A session.
    Lane {
        /// The lane.
        lane: Box<TimelineLane>,
    },
}

/// A window of the timeline. Revoked sessions have no time left and are not in it.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TimelinePage {
    /// Lines from `offset` on.
    pub items: Vec<TimelineItem>,
    /// All lines, group heads included.
    pub lines: u32,
    /// Sessions that match.
    pub matched: u32,
    /// Sessions that have a lane.
    pub total: u32,
    /// The length of the range in ms.
    pub range_ms: i64,
    /// Of those that match: sessions that end within the hour.
    pub within_hour: u32,
    /// Of these, how many need the user.
    pub need_you: u32,
    /// Refreshes planned within the range.
    pub refreshes: u32,
    /// Whether the network is there, as far as is known.
    pub online: bool,
    /// Now by the engine's clock, ms since 1970.
    pub now: i64,
}
