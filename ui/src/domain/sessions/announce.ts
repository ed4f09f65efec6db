/** What a reader is told while countdowns run: at ten minutes, at one, and at the end. */
import type { NextEnd } from '../../shared/bridge/types.gen';
import { countdown } from '../../shared/format/time';
import { t } from '../../shared/messages/t';

const MARKS = [600_000, 60_000, 0] as const;

/** The sentences for the marks passed between `before` and `now`. */
export function announcements(ends: readonly NextEnd[], before: number, now: number): string[] {
  return ends.flatMap(({ name, endAt }) => {
    if (endAt === null) return [];
    const passed = MARKS.filter((mark) => endAt - before > mark && endAt - now <= mark).at(-1);
    if (passed === undefined) return [];
    return [passed === 0 ? t.sessions.announceEnd(name) : t.sessions.announce(name, countdown(passed))];
  });
}
