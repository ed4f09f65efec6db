/** The strip "Next to end": the time ahead on a scale that gives the first minutes room. */
import type { NextEnd } from '../../shared/bridge/types.gen';
import { t } from '../../shared/messages/t';
import { geometry, type Geometry } from '../timeline/lane';
import { place, REACHES, type ReachName } from '../timeline/scale';

export { REACHES, type ReachName };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

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

export interface Lane extends Geometry {
  id: string;
  name: string;
  state: NextEnd['state'];
  /** The moment that the time at the right counts down to. */
  until: number;
  why: string;
}

function why({ state, endAt, accessAt, refreshAt, byPolicy }: NextEnd): string {
  if (state === 'failed') return t.sessions.laneFailed;
  if (state === 'offline') return t.sessions.laneUnreachable;
  if (state === 'watched') return t.sessions.laneWatched;
  if (endAt === null) return t.sessions.laneRenews;
  if (byPolicy) return t.sessions.lanePolicy;
  return refreshAt === null && (accessAt === null || accessAt >= endAt)
    ? t.sessions.laneNoRefresh
    : t.sessions.laneSignInEnds;
}

export function lane(next: NextEnd, now: number, reach: number): Lane {
  const { accessAt, endAt, refreshAt } = next;
  const access = Math.min(accessAt ?? endAt ?? now, endAt ?? Infinity);
  return {
    ...geometry({ accessAt: access, endAt, refreshAt, goesOn: false }, now, reach),
    id: next.id,
    name: next.name,
    state: next.state,
    until: next.state === 'failed' ? access : (endAt ?? access),
    why: why(next),
  };
}
