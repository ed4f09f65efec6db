/**
 * The events on the screen: one filter, one window of rows around what is shown, fetched again
 * when something was written. Filtering happens in the engine.
 */
import { call, type CallError, onChanged, toCallError } from '../../shared/bridge/bridge';
import type { AuditPage, AuditRow } from '../../shared/bridge/types.gen';
import { covers, fetchWindow, type Span } from '../../shared/grid/window';
import { ticker } from '../../shared/stores/ticker.svelte';
import { asked, EVERYTHING, type Filter } from './filter';
import { headingsWith } from './layout';

const MARGIN = 60;
const MOST_ROWS = 500;

export type LogState = 'loading' | 'ready' | 'failed';

export class AuditLog {
  filter = $state.raw<Filter>(EVERYTHING);
  state = $state<LogState>('loading');
  error = $state.raw<CallError | null>(null);
  page = $state.raw<AuditPage | null>(null);
  /** The row that is open, by its place. */
  open = $state<number | null>(null);
  /** Rows that start a day, as far as they have been seen, ascending. */
  headings = $state.raw<readonly number[]>([]);
  /** How many rows were put on top since the filter was chosen. */
  added = $state(0);
  /** Rises with each filter, so that the view starts at its top. */
  queryNumber = $state(0);

  readonly matched = $derived(this.page?.matched ?? 0);
  readonly total = $derived(this.page?.total ?? 0);
  readonly events = $derived(this.page?.events ?? []);

  #held: Span = { first: 0, end: 0 };
  #shown: Span = { first: 0, end: 40 };
  #flight: 'none' | 'flying' | 'stale' = 'none';

  start(): () => void {
    void this.reload();
    return onChanged('audit', () => void this.reload());
  }

  row(index: number): AuditRow | undefined {
    return this.page?.rows[index - this.#held.first];
  }

  show(span: Span): void {
    this.#shown = span;
    if (span.end > span.first && !covers(this.#held, { first: span.first, end: Math.min(span.end, this.matched) })) {
      void this.reload();
    }
  }

  choose(change: Partial<Filter>): void {
    const next = { ...this.filter, ...change };
    if (JSON.stringify(next) === JSON.stringify(this.filter)) return;
    this.filter = next;
    this.#fromTheTop();
  }

  clear(): void {
    this.choose(EVERYTHING);
  }

  toggle(index: number): void {
    this.open = this.open === index ? null : index;
  }

  /** Opens an event by its number; all filters are dropped, since one of them may hide it. */
  async openEvent(seq: number): Promise<number> {
    this.clear();
    await this.reload();
    const index = Math.min(Math.max(0, this.total - seq), Math.max(0, this.matched - 1));
    this.open = index;
    return index;
  }

  /** Fetches the window in view. Calls while one is on its way end in one more, not in many. */
  async reload(): Promise<void> {
    if (this.#flight !== 'none') {
      this.#flight = 'stale';
      return;
    }
    this.#flight = 'flying';
    const query = this.queryNumber;
    try {
      const window = fetchWindow(this.#shown, MARGIN, MOST_ROWS);
      const filter = { ...asked(this.filter, ticker.peek()), ...window };
      const page = await call('audit_page', { filter });
      if (query === this.queryNumber) this.#take(page, window.offset);
    } catch (thrown) {
      this.error = toCallError(thrown);
      if (!this.page) this.state = 'failed';
    }
    const again = (this.#flight as string) === 'stale' || query !== this.queryNumber;
    this.#flight = 'none';
    if (again) await this.reload();
  }

  #take(page: AuditPage, first: number): void {
    const grown = this.page ? page.matched - this.page.matched : 0;
    const fresh = !this.page || this.state !== 'ready';
    if (!fresh && grown > 0) {
      this.added += grown;
      if (this.open !== null) this.open += grown;
      this.headings = this.headings.map((index) => index + grown);
    } else if (grown < 0) {
      // Old rows left the range (a day went by); what was known of days still holds from the top.
      this.headings = this.headings.filter((index) => index < page.matched);
    }
    this.#held = { first, end: first + page.rows.length };
    this.page = page;
    this.headings = headingsWith(this.headings, page.rows, first);
    this.error = null;
    this.state = 'ready';
  }

  #fromTheTop(): void {
    this.#shown = { first: 0, end: this.#shown.end - this.#shown.first };
    this.state = 'loading';
    this.open = null;
    this.headings = [];
    this.added = 0;
    this.queryNumber += 1;
    void this.reload();
  }
}
