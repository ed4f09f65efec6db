/** The strip "Next to end": the time ahead on a scale that gives the first minutes room. */
import type { NextEnd } from '../../shared/bridge/types.gen';
import { t } from '../../shared/messages/t';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Where the scale bends: up to here it is nearly linear. */
const BEND = 5 * MINUTE;

/** How far the strip looks ahead. */
export const REACHES = { hour: HOUR, day: DAY, week: 7 * DAY, quarter: 90 * DAY } as const;
export type ReachName = keyof typeof REACHES;

/** Where `left` milliseconds lie on a strip that looks `reach` ahead, 0 (now) to 1. */
export function place(left: number, reach: number): number {
  if (left <= 0) return 0;
  return Math.min(1, Math.log1p(left / BEND) / Math.log1p(reach / BEND));
}

export interface Tick {
  label: string;
  at: number;
  /** May be left out where there is little room. */
  minor: boolean;
}

const AT: Record<ReachName, readonly number[]> = {
  hour: [5 * MINUTE, 15 * MINUTE, 30 * MINUTE],
  day: [5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR],
  week: [15 * MINUTE, HOUR, 6 * HOUR, DAY],
  quarter: [HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY],
};
/** One that is kept where there is little room. */
const MAJOR: Record<ReachName, number> = { hour: 15 * MINUTE, day: HOUR, week: 6 * HOUR, quarter: DAY };

export function ticks(name: ReachName): readonly Tick[] {
  const reach = REACHES[name];
  const inner = AT[name].map((at) => ({ label: t.sessions.axis(at), at: place(at, reach), minor: at !== MAJOR[name] }));
  return [...inner, { label: t.sessions.axis(reach), at: 1, minor: false }];
}

export interface Lane {
  id: string;
  name: string;
  state: NextEnd['state'];
  /** Shares of the strip; `null` where nothing is to be drawn. */
  access: number;
  dashed: { from: number; to: number } | null;
  refresh: number | null;
  hard: number | null;
  /** The moment that the time at the right counts down to. */
  until: number;
  why: string;
}

function why({ state, endAt, accessAt, refreshAt }: NextEnd): string {
  if (state === 'failed') return t.sessions.laneFailed;
  if (state === 'offline') return t.sessions.laneUnreachable;
  if (state === 'watched') return t.sessions.laneWatched;
  if (endAt === null) return t.sessions.laneRenews;
  return refreshAt === null && (accessAt === null || accessAt >= endAt)
    ? t.sessions.laneNoRefresh
    : t.sessions.laneSignInEnds;
}

export function lane(next: NextEnd, now: number, reach: number): Lane {
  const { accessAt, endAt, refreshAt } = next;
  const access = Math.min(accessAt ?? endAt ?? now, endAt ?? Infinity);
  const until = next.state === 'failed' ? access : (endAt ?? access);
  const from = place(access - now, reach);
  const to = endAt === null ? from : place(endAt - now, reach);
  return {
    id: next.id,
    name: next.name,
    state: next.state,
    access: from,
    dashed: to > from ? { from, to } : null,
    refresh: refreshAt !== null && refreshAt > now && refreshAt <= (endAt ?? access) ? place(refreshAt - now, reach) : null,
    hard: endAt !== null && endAt - now <= reach ? to : null,
    until,
    why: why(next),
  };
}
