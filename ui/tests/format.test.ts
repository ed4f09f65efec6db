import { describe, expect, it } from 'vitest';

import { rank } from '../src/shared/format/match';
import { bytes, cut, number, plural, tileLetter, withoutScheme } from '../src/shared/format/text';
import { absolute, clock, countdown, day, moment, momentSeconds, span } from '../src/shared/format/time';

const NOW = new Date(2026, 10, 25, 10, 0, 3).getTime();
const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;

describe('countdown', () => {
  it.each([
    [4 * MIN + 12_000, '4:12'],
    [4 * MIN + 12_999, '4:12'],
    [59_000, '0:59'],
    [10 * MIN - 1, '9:59'],
    [10 * MIN, '10 min'],
    [38 * MIN + 59_000, '38 min'],
    [HOUR, '1 h 00 min'],
    [7 * HOUR + 58 * MIN, '7 h 58 min'],
    [DAY - 1, '23 h 59 min'],
    [DAY, '1 day'],
    [7 * DAY + HOUR, '7 days'],
    [0, '0:00'],
    [-5, '0:00'],
    [Number.NaN, '0:00'],
  ])('shows %d ms as %s', (left, text) => {
    expect(countdown(left)).toBe(text);
  });

  it('never promises more than there is', () => {
    for (let left = 0; left < 10 * MIN; left += 777) {
      const [minutes = 0, seconds = 0] = countdown(left).split(':').map(Number);
      expect((minutes * 60 + seconds) * 1_000).toBeLessThanOrEqual(left);
    }
  });
});

describe('moments', () => {
  it('leaves out what today already says', () => {
    expect(moment(NOW + 38 * MIN, NOW)).toBe('10:38');
    expect(momentSeconds(NOW, NOW)).toBe('10:00:03');
    expect(moment(NOW - 12 * HOUR, NOW)).toBe('24 Nov, 22:00');
    expect(moment(NOW - 400 * DAY, NOW)).toBe('21 Oct 2025, 10:00');
  });

  it('names the zone where a moment is shown in full', () => {
    expect(absolute(NOW)).toMatch(/^Wed, 25 Nov 2026.*10:00:03/u);
    expect(absolute(NOW)).toMatch(/(UTC|GMT|[A-Z]{3,4})/u);
  });

  it('has no date for what is beyond all dates', () => {
    for (const at of [Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY, Number.NaN]) {
      expect(clock(at)).toBe('–');
      expect(moment(at, NOW)).toBe('–');
      expect(absolute(at)).toBe('–');
    }
  });

  it('calls days by name where they have one', () => {
    const words = { today: 'Today', yesterday: 'Yesterday' };
    expect(day(NOW, NOW, words)).toBe('Today, 25 November');
    expect(day(NOW - DAY, NOW, words)).toBe('Yesterday, 24 November');
    expect(day(NOW - 2 * DAY, NOW, words)).toBe('23 November');
  });

  it('says spans in their largest unit', () => {
    expect([12_000, 18 * MIN, 11 * HOUR, 3 * DAY].map(span)).toEqual(['12 s', '18 min', '11 h', '3 days']);
  });
});

describe('text', () => {
  it('groups digits and counts in words', () => {
    expect(number(1284)).toBe('1,284');
    expect(plural(1, 'session', 'sessions')).toBe('1 session');
    expect(plural(0, 'session', 'sessions')).toBe('0 sessions');
    expect(bytes(742)).toBe('742 bytes');
    expect(bytes(1184)).toBe('1,184 bytes');
    expect(bytes(640_200)).toBe('640 kB');
  });

  it('cuts on whole characters', () => {
    expect(cut('short', 10)).toBe('short');
    expect(cut('a'.repeat(50), 10)).toBe(`${'a'.repeat(9)}…`);
    expect(cut('😀'.repeat(6), 6)).toBe('😀'.repeat(6));
    expect(cut('😀'.repeat(9), 4)).toBe('😀😀😀…');
  });

  it('finds a letter for every host', () => {
    expect(tileLetter('github.com')).toBe('G');
    expect(tileLetter('login.okta.example')).toBe('O');
    expect(tileLetter('')).toBe('?');
    expect(tileLetter('[::1]')).toBe('1');
  });

  it('takes the scheme off an issuer and nothing else', () => {
    expect(withoutScheme('https://sso.example.com/realms/eng')).toBe('sso.example.com/realms/eng');
    expect(withoutScheme('javascript:alert(1)')).toBe('javascript:alert(1)');
  });
});

describe('rank', () => {
  it('prefers the start of the label, then the start of a word', () => {
    const order = ['Auto-refresh', 'Refresh now', 'Share'].sort((a, b) => (rank(a, 're') ?? 9) - (rank(b, 're') ?? 9));
    expect(order[0]).toBe('Refresh now');
    expect(rank('Lock now', 'zzz')).toBeNull();
    expect(rank('Lock now', '')).toBe(0);
  });
});
