import { emit } from '@tauri-apps/api/event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { freshState, installWith, type MockState } from '../src/dev/mock';
import { manySessions } from '../src/dev/sessions';
import { SessionList } from '../src/domain/sessions/list.svelte';
import { stateFilter } from '../src/domain/sessions/search';
import { Selection } from '../src/domain/sessions/selection.svelte';

let state: MockState;
let list: SessionList;

const settled = () => vi.waitFor(() => expect(['ready', 'failed']).toContain(list.state));
const queries = () => state.calls.filter((one) => one.command === 'list_sessions');
const lastQuery = () => (queries().at(-1)?.args as { query: { text: string; offset: number; limit: number } }).query;

beforeEach(() => {
  state = installWith(freshState());
  list = new SessionList();
});

describe('the list', () => {
  it('loads, and says what it has', async () => {
    const loading = list.reload();
    expect(list.state).toBe('loading');
    await loading;
    expect(list.state).toBe('ready');
    expect(list.total).toBe(42);
    expect(list.line(0)).toMatchObject({ type: 'group', host: 'sso.example.com' });
  });

  it('lets only the window of lines in view cross the bridge', async () => {
    state.rows = manySessions(5_000);
    await list.reload();
    list.show({ first: 3_000, end: 3_030 });
    await vi.waitFor(() => expect(list.line(3_010)).toBeDefined());
    expect(lastQuery()).toMatchObject({ offset: 2_960, limit: 110 });
    expect(list.line(0)).toBeUndefined();
    expect(list.page?.items.length).toBeLessThanOrEqual(500);
  });

  it('does not ask again for lines it has', async () => {
    await list.reload();
    const before = queries().length;
    list.show({ first: 2, end: 20 });
    await Promise.resolve();
    expect(queries().length).toBe(before);
  });

  it('joins a burst of changes into one more question', async () => {
    const stop = list.start();
    await settled();
    const before = queries().length;
    for (let n = 0; n < 20; n += 1) void list.reload();
    await vi.waitFor(() => expect(queries().length).toBe(before + 2));
    stop();
  });

  it('asks again when the engine says that sessions changed', async () => {
    const stop = list.start();
    await settled();
    state.rows = state.rows.slice(0, 3);
    await emit('changed', 'sessions');
    await vi.waitFor(() => expect(list.total).toBe(3));
    stop();
    const before = queries().length;
    await emit('changed', 'sessions');
    await Promise.resolve();
    expect(queries().length).toBe(before);
  });

  it('keeps what it showed when a later question fails', async () => {
    await list.reload();
    state.failing['list_sessions'] = 'vault_busy';
    await list.reload();
    expect(list.state).toBe('failed');
    expect(list.error?.code).toBe('vault_busy');
    expect(list.total).toBe(42);
  });

  it('sends filters as text to the engine', async () => {
    await list.reload();
    list.toggle(stateFilter('expiring'));
    list.type('billing');
    await vi.waitFor(() => expect(list.matched).toBe(1));
    expect(lastQuery().text).toBe('is:expiring billing');
    list.clearSearch();
    await vi.waitFor(() => expect(list.matched).toBe(42));
  });

  it('asks for the ids of all that match only while they are wanted', async () => {
    await list.reload();
    expect(lastQuery()).toMatchObject({ ids: false });
    expect(list.ids).toEqual([]);
    list.wantIds(true);
    await vi.waitFor(() => expect(list.ids.length).toBe(42));
    list.type('billing');
    await vi.waitFor(() => expect(list.ids.length).toBe(1));
    list.wantIds(false);
    expect(list.ids).toEqual([]);
    await list.reload();
    expect(lastQuery()).toMatchObject({ ids: false });
    expect((await list.allIds()).length).toBe(1);
  });

  it('turns the order round on the second click', async () => {
    await list.reload();
    list.sortBy('name');
    expect([list.sort, list.descending]).toEqual(['name', false]);
    list.sortBy('name');
    expect(list.descending).toBe(true);
    list.sortBy('end');
    expect([list.sort, list.descending]).toEqual(['end', false]);
  });

  it('keeps nothing behind a lock, not even an answer on its way', async () => {
    await list.reload();
    const late = list.reload();
    list.clear();
    await late;
    expect(list.page).toBeNull();
    expect(list.text).toBe('');
  });
});

describe('the selection', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];

  it('ticks a range from the last tick, in either direction', () => {
    const selection = new Selection();
    selection.toggle('d');
    selection.extendTo('b', ids);
    expect([...selection.picked].sort()).toEqual(['b', 'c', 'd']);
  });

  it('starts a range where there was none', () => {
    const selection = new Selection();
    selection.extendTo('c', ids);
    expect([...selection.picked]).toEqual(['c']);
  });

  it('ticks all, then none', () => {
    const selection = new Selection();
    selection.toggle('a');
    selection.toggleAll(ids);
    expect(selection.picked.size).toBe(5);
    selection.toggleAll(ids);
    expect(selection.picked.size).toBe(0);
  });

  it('forgets ticks of sessions that are gone', () => {
    const selection = new Selection();
    selection.toggleAll(ids);
    selection.keepOnly(['b', 'x']);
    expect([...selection.picked]).toEqual(['b']);
  });

  it('lets the open detail follow the cursor, and opens none by itself', () => {
    const selection = new Selection();
    selection.moveTo(1, 'a');
    expect(selection.shown).toBeNull();
    selection.open('a');
    selection.moveTo(2, 'b');
    expect(selection.shown).toBe('b');
    selection.moveTo(3, null);
    expect(selection.shown).toBe('b');
    expect(selection.close()).toBe(true);
    expect(selection.close()).toBe(false);
  });
});
