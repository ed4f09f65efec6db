//! The list: filtered, sorted and grouped here, so that only the visible lines cross to the page.

use std::{collections::HashSet, thread};

use keyfob_token::Now;

use super::{
    ATTENTION, Around, Entry, Ranks, Roster,
    facets::{Judged, facets, next_ends},
    row::{left_ms, row_of, state_of},
    search::Search,
};
use crate::view::{RowItem, SessionPage, SessionQuery, SortKey, State};

/// Most lines of one answer.
const MOST_LINES: u32 = 500;
/// Most ids of one answer, for "select all".
const MOST_IDS: usize = 10_000;

/// From so many sessions on, threads share the work.
const MANY: usize = 20_000;

/// A line before it is made into a row.
enum Line<'a> {
    Group { members: &'a [&'a Judged<'a>] },
    Session(&'a Judged<'a>),
}

impl Roster {
    /// A window of the list.
    pub(crate) fn page(
        &self,
        query: &SessionQuery,
        around: &Around<'_>,
        provider_name: impl Fn(&str) -> String,
    ) -> SessionPage {
        let now = &around.now;
        let all = self.judge(around);
        let facets = facets(&all, self.ranked());
        let next_ends = next_ends(&all, now);
        let next_refresh_at = all
            .iter()
            .filter_map(|judged| judged.shown.refresh_in_ms)
            .min()
            .map(|ms| (now.wall + ms).0);
        let total = all.len();
        let search = Search::parse(&query.text);
        let matched = all
            .iter()
            .filter(|it| search.is_empty() || search.matches(it.entry, it.state, it.left_ms));
        let matched = sorted(matched, query);
        let most = if query.ids { MOST_IDS } else { 0 };
        let ids = matched
            .iter()
            .take(most)
            .map(|judged| judged.entry.session.id.0.to_string())
            .collect();
        let lines = lines(&matched, query);
        let window = lines
            .iter()
            .skip(query.offset as usize)
            .take(query.limit.min(MOST_LINES) as usize)
            .map(|line| item(line, query, now, &provider_name))
            .collect();
        SessionPage {
            items: window,
            lines: small(lines.len()),
            matched: small(matched.len()),
            total: small(total),
            ids,
            facets,
            next_ends,
            next_refresh_at,
            online: around.reach.any(),
            bad_filters: search.bad,
            now: now.wall.0,
        }
    }

    /// How many sessions ask for the user.
    pub(crate) fn attention(&self, around: &Around<'_>) -> u32 {
        let asks = |judged: &&Judged<'_>| ATTENTION.contains(&judged.state);
        small(self.judge(around).iter().filter(asks).count())
    }

    pub(super) fn judge(&self, around: &Around<'_>) -> Vec<Judged<'_>> {
        let judge = |entry| self.judged(entry, around);
        if self.entries.len() < MANY {
            return self.entries.values().map(judge).collect();
        }
        // What takes the longest is to fetch so many sessions from memory: all processors do it.
        let entries: Vec<&Entry> = self.entries.values().collect();
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let parts = entries.chunks(entries.len().div_ceil(threads));
        thread::scope(|scope| {
            let running: Vec<_> = parts
                .map(|part| {
                    scope.spawn(move || part.iter().copied().map(judge).collect::<Vec<_>>())
                })
                .collect();
            let judged = |part: thread::ScopedJoinHandle<'_, _>| match part.join() {
                Ok(judged) => judged,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            running.into_iter().flat_map(judged).collect()
        })
    }

    fn judged<'a>(&self, entry: &'a Entry, around: &Around<'_>) -> Judged<'a> {
        let now = &around.now;
        let session = &entry.session;
        let shown = around.shown(session, self.policy_end(session, now));
        Judged {
            entry,
            state: state_of(shown.state),
            left_ms: left_ms(shown.end, now),
            shown,
        }
    }
}

/// Sorted by numbers alone: group, then what is asked for, then the name.
fn sorted<'a>(
    matched: impl Iterator<Item = &'a Judged<'a>>,
    query: &SessionQuery,
) -> Vec<&'a Judged<'a>> {
    let turned = if query.descending { u64::MAX } else { 0 };
    let mut keyed: Vec<_> = matched
        .map(|judged| {
            let ranks = &judged.entry.ranks;
            let group = if query.grouped {
                Ranks::get(&ranks.issuer)
            } else {
                0
            };
            let by = match query.sort {
                SortKey::State => rank(judged.state),
                SortKey::Name => 0,
                SortKey::Account => Ranks::get(&ranks.account).into(),
                // What has no end in sight comes last.
                SortKey::End => ordered(judged.left_ms.unwrap_or(i64::MAX)),
            };
            let name = u64::from(Ranks::get(&ranks.name));
            ((group, by ^ turned, name ^ turned), judged)
        })
        .collect();
    keyed.sort_unstable_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, judged)| judged).collect()
}

/// The number that stands where `signed` does, among numbers without a sign.
fn ordered(signed: i64) -> u64 {
    signed.cast_unsigned() ^ (1 << 63)
}

/// What asks for something first; what is over last, although its state wins over all others.
pub(super) fn rank(state: State) -> u64 {
    (u64::from(state == State::Revoked) << 8) | state as u64
}

fn lines<'a>(matched: &'a [&'a Judged<'a>], query: &SessionQuery) -> Vec<Line<'a>> {
    if !query.grouped {
        return matched.iter().copied().map(Line::Session).collect();
    }
    let collapsed: HashSet<&str> = query.collapsed.iter().map(String::as_str).collect();
    let mut lines = Vec::new();
    for members in matched.chunk_by(|a, b| a.entry.session.issuer == b.entry.session.issuer) {
        lines.push(Line::Group { members });
        let issuer = members
            .first()
            .map_or("", |it| it.entry.session.issuer.as_str());
        if !collapsed.contains(issuer) {
            lines.extend(members.iter().copied().map(Line::Session));
        }
    }
    lines
}

fn item(
    line: &Line<'_>,
    query: &SessionQuery,
    now: &Now,
    provider_name: &impl Fn(&str) -> String,
) -> RowItem {
    match line {
        Line::Session(judged) => RowItem::Session {
            row: row_of(&judged.entry.session, &judged.shown, now),
        },
        Line::Group { members } => {
            let first = members.first().map(|judged| judged.entry);
            let issuer = first.map_or("", |entry| entry.session.issuer.as_str());
            RowItem::Group {
                issuer: issuer.to_owned(),
                host: first.map(|entry| entry.host.clone()).unwrap_or_default(),
                provider: provider_name(first.map_or("", |it| it.session.provider.as_str())),
                count: small(members.len()),
                attention: small(
                    members
                        .iter()
                        .filter(|it| ATTENTION.contains(&it.state))
                        .count(),
                ),
                collapsed: query.collapsed.iter().any(|name| name == issuer),
            }
        }
    }
}

pub(super) fn small(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_comes_after_what_lives() {
        let mut states = [State::Revoked, State::Active, State::Relogin, State::Theft];
        states.sort_by_key(|state| rank(*state));
        assert_eq!(
            states,
            [State::Theft, State::Relogin, State::Active, State::Revoked]
        );
    }

    #[test]
    fn ends_are_in_order_without_their_sign() {
        let mut ends = [i64::MAX, 5, -1, i64::MIN, 0];
        ends.sort_by_key(|end| ordered(*end));
        assert_eq!(ends, [i64::MIN, -1, 0, 5, i64::MAX]);
    }
}
