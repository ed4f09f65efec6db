/** What can be done with sessions. Each says what happened, or why not; none throws. */
import { call } from '../../shared/bridge/bridge';
import type { Row } from '../../shared/bridge/types.gen';
import { explain } from '../../shared/messages/explain';
import { t } from '../../shared/messages/t';
import { ticker } from '../../shared/stores/ticker.svelte';
import { toasts } from '../../shared/stores/toasts.svelte';
import { desk } from '../desk.svelte';
import { detail } from './detail.svelte';
import { list } from './list.svelte';
import { selection } from './selection.svelte';
import { verdicts } from './verdicts';

/** Revocations of this window that may still be undone, newest last. */
const undoable: string[] = [];

async function attempt<Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await work();
  } catch (thrown) {
    toasts.show({ text: explain(thrown), icon: 'circle-alert', tone: 'danger' });
    return undefined;
  }
}

let copyToast: number | null = null;

export async function copy(row: Row, form: 'token' | 'header' = 'token'): Promise<void> {
  if (!row.canCopy) return;
  const seconds = await attempt(() => call('copy_access_token', { id: row.id, header: form === 'header' }));
  if (seconds === undefined) return;
  const until = ticker.peek() + seconds * 1_000;
  const words = form === 'header' ? t.sessions.copiedHeader : t.sessions.copied;
  if (copyToast !== null) toasts.close(copyToast);
  copyToast = toasts.show({
    text: (now) => words(Math.max(0, Math.ceil((until - now) / 1_000))),
    icon: 'copy',
    stay: seconds * 1_000,
    action: { label: t.sessions.clearNow, run: () => void clearClipboard() },
  });
}

async function clearClipboard(): Promise<void> {
  await attempt(async () => {
    await call('clear_clipboard');
    toasts.show({ text: t.sessions.cleared, icon: 'check', tone: 'ok' });
  });
}

export async function refresh(row: Row): Promise<void> {
  if (!row.canRefresh) return;
  const fresh = await attempt(() => call('refresh_session', { id: row.id }));
  if (fresh?.state === 'active') toasts.show({ text: t.sessions.refreshed(fresh.name), icon: 'check', tone: 'ok' });
}

export async function refreshDue(): Promise<void> {
  const count = await attempt(() => call('refresh_due'));
  if (count !== undefined) toasts.show({ text: t.sessions.refreshedMany(count), icon: 'refresh' });
}

/** Refreshes several, one after the other: the engine has its own limits per provider. */
export async function refreshAll(rows: readonly Row[]): Promise<void> {
  const able = rows.filter((row) => row.canRefresh);
  let done = 0;
  for (const row of able) {
    if ((await attempt(() => call('refresh_session', { id: row.id }))) !== undefined) done += 1;
  }
  toasts.show({ text: t.sessions.refreshedMany(done), icon: 'refresh' });
}

/** The ticked sessions; those outside the fetched window are asked for. */
export async function pickedRows(): Promise<Row[]> {
  const found: Row[] = [];
  for (const id of selection.picked) {
    const row = list.row(id) ?? (await call('session_detail', { id }).then((view) => view.row, () => null));
    if (row) found.push(row);
  }
  return found;
}

/** One click: held by the engine for the seconds of the settings, with Undo in its row. */
export async function revoke(row: Row): Promise<void> {
  if (!row.canRevoke) return;
  const count = await attempt(() => call('revoke', { scope: { scope: 'sessions', ids: [row.id] } }));
  if (!count) return;
  undoable.push(row.id);
  verdicts.expect([row.id]);
}

export async function undo(row: Pick<Row, 'id' | 'name'>): Promise<void> {
  const fresh = await attempt(() => call('undo_revoke', { id: row.id }));
  if (!fresh) return;
  verdicts.drop(row.id);
  toasts.show({ text: t.sessions.undone(fresh.name), icon: 'undo' });
}

/** Takes back the newest revocation of this window. */
export async function undoLast(): Promise<void> {
  const id = undoable.pop();
  if (id !== undefined) await undo({ id, name: '' });
}

export async function revokeNow(row: Row): Promise<void> {
  await attempt(() => call('revoke_now', { id: row.id }));
}

export async function remove(row: Row): Promise<void> {
  await attempt(async () => {
    await call('remove_session', { id: row.id });
    if (selection.shown === row.id) selection.close();
    toasts.show({ text: t.sessions.removed(row.name), icon: 'check' });
  });
}

/** Wipes it here; says plainly that nothing was revoked. */
export async function forget(row: Row): Promise<void> {
  await attempt(async () => {
    await call('forget_session', { id: row.id });
    if (selection.shown === row.id) selection.close();
    toasts.show({ text: t.sessions.forgotten(row.name), icon: 'info' });
  });
}

export async function signOut(row: Row): Promise<void> {
  await attempt(() => call('sign_out_in_browser', { id: row.id }));
}

export function signIn(row: Row): void {
  desk.open({ kind: 'sign_in', session: row });
}

export function review(row: Row): void {
  selection.open(row.id);
  detail.open('lineage');
}

/** What the row's own button does. */
export function primary(row: Row): void {
  const doing: Record<Row['action'], () => void> = {
    review: () => review(row),
    undo: () => void undo(row),
    cancel: () => void undo(row),
    remove: () => void remove(row),
    sign_in: () => signIn(row),
    take_over: () => desk.open({ kind: 'take_over', session: row }),
    try_now: () => void refresh(row),
    refresh: () => void refresh(row),
    copy: () => void copy(row),
    none: () => undefined,
  };
  doing[row.action]();
}
