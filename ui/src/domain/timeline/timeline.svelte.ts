/**
 * The timeline: one query, one window of lines around what is shown, fetched again when something
 * changed. Searching, sorting and the moments themselves are the engine's.
 */
import { SvelteSet } from 'svelte/reactivity';

import { call, type CallError, onChanged } from '../../shared/bridge/bridge';
import type { TimelineItem, TimelinePage, TimelineQuery, TimelineSort } from '../../shared/bridge/types.gen';
import { FetchedLines, type Window } from '../../shared/grid/fetched.svelte';
import type { Span } from '../../shared/grid/window';
import { list } from '../sessions/list.svelte';
import type { ReachName } from './scale';

export class Timeline {
  range = $state<ReachName>('day');
  form = $state<'lanes' | 'table'>('lanes');
  sort = $state<TimelineSort>('state');
  descending = $state(false);
  readonly collapsed = new SvelteSet<string>();

  /** The line that the keys are on. */
  cursor = $state(0);

  readonly #fetched = new FetchedLines<TimelineItem, TimelinePage>(
    (window) => call('timeline_page', { query: this.#asked(window) }),
    (page) => (this.cursor = Math.max(0, Math.min(this.cursor, page.lines - 1))),
  );

  get page(): TimelinePage | null {
    return this.#fetched.page;
  }

  get error(): CallError | null {
    return this.#fetched.error;
  }

  get lines(): number {
    return this.#fetched.lines;
  }

  /** Rises when the query changed, so that the view starts at its top. */
  get queryNumber(): number {
    return this.#fetched.queryNumber;
  }

  start(): () => void {
    void this.reload();
    return onChanged(['sessions', 'online', 'settings'], () => void this.reload());
  }

  line(index: number): TimelineItem | undefined {
    return this.#fetched.line(index);
  }

  show(span: Span): void {
    this.#fetched.show(span);
  }

  reload(): Promise<void> {
    return this.#fetched.reload();
  }

  look(range: ReachName): void {
    this.range = range;
    void this.reload();
  }

  /** Lanes are grouped and sorted by what needs the user; the table as its columns say. */
  view(form: 'lanes' | 'table'): void {
    this.form = form;
    this.sort = form === 'lanes' ? 'state' : 'end';
    this.descending = false;
    this.restart();
  }

  sortBy(column: TimelineSort): void {
    this.descending = this.sort === column && !this.descending;
    this.sort = column;
    this.restart();
  }

  toggleGroup(issuer: string): void {
    if (!this.collapsed.delete(issuer)) this.collapsed.add(issuer);
    void this.reload();
  }

  /** Another query starts at its top. */
  restart(): void {
    this.cursor = 0;
    this.#fetched.restart();
  }

  /** Drops everything; what was shown must not stay behind a lock. */
  clear(): void {
    this.collapsed.clear();
    this.cursor = 0;
    this.#fetched.clear();
  }

  #asked(window: Window): TimelineQuery {
    const { range, sort, descending } = this;
    const grouped = this.form === 'lanes';
    return { text: list.text, range, sort, descending, grouped, collapsed: [...this.collapsed], ...window };
  }
}

export const timeline = new Timeline();
