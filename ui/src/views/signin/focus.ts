/** Takes the focus when it appears, so that a reader and the keys follow what changed. */
export function focusNow(node: HTMLElement): void {
  node.focus({ preventScroll: true });
}
