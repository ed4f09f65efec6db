/** The timeline in both forms: what it draws, its keys, and what it says where there is nothing. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';

import App from '../../App.svelte';
import { manySessions } from '../../dev/sessions';
import { axeFindings, calls, engine, fail } from '../../dev/testing';
import type { MockState } from '../../dev/mock';
import { desk } from '../../domain/desk.svelte';
import { list } from '../../domain/sessions/list.svelte';
import { selection } from '../../domain/sessions/selection.svelte';
import { geometry, laneWords } from '../../domain/timeline/lane';
import { marks, percent, place, REACH_NAMES, REACHES } from '../../domain/timeline/scale';
import { timeline } from '../../domain/timeline/timeline.svelte';
import { vault } from '../../domain/vault.svelte';
import type { Theme } from '../../shared/bridge/types.gen';

const user = userEvent.setup({ delay: null });
const MIN = 60_000;

afterEach(() => {
  timeline.view('lanes');
  timeline.clear();
  selection.clear();
  desk.clear();
  vault.app = null;
});

async function open(change: (state: MockState) => void = () => undefined, answers: Parameters<typeof engine>[0] = {}): Promise<MockState> {
  const state = engine(answers, change);
  render(App);
  await screen.findByRole('navigation', { name: 'Main' });
  desk.show('timeline');
  await screen.findByRole('heading', { name: 'Timeline' });
  return state;
}

const lane = (name: string) => screen.findByRole('row', { name: new RegExp(`^${name}`, 'u') });

describe('as lanes', () => {
  it.each<Theme>(['light', 'dark'])('is clean for axe, %s', async (theme) => {
    await open((state) => (state.settings.theme = theme));
    await lane('billing-cli');
    expect(await axeFindings()).toEqual([]);
  });

  it('says of each session in words what its bar shows', async () => {
    await open();
    const row = await lane('billing-cli');
    expect(row).toHaveTextContent('Expires soon');
    expect(row).toHaveTextContent(/The sign-in ends at .* Refresh can’t extend it\./u);
    expect(row.querySelectorAll('.acc, .hard, .ref').length).toBeGreaterThan(2);
    expect(row.querySelector('[role="timer"], [aria-live]')).toBeNull();
  });

  it('shows no revoked session', async () => {
    await open();
    await lane('billing-cli');
    expect(screen.queryByRole('row', { name: /^old-laptop/u })).toBeNull();
  });

  it('looks as far ahead as asked', async () => {
    const state = await open();
    await lane('billing-cli');
    await user.click(screen.getByRole('radio', { name: '7 d' }));
    await waitFor(() => expect(calls(state, 'timeline_page').at(-1)).toMatchObject({ query: { range: 'week' } }));
    expect(await screen.findByText(/planned in 7 d/u)).toBeInTheDocument();
  });

  it('moves by the keys, opens the details by Enter, and closes and opens a group', async () => {
    await open();
    const first = await screen.findByRole('row', { name: /^sso\.example\.com/u });
    first.focus();
    await user.keyboard('{ArrowDown}');
    await waitFor(() => expect(document.activeElement).toHaveAttribute('data-lane'));
    await user.keyboard('{Enter}');
    expect(selection.shown).toBe(document.activeElement?.getAttribute('data-lane'));
    expect(await screen.findByRole('tablist', { name: 'Session details' })).toBeInTheDocument();
    await user.keyboard('{Home}');
    await waitFor(() => expect(document.activeElement).toHaveAttribute('data-group'));
    await user.keyboard('{ArrowLeft}');
    await waitFor(() => expect(screen.getByRole('row', { name: /^sso\.example\.com/u })).toHaveAttribute('aria-expanded', 'false'));
    expect(screen.queryByRole('row', { name: /^billing-cli/u })).toBeNull();
    expect(await axeFindings()).toEqual([]);
    await user.keyboard('{ArrowRight}');
    await lane('billing-cli');
    await user.keyboard('{End}');
    await waitFor(() => expect(document.activeElement).toHaveAttribute('data-line', String(timeline.lines - 1)));
  });

  it('tells more in a card under the focus, which Escape hides before anything else', async () => {
    await open();
    const row = await lane('billing-cli');
    row.focus();
    const card = await waitFor(() => {
      const found = document.querySelector('.card-tip');
      expect(found).not.toBeNull();
      return found;
    });
    expect(card).toHaveTextContent('billing-cli');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(document.querySelector('.card-tip')).toBeNull());
  });

  it('draws no more lanes than fit, however many there are', async () => {
    await open((state) => (state.rows = manySessions(5_000)));
    await waitFor(() => expect(document.querySelectorAll('[data-lane]').length).toBeGreaterThan(10));
    expect(document.querySelectorAll('[data-line]').length).toBeLessThan(60);
    expect(timeline.lines).toBeGreaterThan(4_500);
  });

  it('follows the search', async () => {
    const state = await open();
    await lane('billing-cli');
    list.type('billing');
    await waitFor(() => expect(calls(state, 'timeline_page').at(-1)).toMatchObject({ query: { text: 'billing' } }));
    list.type('nothing-is-called-so');
    expect(await screen.findByText(/Nothing matches/u)).toBeInTheDocument();
    await user.click(screen.getAllByRole('button', { name: 'Clear filters' })[0] as HTMLElement);
    await lane('kube-us-2');
  });
});

describe('as a table', () => {
  it.each<Theme>(['light', 'dark'])('is a real one, clean for axe, %s', async (theme) => {
    await open((state) => (state.settings.theme = theme));
    await user.click(screen.getByRole('button', { name: 'View as table' }));
    const table = await screen.findByRole('table', { name: 'What ends when' });
    await within(table).findByRole('rowheader', { name: 'billing-cli' });
    expect(within(table).getAllByRole('columnheader').map((one) => one.textContent.trim())).toEqual([
      'Session', 'Issuer', 'State', 'Access ends', 'Next refresh', 'Hard end',
    ]);
    expect(await axeFindings()).toEqual([]);
  });

  it('sorts by each column, both ways, in the engine', async () => {
    const state = await open();
    await user.click(screen.getByRole('button', { name: 'View as table' }));
    const head = await screen.findByRole('columnheader', { name: 'Session' });
    await user.click(within(head).getByRole('button'));
    await waitFor(() => expect(calls(state, 'timeline_page').at(-1)).toMatchObject({ query: { sort: 'name', descending: false, grouped: false } }));
    expect(head).toHaveAttribute('aria-sort', 'ascending');
    await user.click(within(head).getByRole('button'));
    await waitFor(() => expect(head).toHaveAttribute('aria-sort', 'descending'));
  });

  it('opens the details', async () => {
    await open();
    await user.click(screen.getByRole('button', { name: 'View as table' }));
    await user.click(await screen.findByRole('button', { name: 'billing-cli' }));
    expect(await screen.findByRole('tablist', { name: 'Session details' })).toBeInTheDocument();
  });
});

describe('where there is nothing to draw', () => {
  it('says so', async () => {
    await open((state) => (state.rows = []));
    expect(await screen.findByText('Nothing has an end to show')).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });

  it('says why it could not be read', async () => {
    await open(() => undefined, { timeline_page: fail('vault_io') });
    expect(await screen.findByText('The timeline could not be read')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Try again' })).toBeInTheDocument();
  });

  it('names an issuer that is not reachable', async () => {
    await open((state) => (state.online = false));
    expect(await screen.findByText('not reachable')).toBeInTheDocument();
  });
});

describe('the scale', () => {
  it.each(REACH_NAMES)('of %s begins now, ends at its range and never turns back', (name) => {
    const all = marks(name);
    expect(place(0, REACHES[name])).toBe(0);
    expect(all.at(-1)?.at).toBe(1);
    expect(all.map((mark) => mark.at)).toEqual([...all.map((mark) => mark.at)].sort((a, b) => a - b));
    expect(place(Infinity, REACHES[name])).toBe(1);
    expect(place(-5, REACHES[name])).toBe(0);
  });

  it('gives the first minutes room', () => {
    expect(percent(place(5 * MIN, REACHES.day))).toBe('12.23%');
    expect(percent(place(60 * MIN, REACHES.day))).toBe('45.27%');
  });

  it('fades what goes on beyond the range, and marks no end there', () => {
    const drawn = geometry({ accessAt: 90 * MIN, endAt: null, refreshAt: 30 * MIN, goesOn: true }, 0, REACHES.hour);
    expect(drawn).toMatchObject({ access: 1, accessMore: true, dashed: null, hard: null });
    const renews = geometry({ accessAt: 10 * MIN, endAt: null, refreshAt: 8 * MIN, goesOn: true }, 0, REACHES.hour);
    expect(renews.dashed).toMatchObject({ to: 1, more: true });
    expect(renews.refresh).toBe(place(8 * MIN, REACHES.hour));
  });

  it('draws no bar for what has ended, and says when', async () => {
    const state = engine();
    const row = state.rows.find((one) => one.name === 'legacy-crm');
    if (!row) throw new Error('no such session');
    const now = (row.end.at ?? 0) + 10 * MIN;
    const words = laneWords({ row, accessAt: null }, now, REACHES.day);
    expect(words).toMatchObject({ access: 0, dashed: null, hard: null, moment: null });
    expect(words.sentences.join()).toMatch(/ended/u);
    await Promise.resolve();
  });
});
