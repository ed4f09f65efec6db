/** The strip "Next to end": the next hours on a scale that gives the first minutes room. */
import type { NextEnd } from '../../shared/bridge/types.gen';
import { t } from '../../shared/messages/t';

const MINUTE = 60_000;
/** Where the scale bends: up to here it is nearly linear. */
const BEND = 5 * MINUTE;
export const REACH = 24 * 60 * MINUTE;

/** Where `left` milliseconds lie on the strip, 0 (now) to 1 (24 h). */
export function place(left: number): number {
  if (left <= 0) return 0;
  return Math.min(1, Math.log1p(left / BEND) / Math.log1p(REACH / BEND));
}

export interface Tick {
  label: string;
  at: number;
  /** May be left out where there is little room. */
  minor: boolean;
}

export const TICKS: readonly Tick[] = [
  { label: '+5 min', at: place(5 * MINUTE), minor: true },
  { label: '+15 min', at: place(15 * MINUTE), minor: true },
  { label: '+1 h', at: place(60 * MINUTE), minor: false },
  { label: '+4 h', at: place(240 * MINUTE), minor: true },
  { label: '+24 h', at: 1, minor: false },
];

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

export function lane(next: NextEnd, now: number): Lane {
  const { accessAt, endAt, refreshAt } = next;
  const access = Math.min(accessAt ?? endAt ?? now, endAt ?? Infinity);
  const until = next.state === 'failed' ? access : (endAt ?? access);
  const from = place(access - now);
  const to = endAt === null ? from : place(endAt - now);
  return {
    id: next.id,
    name: next.name,
    state: next.state,
    access: from,
    dashed: to > from ? { from, to } : null,
    refresh: refreshAt !== null && refreshAt > now && refreshAt <= (endAt ?? access) ? place(refreshAt - now) : null,
    hard: endAt !== null && endAt - now <= REACH ? to : null,
    until,
    why: why(next),
  };
}
