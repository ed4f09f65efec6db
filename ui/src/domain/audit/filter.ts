/** Which events are shown: what the user chose, and how the engine is asked for it. */
import type { AuditFilter } from '../../shared/bridge/types.gen';

export type RangeName = 'all' | 'today' | 'day' | 'week' | 'month' | 'custom';

export interface Filter {
  text: string;
  range: RangeName;
  /** For `custom`, as a date field writes it (`2026-11-25`); empty: open. */
  from: string;
  to: string;
  /** Empty: all. */
  actor: string;
  event: string;
  result: string;
  session: { id: string; name: string } | null;
}

export const EVERYTHING: Readonly<Filter> = {
  text: '',
  range: 'all',
  from: '',
  to: '',
  actor: '',
  event: '',
  result: '',
  session: null,
};

export type Asked = Omit<AuditFilter, 'offset' | 'limit'>;

const DAY = 24 * 3_600_000;
const LONG: Partial<Record<RangeName, number>> = { day: DAY, week: 7 * DAY, month: 30 * DAY };

/** Midnight here of a date field's text, `days` later; `null` for what is no date. */
function midnight(text: string, days = 0): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(text);
  if (!parts) return null;
  const at = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + days).getTime();
  return Number.isFinite(at) ? at : null;
}

/** The range in milliseconds, both ends included; days are those of the user's own clock. */
export function span(filter: Filter, now: number): { from: number | null; to: number | null } {
  if (filter.range === 'all') return { from: null, to: null };
  if (filter.range === 'today') return { from: new Date(now).setHours(0, 0, 0, 0), to: null };
  if (filter.range === 'custom') {
    const next = midnight(filter.to, 1);
    return { from: midnight(filter.from), to: next === null ? null : next - 1 };
  }
  return { from: now - (LONG[filter.range] ?? 0), to: null };
}

export function asked(filter: Filter, now: number): Asked {
  const one = (value: string) => (value === '' ? [] : [value]);
  return {
    text: filter.text.trim(),
    events: one(filter.event),
    actors: one(filter.actor),
    results: one(filter.result),
    ...span(filter, now),
    session: filter.session?.id ?? null,
  };
}

export function isEverything(filter: Filter): boolean {
  return JSON.stringify(asked(filter, 0)) === JSON.stringify(asked(EVERYTHING, 0)) && filter.range === 'all';
}
