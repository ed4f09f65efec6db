/** Keys as words: `Mod+k`, `Shift+c`, `ArrowDown`, `?`. `Mod` is Ctrl, and Cmd on macOS. */
import { APPLE } from './words';

export function chord(event: KeyboardEvent): string {
  const mod = APPLE ? event.metaKey : event.ctrlKey;
  const single = event.key.length === 1;
  // The delete key of a Mac sends Backspace.
  const named = APPLE && event.key === 'Backspace' ? 'Delete' : event.key;
  const key = single ? event.key.toLowerCase() : named;
  // Signs such as `?` hold their Shift already.
  const shift = event.shiftKey && !(single && !/[a-z]/u.test(key)) ? 'Shift+' : '';
  return `${mod ? 'Mod+' : ''}${event.altKey ? 'Alt+' : ''}${shift}${key === ' ' ? 'Space' : key}`;
}

/** Whether the keys belong to a text that is being typed. */
export function isTyping(event: Event): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type);
}

export type Keymap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** Runs what `keymap` has for the event; says whether it had something. */
export function dispatch(keymap: Keymap, event: KeyboardEvent): boolean {
  const run = keymap[chord(event)];
  if (!run) return false;
  event.preventDefault();
  run(event);
  return true;
}
