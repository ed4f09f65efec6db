/** The providers that were signed in to before, most recent first. */
import { call, type CallError, onChanged, toCallError } from '../../shared/bridge/bridge';
import type { IssuerView } from '../../shared/bridge/types.gen';

export class KnownIssuers {
  list = $state.raw<readonly IssuerView[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<CallError | null>(null);

  start(): () => void {
    void this.load();
    return onChanged(['sessions', 'vault'], () => void this.load());
  }

  async load(): Promise<void> {
    try {
      const list = await call('known_issuers');
      this.list = [...list].sort((a, b) => (b.usedAt ?? 0) - (a.usedAt ?? 0));
      this.error = null;
      this.state = 'ready';
    } catch (thrown) {
      this.error = toCallError(thrown);
      this.state = 'failed';
    }
  }

  of(issuer: string, clientId?: string): IssuerView | undefined {
    const same = this.list.filter((known) => known.issuer === issuer);
    return same.find((known) => known.clientId === clientId) ?? (clientId === undefined ? same[0] : undefined);
  }
}
