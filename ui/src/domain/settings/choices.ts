/** The values that a setting offers. */

/** The choices, with the value at hand among them even when another program set it. */
export function choices(usual: readonly number[], now: number): number[] {
  return [...new Set([...usual, now])].sort((a, b) => a - b);
}

export const LOCK_MINUTES: readonly number[] = [0, 5, 15, 30, 60];
export const CLIPBOARD_SECONDS: readonly number[] = [10, 20, 30, 60, 120];
