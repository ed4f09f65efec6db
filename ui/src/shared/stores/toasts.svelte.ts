/** What passed: short sentences at the lower left, one button each, gone by themselves. */
import type { IconName } from '../icons/registry';

export interface Toast {
  id: number;
  icon: IconName;
  tone: 'neutral' | 'ok' | 'danger';
  /** A function where the text counts down; it is read at each tick. */
  text: string | ((now: number) => string);
  action?: { label: string; run: () => void } | undefined;
}

export type ToastOptions = Omit<Toast, 'id' | 'icon' | 'tone'> &
  Partial<Pick<Toast, 'icon' | 'tone'>> & {
    /** Milliseconds on the screen; errors stay twice as long as the rest. */
    stay?: number;
  };

const STAY_MS = 6_000;
const MOST = 3;

class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(options: ToastOptions): number {
    const { stay, icon = 'info', tone = 'neutral', ...rest } = options;
    const id = this.#next++;
    this.list.push({ id, icon, tone, ...rest });
    while (this.list.length > MOST && this.list[0]) this.close(this.list[0].id);
    const wait = stay ?? (tone === 'danger' ? 2 * STAY_MS : STAY_MS);
    this.#timers.set(id, setTimeout(() => this.close(id), wait));
    return id;
  }

  close(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  clear(): void {
    for (const toast of [...this.list]) this.close(toast.id);
  }
}

export const toasts = new Toasts();
