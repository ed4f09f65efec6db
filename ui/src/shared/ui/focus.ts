/**
 * Remembers what has the focus, and gives it back later, if nothing else has taken it by then. What
 * had it may be gone (an entry of a menu, a row out of view): then the list gets it.
 */
export function rememberFocus(preferred?: HTMLElement | null): () => void {
  const before = preferred ?? (document.activeElement instanceof HTMLElement ? document.activeElement : null);
  return () => {
    // The dialog or the menu is taken out of the document first.
    setTimeout(() => {
      const now = document.activeElement;
      if (now && now !== document.body && now.isConnected) return;
      const target = before?.isConnected && before !== document.body ? before : document.querySelector<HTMLElement>('[data-cursor]');
      target?.focus({ preventScroll: true });
    });
  };
}
