import { describe, expect, it } from 'vitest';

import { scrollFor, thumbOf } from '../src/shared/grid/thumb';
import { covers, fetchWindow, scrollToShow, visibleLines } from '../src/shared/grid/window';

describe('the window of lines', () => {
  it('shows what fits, with some to spare', () => {
    expect(visibleLines(0, 320, 32, 1_000)).toEqual({ first: 0, end: 10 });
    expect(visibleLines(3_200, 320, 32, 1_000, 6)).toEqual({ first: 94, end: 116 });
  });

  it('stays inside the list, whatever the scroller says', () => {
    for (const scrollTop of [-500, 0, 17, 31_999, 32_000, 1e9]) {
      const { first, end } = visibleLines(scrollTop, 640, 32, 1_000, 6);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(1_000);
      expect(end).toBeGreaterThanOrEqual(first);
    }
    expect(visibleLines(0, 640, 32, 0, 6)).toEqual({ first: 0, end: 0 });
  });

  it('draws as many lines for 100,000 sessions as for 100', () => {
    const few = visibleLines(320, 640, 32, 100, 6);
    const many = visibleLines(1_600_000, 640, 32, 100_000, 6);
    expect(many.end - many.first).toBeLessThanOrEqual(few.end - few.first + 6);
  });

  it('fetches around what is shown, never more than it may', () => {
    expect(fetchWindow({ first: 0, end: 20 }, 40, 500)).toEqual({ offset: 0, limit: 60 });
    expect(fetchWindow({ first: 1_000, end: 1_020 }, 40, 500)).toEqual({ offset: 960, limit: 100 });
    expect(fetchWindow({ first: 0, end: 5_000 }, 40, 500).limit).toBe(500);
    expect(fetchWindow({ first: 0, end: 0 }, 0, 500).limit).toBe(1);
  });

  it('knows whether it has all that is shown', () => {
    expect(covers({ first: 0, end: 60 }, { first: 10, end: 40 })).toBe(true);
    expect(covers({ first: 20, end: 60 }, { first: 10, end: 40 })).toBe(false);
  });

  it('scrolls no further than a line needs', () => {
    expect(scrollToShow(5, 0, 640, 32)).toBe(0);
    expect(scrollToShow(20, 0, 640, 32)).toBe(32);
    expect(scrollToShow(3, 200, 640, 32)).toBe(96);
  });
});

describe('the drawn scrollbar', () => {
  it('is not there when everything fits', () => {
    expect(thumbOf(0, 640, 640)).toBeNull();
    expect(thumbOf(0, 0, 640)).toBeNull();
  });

  it('stays large enough to grab and inside its track', () => {
    const total = 100_000 * 32;
    for (const scrollTop of [0, 1_000, total - 640, total * 2]) {
      const thumb = thumbOf(scrollTop, 640, total);
      expect(thumb?.size).toBeGreaterThanOrEqual(24);
      expect((thumb?.top ?? 0) + (thumb?.size ?? 0)).toBeLessThanOrEqual(640);
    }
  });

  it('scrolls to where it is dragged, and back', () => {
    const total = 3_200;
    const thumb = thumbOf(1_000, 640, total);
    expect(scrollFor(thumb?.top ?? 0, 640, total)).toBeCloseTo(1_000);
    expect(scrollFor(-50, 640, total)).toBe(0);
    expect(scrollFor(9_999, 640, total)).toBe(total - 640);
  });
});
