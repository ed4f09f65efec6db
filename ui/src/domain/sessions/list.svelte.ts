/**
 * The list of sessions: one query, one window of lines around what is shown, fetched again when
 * something changed. Searching and sorting happen in the engine.
 */
import { SvelteSet } from 'svelte/reactivity';

import { call } from '../../shared/bridge/bridge';
import type { Facets, Row, RowItem, SessionPage, SessionQuery, SortKey } from '../../shared/bridge/types.gen';
import { FetchedLines, type Window } from '../../shared/grid/fetched.svelte';
import { type Filter, finished, sameFilter, type Search, searchText, toggleFilter, typed } from './search';

const NO_FACETS: Facets = { states: [], issuers: [], labels: [] };

export class SessionList extends FetchedLines<RowItem, SessionPage> {
  search = $state.raw<Search>({ filters: [], words: '' });
  sort = $state<SortKey>('state');
  descending = $state(false);
  readonly collapsed = new SvelteSet<string>();

  /** The sessions that match, in order, as far as they were asked for: they are many. */
  ids = $state.raw<readonly string[]>([]);
  #wantsIds = false;

  readonly matched = $derived(this.page?.matched ?? 0);
  readonly total = $derived(this.page?.total ?? 0);
  readonly facets = $derived(this.page?.facets ?? NO_FACETS);
  readonly text = $derived(searchText(this.search));

  /** The row of a session, where it is among the fetched lines. */
  row(id: string): Row | undefined {
    const line = this.lineOf(id);
    const item = line === null ? undefined : this.line(line);
    return item?.type === 'session' ? item.row : undefined;
  }

  /** The line on which a session stands, where that is known. */
  lineOf(id: string): number | null {
    return this.find((line) => line.type === 'session' && line.row.id === id);
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

  override clear(): void {
    this.search = { filters: [], words: '' };
    this.collapsed.clear();
    this.ids = [];
    super.clear();
  }

  /** Whether the ids come with every answer from now on: while something is ticked. */
  wantIds(wanted: boolean): void {
    if (wanted === this.#wantsIds) return;
    this.#wantsIds = wanted;
    if (wanted) void this.allIds();
    else this.ids = [];
  }

  /** All that match, as of now: what "select all" ticks, also from far down. */
  async allIds(): Promise<readonly string[]> {
    const before = this.#wantsIds;
    this.#wantsIds = true;
    const asked = this.ask({ offset: 0, limit: 1 });
    this.#wantsIds = before;
    const page = await asked.catch(() => null);
    if (page) this.ids = page.ids;
    return this.ids;
  }

  protected override fetch(window: Window): Promise<SessionPage> {
    return call('list_sessions', { query: this.#asked(window) });
  }

  protected override arrived(page: SessionPage): void {
    // An answer that was asked for before they were wanted has none.
    if (this.#wantsIds && (page.ids.length > 0 || page.matched === 0)) this.ids = page.ids;
  }

  #asked(window: Window): SessionQuery {
    const { text, sort, descending } = this;
    const ids = this.#wantsIds;
    return { text, sort, descending, grouped: true, collapsed: [...this.collapsed], ids, ...window };
  }

  #query(change: () => void): void {
    const before = this.text;
    const sorting = [this.sort, this.descending].join();
    change();
    if (this.text === before && [this.sort, this.descending].join() === sorting) return;
    this.restart();
  }
}

export const list = new SessionList();
