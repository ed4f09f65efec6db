/** Everything that can be done with one session, as a menu; entries that cannot be are left out. */
import type { Row } from '../../shared/bridge/types.gen';
import { t } from '../../shared/messages/t';
import type { MenuEntry } from '../../shared/ui/menu';
import { desk } from '../desk.svelte';
import * as act from './actions';
import { selection } from './selection.svelte';

const FINAL: readonly Row['state'][] = ['revoked'];
const undoable = (row: Row) => row.revoke?.step === 'held' || row.revoke?.step === 'waiting_for_network';

function group(...entries: (MenuEntry | false)[]): MenuEntry[] {
  return entries.filter((entry) => entry !== false);
}

/** Joins the groups that have something in them with lines between. */
function joined(groups: MenuEntry[][]): MenuEntry[] {
  return groups
    .filter((entries) => entries.length > 0)
    .flatMap((entries, index) => (index === 0 ? entries : (['rule', ...entries] as MenuEntry[])));
}

export function sessionMenu(row: Row, from: 'list' | 'detail' = 'list'): MenuEntry[] {
  const s = t.sessions;
  return joined([
    group(
      from === 'list' && { label: s.open, icon: 'info', keys: 'Enter', run: () => selection.open(row.id) },
      row.canCopy && { label: s.copyToken, icon: 'copy', keys: 'C', run: () => void act.copy(row) },
      row.canCopy && { label: s.copyHeader, icon: 'braces', keys: 'Shift+C', run: () => void act.copy(row, 'header') },
      row.canRefresh && { label: s.refreshNow, icon: 'refresh', keys: 'R', run: () => void act.refresh(row) },
      row.canSignIn && { label: s.signInAgain, icon: 'log-in', keys: 'L', run: () => act.signIn(row) },
      row.state === 'watched' && {
        label: s.takeOver,
        icon: 'hand',
        run: () => desk.open({ kind: 'take_over', session: row }),
      },
    ),
    group(
      { label: s.rename, icon: 'pencil', keys: 'F2', run: () => desk.open({ kind: 'rename', session: row }) },
      { label: s.labels, icon: 'tag', run: () => desk.open({ kind: 'label', sessions: [row] }) },
    ),
    group(
      undoable(row) && { label: t.common.undo, icon: 'undo', keys: 'Mod+Z', run: () => void act.undo(row) },
      undoable(row) && { label: s.revokeNow, icon: 'ban', danger: true, run: () => void act.revokeNow(row) },
      row.canRevoke && { label: s.revoke, icon: 'ban', danger: true, keys: 'Del', run: () => void act.revoke(row) },
      !FINAL.includes(row.state) &&
        row.account !== null && {
          label: s.revokeAccount,
          danger: true,
          run: () => desk.open({ kind: 'revoke', scope: { scope: 'account', id: row.id } }),
        },
      !FINAL.includes(row.state) &&
        row.issuer !== '' && {
          label: s.revokeIssuer,
          danger: true,
          run: () => desk.open({ kind: 'revoke', scope: { scope: 'issuer', issuer: row.issuer } }),
        },
      FINAL.includes(row.state)
        ? { label: s.remove, icon: 'trash', run: () => void act.remove(row) }
        : { label: s.forget, icon: 'trash', run: () => desk.open({ kind: 'forget', session: row }) },
    ),
  ]);
}
