//! The timeline: sessions as lanes, sorted and grouped here, so that only the visible ones cross to
//! the page.

use std::{cmp::Ordering, collections::HashSet};

use keyfob_token::{Now, life::End};

use super::{
    ATTENTION, Around, Roster,
    facets::{Judged, ending_in},
    list::{rank, small},
    row::{access_ends_at, is_over, refresh_at, row_of},
    search::Search,
};
use crate::{
    reach::Reachability,
    view::{TimelineGroup, TimelineItem, TimelineLane, TimelinePage, TimelineQuery, TimelineSort},
};

/// Most lines of one answer.
const MOST_LINES: u32 = 500;
/// Most planned refreshes of one collapsed group.
const MOST_REFRESHES: usize = 64;
const HOUR_MS: i64 = 3_600_000;

/// A session with the moments that its lane shows, ms since 1970.
struct Lane<'a> {
    judged: Judged<'a>,
    access_at: Option<i64>,
    refresh_at: Option<i64>,
    end_at: Option<i64>,
}

/// A line before it is drawn.
enum Line<'a> {
    Group(&'a [Lane<'a>]),
    Lane(&'a Lane<'a>),
}

impl Roster {
    /// A window of the timeline.
    pub(crate) fn timeline(&self, query: &TimelineQuery, around: &Around<'_>) -> TimelinePage {
        let now = &around.now;
        let all: Vec<Judged<'_>> = self
            .judge(around)
            .into_iter()
            .filter(|judged| !is_over(&judged.entry.session))
            .collect();
        let total = small(all.len());
        let search = Search::parse(&query.text);
        let mut lanes: Vec<Lane<'_>> = all
            .into_iter()
            .filter(|it| search.is_empty() || search.matches(it.entry, it.state, it.left_ms))
            .map(|judged| lane(judged, now))
            .collect();
        sort(&mut lanes, query);
        let soon: Vec<&Lane<'_>> = lanes
            .iter()
            .filter(|lane| {
                ending_in(&lane.judged, now).is_some_and(|left| (0..HOUR_MS).contains(&left))
            })
            .collect();
        let until = (now.wall + query.range.millis()).0;
        let need_you = soon.iter().filter(|it| asks(it)).count();
        let refreshes = lanes.iter().filter(|it| is_planned(it, until)).count();
        let lines = lines(&lanes, query);
        let items = lines
            .iter()
            .skip(query.offset as usize)
            .take(query.limit.min(MOST_LINES) as usize)
            .map(|line| match line {
                Line::Group(lanes) => TimelineItem::Group {
                    group: group_view(lanes, query, around.reach, until),
                },
                Line::Lane(lane) => TimelineItem::Lane {
                    lane: Box::new(lane_view(lane, now)),
                },
            })
            .collect();
        TimelinePage {
            items,
            lines: small(lines.len()),
            matched: small(lanes.len()),
            total,
            range_ms: query.range.millis(),
            within_hour: small(soon.len()),
            need_you: small(need_you),
            refreshes: small(refreshes),
            online: around.reach.any(),
            now: now.wall.0,
        }
    }
}

fn lane<'a>(judged: Judged<'a>, now: &Now) -> Lane<'a> {
    let session = &judged.entry.session;
    Lane {
        access_at: access_ends_at(session, now),
        refresh_at: refresh_at(&judged.shown, now),
        end_at: match judged.shown.end {
            End::HardEnd { at, .. } => Some(at.0),
            _ => None,
        },
        judged,
    }
}

fn asks(lane: &Lane<'_>) -> bool {
    ATTENTION.contains(&lane.judged.state)
}

fn is_planned(lane: &Lane<'_>, until: i64) -> bool {
    lane.refresh_at.is_some_and(|at| at <= until)
}

fn sort(lanes: &mut [Lane<'_>], query: &TimelineQuery) {
    lanes.sort_by(|a, b| {
        let turned = |order: Ordering| {
            if query.descending {
                order.reverse()
            } else {
                order
            }
        };
        let order = match query.sort {
            TimelineSort::State => turned(rank(a.judged.state).cmp(&rank(b.judged.state)))
                .then_with(|| time(next(a), next(b), false)),
            TimelineSort::Name => turned(a.judged.entry.by_name(b.judged.entry)),
            TimelineSort::Issuer => turned(a.judged.entry.host.cmp(&b.judged.entry.host)),
            TimelineSort::Access => time(a.access_at, b.access_at, query.descending),
            TimelineSort::Refresh => time(a.refresh_at, b.refresh_at, query.descending),
            TimelineSort::End => time(a.end_at, b.end_at, query.descending),
        };
        order.then_with(|| a.judged.entry.by_name(b.judged.entry))
    });
    if query.grouped {
        // Stable: inside a group the order above stays.
        lanes.sort_by(|a, b| a.judged.entry.by_issuer(b.judged.entry));
    }
}

/// The moment that a lane is about first of all.
fn next(lane: &Lane<'_>) -> Option<i64> {
    lane.end_at.or(lane.access_at)
}

/// No time is last, whichever way round.
fn time(a: Option<i64>, b: Option<i64>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn lines<'a>(lanes: &'a [Lane<'a>], query: &TimelineQuery) -> Vec<Line<'a>> {
    if !query.grouped {
        return lanes.iter().map(Line::Lane).collect();
    }
    let collapsed: HashSet<&str> = query.collapsed.iter().map(String::as_str).collect();
    let mut lines = Vec::new();
    for members in lanes.chunk_by(|a, b| issuer(a) == issuer(b)) {
        lines.push(Line::Group(members));
        if !members
            .first()
            .is_some_and(|it| collapsed.contains(issuer(it)))
        {
            lines.extend(members.iter().map(Line::Lane));
        }
    }
    lines
}

fn issuer<'a>(lane: &'a Lane<'_>) -> &'a str {
    &lane.judged.entry.session.issuer
}

fn group_view(
    members: &[Lane<'_>],
    query: &TimelineQuery,
    reach: &Reachability,
    until: i64,
) -> TimelineGroup {
    let issuer = members.first().map(issuer).unwrap_or_default();
    let collapsed = query.collapsed.iter().any(|name| name == issuer);
    let mut refreshes = Vec::new();
    if collapsed {
        let planned = members.iter().filter(|it| is_planned(it, until));
        refreshes.extend(planned.filter_map(|it| it.refresh_at));
        refreshes.sort_unstable();
        refreshes.truncate(MOST_REFRESHES);
    }
    TimelineGroup {
        issuer: issuer.to_owned(),
        host: members
            .first()
            .map(|it| it.judged.entry.host.clone())
            .unwrap_or_default(),
        count: small(members.len()),
        attention: small(members.iter().filter(|it| asks(it)).count()),
        collapsed,
        reachable: reach.of(issuer),
        refreshes,
    }
}

fn lane_view(lane: &Lane<'_>, now: &Now) -> TimelineLane {
    let judged = &lane.judged;
    TimelineLane {
        row: row_of(&judged.entry.session, &judged.shown, now),
        access_at: lane.access_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_comes_last_whichever_way_round() {
        for descending in [false, true] {
            let mut times = [None, Some(2), Some(1)];
            times.sort_by(|a, b| time(*a, *b, descending));
            let first = if descending { 2 } else { 1 };
            assert_eq!((times[0], times[2]), (Some(first), None));
        }
    }
}
