import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Idle } from '../src/domain/idle.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('locking by itself', () => {
  it('happens after the minutes of the settings without a sign of life', () => {
    const lock = vi.fn();
    const stop = new Idle().start(5, lock, vi.fn());
    vi.advanceTimersByTime(4 * 60_000);
    window.dispatchEvent(new Event('keydown'));
    vi.advanceTimersByTime(4 * 60_000);
    expect(lock).not.toHaveBeenCalled();
    vi.advanceTimersByTime(70_000);
    expect(lock).toHaveBeenCalledOnce();
    stop();
  });

  it('never happens with 0 minutes, and not after it was stopped', () => {
    const lock = vi.fn();
    new Idle().start(0, lock, vi.fn());
    new Idle().start(1, lock, vi.fn())();
    vi.advanceTimersByTime(60 * 60_000);
    expect(lock).not.toHaveBeenCalled();
  });

  it('tells the engine of life once a minute at most', () => {
    const alive = vi.fn();
    const stop = new Idle().start(5, vi.fn(), alive);
    for (let second = 0; second < 180; second += 1) {
      window.dispatchEvent(new Event('pointermove'));
      vi.advanceTimersByTime(1_000);
    }
    expect(alive).toHaveBeenCalledTimes(2);
    stop();
  });
});
