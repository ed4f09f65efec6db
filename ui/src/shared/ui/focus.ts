/**
 * Remembers what has the focus, and gives it back later, if nothing else has taken it by then. What
 * had it may be gone (an entry of a menu, a row out of view): then the screen gets it.
 */
export function rememberFocus(preferred?: HTMLElement | null): () => void {
  const before = preferred ?? (document.activeElement instanceof HTMLElement ? document.activeElement : null);
  return () => {
    // The dialog or the menu is taken out of the document first.
    setTimeout(() => {
      const now = document.activeElement;
      if (now && now !== document.body && now.isConnected) return;
      if (before?.isConnected && before !== document.body) before.focus({ preventScroll: true });
      else focusScreen();
    });
  };
}

/** Where the keys go on when what had the focus is gone: the row under the cursor, else the screen. */
export function focusScreen(): void {
  const target = document.querySelector<HTMLElement>('[data-cursor]') ?? document.querySelector<HTMLElement>('main');
  target?.focus({ preventScroll: true });
}
