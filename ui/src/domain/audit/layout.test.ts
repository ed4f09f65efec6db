import { describe, expect, it } from 'vitest';

import { HEADING, headingsWith, height, type Layout, outerTop, ROW, rowAt, scrollFor, top, visible } from './layout';

/** A small generator of its own, so that a failure can be repeated. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function invent(seed: number): Layout {
  const next = numbers(seed);
  const count = 1 + Math.floor(next() * 400);
  const headings = Array.from({ length: count }, (_, index) => index).filter(() => next() < 0.1);
  const open = next() < 0.5 ? { index: Math.floor(next() * count), height: Math.floor(next() * 300) } : null;
  return { count, headings, open };
}

const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

describe('where the lines of the log stand', () => {
  it('puts rows one below the other, headings and the open row between', () => {
    for (const layout of seeds.map(invent)) {
      let y = 0;
      for (let index = 0; index < layout.count; index += 1) {
        expect(outerTop(layout, index)).toBe(y);
        if (layout.headings.includes(index)) y += HEADING;
        expect(top(layout, index)).toBe(y);
        y += ROW + (layout.open?.index === index ? layout.open.height : 0);
      }
      expect(height(layout)).toBe(y);
    }
  });

  it('finds the row at every height', () => {
    for (const layout of seeds.map(invent)) {
      const next = numbers(layout.count);
      for (let round = 0; round < 20; round += 1) {
        const y = next() * height(layout);
        const index = rowAt(layout, y);
        expect(outerTop(layout, index)).toBeLessThanOrEqual(y);
        if (index + 1 < layout.count) expect(outerTop(layout, index + 1)).toBeGreaterThan(y);
      }
    }
  });

  it('draws few rows of many, and every row in view', () => {
    const layout: Layout = { count: 1_000_000, headings: [0, 500], open: null };
    const span = visible(layout, 320_000, 640, 8);
    expect(span.end - span.first).toBeLessThan(50);
    expect(top(layout, span.first)).toBeLessThanOrEqual(320_000);
    expect(top(layout, span.end)).toBeGreaterThanOrEqual(320_640);
  });

  it('scrolls no further than needed', () => {
    const layout: Layout = { count: 100, headings: [0], open: null };
    expect(scrollFor(layout, 5, 0, 640)).toBe(0);
    expect(scrollFor(layout, 0, 900, 640)).toBe(0);
    expect(scrollFor(layout, 40, 0, 640)).toBe(top(layout, 40) + ROW - 640);
  });

  it('shows the head of an open row that is higher than the view', () => {
    const layout: Layout = { count: 100, headings: [], open: { index: 10, height: 900 } };
    expect(scrollFor(layout, 10, 0, 640)).toBe(outerTop(layout, 10));
  });

  it('has no height without rows', () => {
    expect(height({ count: 0, headings: [], open: null })).toBe(0);
  });
});

describe('which rows start a day', () => {
  const days = (...list: number[]) => list.map((day) => ({ at: new Date(2026, 10, day, 12).getTime() }));

  it('knows it of rows beside each other, and of the newest', () => {
    expect(headingsWith([], days(25, 25, 24, 23, 23), 0)).toEqual([0, 2, 3]);
  });

  it('does not guess at the edge of a window', () => {
    expect(headingsWith([0], days(23, 23, 22), 50)).toEqual([0, 52]);
  });

  it('corrects what it knew', () => {
    expect(headingsWith([0, 1], days(25, 25), 0)).toEqual([0]);
  });
});
