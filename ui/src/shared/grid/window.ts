/** Which lines of a long list are worth drawing or fetching. Pure arithmetic over fixed heights. */

export interface Span {
  /** First line. */
  first: number;
  /** One past the last. */
  end: number;
}

/** The lines that a view of `height` pixels shows at `scrollTop`, with `overscan` more at both ends. */
export function visibleLines(
  scrollTop: number,
  height: number,
  lineHeight: number,
  count: number,
  overscan = 0,
): Span {
  const first = Math.floor(Math.max(0, scrollTop) / lineHeight) - overscan;
  const end = Math.ceil((Math.max(0, scrollTop) + Math.max(0, height)) / lineHeight) + overscan;
  const clamp = (line: number) => Math.min(count, Math.max(0, line));
  return { first: clamp(first), end: clamp(end) };
}

export function covers(outer: Span, inner: Span): boolean {
  return outer.first <= inner.first && outer.end >= inner.end;
}

/** The window to fetch around what is shown: `margin` lines to both sides, at most `most` in all. */
export function fetchWindow(shown: Span, margin: number, most: number): { offset: number; limit: number } {
  const offset = Math.max(0, shown.first - margin);
  const limit = Math.min(most, shown.end + margin - offset);
  return { offset, limit: Math.max(1, limit) };
}

/** Where to scroll so that `line` is in view, and no further than needed. */
export function scrollToShow(line: number, scrollTop: number, height: number, lineHeight: number): number {
  const top = line * lineHeight;
  if (top < scrollTop) return top;
  if (top + lineHeight > scrollTop + height) return top + lineHeight - height;
  return scrollTop;
}
