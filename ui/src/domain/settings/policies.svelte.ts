/** Session policies: the user's own limits, and what they would end before they are kept. */
import { call, type CallError, onChanged, toCallError } from '../../shared/bridge/bridge';
import type { PolicyPreview, PolicyScope, PolicyView, ProviderLimitsView } from '../../shared/bridge/types.gen';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What the lists of limits and warnings offer, in milliseconds; 0: none. */
export const LIMITS: readonly number[] = [0, HOUR, 8 * HOUR, DAY, 7 * DAY, 14 * DAY, 30 * DAY, 60 * DAY, 90 * DAY, 180 * DAY, 365 * DAY];
export const WARNINGS: readonly number[] = [0, HOUR, DAY, 3 * DAY, 7 * DAY];

export const FRESH: PolicyView = { scope: { scope: 'all' }, unusedMs: 30 * DAY, totalMs: null, warnMs: DAY, action: 'revoke' };

/** A scope as one value of a list, and back. */
export const scopeKey = (scope: PolicyScope): string =>
  scope.scope === 'all' ? 'all' : scope.scope === 'issuer' ? `issuer ${scope.issuer}` : `label ${scope.label}`;

export function scopeOf(key: string): PolicyScope {
  if (key.startsWith('issuer ')) return { scope: 'issuer', issuer: key.slice('issuer '.length) };
  if (key.startsWith('label ')) return { scope: 'label', label: key.slice('label '.length) };
  return { scope: 'all' };
}

class Policies {
  state = $state<'loading' | 'there' | 'failed'>('loading');
  list = $state.raw<readonly PolicyView[]>([]);
  error = $state.raw<CallError | null>(null);
  /** What a policy may be for, beside all. */
  issuers = $state.raw<readonly { issuer: string; host: string }[]>([]);
  labels = $state.raw<readonly string[]>([]);

  start(): () => void {
    void this.load();
    return onChanged('vault', () => void this.load());
  }

  async load(): Promise<void> {
    try {
      const query = { text: '', sort: 'state', descending: false, grouped: false, collapsed: [], offset: 0, limit: 0, ids: false } as const;
      const [list, page] = await Promise.all([call('policies'), call('list_sessions', { query: { ...query, collapsed: [] } })]);
      this.list = list;
      this.issuers = page.facets.issuers.filter(({ issuer }) => issuer !== '');
      this.labels = page.facets.labels.map(({ value }) => value);
      this.state = 'there';
    } catch (thrown) {
      this.error = toCallError(thrown);
      this.state = 'failed';
    }
  }

  /** Keeps the whole list; says whether it is kept. */
  async keep(list: readonly PolicyView[]): Promise<boolean> {
    this.error = null;
    try {
      this.list = await call('set_policies', { policies: [...list] });
      return true;
    } catch (thrown) {
      this.error = toCallError(thrown);
      return false;
    }
  }
}

export const policies = new Policies();

/** One policy while it is edited, at a place in the list. */
export class PolicyDraft {
  value = $state.raw<PolicyView>(FRESH);
  preview = $state.raw<PolicyPreview | null>(null);
  limits = $state.raw<ProviderLimitsView | null>(null);
  error = $state.raw<CallError | null>(null);
  saving = $state(false);

  readonly #at: number;
  #run = 0;

  constructor(value: PolicyView, at: number) {
    this.value = value;
    this.#at = at;
  }

  /** A policy without a limit ends nothing and is not kept. */
  readonly valid = $derived(this.value.unusedMs !== null || this.value.totalMs !== null);

  list(): PolicyView[] {
    const list = [...policies.list];
    list.splice(this.#at, 1, this.value);
    return list;
  }

  /** What the list would do with this in it. */
  async look(): Promise<void> {
    const run = (this.#run += 1);
    try {
      const preview = await call('preview_policies', { policies: this.list() });
      if (run === this.#run) this.preview = preview;
    } catch (thrown) {
      if (run === this.#run) this.error = toCallError(thrown);
    }
  }

  /** What the provider itself allows, where the policy is for one. */
  async lookAtProvider(): Promise<void> {
    const { scope } = this.value;
    this.limits = null;
    if (scope.scope !== 'issuer') return;
    const limits = await call('provider_limits', { issuer: scope.issuer }).catch(() => null);
    if (scopeKey(scope) === scopeKey(this.value.scope)) this.limits = limits;
  }

  async save(): Promise<boolean> {
    this.saving = true;
    const kept = await policies.keep(this.list());
    this.error = policies.error;
    this.saving = false;
    return kept;
  }
}
