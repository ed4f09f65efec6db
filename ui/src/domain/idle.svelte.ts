/** Locks by itself when nobody has touched the window for as long as the settings say. */
import { ticker } from '../shared/stores/ticker.svelte';

const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;
/** Movements closer than this count as one. */
const COARSE_MS = 1_000;
const LOOK_MS = 2_000;
const TELL_MS = 60_000;

export class Idle {
  /** When the last sign of life was, by the engine's clock. */
  last = $state(ticker.peek());

  /**
   * Calls `then` after `minutes` without a sign of life; 0 is never. `alive` is called at most once
   * a minute while there are signs, for the engine, which counts by itself.
   */
  start(minutes: number, then: () => void, alive: () => void): () => void {
    this.last = ticker.peek();
    let told = this.last;
    const seen = () => {
      const now = ticker.peek();
      if (now - this.last > COARSE_MS) this.last = now;
      if (now - told > TELL_MS) {
        told = now;
        alive();
      }
    };
    for (const sign of SIGNS) window.addEventListener(sign, seen, { passive: true });
    // Timers sleep with the computer, so the clock is compared instead of waited for.
    const timer =
      minutes > 0
        ? setInterval(() => {
            if (ticker.peek() - this.last >= minutes * 60_000) {
              this.last = ticker.peek();
              then();
            }
          }, LOOK_MS)
        : undefined;
    return () => {
      for (const sign of SIGNS) window.removeEventListener(sign, seen);
      clearInterval(timer);
    };
  }
}

export const idle = new Idle();
