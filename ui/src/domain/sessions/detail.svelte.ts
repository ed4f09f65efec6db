/** The detail pane: one session, and what its open tab needs. */
import { call, type CallError, onChanged, toCallError } from '../../shared/bridge/bridge';
import type { ClaimsView, Detail, HistoryRow } from '../../shared/bridge/types.gen';
import { findings } from '../findings/findings.svelte';

export const TABS = ['overview', 'claims', 'findings', 'lineage', 'history'] as const;
export type Tab = (typeof TABS)[number];
export type ClaimsKind = ClaimsView['kind'];

export class DetailPane {
  id = $state<string | null>(null);
  view = $state.raw<Detail | null>(null);
  tab = $state<Tab>('overview');
  claims = $state.raw<ClaimsView | null>(null);
  kind = $state<ClaimsKind>('access');
  history = $state.raw<readonly HistoryRow[] | null>(null);
  error = $state.raw<CallError | null>(null);

  start(): () => void {
    return onChanged(['sessions', 'online', 'audit'], () => void this.#load());
  }

  /** Shows a session, or nothing. */
  show(id: string | null): void {
    if (id === this.id) return;
    this.id = id;
    this.claims = null;
    this.history = null;
    this.error = null;
    if (id === null) this.view = null;
    findings.clear();
    void this.#load();
  }

  open(tab: Tab): void {
    this.tab = tab;
    void this.#loadTab();
  }

  chooseKind(kind: ClaimsKind): void {
    this.kind = kind;
    this.claims = null;
    void this.#loadTab();
  }

  clear(): void {
    this.show(null);
    this.tab = 'overview';
    this.kind = 'access';
  }

  async #load(): Promise<void> {
    const id = this.id;
    if (id === null) return;
    try {
      const view = await call('session_detail', { id });
      if (id !== this.id) return;
      this.view = view;
      this.error = null;
      this.#keepKind(view);
      await Promise.all([this.#loadTab(), findings.load(id)]);
    } catch (thrown) {
      if (id !== this.id) return;
      this.error = toCallError(thrown);
      this.view = null;
    }
  }

  /** The chosen token may have no claims; then the first that has. */
  #keepKind(view: Detail): void {
    const having = view.tokens.filter((token) => token.hasClaims).map((token) => token.kind);
    const first = having.find((kind): kind is ClaimsKind => kind !== 'refresh');
    if (first && !having.includes(this.kind)) this.kind = first;
  }

  async #loadTab(): Promise<void> {
    const { id, tab, kind } = this;
    if (id === null) return;
    try {
      if (tab === 'claims' && this.view?.tokens.some((token) => token.hasClaims)) {
        const claims = await call('session_claims', { id, kind });
        if (id === this.id && kind === this.kind) this.claims = claims;
      } else if (tab === 'history') {
        const history = await call('session_history', { id });
        if (id === this.id) this.history = history;
      }
    } catch (thrown) {
      if (id === this.id) this.error = toCallError(thrown);
    }
  }
}

export const detail = new DetailPane();
