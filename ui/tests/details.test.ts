/** Under Details of every error: its code, and a copy of what can be handed on. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';

import App from '../src/App.svelte';
import { calls, engine, fail } from '../src/dev/testing';
import { vault } from '../src/domain/vault.svelte';

const user = userEvent.setup({ delay: null });
afterEach(() => {
  vault.app = null;
});

it('the page tells the engine the code alone, and says that it was copied', async () => {
  const state = engine({ list_sessions: fail('vault_io', { host: 'secret.example' }) });
  render(App);
  await user.click(await screen.findByText('Details'));
  expect(screen.getByText('vault_io')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Copy details' }));
  await waitFor(() => expect(screen.getByText('Copied.')).toBeVisible());
  expect(calls(state, 'copy_report')).toEqual([{ code: 'vault_io' }]);
});

it('says so where there is no clipboard', async () => {
  engine({ list_sessions: fail('vault_io'), copy_report: fail('clipboard_unavailable') });
  render(App);
  await user.click(await screen.findByText('Details'));
  await user.click(screen.getByRole('button', { name: 'Copy details' }));
  expect(await screen.findByText(/clipboard/iu)).toBeVisible();
});

it('is on the screens before the vault is open', async () => {
  const state = engine({}, (it) => (it.gate = 'key_gone'));
  render(App);
  await user.click(await screen.findByText('Details'));
  await user.click(screen.getByRole('button', { name: 'Copy details' }));
  await waitFor(() => expect(calls(state, 'copy_report')).toEqual([{ code: 'keyring_no_key' }]));
});
