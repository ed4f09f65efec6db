/** Light, dark, or as the system says; on the root element, where the colours are chosen. */
import type { Theme } from '../shared/bridge/types.gen';

const darkSystem = window.matchMedia('(prefers-color-scheme: dark)');

class Appearance {
  #theme: Theme = 'system';

  /** Shows `theme` from now on, and follows the system while it is `system`. */
  show(theme: Theme): void {
    this.#theme = theme;
    this.#paint();
  }

  start(): () => void {
    const repaint = () => this.#paint();
    darkSystem.addEventListener('change', repaint);
    this.#paint();
    return () => darkSystem.removeEventListener('change', repaint);
  }

  #paint(): void {
    const dark = this.#theme === 'dark' || (this.#theme === 'system' && darkSystem.matches);
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  }
}

export const appearance = new Appearance();
