import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import App from '../src/App.svelte';
import { freshState, installWith, type MockState } from '../src/dev/mock';
import { manySessions } from '../src/dev/sessions';
import { list } from '../src/domain/sessions/list.svelte';
import { vault } from '../src/domain/vault.svelte';

let state: MockState;
const user = userEvent.setup({ delay: null });

const start = async () => {
  const page = render(App);
  await screen.findByRole('treegrid');
  await waitFor(() => expect(document.querySelectorAll('[data-session]').length).toBeGreaterThan(0));
  return page;
};
const line = (name: string) =>
  screen.getByRole('rowheader', { name }).closest<HTMLElement>('[role="row"]') as HTMLElement;
const focused = () => (document.activeElement as HTMLElement).dataset['line'];
const called = (command: string) => state.calls.filter((one) => one.command === command).map((one) => one.args);
async function focusOn(name: string): Promise<void> {
  await user.click(within(line(name)).getByRole('rowheader'));
  await user.keyboard('{Escape}');
  line(name).focus();
}

beforeEach(() => {
  state = installWith(freshState());
});
afterEach(() => {
  vault.app = null;
});

describe('the grid', () => {
  it('is a whole ARIA grid of a window of rows', async () => {
    state.rows = manySessions(3_000);
    await start();
    const grid = screen.getByRole('treegrid', { name: 'Sessions' });
    expect(Number(grid.getAttribute('aria-rowcount'))).toBeGreaterThan(3_000);
    expect(grid).toHaveAttribute('aria-multiselectable', 'true');
    const rows = within(grid).getAllByRole('row');
    expect(rows.length).toBeLessThan(60);
    const indexes = rows.map((row) => Number(row.getAttribute('aria-rowindex')));
    expect(indexes).toEqual(indexes.map((_, index) => index + 1));
    expect(rows.filter((row) => row.tabIndex === 0)).toHaveLength(1);
  });

  it('moves one focus with the keys', async () => {
    await start();
    await focusOn('payments-api');
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(line('grafana-prod'));
    await user.keyboard('jj');
    expect(document.activeElement).toBe(line('billing-cli'));
    await user.keyboard('k{Home}');
    expect(focused()).toBe('0');
    await user.keyboard('{End}');
    await waitFor(() => expect(focused()).toBe('48'));
  });

  it('takes the focus at the start, and marks a line with the first key', async () => {
    await start();
    expect(document.activeElement).toBe(document.querySelector('.scroll'));
    await user.keyboard('{ArrowDown}');
    expect(focused()).toBe('0');
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(line('payments-api'));
  });

  it('opens and closes a group with the keys', async () => {
    await start();
    await focusOn('payments-api');
    await user.keyboard('{Home}{ArrowLeft}');
    await waitFor(() => expect(screen.queryByRole('rowheader', { name: 'payments-api' })).toBeNull());
    await user.keyboard('{ArrowRight}');
    await waitFor(() => expect(screen.queryByRole('rowheader', { name: 'payments-api' })).not.toBeNull());
  });

  it('shows the details on Enter and gives the focus back on Esc', async () => {
    await start();
    await focusOn('billing-cli');
    await user.keyboard('{Enter}');
    await screen.findByRole('complementary', { name: 'Details of billing-cli' });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('complementary')).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(line('billing-cli')));
  });

  it('selects with Space and ranges with Shift', async () => {
    await start();
    await focusOn('argo-cd');
    await user.keyboard(' {Shift>}{ArrowDown}{ArrowDown}{/Shift}');
    await waitFor(() => expect(screen.getByRole('toolbar', { name: '3 selected' })).toBeTruthy());
    expect(line('billing-cli')).toHaveAttribute('aria-selected', 'true');
    expect(screen.getByRole('checkbox', { name: 'Select all' })).toHaveProperty('indeterminate', true);
  });

  it('selects all from far down, where the engine names no ids', async () => {
    state.rows = manySessions(300);
    await start();
    await focusOn('argo-cd');
    // jsdom does not scroll; this is what scrolling says.
    list.show({ first: 250, end: 280 });
    await waitFor(() => expect(list.line(260)).toBeDefined());
    await user.keyboard('{Control>}a{/Control}');
    await screen.findByRole('toolbar', { name: '300 selected' });
  });

  it('says nothing of letters when they are switched off', async () => {
    state.settings.letterShortcuts = false;
    await start();
    await focusOn('kube-us-2');
    await user.keyboard('cr');
    expect(called('copy_access_token')).toEqual([]);
    expect(called('refresh_session')).toEqual([]);
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(line('registry-push'));
  });

  it('shows names as text, whatever is in them', async () => {
    const evil = '<img src=x onerror="window.hit=1">\u202Egnp.exe';
    state.rows = state.rows.map((row) => (row.name === 'argo-cd' ? { ...row, name: evil, account: evil } : row));
    await start();
    expect(document.querySelector('.row img')).toBeNull();
    expect(line(evil).querySelector('.nm')?.textContent).toBe(evil);
    expect(line(evil).querySelector('.nm')).toHaveClass('foreign');
  });
});

describe('tokens', () => {
  it('are copied by the engine, and the toast counts down', async () => {
    await start();
    await user.click(screen.getByRole('button', { name: 'Copy access token of kube-us-2' }));
    expect(called('copy_access_token')).toHaveLength(1);
    expect(await screen.findByText(/^Access token copied\. Clears in (30|29) s\.$/u)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Clear now' }));
    expect(called('clear_clipboard')).toHaveLength(1);
  });

  it('are copied as a header with Shift C', async () => {
    await start();
    await focusOn('kube-us-2');
    await user.keyboard('{Shift>}C{/Shift}');
    await waitFor(() => expect(called('copy_access_token')).toEqual([expect.objectContaining({ header: true })]));
  });
});

describe('revoke', () => {
  it('is one key, held, and undone from its row', async () => {
    await start();
    await focusOn('kube-us-2');
    await user.keyboard('{Delete}');
    await waitFor(() => expect(line('kube-us-2')).toHaveAttribute('data-state', 'revoking'));
    expect(within(line('kube-us-2')).getByText('revoked in', { exact: false })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Undo: kube-us-2' }));
    await waitFor(() => expect(line('kube-us-2')).toHaveAttribute('data-state', 'active'));
  });

  it('is taken back with Ctrl Z', async () => {
    await start();
    await focusOn('kube-us-2');
    await user.keyboard('{Delete}');
    await waitFor(() => expect(line('kube-us-2')).toHaveAttribute('data-state', 'revoking'));
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(line('kube-us-2')).toHaveAttribute('data-state', 'active'));
  });

  it('can be sent now, and the page says dead only when the engine has proved it', async () => {
    await start();
    await focusOn('kube-us-2');
    await user.keyboard('{Delete}');
    await user.click(await screen.findByRole('button', { name: 'Revoke now: kube-us-2' }));
    await waitFor(() => expect(within(line('kube-us-2')).getByText('sent, waiting')).toBeTruthy());
    expect(screen.queryByText(/it is dead/u)).toBeNull();
    expect(await screen.findByText('Revoked at sso.example.com and checked: it is dead.', {}, { timeout: 4_000 })).toBeTruthy();
  });

  it('asks in a dialog when several are ticked', async () => {
    await start();
    await focusOn('kube-eu-1');
    await user.keyboard(' {Shift>}{ArrowDown}{/Shift}{Delete}');
    expect(called('revoke')).toEqual([]);
    await waitFor(() => expect(called('revoke_preview')).toHaveLength(1));
  });

  it('offers no Undo where there is none', async () => {
    state.rows = state.rows.map((row) => (row.name === 'kube-us-2' ? { ...row, state: 'revoking', action: 'none', revoke: { step: 'sent' }, canCopy: false, canRevoke: false } : row));
    await start();
    expect(within(line('kube-us-2')).queryByRole('button', { name: /Undo|Cancel|Now/u })).toBeNull();
  });
});

describe('search', () => {
  it('turns filters into chips and back', async () => {
    await start();
    await user.keyboard('/');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Search sessions' })));
    await user.keyboard('is:expiring ');
    expect(await screen.findByRole('button', { name: 'Remove is:expiring' })).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole('rowheader', { name: 'argo-cd' })).toBeNull());
    await user.keyboard('{Backspace}');
    await waitFor(() => expect(screen.getByRole('rowheader', { name: 'argo-cd' })).toBeTruthy());
  });

  it('filters from the sidebar and shows that it does', async () => {
    await start();
    const item = screen.getByRole('button', { name: 'Expires soon, 2' });
    await user.click(item);
    expect(item).toHaveAttribute('aria-pressed', 'true');
    await waitFor(() => expect(screen.queryByRole('rowheader', { name: 'argo-cd' })).toBeNull());
    expect(screen.getByRole('button', { name: 'Remove is:expiring' })).toBeTruthy();
  });

  it('says when nothing matches, and clears', async () => {
    await start();
    await user.type(screen.getByRole('textbox', { name: 'Search sessions' }), 'zzz');
    await screen.findByText('Nothing matches “zzz”');
    await user.click(screen.getAllByRole('button', { name: 'Clear filters' }).at(-1) as HTMLElement);
    await screen.findByRole('rowheader', { name: 'argo-cd' });
  });
});

describe('the palette', () => {
  it('finds commands and sessions, and runs the chosen one', async () => {
    await start();
    await user.keyboard('{Control>}k{/Control}');
    const box = await screen.findByRole('combobox');
    await user.type(box, 'audit-re');
    const option = await screen.findByRole('option', { name: /audit-reader/u });
    await waitFor(() => expect(box.getAttribute('aria-activedescendant')).toBe(option.id));
    await user.keyboard('{Enter}');
    await screen.findByRole('complementary', { name: 'Details of audit-reader' });
  });
});

describe('what is shown instead of the list', () => {
  it('offers the ways in when there are no sessions', async () => {
    state.rows = [];
    render(App);
    await screen.findByText('No sessions yet');
    expect(screen.getByRole('textbox', { name: 'Provider address' })).toBeTruthy();
  });

  it('says what went wrong and tries again', async () => {
    state.failing['list_sessions'] = 'vault_io';
    render(App);
    await screen.findByText('The sessions could not be read');
    state.failing = {};
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByRole('treegrid');
  });

  it('shows nothing of the sessions behind a lock', async () => {
    await start();
    await user.click(screen.getByRole('button', { name: /Lock now/u }));
    await waitFor(() => expect(screen.queryByRole('treegrid')).toBeNull());
    expect(document.body.textContent).not.toContain('billing-cli');
  });
});

describe('the page', () => {
  it('stores nothing', async () => {
    const spies = [vi.spyOn(Storage.prototype, 'setItem'), vi.spyOn(document, 'cookie', 'set')];
    await start();
    await focusOn('billing-cli');
    await user.keyboard('{Enter}c');
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });
});
