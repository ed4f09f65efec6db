/**
 * A try to get past the gate. Why it did not work stays on the screen until the next try, although
 * the state of the vault is asked for again at once.
 */
import type { CallError } from '../../shared/bridge/bridge';
import type { VaultView } from '../../shared/bridge/types.gen';
import { vault } from '../vault.svelte';

class Attempt {
  error = $state.raw<CallError | null>(null);

  async run(command: Parameters<typeof vault.run>[0]): Promise<VaultView | null> {
    if (vault.running === command) return null;
    this.error = null;
    const view = await vault.run(command);
    if (view === null) this.error = vault.error;
    return view;
  }

  clear(): void {
    this.error = null;
  }
}

export const attempt = new Attempt();
