/**
 * Three different things: the line the cursor is on, the session whose details are shown, and the
 * sessions that are ticked.
 */
import { SvelteSet } from 'svelte/reactivity';

import { list } from './list.svelte';

export class Selection {
  /** The line that the keyboard is on. */
  line = $state(0);
  /** The session under the cursor; `null` on the head of a group. */
  current = $state<string | null>(null);
  /** The session in the detail pane. */
  shown = $state<string | null>(null);
  readonly picked = new SvelteSet<string>();
  /** Where a range of ticks started. */
  #anchor: string | null = null;

  /** Moves the cursor; an open detail pane follows it. */
  moveTo(line: number, id: string | null): void {
    this.line = line;
    this.current = id;
    if (id !== null && this.shown !== null) this.shown = id;
  }

  open(id: string): void {
    this.current = id;
    this.shown = id;
  }

  /** Says whether there was something to close. */
  close(): boolean {
    const was = this.shown !== null;
    this.shown = null;
    return was;
  }

  toggle(id: string): void {
    this.#anchor = id;
    if (!this.picked.delete(id)) this.picked.add(id);
  }

  /** Ticks everything between the last tick and `id`, in the order of `ids`. */
  extendTo(id: string, ids: readonly string[]): void {
    const from = this.#anchor === null ? -1 : ids.indexOf(this.#anchor);
    const to = ids.indexOf(id);
    if (from < 0 || to < 0) {
      this.#anchor = id;
      this.picked.add(id);
      return;
    }
    for (const between of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) this.picked.add(between);
  }

  /** All that match, or none when all were ticked. */
  toggleAll(ids: readonly string[]): void {
    const all = ids.length > 0 && ids.every((id) => this.picked.has(id));
    this.picked.clear();
    if (!all) for (const id of ids) this.picked.add(id);
  }

  /** Forgets ticks of sessions that are gone. */
  keepOnly(ids: readonly string[]): void {
    if (this.picked.size === 0) return;
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- read here and nowhere else
    const there = new Set(ids);
    const gone = [...this.picked].filter((id) => !there.has(id));
    for (const id of gone) this.picked.delete(id);
  }

  clear(): void {
    this.picked.clear();
    this.#anchor = null;
    this.line = 0;
    this.current = null;
    this.shown = null;
  }
}

export const selection = new Selection();

/** Ticks all that match, or none where all are ticked already. */
export async function toggleAll(): Promise<void> {
  selection.toggleAll(await list.allIds());
}

/** Ticks a range in the order of the list, which is asked for where it is not at hand. */
export async function tickTo(id: string): Promise<void> {
  selection.extendTo(id, list.ids.length > 0 ? list.ids : await list.allIds());
}
