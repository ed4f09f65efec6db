/**
 * The timeline: one query, one window of lines around what is shown, fetched again when something
 * changed. Searching, sorting and the moments themselves are the engine's.
 */
import { SvelteSet } from 'svelte/reactivity';

import { call, type CallError, onChanged, toCallError } from '../../shared/bridge/bridge';
import type { TimelineItem, TimelinePage, TimelineSort } from '../../shared/bridge/types.gen';
import { covers, fetchWindow, type Span } from '../../shared/grid/window';
import { ticker } from '../../shared/stores/ticker.svelte';
import { list } from '../sessions/list.svelte';
import type { ReachName } from './scale';

const MARGIN = 40;
const MOST_LINES = 500;

export class Timeline {
  range = $state<ReachName>('day');
  form = $state<'lanes' | 'table'>('lanes');
  sort = $state<TimelineSort>('state');
  descending = $state(false);
  readonly collapsed = new SvelteSet<string>();

  page = $state.raw<TimelinePage | null>(null);
  error = $state.raw<CallError | null>(null);
  /** Rises when the query changed, so that the view starts at its top. */
  queryNumber = $state(0);
  /** The line that the keys are on. */
  cursor = $state(0);

  #held: Span = { first: 0, end: 0 };
  #shown: Span = { first: 0, end: 40 };
  #flight: 'none' | 'flying' | 'stale' = 'none';
  /** Rises when everything was dropped: an answer asked for before is thrown away. */
  #epoch = 0;

  readonly lines = $derived(this.page?.lines ?? 0);

  start(): () => void {
    void this.reload();
    return onChanged(['sessions', 'online', 'settings'], () => void this.reload());
  }

  line(index: number): TimelineItem | undefined {
    return this.page?.items[index - this.#held.first];
  }

  /** Says which lines are in view; fetches when they are not at hand. */
  show(span: Span): void {
    this.#shown = span;
    if (span.end > span.first && !covers(this.#held, { first: span.first, end: Math.min(span.end, this.lines) })) {
      void this.reload();
    }
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
    this.#shown = { first: 0, end: this.#shown.end - this.#shown.first };
    this.cursor = 0;
    this.queryNumber += 1;
    void this.reload();
  }

  /** Drops everything; what was shown must not stay behind a lock. */
  clear(): void {
    this.collapsed.clear();
    this.page = null;
    this.error = null;
    this.cursor = 0;
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
    try {
      await this.#fetch();
      this.error = null;
    } catch (thrown) {
      this.error = toCallError(thrown);
    }
    const again = (this.#flight as string) === 'stale';
    this.#flight = 'none';
    if (again) await this.reload();
  }

  async #fetch(): Promise<void> {
    const epoch = this.#epoch;
    const window = fetchWindow(this.#shown, MARGIN, MOST_LINES);
    const page = await call('timeline_page', {
      query: {
        text: list.text,
        range: this.range,
        sort: this.sort,
        descending: this.descending,
        grouped: this.form === 'lanes',
        collapsed: [...this.collapsed],
        ...window,
      },
    });
    if (epoch !== this.#epoch) return;
    ticker.follow(page.now);
    this.#held = { first: window.offset, end: window.offset + page.items.length };
    this.page = page;
    this.cursor = Math.max(0, Math.min(this.cursor, page.lines - 1));
  }
}

export const timeline = new Timeline();
