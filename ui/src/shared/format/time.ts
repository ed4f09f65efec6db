/**
 * How times read. All take milliseconds since 1970 and `now`; none looks at a clock.
 */
import { LOCALE } from './locale';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const clockFormat = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const secondsFormat = new Intl.DateTimeFormat(LOCALE, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const dayFormat = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });
const dateFormat = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' });
const weekdayFormat = new Intl.DateTimeFormat(LOCALE, { weekday: 'short' });
const longDayFormat = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long' });
const absoluteFormat = new Intl.DateTimeFormat(LOCALE, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
});
const daysFormat = new Intl.NumberFormat(LOCALE, { style: 'unit', unit: 'day', unitDisplay: 'long' });

/** Beyond this, JavaScript has no dates. */
const MOST = 8.64e15;
const isMoment = (at: number) => Number.isFinite(at) && Math.abs(at) <= MOST;

/** `10:38` */
export function clock(at: number): string {
  return isMoment(at) ? clockFormat.format(at) : '–';
}

/** `10:38:04` */
export function clockSeconds(at: number): string {
  return isMoment(at) ? secondsFormat.format(at) : '–';
}

const sameDay = (a: number, b: number) => new Date(a).toDateString() === new Date(b).toDateString();

/** `10:38` today, `24 Nov, 22:38` this year, `24 Nov 2025, 22:38` else. */
export function moment(at: number, now: number): string {
  if (!isMoment(at)) return '–';
  return sameDay(at, now) ? clock(at) : `${date(at, now)}, ${clock(at)}`;
}

/** For an axis: `10:38` today, `Thu 10:38` within the week, `24 Nov` beyond. */
export function dayClock(at: number, now: number): string {
  if (!isMoment(at)) return '–';
  if (sameDay(at, now)) return clock(at);
  return Math.abs(at - now) < 6 * DAY ? `${weekdayFormat.format(at)} ${clock(at)}` : date(at, now);
}

/** As `moment`, to the second. */
export function momentSeconds(at: number, now: number): string {
  if (!isMoment(at)) return '–';
  return sameDay(at, now) ? clockSeconds(at) : `${date(at, now)}, ${clockSeconds(at)}`;
}

/** `24 Nov`, with the year when it is another one. */
export function date(at: number, now: number): string {
  if (!isMoment(at)) return '–';
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? dayFormat : dateFormat).format(at);
}

/** `Today, 25 November`, `Yesterday, 24 November`, `23 November`. */
export function day(at: number, now: number, words: { today: string; yesterday: string }): string {
  if (!isMoment(at)) return '–';
  const text = longDayFormat.format(at);
  if (sameDay(at, now)) return `${words.today}, ${text}`;
  return sameDay(at, now - DAY) ? `${words.yesterday}, ${text}` : text;
}

/** For tooltips: `Wed, 25 Nov 2026, 10:38:04 GMT`. */
export function absolute(at: number): string {
  return isMoment(at) ? absoluteFormat.format(at) : '–';
}

const two = (value: number) => String(value).padStart(2, '0');

/**
 * What is left, in the one grammar for time: `4:12` under 10 minutes, `34 min` under an hour,
 * `7 h 58 min` under a day, else `7 days`. Zero and less is `0:00`. Rounds down, so that a
 * countdown never promises more than there is.
 */
export function countdown(left: number): string {
  if (!(left > 0)) return '0:00';
  if (left < 10 * MINUTE) {
    const seconds = Math.floor(left / SECOND);
    return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  }
  if (left < HOUR) return `${Math.floor(left / MINUTE)} min`;
  if (left < DAY) {
    const minutes = Math.floor(left / MINUTE);
    return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  }
  return daysFormat.format(Math.floor(left / DAY));
}

/** How long ago or how long at all, coarse: `12 s`, `18 min`, `11 h`, `3 days`. */
export function span(length: number): string {
  const whole = Math.max(0, length);
  if (whole < MINUTE) return `${Math.floor(whole / SECOND)} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  if (whole < DAY) return `${Math.floor(whole / HOUR)} h`;
  return daysFormat.format(Math.floor(whole / DAY));
}

/** A length on an axis, short and round: `15 min`, `24 h`, `7 d`. */
export function compactSpan(length: number): string {
  if (length < HOUR) return `${Math.round(length / MINUTE)} min`;
  return length <= DAY ? `${Math.round(length / HOUR)} h` : `${Math.round(length / DAY)} d`;
}

/** When a countdown text of `left` changes next, for tests and for those who tick less often. */
export const TICKS = { second: SECOND, minute: MINUTE, hour: HOUR, day: DAY } as const;
