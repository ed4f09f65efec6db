/** A small stand-in for the engine's timeline. */
import { ATTENTION } from '../domain/sessions/look';
import type { Row, TimelineItem, TimelineLane, TimelinePage, TimelineQuery, TimelineRange } from '../shared/bridge/types.gen';
import { mockNow } from './clock';
import { page } from './roster';

const HOUR = 3_600_000;
const RANGES: Record<TimelineRange, number> = { hour: HOUR, day: 24 * HOUR, week: 168 * HOUR, quarter: 2_160 * HOUR };

function lane(row: Row): TimelineLane {
  const { kind, at, refreshAt } = row.end;
  if (kind === 'renews') return { row, accessAt: at };
  if (kind !== 'hard' || at === null || row.state === 'offline' || row.name === 'breakglass') return { row, accessAt: at };
  const early = refreshAt === null ? at : Math.min(at, refreshAt + 4 * 60_000);
  return { row, accessAt: row.state === 'failed' ? Math.min(at, mockNow() + 125_000) : early };
}

export function timeline(rows: readonly Row[], query: TimelineQuery, online: boolean): TimelinePage {
  const now = mockNow();
  const rangeMs = RANGES[query.range];
  const alive = rows.filter((row) => row.state !== 'revoked');
  const list = page(alive, {
    text: query.text, sort: query.sort === 'name' ? 'name' : query.sort === 'end' ? 'end' : 'state', descending: query.descending,
    grouped: query.grouped, collapsed: query.collapsed, offset: 0, limit: 1_000_000, ids: false,
  }, online);
  const planned = (row: Row) => row.end.refreshAt !== null && row.end.refreshAt <= now + rangeMs;
  const all = list.items.map((item): TimelineItem => {
    if (item.type === 'session') return { type: 'lane', lane: lane(item.row) };
    const members = alive.filter((row) => row.issuer === item.issuer);
    const refreshes = item.collapsed ? members.filter(planned).map((row) => row.end.refreshAt ?? 0) : [];
    const { issuer, host, count, attention, collapsed } = item;
    return { type: 'group', group: { issuer, host, count, attention, collapsed, reachable: !members.some((row) => row.state === 'offline'), refreshes } };
  });
  const soon = alive.filter((row) => row.end.at !== null && row.end.at > now && row.end.at - now < HOUR && (row.end.kind === 'hard' || ATTENTION.includes(row.state)));
  return {
    items: all.slice(query.offset, query.offset + query.limit), lines: all.length, matched: list.matched, total: alive.length, rangeMs,
    withinHour: soon.length, needYou: soon.filter((row) => ATTENTION.includes(row.state)).length,
    refreshes: alive.filter(planned).length, online, now,
  };
}
