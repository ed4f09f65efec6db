/** The thumb of a drawn scrollbar. Pure arithmetic. */

export interface Thumb {
  top: number;
  size: number;
}

const LEAST = 28;

/** Where the thumb stands; `null` when everything fits. */
export function thumbOf(scrollTop: number, height: number, total: number): Thumb | null {
  if (height <= 0 || total <= height) return null;
  const size = Math.max(LEAST, (height * height) / total);
  const share = Math.min(1, Math.max(0, scrollTop / (total - height)));
  return { top: share * (height - size), size };
}

/** How far to have scrolled when the thumb's top is dragged to `top`. */
export function scrollFor(top: number, height: number, total: number): number {
  const thumb = thumbOf(0, height, total);
  if (!thumb) return 0;
  const share = Math.min(1, Math.max(0, top / (height - thumb.size)));
  return share * (total - height);
}
