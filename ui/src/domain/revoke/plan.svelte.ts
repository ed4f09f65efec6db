/**
 * What a revocation of several sessions would end, as the engine says, and which part of it the
 * user wants. What reaches every session of an account stays out until it is asked for by itself.
 */
import { SvelteSet } from 'svelte/reactivity';

import { call, type CallError, toCallError } from '../../shared/bridge/bridge';
import type { Reach, ReachGroup, RevokePreview, RevokeScope } from '../../shared/bridge/types.gen';

export type PlanState = 'loading' | 'ready' | 'sending' | 'failed';

export const REACH_LEVEL: Record<Reach, 1 | 2 | 3 | 4> = {
  token: 1,
  client_session: 2,
  grant: 3,
  all_sessions_of_user: 4,
};

/** What one call takes. */
const MOST_IDS = 10_000;

const isFar = (group: ReachGroup) => group.reach === 'all_sessions_of_user';

export class RevokePlan {
  state = $state<PlanState>('loading');
  preview = $state.raw<RevokePreview | null>(null);
  error = $state.raw<CallError | null>(null);
  /** Far-reaching groups that were ticked, by their place in the list. */
  readonly #ticked = new SvelteSet<number>();

  readonly #scope: RevokeScope;

  readonly groups = $derived(this.preview?.groups ?? []);
  readonly included = $derived(this.groups.filter((group, index) => !group.unsupported && this.includes(index)));
  readonly ids = $derived(this.included.flatMap((group) => group.ids));
  /** Sessions that could be revoked, were everything included. */
  readonly all = $derived(
    this.groups.filter((group) => !group.unsupported).reduce((sum, group) => sum + group.ids.length, 0),
  );
  readonly holdSeconds = $derived(Math.round((this.preview?.holdMs ?? 0) / 1_000));
  /** The latest moment until which a service that checks offline may accept something of it. */
  readonly offlineUntil = $derived(
    this.included.reduce<number | null>((latest, group) => {
      if (group.offlineUntil === null) return latest;
      return latest === null ? group.offlineUntil : Math.max(latest, group.offlineUntil);
    }, null),
  );

  constructor(scope: RevokeScope) {
    this.#scope = scope;
  }

  async load(): Promise<void> {
    this.state = 'loading';
    this.error = null;
    try {
      this.preview = await call('revoke_preview', { scope: this.#scope });
      this.#ticked.clear();
      this.state = 'ready';
    } catch (thrown) {
      this.error = toCallError(thrown);
      this.state = 'failed';
    }
  }

  asks(index: number): boolean {
    const group = this.groups[index];
    return group !== undefined && isFar(group) && !group.unsupported;
  }

  includes(index: number): boolean {
    return !this.asks(index) || this.#ticked.has(index);
  }

  tick(index: number, on: boolean): void {
    if (on) this.#ticked.add(index);
    else this.#ticked.delete(index);
  }

  /** Sends exactly what is listed: by the ids that were shown, never by the scope once more. */
  async send(): Promise<number | null> {
    const ids = [...this.ids];
    if (ids.length === 0 || this.state !== 'ready') return null;
    this.state = 'sending';
    this.error = null;
    try {
      let revoked = 0;
      for (let first = 0; first < ids.length; first += MOST_IDS) {
        const part = ids.slice(first, first + MOST_IDS);
        revoked += await call('revoke', { scope: { scope: 'sessions', ids: part } });
      }
      return revoked;
    } catch (thrown) {
      this.error = toCallError(thrown);
      this.state = 'ready';
      return null;
    }
  }
}
