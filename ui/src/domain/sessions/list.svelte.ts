/**
 * The list of sessions: one query, one window of lines around what is shown, fetched again when
 * something changed. Searching and sorting happen in the engine.
 */
import { SvelteSet } from 'svelte/reactivity';

import { call, type CallError, onChanged, toCallError } from '../../shared/bridge/bridge';
import type { Facets, Row, RowItem, SessionPage, SessionQuery, SortKey } from '../../shared/bridge/types.gen';
import { covers, fetchWindow, type Span } from '../../shared/grid/window';
import { ticker } from '../../shared/stores/ticker.svelte';
import { type Filter, finished, sameFilter, type Search, searchText, toggleFilter, typed } from './search';

const MARGIN = 40;
const MOST_LINES = 500;
const NO_FACETS: Facets = { states: [], issuers: [], labels: [] };

export type ListState = 'idle' | 'loading' | 'ready' | 'failed';

export class SessionList {
  search = $state.raw<Search>({ filters: [], words: '' });
  sort = $state<SortKey>('state');
  descending = $state(false);
  readonly collapsed = new SvelteSet<string>();

  state = $state<ListState>('idle');
  page = $state.raw<SessionPage | null>(null);
  error = $state.raw<CallError | null>(null);
  /** The sessions that match, in order; the engine names them with the first window only. */
  ids = $state.raw<readonly string[]>([]);
  /** Rises when the query changed, so that the view starts at its top. */
  queryNumber = $state(0);

  /** The lines that `page` holds. */
  #held: Span = { first: 0, end: 0 };
  #shown: Span = { first: 0, end: 30 };
  /** What is on its way, and whether the world moved on meanwhile. */
  #flight: 'none' | 'flying' | 'stale' = 'none';
  /** Rises when everything was dropped: an answer asked for before is thrown away. */
  #epoch = 0;

  readonly lines = $derived(this.page?.lines ?? 0);
  readonly matched = $derived(this.page?.matched ?? 0);
  readonly total = $derived(this.page?.total ?? 0);
  readonly facets = $derived(this.page?.facets ?? NO_FACETS);
  readonly text = $derived(searchText(this.search));

  start(): () => void {
    void this.reload();
    return onChanged(['sessions', 'online', 'settings'], () => void this.reload());
  }

  /** The line at `index`, where it has been fetched. */
  line(index: number): RowItem | undefined {
    return this.page?.items[index - this.#held.first];
  }

  /** The row of a session, where it is among the fetched lines. */
  row(id: string): Row | undefined {
    const item = this.page?.items.find((line) => line.type === 'session' && line.row.id === id);
    return item?.type === 'session' ? item.row : undefined;
  }

  /** The line on which a session stands, where that is known. */
  lineOf(id: string): number | null {
    const index = this.page?.items.findIndex((line) => line.type === 'session' && line.row.id === id) ?? -1;
    return index < 0 ? null : this.#held.first + index;
  }

  /** Says which lines are in view; fetches when they are not at hand. */
  show(span: Span): void {
    this.#shown = span;
    if (span.end > span.first && !covers(this.#held, { first: span.first, end: Math.min(span.end, this.lines) })) {
      void this.reload();
    }
  }

  type(text: string): void {
    this.#query(() => (this.search = typed(this.search, text)));
  }

  finish(): void {
    this.#query(() => (this.search = finished(this.search)));
  }

  toggle(filter: Filter): void {
    this.#query(() => (this.search = toggleFilter(this.search, filter)));
  }

  has(filter: Filter): boolean {
    return this.search.filters.some((other) => sameFilter(other, filter));
  }

  clearSearch(): void {
    this.#query(() => (this.search = { filters: [], words: '' }));
  }

  sortBy(key: SortKey): void {
    this.#query(() => {
      this.descending = this.sort === key ? !this.descending : false;
      this.sort = key;
    });
  }

  toggleGroup(issuer: string): void {
    if (!this.collapsed.delete(issuer)) this.collapsed.add(issuer);
    void this.reload();
  }

  /** Drops everything; what was shown must not stay behind a lock. */
  clear(): void {
    this.search = { filters: [], words: '' };
    this.collapsed.clear();
    this.page = null;
    this.ids = [];
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
      await this.#fetch();
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

  /** All that match, as of now: what "select all" ticks, also from far down. */
  async allIds(): Promise<readonly string[]> {
    const epoch = this.#epoch;
    const page = await call('list_sessions', { query: this.#asked({ offset: 0, limit: 1 }) }).catch(() => null);
    if (page && epoch === this.#epoch) this.ids = page.ids;
    return this.ids;
  }

  #asked(window: { offset: number; limit: number }): SessionQuery {
    const { text, sort, descending } = this;
    return { text, sort, descending, grouped: true, collapsed: [...this.collapsed], ...window };
  }

  async #fetch(): Promise<void> {
    const epoch = this.#epoch;
    const window = fetchWindow(this.#shown, MARGIN, MOST_LINES);
    const page = await call('list_sessions', { query: this.#asked(window) });
    if (epoch !== this.#epoch) return;
    ticker.follow(page.now);
    this.#held = { first: window.offset, end: window.offset + page.items.length };
    if (window.offset === 0) this.ids = page.ids;
    this.page = page;
  }

  #query(change: () => void): void {
    const before = this.text;
    const sorting = [this.sort, this.descending].join();
    change();
    if (this.text === before && [this.sort, this.descending].join() === sorting) return;
    this.#shown = { first: 0, end: this.#shown.end - this.#shown.first };
    this.queryNumber += 1;
    void this.reload();
  }
}

export const list = new SessionList();
