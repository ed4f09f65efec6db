/** The vault as a whole: which screen it asks for, and the settings kept in it. */
import { call, type CallError, onChanged, toCallError } from '../shared/bridge/bridge';
import type { AppView, SettingsView, VaultView } from '../shared/bridge/types.gen';
import { ticker } from '../shared/stores/ticker.svelte';

type VaultCommand = 'create_vault' | 'retry_unlock' | 'start_new_vault' | 'lock' | 'unlock' | 'accept_older_copy';

class Vault {
  /** `null` until the engine has answered once. */
  app = $state.raw<AppView | null>(null);
  /** Which command is on its way, for the button that waits for it. */
  running = $state<VaultCommand | null>(null);
  /** What the last command threw. */
  error = $state.raw<CallError | null>(null);

  readonly open = $derived(this.app?.vault.gate === 'open');
  readonly settings = $derived(this.app?.settings ?? null);

  /** Asks once, and again whenever the vault or the settings change; returns how to stop. */
  start(): () => void {
    void this.load();
    return onChanged(['vault', 'settings'], () => void this.load());
  }

  async load(): Promise<void> {
    try {
      const app = await call('app_state');
      ticker.follow(app.now);
      this.app = app;
      this.error = null;
    } catch (thrown) {
      this.error = toCallError(thrown);
    }
  }

  /** Runs a command of the vault and shows the screen that it answers with. */
  async run(command: VaultCommand): Promise<VaultView | null> {
    // Another one may still be finishing: the lock screen shows before `lock` has answered.
    if (this.running === command) return null;
    this.running = command;
    this.error = null;
    try {
      const view = await call(command);
      if (this.app) this.app = { ...this.app, vault: view };
      return view;
    } catch (thrown) {
      this.error = toCallError(thrown);
      return null;
    } finally {
      if (this.running === command) this.running = null;
      void this.load();
    }
  }

  /** Keeps a change of the settings; shows it at once and takes it back if it fails. */
  async set(change: Partial<SettingsView>): Promise<void> {
    const before = this.app;
    if (!before) return;
    const settings = { ...before.settings, ...change };
    this.app = { ...before, settings };
    try {
      const kept = await call('set_settings', { settings });
      this.app = { ...this.app, settings: kept };
    } catch (thrown) {
      this.app = { ...this.app, settings: before.settings };
      throw toCallError(thrown);
    }
  }
}

export const vault = new Vault();
