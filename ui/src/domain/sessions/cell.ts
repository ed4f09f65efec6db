/**
 * What the cell "Ends" says: words where something has ended or waits, bar and time where life is
 * left. Pure over `now`.
 */
import type { Row } from '../../shared/bridge/types.gen';
import { clock, countdown, moment, span } from '../../shared/format/time';
import { t } from '../../shared/messages/t';
import type { Tone } from '../../shared/ui/tone';
import { LOOKS } from './look';
import { verdict } from './verdict';

export type EndCell =
  | { kind: 'words'; text: string; title?: string }
  /** A held revocation: the seconds that are left of the hold. */
  | { kind: 'held'; seconds: number }
  | {
      kind: 'life';
      tone: Tone;
      /** Share of the life that is left, 0 to 1; `null` where the whole life is not known. */
      share: number | null;
      text: string;
      /** Whether the time is worth a second look. */
      strong: boolean;
      /** The session goes on after this by itself. */
      renews: boolean;
      after: string | null;
      title: string;
      left: number;
    };

const HOUR = 3_600_000;
const URGENT: readonly Row['state'][] = ['expiring', 'failed'];

function revokeCell(row: Row, now: number): EndCell | null {
  const status = row.revoke;
  switch (status?.step) {
    case 'held': {
      const left = Math.max(0, status.sendsAt - now);
      return { kind: 'held', seconds: Math.ceil(left / 1_000) };
    }
    case 'waiting_for_network':
      return { kind: 'words', text: t.sessions.waitingForNetwork };
    case 'sent':
      return { kind: 'words', text: t.sessions.sentWaiting };
    case 'confirmed_dead':
    case 'accepted':
      return { kind: 'words', text: t.sessions.revokedAt(moment(status.at, now)), title: verdict(row, now) ?? '' };
    case 'valid_until': {
      const text = status.until === null ? t.sessions.noEndKnown : t.sessions.validUntil(moment(status.until, now));
      return { kind: 'words', text, title: verdict(row, now) ?? '' };
    }
    default:
      return null;
  }
}

function endedWords(at: number | null, now: number): EndCell {
  if (at === null) return { kind: 'words', text: t.sessions.ended };
  const ago = now - at;
  const text =
    ago >= HOUR ? t.sessions.endedAgo(span(ago)) : t.sessions.endedAt(moment(at, now));
  return { kind: 'words', text, title: t.sessions.endedAt(moment(at, now)) };
}

function lifeTitle(row: Row, at: number, now: number): string {
  if (row.end.kind !== 'renews') return t.sessions.endsAt(moment(at, now));
  return row.end.refreshAt === null ? t.sessions.renewsItself : t.sessions.renewsAt(moment(row.end.refreshAt, now));
}

export function endCell(row: Row, now: number): EndCell {
  if (row.state === 'theft') return { kind: 'words', text: t.sessions.stopped };
  const revoke = revokeCell(row, now);
  if (revoke) return revoke;
  const { kind, at, lifeMs } = row.end;
  if (kind === 'ended') return endedWords(at, now);
  if (kind === 'unknown' || at === null) return { kind: 'words', text: t.sessions.noEndKnown };
  const left = at - now;
  if (left <= 0 && kind === 'hard') return endedWords(at, now);
  const look = LOOKS[row.state];
  return {
    kind: 'life',
    tone: look.bar,
    share: lifeMs && lifeMs > 0 ? Math.min(1, Math.max(0, left / lifeMs)) : null,
    text: countdown(left),
    strong: URGENT.includes(row.state),
    renews: kind === 'renews',
    after: row.retryAt === null ? null : row.retryAt > now ? t.sessions.retryAt(clock(row.retryAt)) : t.sessions.retryNow,
    title: lifeTitle(row, at, now),
    left,
  };
}
