/**
 * axe over every view in both themes. jsdom draws nothing, so what needs layout or colours
 * (contrast, target size) is not checked here; `contrast.test.ts` computes the colours.
 */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import App from '../src/App.svelte';
import { freshState, installWith, type MockState } from '../src/dev/mock';
import { desk, type OpenDialog } from '../src/domain/desk.svelte';
import { TABS } from '../src/domain/sessions/detail.svelte';
import { vault } from '../src/domain/vault.svelte';
import type { Gate, Theme } from '../src/shared/bridge/types.gen';

let state: MockState;
const user = userEvent.setup({ delay: null });

async function problems(): Promise<string[]> {
  const { violations } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false }, 'target-size': { enabled: false }, region: { enabled: false } },
  });
  return violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

async function start(): Promise<void> {
  render(App);
  await screen.findByRole('treegrid');
  await waitFor(() => expect(document.querySelectorAll('[data-session]').length).toBeGreaterThan(0));
}

beforeEach(() => {
  state = installWith(freshState());
});
afterEach(() => {
  vault.app = null;
});

describe.each<Theme>(['light', 'dark'])('in the %s theme', (theme) => {
  beforeEach(() => {
    state.settings.theme = theme;
  });

  it('the list', async () => {
    await start();
    expect(document.documentElement.dataset['theme']).toBe(theme);
    expect(await problems()).toEqual([]);
  });

  it.each(TABS)('the detail: %s', async (tab) => {
    await start();
    await user.click(screen.getByRole('rowheader', { name: 'billing-cli' }));
    const button = await screen.findByRole('tab', { name: new RegExp(tab, 'iu') });
    await user.click(button);
    await waitFor(() => expect(screen.getByRole('tabpanel').textContent.trim().length).toBeGreaterThan(40));
    expect(await problems()).toEqual([]);
  });

  it('the menu of a row', async () => {
    await start();
    await user.click(screen.getByRole('button', { name: 'More actions for billing-cli' }));
    await screen.findByRole('menu');
    expect(await problems()).toEqual([]);
  });

  it('no sessions, and no match', async () => {
    state.rows = [];
    render(App);
    await screen.findByText('No sessions yet');
    expect(await problems()).toEqual([]);
  });

  it.each<OpenDialog['kind']>(['palette', 'help', 'sign_in', 'import', 'revoke', 'rename', 'label', 'forget'])(
    'the dialog: %s',
    async (kind) => {
      await start();
      const session = state.rows.find((row) => row.name === 'billing-cli');
      if (!session) throw new Error('no such session');
      const dialogs: Partial<Record<OpenDialog['kind'], OpenDialog>> = {
        palette: { kind: 'palette' },
        help: { kind: 'help' },
        sign_in: { kind: 'sign_in' },
        import: { kind: 'import', from: 'clipboard' },
        revoke: { kind: 'revoke', scope: { scope: 'everything' } },
        rename: { kind: 'rename', session },
        label: { kind: 'label', sessions: [session] },
        forget: { kind: 'forget', session },
      };
      desk.open(dialogs[kind] as OpenDialog);
      await waitFor(() => expect(document.querySelector('[role="dialog"], [role="alertdialog"]')).not.toBeNull());
      expect(await problems()).toEqual([]);
    },
  );

  it.each(['timeline', 'audit', 'settings'] as const)('the section: %s', async (section) => {
    await start();
    desk.show(section);
    await waitFor(() => expect(screen.queryByRole('treegrid', { name: 'Sessions' })).toBeNull());
    await waitFor(() => expect(document.querySelector('main')?.textContent.trim().length).toBeGreaterThan(20));
    expect(await problems()).toEqual([]);
  });

  it.each<Gate>([
    'first_run', 'first_run_keys_found', 'waiting_for_keyring', 'keyring_locked', 'keyring_denied', 'keyring_silent',
    'keyring_missing', 'key_gone', 'wrong_key', 'vault_trouble', 'in_use', 'locked',
  ])('the gate: %s', async (gate) => {
    state.gate = gate;
    render(App);
    await waitFor(() => expect(document.body.textContent.trim().length).toBeGreaterThan(10));
    await screen.findAllByRole('button');
    expect(await problems()).toEqual([]);
  });
});
