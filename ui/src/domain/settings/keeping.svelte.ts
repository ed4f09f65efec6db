/** Settings are kept as they are changed; what could not be kept is said where it was changed. */
import { type CallError, toCallError } from '../../shared/bridge/bridge';
import type { SettingsView } from '../../shared/bridge/types.gen';
import { vault } from '../vault.svelte';

class Keeping {
  error = $state.raw<CallError | null>(null);

  async set(change: Partial<SettingsView>): Promise<void> {
    this.error = null;
    try {
      await vault.set(change);
    } catch (thrown) {
      this.error = toCallError(thrown);
    }
  }
}

export const keeping = new Keeping();
