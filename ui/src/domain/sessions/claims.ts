/** One claim of a token in human words. Values stay as the engine escaped them. */
import type { ClaimRow } from '../../shared/bridge/types.gen';
import { countdown, momentSeconds, span } from '../../shared/format/time';
import type { IconName } from '../../shared/icons/registry';
import { t } from '../../shared/messages/t';

/** Identifiers, which nobody reads as words. */
const IDENTIFIERS = /^(sub|sid|jti|kid|nonce|at_hash|c_hash|s_hash|cnf|x5t.*|jku|x5u|x5c|jwk)$/u;

export interface ClaimLook {
  time: { when: string; distance: string } | null;
  mono: boolean;
  check: { tone: 'ok' | 'warn' | 'none'; icon: IconName | null; text: string };
}

function check(row: ClaimRow): ClaimLook['check'] {
  if (row.problem !== null) {
    return { tone: 'warn', icon: 'triangle', text: t.detail.problems[row.problem] ?? t.detail.problemOther };
  }
  if (row.verified) return { tone: 'ok', icon: 'check', text: t.detail.verifiedMark };
  return { tone: 'none', icon: null, text: t.detail.asSent };
}

function time(at: number, now: number): ClaimLook['time'] {
  const left = at - now;
  return {
    when: momentSeconds(at, now),
    distance: left > 0 ? t.detail.inTime(countdown(left)) : t.detail.ago(span(-left)),
  };
}

export function claimLook(row: ClaimRow, now: number): ClaimLook {
  return {
    time: row.at === null ? null : time(row.at, now),
    mono: IDENTIFIERS.test(row.name),
    check: check(row),
  };
}
