/** Keys that work everywhere in the frame. Those of the list are in `sessions/keys.ts`. */
import { desk } from '../../domain/desk.svelte';
import { undoLast } from '../../domain/sessions/actions';
import { selection } from '../../domain/sessions/selection.svelte';
import { vault } from '../../domain/vault.svelte';
import { call } from '../../shared/bridge/bridge';
import { chord, dispatch, isTyping, type Keymap } from '../../shared/keys/chord';

const focus = (selector: string) => document.querySelector<HTMLElement>(selector)?.focus();

/** The box is drawn with its section, so the focus waits for that. */
function search(): void {
  if (desk.section !== 'timeline') desk.show('sessions');
  setTimeout(() => focus('[data-search]'));
}

/** Goes to the next of sidebar, list, detail; each takes the focus where it wants it. */
function nextPane(back: boolean): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')];
  if (panes.length === 0) return;
  const now = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(now + (back ? -1 : 1) + panes.length) % panes.length];
  const target = next?.querySelector<HTMLElement>('[data-cursor]') ?? next?.querySelector<HTMLElement>('[role="tab"][tabindex="0"], button, input');
  target?.focus();
}

const WITH_MOD: Keymap = {
  'Mod+k': () => desk.open({ kind: 'palette' }),
  'Mod+f': search,
  'Mod+n': () => desk.open({ kind: 'sign_in' }),
  'Mod+l': () => void vault.run('lock'),
  'Mod+,': () => desk.show('settings'),
  'Mod+1': () => desk.show('sessions'),
  'Mod+2': () => desk.show('timeline'),
  'Mod+3': () => desk.show('audit'),
  'Mod+4': () => desk.show('settings'),
  'Mod+q': () => void call('quit'),
  F6: () => nextPane(false),
  'Shift+F6': () => nextPane(true),
};

const OUTSIDE_TEXT: Keymap = {
  'Mod+z': () => void undoLast(),
  '/': search,
  '?': () => desk.open({ kind: 'help' }),
  Escape: () => {
    if (selection.close()) setTimeout(() => focus('[data-cursor]'));
  },
};

/** What lies over the page while it is open, whoever opened it. */
const ON_TOP = '[role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]';

export function frameKeys(event: KeyboardEvent): void {
  // A dialog or a menu has the keyboard for itself.
  if (event.defaultPrevented || desk.dialog || document.querySelector(ON_TOP)) return;
  if (dispatch(WITH_MOD, event) || isTyping(event)) return;
  // `/` and `?` are single characters too, and some tools of accessibility type by themselves.
  if (/^.$/u.test(chord(event)) && vault.settings?.letterShortcuts === false) return;
  dispatch(OUTSIDE_TEXT, event);
}
