/**
 * Where the lines of the log stand: rows of one height, a heading before the first row of a day,
 * and one row that may be open. Pure arithmetic; days are known only where rows have been fetched.
 */

export const ROW = 32;
export const HEADING = 26;

export interface Layout {
  /** How many rows. */
  count: number;
  /** Rows with a heading before them, ascending. */
  headings: readonly number[];
  /** The open row, and how much higher it is. */
  open: { index: number; height: number } | null;
}

/** How many of `sorted` are at most `index`. */
function countUpTo(sorted: readonly number[], index: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The upper edge of a row itself, below its heading. */
export function top(layout: Layout, index: number): number {
  const open = layout.open && layout.open.index < index ? layout.open.height : 0;
  return index * ROW + countUpTo(layout.headings, index) * HEADING + open;
}

/** The upper edge of a row with its heading. */
export function outerTop(layout: Layout, index: number): number {
  return top(layout, index) - (layout.headings.includes(index) ? HEADING : 0);
}

export function height(layout: Layout): number {
  return layout.count === 0 ? 0 : outerTop({ ...layout, headings: layout.headings.filter((index) => index < layout.count) }, layout.count);
}

/** The row at `y`. */
export function rowAt(layout: Layout, y: number): number {
  let low = 0;
  let high = Math.max(0, layout.count - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (outerTop(layout, middle) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The rows in view, and `more` at both ends. */
export function visible(
  layout: Layout,
  scrollTop: number,
  viewHeight: number,
  more: number,
): { first: number; end: number } {
  const first = rowAt(layout, Math.max(0, scrollTop));
  const last = rowAt(layout, Math.max(0, scrollTop) + Math.max(0, viewHeight));
  return { first: Math.max(0, first - more), end: Math.min(layout.count, last + 1 + more) };
}

/** Where to scroll so that a row is in view, and no further than needed. */
export function scrollFor(layout: Layout, index: number, scrollTop: number, viewHeight: number): number {
  const upper = outerTop(layout, index);
  const lower = top(layout, index) + ROW + (layout.open?.index === index ? layout.open.height : 0);
  if (upper < scrollTop) return upper;
  if (lower > scrollTop + viewHeight) return Math.min(upper, lower - viewHeight);
  return scrollTop;
}

const dayOf = (at: number) => new Date(at).toDateString();

/**
 * What is known of days, with what these rows say: whether one starts a day is known only beside
 * the row before it, and of the very first.
 */
export function headingsWith(
  known: readonly number[],
  rows: readonly { at: number }[],
  first: number,
): readonly number[] {
  const headings = new Set(known);
  rows.forEach((row, offset) => {
    const index = first + offset;
    const before = rows[offset - 1];
    if (index === 0) headings.add(0);
    else if (before && dayOf(before.at) === dayOf(row.at)) headings.delete(index);
    else if (before) headings.add(index);
  });
  return [...headings].sort((a, b) => a - b);
}
