/** The one scale of time ahead: it gives the first minutes room, and far days little. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Where the scale bends: up to here it is nearly linear. */
const BEND = 5 * MINUTE;

/** How far may be looked ahead. */
export const REACHES = { hour: HOUR, day: DAY, week: 7 * DAY, quarter: 90 * DAY } as const;
export type ReachName = keyof typeof REACHES;
export const REACH_NAMES = Object.keys(REACHES) as ReachName[];

/** Where `left` milliseconds lie when looking `reach` ahead, 0 (now) to 1. */
export function place(left: number, reach: number): number {
  if (left <= 0) return 0;
  return Math.min(1, Math.log1p(left / BEND) / Math.log1p(reach / BEND));
}

export const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;

/** Round lengths at which an axis is marked. */
const MARKS: Record<ReachName, readonly number[]> = {
  hour: [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR],
  day: [5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, DAY],
  week: [15 * MINUTE, HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY],
  quarter: [HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 90 * DAY],
};
/** Those that are kept where there is little room. */
const MAJOR: Record<ReachName, readonly number[]> = {
  hour: [15 * MINUTE, HOUR],
  day: [15 * MINUTE, HOUR, 4 * HOUR, DAY],
  week: [HOUR, DAY, 7 * DAY],
  quarter: [6 * HOUR, 7 * DAY, 90 * DAY],
};

export interface Mark {
  /** Milliseconds ahead. */
  ahead: number;
  at: number;
  minor: boolean;
}

export function marks(name: ReachName): readonly Mark[] {
  return MARKS[name].map((ahead) => ({ ahead, at: place(ahead, REACHES[name]), minor: !MAJOR[name].includes(ahead) }));
}
