/**
 * Says how a revocation went that was asked for in this window, once there is something to say,
 * wherever the user is by then.
 */
import { call, onChanged } from '../../shared/bridge/bridge';
import { t } from '../../shared/messages/t';
import { ticker } from '../../shared/stores/ticker.svelte';
import { toasts } from '../../shared/stores/toasts.svelte';
import { verdict } from './verdict';

type Seen = 'nothing' | 'waiting';

class Verdicts {
  #waiting = new Map<string, Seen>();

  start(): () => void {
    return onChanged('sessions', () => void this.#look());
  }

  expect(ids: readonly string[]): void {
    // A bulk revocation tells its results in the list; a toast per session would be noise.
    if (ids.length === 1) for (const id of ids) this.#waiting.set(id, 'nothing');
  }

  drop(id: string): void {
    this.#waiting.delete(id);
  }

  clear(): void {
    this.#waiting.clear();
  }

  async #look(): Promise<void> {
    for (const [id, seen] of [...this.#waiting]) {
      const row = await call('session_detail', { id }).then(
        (view) => view.row,
        () => null,
      );
      if (!row?.revoke) {
        this.#waiting.delete(id);
        continue;
      }
      const text = verdict(row, ticker.peek());
      if (text !== null) {
        if (this.#waiting.delete(id)) toasts.show({ text, icon: 'ban', stay: 10_000 });
      } else if (row.revoke.step === 'waiting_for_network' && seen === 'nothing') {
        this.#waiting.set(id, 'waiting');
        toasts.show({ text: t.sessions.revokeWaiting, icon: 'wifi-off', stay: 10_000 });
      }
    }
  }
}

export const verdicts = new Verdicts();
