/** The question of a window that is closed where no tray could bring it back. */
import { call, onChanged } from '../shared/bridge/bridge';
import type { OnClose } from '../shared/bridge/types.gen';

class Closing {
  asked = $state(false);

  /** Listens; returns how to stop. */
  start(): () => void {
    return onChanged('closing', () => (this.asked = true));
  }

  /** `ask`: nothing of it, the window stays. */
  async answer(answer: OnClose): Promise<void> {
    try {
      await call('close_window', { answer });
    } finally {
      // Only now: a second close before the answer has arrived would be taken for no answer at all.
      this.asked = false;
    }
  }
}

export const closing = new Closing();
