/**
 * A long list of which one window of lines is at hand: the one around what is shown, fetched again
 * when something changed.
 */
import { type CallError, onChanged, toCallError } from '../bridge/bridge';
import { ticker } from '../stores/ticker.svelte';
import { covers, fetchWindow, type Span } from './window';

const MARGIN = 40;
const MOST_LINES = 500;

export interface Window {
  offset: number;
  limit: number;
}

interface Page<Item> {
  items: Item[];
  /** Lines in all. */
  lines: number;
  /** The engine's clock, ms since 1970. */
  now: number;
}

export type FetchState = 'idle' | 'loading' | 'ready' | 'failed';

export abstract class FetchedLines<Item, P extends Page<Item>> {
  state = $state<FetchState>('idle');
  page = $state.raw<P | null>(null);
  error = $state.raw<CallError | null>(null);
  /** Rises when the query changed, so that the view starts at its top. */
  queryNumber = $state(0);

  /** The lines that `page` holds. */
  #held: Span = { first: 0, end: 0 };
  #shown: Span = { first: 0, end: 40 };
  /** What is on its way, and whether the world moved on meanwhile. */
  #flight: 'none' | 'flying' | 'stale' = 'none';
  /** Rises when everything was dropped: an answer asked for before is thrown away. */
  #epoch = 0;

  /** Derived, so that a page of as many lines is no reason to look at the view again. */
  readonly lines = $derived(this.page?.lines ?? 0);

  /** Asks the engine for a window. */
  protected abstract fetch(window: Window): Promise<P>;

  /** Hears of each page that is kept. */
  protected arrived(_page: P): void {}

  /** Fetches, and again with every change, until the answer is called. */
  start(): () => void {
    void this.reload();
    return onChanged(['sessions', 'online', 'settings'], () => void this.reload());
  }

  /** The line at `index`, where it has been fetched. */
  line(index: number): Item | undefined {
    return this.page?.items[index - this.#held.first];
  }

  /** The index of the first fetched line that fits. */
  protected find(fits: (item: Item) => boolean): number | null {
    const index = this.page?.items.findIndex(fits) ?? -1;
    return index < 0 ? null : this.#held.first + index;
  }

  /** Says which lines are in view; fetches when they are not at hand. */
  show(span: Span): void {
    this.#shown = span;
    if (span.end > span.first && !covers(this.#held, { first: span.first, end: Math.min(span.end, this.lines) })) {
      void this.reload();
    }
  }

  /** Another query: it starts at its top. */
  restart(): void {
    this.#shown = { first: 0, end: this.#shown.end - this.#shown.first };
    this.queryNumber += 1;
    void this.reload();
  }

  /** Drops everything; what was shown must not stay behind a lock. */
  clear(): void {
    this.page = null;
    this.error = null;
    this.state = 'idle';
    this.#held = { first: 0, end: 0 };
    this.#epoch += 1;
  }

  /** Fetches the window in view. Calls while one is on its way end in one more, not in many. */
  async reload(): Promise<void> {
    if (this.#flight !== 'none') {
      this.#flight = 'stale';
      return;
    }
    this.#flight = 'flying';
    if (!this.page) this.state = 'loading';
    try {
      await this.#keep();
      this.state = this.page ? 'ready' : 'idle';
      this.error = null;
    } catch (thrown) {
      this.error = toCallError(thrown);
      this.state = 'failed';
    }
    const again = (this.#flight as string) === 'stale';
    this.#flight = 'none';
    if (again) await this.reload();
  }

  /** A window that is not kept; `null` when everything was dropped meanwhile. */
  protected async ask(window: Window): Promise<P | null> {
    const epoch = this.#epoch;
    const page = await this.fetch(window);
    return epoch === this.#epoch ? page : null;
  }

  async #keep(): Promise<void> {
    const window = fetchWindow(this.#shown, MARGIN, MOST_LINES);
    const page = await this.ask(window);
    if (!page) return;
    ticker.follow(page.now);
    this.#held = { first: window.offset, end: window.offset + page.items.length };
    this.page = page;
    this.arrived(page);
  }
}
