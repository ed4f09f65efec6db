/**
 * One clock for everything that counts: whoever reads `ticker.now` in markup or in `$derived` is
 * drawn again each second. It stands still while nobody reads it and while the window is hidden.
 */
import { createSubscriber } from 'svelte/reactivity';

class Ticker {
  /** How far the engine's clock is ahead of the page's, in milliseconds. */
  #ahead = 0;

  #subscribe = createSubscriber((update) => {
    const tick = () => {
      if (!document.hidden) update();
    };
    const timer = setInterval(tick, 1_000);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  });

  /** Milliseconds since 1970 by the engine's clock. Reading it subscribes. */
  get now(): number {
    this.#subscribe();
    return this.peek();
  }

  /** The same without being drawn again. */
  peek(): number {
    return Date.now() + this.#ahead;
  }

  /** Takes over the engine's clock; differences of a call's own duration don't count. */
  follow(engineNow: number): void {
    const ahead = engineNow - Date.now();
    if (Math.abs(ahead - this.#ahead) > 750) this.#ahead = ahead;
  }
}

export const ticker = new Ticker();
