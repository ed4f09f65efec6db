/** Start at login: the system keeps it, so it is asked for, not remembered here. */
import { call, type CallError, toCallError } from '../../shared/bridge/bridge';

class Login {
  /** `null`: not known yet, or this profile can't. */
  on = $state<boolean | null>(null);
  error = $state.raw<CallError | null>(null);

  async load(): Promise<void> {
    this.on = await call('autostart').catch(() => null);
  }

  async set(on: boolean): Promise<void> {
    const before = this.on;
    this.on = on;
    this.error = null;
    try {
      this.on = await call('set_autostart', { on });
    } catch (thrown) {
      this.on = before;
      this.error = toCallError(thrown);
    }
  }
}

export const login = new Login();
