/** What jsdom lacks and the page relies on. Sizes are those of a window of 1280 × 800. */
import '@testing-library/jest-dom/vitest';

import { configure } from '@testing-library/svelte';
import { afterEach, vi } from 'vitest';

class FixedSize implements ResizeObserver {
  constructor(private readonly callback: ResizeObserverCallback) {}
  observe(target: Element): void {
    const entry = { target, contentRect: target.getBoundingClientRect(), borderBoxSize: [], contentBoxSize: [], devicePixelContentBoxSize: [] };
    this.callback([entry], this);
  }
  unobserve(): void {}
  disconnect(): void {}
}

vi.stubGlobal('ResizeObserver', FixedSize);
vi.stubGlobal('matchMedia', (query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));
Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 640 });
Element.prototype.hasPointerCapture = () => false;
Element.prototype.scrollTo = () => undefined;
Element.prototype.scrollIntoView = () => undefined;
Element.prototype.animate ??= () => ({ finished: Promise.resolve(), cancel: () => undefined, onfinish: null }) as unknown as Animation;

// The first test that opens a screen waits until it has been compiled.
configure({ asyncUtilTimeout: 15_000 });

afterEach(() => {
  document.body.replaceChildren();
});
