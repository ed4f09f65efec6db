/** The mock lives at 25 November 2026, 10:00:03, and goes on from there. */
const BASE = new Date(2026, 10, 25, 10, 0, 3).getTime();
let started = Date.now();

export const mockNow = (): number => BASE + (Date.now() - started);
export const resetMockClock = (): void => {
  started = Date.now();
};
export const at = (clock: string, daysAgo = 0): number => {
  const [h = 0, m = 0, s = 0] = clock.split(':').map(Number);
  return new Date(2026, 10, 25 - daysAgo, h, m, s).getTime();
};
