/** What the lane of a session shows: shares of the width, and words. Pure over `now`. */
import type { Row, TimelineLane } from '../../shared/bridge/types.gen';
import { moment } from '../../shared/format/time';
import { t } from '../../shared/messages/t';
import { endCell } from '../sessions/cell';
import { ATTENTION } from '../sessions/look';
import { place } from './scale';

export interface Moments {
  accessAt: number | null;
  /** The hard end. */
  endAt: number | null;
  refreshAt: number | null;
  /** Whether it goes on after the access token, with no end known. */
  goesOn: boolean;
}

/** Shares of the width; `null` where nothing is to be drawn. */
export interface Geometry {
  access: number;
  /** The access token lives on beyond the right edge. */
  accessMore: boolean;
  dashed: { from: number; to: number; more: boolean } | null;
  refresh: number | null;
  hard: number | null;
}

export function geometry({ accessAt, endAt, refreshAt, goesOn }: Moments, now: number, reach: number): Geometry {
  const access = accessAt === null ? 0 : place(Math.min(accessAt, endAt ?? Infinity) - now, reach);
  const last = endAt ?? accessAt;
  const to = endAt === null ? (goesOn ? 1 : access) : place(endAt - now, reach);
  const more = endAt === null ? goesOn : endAt - now > reach;
  return {
    access,
    accessMore: accessAt !== null && accessAt - now > reach,
    dashed: to > access ? { from: access, to, more } : null,
    refresh:
      refreshAt !== null && refreshAt > now && refreshAt - now <= reach && (goesOn || refreshAt <= (last ?? 0))
        ? place(refreshAt - now, reach)
        : null,
    hard: endAt !== null && endAt > now && endAt - now <= reach ? to : null,
  };
}

export interface LaneWords extends Geometry {
  /** At the right: why it is as it is, and the time that is left. */
  why: string;
  time: string;
  strong: boolean;
  /** The moment that the lane is about, and where it lies; `null` when it has none within reach. */
  moment: { at: number; share: number } | null;
  /** In sentences, for the card and for a reader. */
  sentences: readonly string[];
}

const endOf = (row: Row) => (row.end.kind === 'hard' ? row.end.at : null);

function momentsOf({ row, accessAt }: TimelineLane): Moments {
  // What is stopped or on its way out has no life to draw, whatever is known of its end.
  const stopped = row.state === 'theft' || row.state === 'revoking' || row.state === 'relogin';
  const endless = row.end.kind === 'unknown' && accessAt === null && !stopped;
  return {
    accessAt: endless ? Infinity : accessAt,
    endAt: endOf(row),
    refreshAt: row.end.refreshAt,
    goesOn: row.end.kind === 'renews' || (row.end.kind === 'unknown' && row.end.refreshAt !== null),
  };
}

/** Few words, and only where something is asked of the user or stands still. */
function why(row: Row, moments: Moments): string {
  if (row.state === 'theft') return t.timeline.refreshStopped;
  if (row.state === 'offline') return t.sessions.laneUnreachable;
  if (row.state === 'watched') return t.sessions.laneWatched;
  if (row.end.kind !== 'hard' || !ATTENTION.includes(row.state)) return '';
  if (row.end.byPolicy) return t.sessions.lanePolicy;
  const alone = moments.refreshAt === null && (moments.accessAt === null || moments.accessAt >= (moments.endAt ?? 0));
  return alone ? t.sessions.laneNoRefresh : t.sessions.laneSignInEnds;
}

function sentences(row: Row, { accessAt, endAt, refreshAt, goesOn }: Moments, now: number): string[] {
  const words = t.timeline;
  const future = (at: number | null): at is number => at !== null && at > now && at !== Infinity;
  const lines = [
    future(accessAt) ? words.accessUntil(moment(accessAt, now)) : '',
    future(refreshAt) ? words.refreshedAt(moment(refreshAt, now)) : '',
    future(endAt) ? (row.end.byPolicy ? words.policyEnd(moment(endAt, now)) : accessAt === null || accessAt < endAt ? words.hardEnd(moment(endAt, now)) : words.onlyEnd) : '',
    goesOn && !future(endAt) ? words.goesOn : '',
    row.end.kind === 'ended' && row.end.at !== null ? t.sessions.endedAt(moment(row.end.at, now)) : '',
    accessAt === Infinity && !goesOn ? t.timeline.noEndKnown : '',
  ];
  return lines.filter(Boolean);
}

export function laneWords(lane: TimelineLane, now: number, reach: number): LaneWords {
  const { row } = lane;
  const moments = momentsOf(lane);
  const cell = endCell(row, now);
  const first = endOf(row) ?? lane.accessAt;
  const inReach = first !== null && first > now && first - now <= reach;
  return {
    ...geometry(moments, now, reach),
    why: cell.kind === 'life' ? (cell.after ?? why(row, moments)) : cell.kind === 'words' ? cell.text : t.sessions.revokedIn,
    time: cell.kind === 'life' ? cell.text : cell.kind === 'held' ? t.sessions.seconds(cell.seconds) : '',
    strong: ATTENTION.includes(row.state),
    moment: inReach ? { at: first, share: place(first - now, reach) } : null,
    sentences: sentences(row, moments, now),
  };
}
