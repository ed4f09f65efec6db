//! Counts over all sessions, and what ends next.

use std::collections::{BTreeMap, HashMap};

use keyfob_token::{
    Now,
    life::{DisplayState, End},
};

use super::{
    ATTENTION, Counts, Entry,
    row::{access_ends_at, is_over, refresh_at},
};
use crate::view::{Facet, Facets, IssuerFacet, NextEnd, State};

/// Sessions in the strip.
const STRIP: usize = 4;
/// How far the strip can look ahead.
const REACH_MS: i64 = 90 * 24 * 3_600_000;

/// A session with what its row shows.
pub(super) struct Judged<'a> {
    pub(super) entry: &'a Entry,
    pub(super) shown: DisplayState,
    pub(super) state: State,
    pub(super) left_ms: Option<i64>,
}

/// Counts by state, beside those that are there already.
pub(super) fn facets(all: &[Judged<'_>], counts: &Counts) -> Facets {
    let mut states: BTreeMap<State, u32> = BTreeMap::new();
    for judged in all {
        *states.entry(judged.state).or_default() += 1;
    }
    Facets {
        states: states.into_iter().collect(),
        issuers: counts.issuers.clone(),
        labels: counts.labels.clone(),
    }
}

/// Counts by issuer and label.
pub(super) fn count(all: &[&Entry]) -> Counts {
    let mut issuers: HashMap<&str, (u32, &str)> = HashMap::new();
    let mut labels: HashMap<&str, u32> = HashMap::new();
    for entry in all {
        let session = &entry.session;
        issuers.entry(&session.issuer).or_insert((0, &entry.host)).0 += 1;
        for label in &session.labels {
            *labels.entry(label).or_default() += 1;
        }
    }
    let mut issuers: Vec<_> = issuers
        .into_iter()
        .map(|(issuer, (count, host))| IssuerFacet {
            issuer: issuer.to_owned(),
            host: host.to_owned(),
            count,
        })
        .collect();
    issuers.sort_by(|a, b| {
        let order = b.count.cmp(&a.count).then_with(|| a.host.cmp(&b.host));
        order.then_with(|| a.issuer.cmp(&b.issuer))
    });
    let mut labels: Vec<_> = labels
        .into_iter()
        .map(|(value, count)| Facet {
            value: value.to_owned(),
            count,
        })
        .collect();
    labels.sort_by(|a, b| a.value.cmp(&b.value));
    Counts { issuers, labels }
}

/// The sessions that end next within ninety days, soonest first: a hard end, or an access token that
/// nothing will renew.
pub(super) fn next_ends(all: &[Judged<'_>], now: &Now) -> Vec<NextEnd> {
    let mut ends: Vec<(i64, &Judged<'_>)> = all
        .iter()
        .filter(|judged| !is_over(&judged.entry.session))
        .filter_map(|judged| {
            let left = ending_in(judged, now)?;
            (0..REACH_MS).contains(&left).then_some((left, judged))
        })
        .collect();
    let order = |a: &(i64, &Judged<'_>), b: &(i64, &Judged<'_>)| {
        a.0.cmp(&b.0).then_with(|| a.1.entry.by_name(b.1.entry))
    };
    if ends.len() > STRIP {
        ends.select_nth_unstable_by(STRIP, order);
        ends.truncate(STRIP);
    }
    ends.sort_unstable_by(order);
    ends.into_iter()
        .map(|(_, judged)| next_end(judged, now))
        .collect()
}

/// Milliseconds until it ends: a hard end, or an access token that nothing will renew.
pub(super) fn ending_in(judged: &Judged<'_>, now: &Now) -> Option<i64> {
    match judged.shown.end {
        End::HardEnd { left_ms, .. } => Some(left_ms),
        _ if ATTENTION.contains(&judged.state) => {
            Some(access_ends_at(&judged.entry.session, now)? - now.wall.0)
        }
        _ => None,
    }
}

fn next_end(judged: &Judged<'_>, now: &Now) -> NextEnd {
    let session = &judged.entry.session;
    NextEnd {
        id: session.id.0.to_string(),
        name: keyfob_secret::escape_untrusted(&session.name, 200),
        state: judged.state,
        access_at: access_ends_at(session, now),
        end_at: match judged.shown.end {
            End::HardEnd { at, .. } => Some(at.0),
            _ => None,
        },
        refresh_at: refresh_at(&judged.shown, now),
        by_policy: judged.shown.end.is_by_policy(),
    }
}
