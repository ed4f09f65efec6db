/** The commands of the palette: those of the session under the cursor, and those of everywhere. */
import { desk } from '../../domain/desk.svelte';
import * as act from '../../domain/sessions/actions';
import { list } from '../../domain/sessions/list.svelte';
import { ATTENTION, LOOKS } from '../../domain/sessions/look';
import { sessionMenu } from '../../domain/sessions/menu';
import { stateFilter } from '../../domain/sessions/search';
import { selection, toggleAll } from '../../domain/sessions/selection.svelte';
import { vault } from '../../domain/vault.svelte';
import { call } from '../../shared/bridge/bridge';
import type { Row, SortKey, Theme } from '../../shared/bridge/types.gen';
import { rank } from '../../shared/format/match';
import { number } from '../../shared/format/text';
import type { IconName } from '../../shared/icons/registry';
import { explain } from '../../shared/messages/explain';
import { t } from '../../shared/messages/t';
import { toasts } from '../../shared/stores/toasts.svelte';

export interface Command {
  id: string;
  label: string;
  icon: IconName;
  hint?: string;
  keys?: string;
  run: () => void;
}

export interface CommandGroup {
  title: string;
  commands: Command[];
}

const MOST_PER_GROUP = 8;

function quietly(work: () => Promise<unknown>): () => void {
  return () => {
    work().catch((thrown: unknown) => toasts.show({ text: explain(thrown), icon: 'circle-alert', tone: 'danger' }));
  };
}

const theme = (value: Theme) => quietly(() => vault.set({ theme: value }));

const SORTS: readonly SortKey[] = ['state', 'name', 'account', 'end'];
const COLUMN = { state: 'status', name: 'session', account: 'account', end: 'ends' } as const;

function onSessions(run: () => void): () => void {
  return () => {
    desk.show('sessions');
    run();
  };
}

/** What can be done with all ticked sessions at once; the bar at the bottom has the same. */
function ofPicked(): Command[] {
  const count = selection.picked.size;
  const p = t.palette;
  if (count === 0) return [];
  return [
    { id: 'picked refresh', label: p.refreshPicked, icon: 'refresh', run: () => void act.pickedRows().then(act.refreshAll) },
    { id: 'picked label', label: p.labelPicked, icon: 'tag', run: () => void act.pickedRows().then((sessions) => desk.open({ kind: 'label', sessions })) },
    {
      id: 'picked revoke',
      label: p.revokePicked,
      icon: 'ban',
      run: () => desk.open({ kind: 'revoke', scope: { scope: 'sessions', ids: [...selection.picked] } }),
    },
    { id: 'picked none', label: p.clearPicked, icon: 'x', run: () => selection.picked.clear() },
  ];
}

function everywhere(): Command[] {
  const p = t.palette;
  const paused = vault.settings?.autoRefresh === false;
  const states = ATTENTION.flatMap((state): Command[] => {
    const count = list.facets.states.find(([name]) => name === state)?.[1] ?? 0;
    if (count === 0) return [];
    const show = () => {
      desk.show('sessions');
      list.clearSearch();
      list.toggle(stateFilter(state));
    };
    return [{ id: `only ${state}`, label: p.only(t.states.state[state]), icon: LOOKS[state].icon, hint: number(count), run: show }];
  });
  return [
    { id: 'sign in', label: p.signIn, icon: 'log-in', keys: 'Mod+N', run: () => desk.open({ kind: 'sign_in' }) },
    { id: 'paste', label: p.paste, icon: 'clipboard', run: () => desk.open({ kind: 'import', from: 'clipboard' }) },
    { id: 'file', label: p.file, icon: 'folder', run: () => desk.open({ kind: 'import', from: 'file' }) },
    { id: 'due', label: p.refreshDue, icon: 'rotate', run: () => void act.refreshDue() },
    {
      id: 'pause',
      label: paused ? p.resume : p.pause,
      icon: paused ? 'play' : 'pause',
      run: quietly(async () => {
        await call('pause_refresh', { paused: !paused });
        await vault.load();
      }),
    },
    ...states,
    { id: 'all', label: p.selectAll, icon: 'check', keys: 'Mod+A', run: onSessions(() => void toggleAll()) },
    ...SORTS.map((key): Command => ({
      id: `sort ${key}`,
      label: p.sortBy(t.sessions[COLUMN[key]]),
      icon: 'arrow-up',
      run: onSessions(() => list.sortBy(key)),
    })),
    { id: 'clear', label: p.clearFilters, icon: 'filter', run: () => list.clearSearch() },
    { id: 'sessions', label: p.goSessions, icon: 'key', keys: 'Mod+1', run: () => desk.show('sessions') },
    { id: 'timeline', label: p.goTimeline, icon: 'gantt', keys: 'Mod+2', run: () => desk.show('timeline') },
    { id: 'audit', label: p.goAudit, icon: 'scroll', keys: 'Mod+3', run: () => desk.show('audit') },
    { id: 'export', label: p.exportLog, icon: 'download', run: () => desk.ask('export') },
    { id: 'settings', label: p.goSettings, icon: 'settings', keys: 'Mod+,', run: () => desk.show('settings') },
    { id: 'lock', label: p.lock, icon: 'lock', keys: 'Mod+L', run: () => void vault.run('lock') },
    { id: 'light', label: p.light, icon: 'sun', run: theme('light') },
    { id: 'dark', label: p.dark, icon: 'moon', run: theme('dark') },
    { id: 'system', label: p.system, icon: 'monitor', run: theme('system') },
    { id: 'help', label: p.shortcuts, icon: 'info', keys: '?', run: () => desk.open({ kind: 'help' }) },
    {
      id: 'everything',
      label: p.revokeEverything,
      icon: 'ban',
      run: () => desk.open({ kind: 'revoke', scope: { scope: 'everything' } }),
    },
    { id: 'quit', label: p.quit, icon: 'log-out', keys: 'Mod+Q', run: quietly(() => call('quit')) },
  ];
}

function ofSession(row: Row): Command[] {
  return sessionMenu(row).flatMap((entry): Command[] =>
    entry === 'rule'
      ? []
      : [
          {
            id: `this ${entry.label}`,
            label: entry.label,
            icon: entry.icon ?? 'ban',
            run: entry.run,
            ...(entry.keys ? { keys: entry.keys } : {}),
          },
        ],
  );
}

function found(rows: readonly Row[]): Command[] {
  return rows.map((row) => ({
    id: row.id,
    label: row.name,
    icon: LOOKS[row.state].icon,
    hint: row.host,
    run: () => {
      desk.show('sessions');
      selection.open(row.id);
    },
  }));
}

function best(commands: Command[], text: string): Command[] {
  return commands
    .flatMap((command) => {
      const score = rank(command.label, text);
      return score === null ? [] : [{ command, score }];
    })
    .sort((a, b) => a.score - b.score)
    .slice(0, text.trim() === '' ? commands.length : MOST_PER_GROUP)
    .map(({ command }) => command);
}

/** Everything that fits `text`, best first; `rows` are the sessions that the engine found for it. */
export function commandGroups(text: string, rows: readonly Row[]): CommandGroup[] {
  const current = selection.current ?? selection.shown;
  const row = current === null ? undefined : list.row(current);
  return [
    ...(row ? [{ title: row.name, commands: best(ofSession(row), text) }] : []),
    { title: t.sessions.bulkSelected(selection.picked.size), commands: best(ofPicked(), text) },
    { title: t.palette.sessions, commands: text.trim() === '' ? [] : found(rows) },
    { title: t.palette.everywhere, commands: best(everywhere(), text) },
  ].filter((group) => group.commands.length > 0);
}
