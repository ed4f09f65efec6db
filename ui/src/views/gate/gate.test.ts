import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';

import { axeFindings, calls, engine, fail } from '../../dev/testing';
import { vault } from '../../domain/vault.svelte';
import type { AppView, ErrorView, Gate as GateName, VaultView } from '../../shared/bridge/types.gen';
import { t } from '../../shared/messages/t';
import { ticker } from '../../shared/stores/ticker.svelte';
import Gate from './Gate.svelte';

const user = userEvent.setup({ delay: null });
const GATES: readonly GateName[] = [
  'first_run',
  'first_run_keys_found',
  'opening',
  'waiting_for_keyring',
  'keyring_locked',
  'keyring_denied',
  'keyring_silent',
  'keyring_missing',
  'key_gone',
  'wrong_key',
  'vault_trouble',
  'in_use',
  'locked',
];

const view = (gate: GateName, more: Partial<VaultView> = {}): VaultView => ({
  gate,
  folder: '/home/ana/.local/share/keyfob',
  error: null,
  since: ticker.peek() - 65_000,
  olderCopy: false,
unsaved: null,
  damage: null,
  lockProtects: false,
  ...more,
});

async function show(gate: GateName, more: Partial<VaultView> = {}, answers: Parameters<typeof engine>[0] = {}) {
  const state = engine(answers, (fresh) => (fresh.gate = gate));
  const page = render(Gate, { app: { vault: view(gate, more) } as AppView });
  await waitFor(() => expect(document.querySelector('main')).toBeTruthy());
  return { state, page };
}

afterEach(() => {
  vault.app = null;
  vault.error = null;
});

describe('each state of the vault', () => {
  it.each(GATES)('%s has a screen of its own, without an axe finding', async (gate) => {
    await show(gate);
    expect(document.querySelector('main')?.textContent.trim()).not.toBe('');
    expect(await axeFindings()).toEqual([]);
  });

  it.each(GATES.filter((gate) => gate !== 'opening'))('%s has the focus on a button', async (gate) => {
    await show(gate);
    await waitFor(() => expect(document.activeElement?.tagName).toBe('BUTTON'));
  });

  it('has a title of its own for every gate and every code of the vault', async () => {
    const titles = [...Object.values(t.gate.keyring), ...Object.values(t.gate.trouble)].map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('never offers a new vault where an old one may be, but for the gone key', async () => {
    for (const gate of GATES) {
      const { page } = await show(gate);
      const offers = screen.queryAllByRole('button', { name: /(create|start|make).*vault/iu }).length > 0;
      expect([gate, offers]).toEqual([gate, ['first_run', 'first_run_keys_found', 'key_gone'].includes(gate)]);
      page.unmount();
    }
  });

  it('says what the vault’s own code means', async () => {
    const error: ErrorView = { code: 'vault_newer', facts: { supported: '1' } };
    await show('vault_trouble', { error });
    expect(screen.getByRole('heading', { name: t.gate.trouble.vault_newer.title })).toBeTruthy();
    await user.click(screen.getByText('Details'));
    expect(screen.getByText('vault_newer')).toBeTruthy();
  });

  it('shows hostile facts as text', async () => {
    const error: ErrorView = { code: 'vault_not_ours', facts: { path: '<img src=x onerror=alert(1)>' } };
    await show('vault_trouble', { error });
    expect(document.querySelector('img')).toBeNull();
    expect(document.body.textContent).toContain('<img src=x');
  });
});

describe('the ways on', () => {
  it('creates the first vault', async () => {
    const { state } = await show('first_run');
    await user.click(screen.getByRole('button', { name: t.gate.firstRun.create }));
    await waitFor(() => expect(calls(state, 'create_vault')).toHaveLength(1));
  });

  it('offers to look again first when keys are there but no vault', async () => {
    const { state } = await show('first_run_keys_found');
    await waitFor(() => expect(document.activeElement?.textContent).toContain(t.gate.keysFound.again));
    await user.keyboard('{Enter}');
    await waitFor(() => expect(calls(state, 'retry_unlock')).toHaveLength(1));
    expect(calls(state, 'create_vault')).toHaveLength(0);
  });

  it('can leave a keyring that waits for its user, or ask again', async () => {
    const { state } = await show('waiting_for_keyring');
    await user.click(screen.getByRole('button', { name: t.gate.waiting.again }));
    await waitFor(() => expect(calls(state, 'retry_unlock')).toHaveLength(1));
    await user.click(screen.getByRole('button', { name: t.gate.waiting.stop }));
    await waitFor(() => expect(calls(state, 'give_up_waiting')).toHaveLength(1));
    await user.click(screen.getByRole('button', { name: t.gate.quit }));
    expect(calls(state, 'quit')).toHaveLength(1);
  });

  it('asks before a new vault beside the old one, with the focus on the way back', async () => {
    const { state } = await show('key_gone');
    await user.click(screen.getByRole('button', { name: /start a new vault/iu }));
    const dialog = await screen.findByRole('alertdialog');
    expect(dialog.textContent).toContain('The old file stays untouched');
    await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe(t.gate.startNew.back));
    expect(await axeFindings()).toEqual([]);
    await user.click(screen.getByRole('button', { name: t.gate.startNew.confirm }));
    await waitFor(() => expect(calls(state, 'start_new_vault')).toHaveLength(1));
  });

  it('says that Lock hides and does not protect, and unlocks on Enter', async () => {
    const { state } = await show('locked');
    expect(document.body.textContent).toContain('it does not protect them');
    await waitFor(() => expect(document.activeElement?.textContent).toContain(t.gate.locked.unlock));
    await user.keyboard('{Enter}');
    await waitFor(() => expect(calls(state, 'unlock')).toHaveLength(1));
  });

  it('does not say so of a vault that Lock does protect', async () => {
    await show('locked', { lockProtects: true });
    expect(document.body.textContent).not.toContain('does not protect');
  });

  it('says why a try did not work, and stays usable', async () => {
    const { state } = await show('keyring_locked', {}, { retry_unlock: fail('keyring_denied') });
    await user.click(screen.getByRole('button', { name: t.gate.unlockKeyring }));
    await waitFor(() => expect(calls(state, 'retry_unlock')).toHaveLength(1));
    expect(await screen.findByText(/refused to give the key/u)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: t.gate.quit }));
    await waitFor(() => expect(calls(state, 'quit')).toHaveLength(1));
  });

  it('counts while the keyring asks its user', async () => {
    await show('waiting_for_keyring');
    expect(screen.getByRole('timer').textContent).toMatch(/1 min ago/u);
  });
});
