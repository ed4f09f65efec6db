import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';

import { axeFindings, calls, choose, engine, fail } from '../../dev/testing';
import { choices } from '../../domain/settings/choices';
import { keeping } from '../../domain/settings/keeping.svelte';
import { vault } from '../../domain/vault.svelte';
import { t } from '../../shared/messages/t';
import { toasts } from '../../shared/stores/toasts.svelte';
import Settings from './Settings.svelte';

const user = userEvent.setup({ delay: null });
const tab = (name: keyof typeof t.settings.tabs) => user.click(screen.getByRole('tab', { name: t.settings.tabs[name] }));

async function open(answers: Parameters<typeof engine>[0] = {}) {
  const state = engine(answers);
  await vault.load();
  render(Settings);
  return state;
}

afterEach(() => {
  vault.app = null;
  keeping.error = null;
  toasts.clear();
});

describe('settings', () => {
  it.each(Object.keys(t.settings.tabs) as (keyof typeof t.settings.tabs)[])('%s has no axe finding', async (name) => {
    await open();
    await tab(name);
    await waitFor(() => expect(screen.getByRole('tabpanel').textContent.trim()).not.toBe(''));
    expect(await axeFindings()).toEqual([]);
  });

  it('moves through its parts with the arrow keys', async () => {
    await open();
    screen.getByRole('tab', { name: t.settings.tabs.general }).focus();
    await user.keyboard('{ArrowDown}');
    expect(screen.getByRole('tab', { name: t.settings.tabs.security })).toHaveAttribute('aria-selected', 'true');
    await user.keyboard('{End}');
    expect(document.activeElement).toBe(screen.getByRole('tab', { name: t.settings.tabs.about }));
  });

  it('keeps each change as it is made', async () => {
    const state = await open();
    await user.click(screen.getByRole('radio', { name: t.settings.general.themes.dark }));
    await user.click(screen.getByRole('switch', { name: t.settings.general.notifications }));
    await waitFor(() => expect(calls(state, 'set_settings')).toHaveLength(2));
    expect(calls(state, 'set_settings')[1]).toMatchObject({ settings: { theme: 'dark', notifications: true, autoRefresh: true } });
  });

  it('takes back what could not be kept, and says so', async () => {
    await open({ set_settings: fail('vault_read_only') });
    const notifications = screen.getByRole('switch', { name: t.settings.general.notifications });
    await user.click(notifications);
    await screen.findByText(/reading only/u);
    await waitFor(() => expect(notifications).not.toBeChecked());
  });

  it('starts at login only once that is chosen, and says when it could not be written', async () => {
    const state = await open({ set_autostart: fail('autostart_failed') });
    const login = await screen.findByRole('switch', { name: t.settings.general.autostart });
    expect(login).not.toBeChecked();
    await user.click(login);
    await waitFor(() => expect(calls(state, 'set_autostart')).toEqual([{ on: true }]));
    await screen.findByText(/could not be written/u);
    await waitFor(() => expect(login).not.toBeChecked());
  });

  it('offers no start at login where the profile has none', async () => {
    await open({ autostart: () => null });
    await screen.findByRole('switch', { name: t.settings.general.notifications });
    await waitFor(() => expect(screen.queryByRole('switch', { name: t.settings.general.autostart })).toBeNull());
  });

  it('says what closing means where there is no tray', async () => {
    const state = await open();
    const app = vault.app;
    if (app) vault.app = { ...app, tray: false };
    await screen.findByRole('combobox', { name: t.settings.general.onClose });
    await choose(user, t.settings.general.onClose, 'quit');
    await waitFor(() => expect(calls(state, 'set_settings')[0]).toMatchObject({ settings: { withoutTray: 'quit' } }));
  });

  it('says what Lock protects', async () => {
    await open();
    await tab('security');
    expect(screen.getByRole('tabpanel').textContent).toContain(t.settings.security.hides);
  });

  it('holds a revocation for 0 to 10 seconds', async () => {
    const state = await open();
    await tab('security');
    const hold = screen.getByRole<HTMLInputElement>('slider', { name: t.settings.security.hold });
    expect(hold).toHaveAttribute('aria-valuetext', '5 seconds');
    hold.value = '0';
    hold.dispatchEvent(new Event('input', { bubbles: true }));
    hold.dispatchEvent(new Event('change', { bubbles: true }));
    await waitFor(() => expect(calls(state, 'set_settings')[0]).toMatchObject({ settings: { revokeHoldSeconds: 0 } }));
    await screen.findByText(t.settings.security.holdNone);
  });

  it('asks first when a theft is possible, and says what that means', async () => {
    const state = await open();
    await tab('security');
    await screen.findByText(t.settings.security.onTheftText.revoke);
    await choose(user, t.settings.security.onTheft, 'ask');
    await waitFor(() => expect(calls(state, 'set_settings')[0]).toMatchObject({ settings: { onTheft: 'ask' } }));
    await screen.findByText(t.settings.security.onTheftText.ask);
  });

  it('locks after idle minutes', async () => {
    const state = await open();
    await tab('security');
    await choose(user, t.settings.security.lockAfter, '0');
    await waitFor(() => expect(calls(state, 'set_settings')[0]).toMatchObject({ settings: { lockAfterMinutes: 0 } }));
  });

  it('has the value at hand among the choices, whoever set it', () => {
    expect(choices([0, 5, 15], 7)).toEqual([0, 5, 7, 15]);
    expect(choices([0, 5, 15], 15)).toEqual([0, 5, 15]);
  });

  it('shows where the vault is', async () => {
    const state = await open();
    await tab('about');
    await user.click(screen.getByRole('button', { name: t.settings.about.show }));
    expect(calls(state, 'show_vault_folder')).toHaveLength(1);
  });
});

describe('providers', () => {
  it('asks before forgetting one, and says that nothing is revoked', async () => {
    const state = await open();
    await tab('providers');
    await screen.findByText('login.okta.example');
    await user.click(screen.getByRole('button', { name: t.settings.providers.forgetOf('login.okta.example'), hidden: true }));
    const dialog = await screen.findByRole('alertdialog');
    expect(dialog.textContent).toContain('Nothing is revoked');
    expect(await axeFindings()).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: t.settings.providers.forget }));
    await waitFor(() => expect(calls(state, 'forget_issuer')).toEqual([{ id: 'login.okta.example' }]));
    await waitFor(() => expect(screen.queryByText('login.okta.example')).toBeNull());
  });

  it('keeps an environment’s client without its secret coming here', async () => {
    const state = await open();
    await tab('providers');
    const summary = (await screen.findByText('acme.scalekit.com')).closest('details');
    if (summary) summary.open = true;
    await user.type(screen.getByLabelText(t.settings.providers.adminId), 'skc_admin');
    await user.click(screen.getByRole('button', { name: t.settings.providers.adminPaste }));
    await waitFor(() => expect(calls(state, 'keep_admin_client')).toEqual([{ id: 'acme.scalekit.com', clientId: 'skc_admin' }]));
    await screen.findByText(t.settings.providers.adminKept);
    await user.click(screen.getByRole('button', { name: t.settings.providers.adminDrop }));
    await waitFor(() => expect(calls(state, 'drop_admin_client')).toHaveLength(1));
  });

  it('lets the user say what a provider is', async () => {
    const state = await open();
    await tab('providers');
    const summary = (await screen.findByText('login.okta.example')).closest('details');
    if (summary) summary.open = true;
    const kind = within(summary ?? document.body).getByRole('combobox', { name: t.settings.providers.kind, hidden: true });
    await choose(user, kind, 'scalekit');
    await waitFor(() => expect(calls(state, 'set_issuer_kind')).toEqual([{ id: 'login.okta.example', kind: 'scalekit' }]));
    await screen.findAllByLabelText(t.settings.providers.adminId);
  });

  it('says why a client was not kept', async () => {
    await open({ keep_admin_client: fail('clipboard_empty') });
    await tab('providers');
    const summary = (await screen.findByText('acme.scalekit.com')).closest('details');
    if (summary) summary.open = true;
    await user.type(screen.getByLabelText(t.settings.providers.adminId), 'skc_admin{Enter}');
    expect((await screen.findByRole('alert')).textContent).toContain('clipboard');
  });

  it('says so when there are none, or they cannot be read', async () => {
    await open({ known_issuers: () => [] });
    await tab('providers');
    await screen.findByText(t.settings.providers.none);
  });

  it('can be read again after a failure', async () => {
    let first = true;
    await open({ known_issuers: () => (first ? ((first = false), fail('vault_io')()) : []) });
    await tab('providers');
    await user.click(await screen.findByRole('button', { name: t.common.tryAgain }));
    await screen.findByText(t.settings.providers.none);
  });
});
