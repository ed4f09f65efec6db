/** Whether the log still fits together, checked when it is looked at and when it grew. */
import { call, type CallError, onChanged, toCallError } from '../../shared/bridge/bridge';
import type { ChainView } from '../../shared/bridge/types.gen';

export class Chain {
  state = $state<'checking' | 'intact' | 'broken' | 'failed'>('checking');
  view = $state.raw<ChainView | null>(null);
  error = $state.raw<CallError | null>(null);
  /** A check that the user asked for shows its progress; the others are quiet. */
  asked = $state(false);

  #flight: 'none' | 'flying' | 'stale' = 'none';

  start(): () => void {
    void this.check();
    return onChanged('audit', () => void this.check());
  }

  async checkAgain(): Promise<void> {
    this.asked = true;
    try {
      await this.check();
    } finally {
      this.asked = false;
    }
  }

  async check(): Promise<void> {
    if (this.#flight !== 'none') {
      this.#flight = 'stale';
      return;
    }
    this.#flight = 'flying';
    try {
      this.view = await call('audit_chain');
      this.error = null;
      this.state = this.view.intact ? 'intact' : 'broken';
    } catch (thrown) {
      this.error = toCallError(thrown);
      this.state = 'failed';
    }
    const again = (this.#flight as string) === 'stale';
    this.#flight = 'none';
    if (again) await this.check();
  }
}
