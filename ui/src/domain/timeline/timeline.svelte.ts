/**
 * The timeline: one query, one window of lines around what is shown, fetched again when something
 * changed. Searching, sorting and the moments themselves are the engine's.
 */
import { SvelteSet } from 'svelte/reactivity';

import { call } from '../../shared/bridge/bridge';
import type { TimelineItem, TimelinePage, TimelineQuery, TimelineSort } from '../../shared/bridge/types.gen';
import { FetchedLines, type Window } from '../../shared/grid/fetched.svelte';
import { list } from '../sessions/list.svelte';
import type { ReachName } from './scale';

export class Timeline extends FetchedLines<TimelineItem, TimelinePage> {
  range = $state<ReachName>('day');
  form = $state<'lanes' | 'table'>('lanes');
  sort = $state<TimelineSort>('state');
  descending = $state(false);
  readonly collapsed = new SvelteSet<string>();

  /** The line that the keys are on. */
  cursor = $state(0);

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

  override restart(): void {
    this.cursor = 0;
    super.restart();
  }

  override clear(): void {
    this.collapsed.clear();
    this.cursor = 0;
    super.clear();
  }

  protected override fetch(window: Window): Promise<TimelinePage> {
    return call('timeline_page', { query: this.#asked(window) });
  }

  protected override arrived(page: TimelinePage): void {
    this.cursor = Math.max(0, Math.min(this.cursor, page.lines - 1));
  }

  #asked(window: Window): TimelineQuery {
    const { range, sort, descending } = this;
    const grouped = this.form === 'lanes';
    return { text: list.text, range, sort, descending, grouped, collapsed: [...this.collapsed], ...window };
  }
}

export const timeline = new Timeline();
