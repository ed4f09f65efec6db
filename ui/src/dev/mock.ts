/**
 * An engine of invented data, for the browser and for tests. Never part of a build.
 * In the browser: `?gate=locked`, `?theme=dark`, `?n=100000`, `?empty`, `?fail=list_sessions`, `?offline`,
 * `?section=timeline`, `?table`, `?open=billing-cli`, `?tab=findings`.
 */
import { emit } from '@tauri-apps/api/event';
import { mockIPC } from '@tauri-apps/api/mocks';

import { desk, type Section } from '../domain/desk.svelte';
import { detail, type Tab } from '../domain/sessions/detail.svelte';
import { selection } from '../domain/sessions/selection.svelte';
import { timeline as timelineStore } from '../domain/timeline/timeline.svelte';
import type { ChangeTag } from '../shared/bridge/bridge';
import type { AppView, Gate, RevokePreview, RevokeScope, Row, SessionQuery, SettingsView, Theme, TimelineQuery } from '../shared/bridge/types.gen';
import { mockNow } from './clock';
import { findingsOf } from './findings';
import { timeline } from './timeline';
import { claimsOf, detailOf, historyOf } from './detail';
import { page } from './roster';
import { manySessions, inventedSessions } from './sessions';
import { others } from './others';

export interface MockState {
  gate: Gate;
  settings: SettingsView;
  rows: Row[];
  online: boolean;
  /** Commands that fail, with the code they fail with. */
  failing: Record<string, string>;
  /** Every call, in order. */
  calls: { command: string; args: unknown }[];
  /** Codes of findings that were dismissed. */
  dismissed: string[];
}

export const changed = (tag: ChangeTag): void => void emit('changed', tag);

export function freshState(): MockState {
  return {
    gate: 'open',
    settings: {
      theme: 'system', autoRefresh: true, revokeHoldSeconds: 5, onTheft: 'revoke', clipboardSeconds: 30, lockAfterMinutes: 15,
      closeToTray: true, withoutTray: 'ask', notifications: false, letterShortcuts: true,
    },
    rows: inventedSessions(),
    online: true,
    failing: {},
    calls: [],
    dismissed: [],
  };
}

const view = (state: MockState) => ({
  gate: state.gate, folder: '/home/ana/.local/share/keyfob', error: null, since: mockNow(), olderCopy: false, unsaved: null, damage: null, lockProtects: false,
});

const app = (state: MockState): AppView => ({
  version: '0.1.0', vault: view(state), settings: state.settings, demo: null, tray: true, now: mockNow(),
});

function preview(state: MockState, scope: RevokeScope): RevokePreview {
  const wanted = state.rows.filter((row) =>
    scope.scope === 'sessions' ? scope.ids.includes(row.id)
    : scope.scope === 'issuer' ? row.issuer === scope.issuer
    : scope.scope === 'account' ? row.account === state.rows.find((other) => other.id === scope.id)?.account
    : true);
  const able = wanted.filter((row) => row.canRevoke);
  const issuers = [...new Set(able.map((row) => row.issuer))];
  const reaches = ['client_session', 'token', 'token', 'all_sessions_of_user'] as const;
  return {
    groups: issuers.map((issuer, index) => {
      const rows = able.filter((row) => row.issuer === issuer);
      return {
        issuer, host: rows[0]?.host ?? '', names: rows.map((row) => row.name), ids: rows.map((row) => row.id),
        reach: reaches[index % reaches.length] ?? 'token', staying: 4,
        offlineUntil: mockNow() + 6 * 3_600_000, provable: index % 2 === 0, unsupported: false,
      };
    }),
    count: able.length, skipped: wanted.length - able.length, holdMs: state.settings.revokeHoldSeconds * 1_000,
  };
}

function find(state: MockState, id: string): Row {
  const row = state.rows.find((other) => other.id === id);
  if (!row) throw { code: 'session_not_found', facts: {} };
  return row;
}

function put(state: MockState, id: string, change: Partial<Row>): Row {
  const fresh = { ...find(state, id), ...change };
  state.rows = state.rows.map((row) => (row.id === id ? fresh : row));
  changed('sessions');
  return fresh;
}

function die(state: MockState, id: string): void {
  const revoke = find(state, id).revoke;
  if (revoke?.step !== 'held') return;
  put(state, id, { revoke: { step: 'sent' }, action: 'none' });
  setTimeout(() => put(state, id, { state: 'revoked', action: 'remove', revoke: { step: 'confirmed_dead', at: mockNow(), offlineUntil: null }, canSignIn: false }), 1_200);
}

const before = new Map<string, Row>();

function hold(state: MockState, ids: readonly string[]): number {
  const able = ids.filter((id) => find(state, id).canRevoke);
  const holdMs = state.settings.revokeHoldSeconds * 1_000;
  for (const id of able) {
    before.set(id, find(state, id));
    put(state, id, {
      state: 'revoking', action: 'undo', canCopy: false, canRefresh: false, canRevoke: false,
      revoke: { step: 'held', sendsAt: mockNow() + holdMs, holdMs },
    });
    setTimeout(() => die(state, id), holdMs);
  }
  return able.length;
}

type Handler = (state: MockState, args: never) => unknown;

const handlers: Record<string, Handler> = {
  app_state: app,
  settings: (state) => state.settings,
  set_settings: (state, args: { settings: SettingsView }) => (state.settings = args.settings),
  pause_refresh: (state, args: { paused: boolean }) => {
    state.settings = { ...state.settings, autoRefresh: !args.paused };
    changed('settings');
    return state.settings;
  },
  copy_report: () => null,
  lock: (state) => { state.gate = 'locked'; changed('vault'); return view(state); },
  unlock: (state) => { state.gate = 'open'; changed('vault'); return view(state); },
  create_vault: (state) => { state.gate = 'open'; state.rows = []; changed('vault'); return view(state); },
  retry_unlock: (state) => { state.gate = 'open'; changed('vault'); return view(state); },
  start_new_vault: (state) => { state.gate = 'open'; changed('vault'); return view(state); },
  list_sessions: (state, args: { query: SessionQuery }) => page(state.rows, args.query, state.online),
  session_detail: (state, args: { id: string }) => detailOf(find(state, args.id)),
  session_claims: (state, args: { id: string; kind: string }) => claimsOf(find(state, args.id), args.kind),
  session_history: historyOf,
  session_findings: (state, args: { id: string }) => findingsOf(find(state, args.id), state.dismissed),
  dismiss_finding: (state, args: { id: string; code: string }) => { state.dismissed.push(args.code); return findingsOf(find(state, args.id), state.dismissed); },
  restore_finding: (state, args: { id: string; code: string }) => {
    state.dismissed = state.dismissed.filter((code) => code !== args.code);
    return findingsOf(find(state, args.id), state.dismissed);
  },
  timeline_page: (state, args: { query: TimelineQuery }) => timeline(state.rows, args.query, state.online),
  rename_session: (state, args: { id: string; name: string }) => put(state, args.id, { name: args.name }),
  label_session: (state, args: { id: string; labels: string[] }) => put(state, args.id, { labels: args.labels }),
  refresh_session: (state, args: { id: string }) => {
    put(state, args.id, { state: 'refreshing' });
    return put(state, args.id, { state: 'active', action: 'copy', retryAt: null });
  },
  refresh_due: () => 3,
  copy_access_token: (state) => state.settings.clipboardSeconds,
  revoke_preview: (state, args: { scope: RevokeScope }) => preview(state, args.scope),
  revoke: (state, args: { scope: RevokeScope }) => hold(state, preview(state, args.scope).groups.flatMap((group) => group.ids)),
  undo_revoke: (state, args: { id: string }) => put(state, args.id, before.get(args.id) ?? { state: 'active', action: 'copy', revoke: null, canCopy: true, canRevoke: true }),
  revoke_now: (state, args: { id: string }) => { die(state, args.id); return find(state, args.id); },
  forget_session: (state, args: { id: string }) => { state.rows = state.rows.filter((row) => row.id !== args.id); changed('sessions'); return null; },
  remove_session: (state, args: { id: string }) => { state.rows = state.rows.filter((row) => row.id !== args.id); changed('sessions'); return null; },
};

/** What the invented engine answers to a call; throws what the engine would. */
export function answer(state: MockState, command: string, args: unknown): unknown {
  state.calls.push({ command, args });
  const code = state.failing[command];
  if (code) throw { code, facts: { host: 'sso.example.com' } };
  const handler = handlers[command] ?? others[command];
  return handler ? handler(state, args as never) : null;
}

/** Puts the mock where the engine would be, and gives its state for tests to look at and change. */
export function installWith(state: MockState): MockState {
  mockIPC((command, args) => answer(state, command, args), { shouldMockEvents: true });
  return state;
}

export function install(): void {
  const query = new URLSearchParams(location.search);
  const state = freshState();
  state.gate = (query.get('gate') ?? 'open') as Gate;
  state.settings.theme = (query.get('theme') ?? 'system') as Theme;
  if (query.has('n')) state.rows = manySessions(Number(query.get('n')));
  if (query.has('empty')) state.rows = [];
  state.online = !query.has('offline');
  const fail = query.get('fail');
  if (fail) state.failing[fail] = 'vault_io';
  installWith(state);
  const opened = state.rows.find((row) => row.name === query.get('open'));
  if (opened) selection.open(opened.id);
  if (query.has('tab')) detail.tab = query.get('tab') as Tab;
  if (query.has('section')) desk.show(query.get('section') as Section);
  if (query.has('table')) timelineStore.view('table');
}
