/** Keys of the list. Single letters work only here, and only while the settings allow them. */
import { desk } from '../../domain/desk.svelte';
import * as act from '../../domain/sessions/actions';
import { list } from '../../domain/sessions/list.svelte';
import { selection, tickTo, toggleAll } from '../../domain/sessions/selection.svelte';
import { vault } from '../../domain/vault.svelte';
import type { Row, RowItem } from '../../shared/bridge/types.gen';
import { chord, dispatch, isTyping, type Keymap } from '../../shared/keys/chord';

/** What the grid lends to its keys. */
export interface Cursor {
  readonly lines: number;
  readonly pageSize: number;
  item(line: number): RowItem | undefined;
  moveTo(line: number): Promise<void>;
  openMenu(row: Row): void;
}

function row(cursor: Cursor): Row | null {
  const item = cursor.item(selection.line);
  return item?.type === 'session' ? item.row : null;
}

function move(cursor: Cursor, by: number): void {
  const line = Math.max(0, Math.min(cursor.lines - 1, selection.line + by));
  if (cursor.lines > 0) void cursor.moveTo(line);
}

async function extend(cursor: Cursor, by: number): Promise<void> {
  const from = row(cursor);
  if (from && !selection.picked.has(from.id)) selection.toggle(from.id);
  await cursor.moveTo(Math.max(0, Math.min(cursor.lines - 1, selection.line + by)));
  const to = row(cursor);
  if (to) await tickTo(to.id);
}

function fold(cursor: Cursor, wanted: 'open' | 'closed' | 'other'): void {
  const item = cursor.item(selection.line);
  if (item?.type !== 'group') return;
  const is = item.collapsed ? 'closed' : 'open';
  if (wanted !== is) list.toggleGroup(item.issuer);
}

function onRow(cursor: Cursor, run: (row: Row) => void, onGroup?: () => void): () => void {
  return () => {
    const here = row(cursor);
    if (here) run(here);
    else onGroup?.();
  };
}

function keymap(cursor: Cursor): Keymap {
  const on = (run: (here: Row) => void, onGroup?: () => void) => onRow(cursor, run, onGroup);
  return {
    ArrowDown: () => move(cursor, 1),
    ArrowUp: () => move(cursor, -1),
    PageDown: () => move(cursor, cursor.pageSize),
    PageUp: () => move(cursor, -cursor.pageSize),
    Home: () => move(cursor, -cursor.lines),
    End: () => move(cursor, cursor.lines),
    'Shift+ArrowDown': () => void extend(cursor, 1),
    'Shift+ArrowUp': () => void extend(cursor, -1),
    ArrowRight: () => fold(cursor, 'open'),
    ArrowLeft: () => fold(cursor, 'closed'),
    Enter: on((here) => selection.open(here.id), () => fold(cursor, 'other')),
    Space: on((here) => selection.toggle(here.id), () => fold(cursor, 'other')),
    'Mod+a': () => void toggleAll(),
    Delete: on((here) => {
      // Several ticked sessions are asked for in a dialog that lists what ends.
      if (selection.picked.size > 1 && selection.picked.has(here.id)) {
        desk.open({ kind: 'revoke', scope: { scope: 'sessions', ids: [...selection.picked] } });
      } else void act.revoke(here);
    }),
    F2: on((here) => desk.open({ kind: 'rename', session: here })),
    ContextMenu: on((here) => cursor.openMenu(here)),
    'Shift+F10': on((here) => cursor.openMenu(here)),
    j: () => move(cursor, 1),
    k: () => move(cursor, -1),
    r: on((here) => void act.refresh(here)),
    c: on((here) => void act.copy(here)),
    'Shift+c': on((here) => void act.copy(here, 'header')),
    l: on((here) => {
      if (here.canSignIn) act.signIn(here);
    }),
  };
}

const isLetter = (event: KeyboardEvent) => /^(Shift\+)?.$/u.test(chord(event));

export function gridKeys(event: KeyboardEvent, cursor: Cursor): void {
  if (event.defaultPrevented || isTyping(event)) return;
  if (isLetter(event) && vault.settings?.letterShortcuts === false) return;
  // On a button or a box inside a row, Enter and Space are its own.
  const inside = event.target instanceof Element && event.target.closest('button, input') !== null;
  if (inside && (event.key === 'Enter' || event.key === ' ')) return;
  dispatch(keymap(cursor), event);
}
