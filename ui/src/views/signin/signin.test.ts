import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { changed } from '../../dev/mock';
import { inventedSessions } from '../../dev/sessions';
import { axeFindings, calls, engine, fail } from '../../dev/testing';
import { desk } from '../../domain/desk.svelte';
import { selection } from '../../domain/sessions/selection.svelte';
import { flow } from '../../domain/signin/flow.svelte';
import { vault } from '../../domain/vault.svelte';
import type { AppView, FlowView, Row } from '../../shared/bridge/types.gen';
import { t } from '../../shared/messages/t';
import { ticker } from '../../shared/stores/ticker.svelte';
import { toasts } from '../../shared/stores/toasts.svelte';
import SignIn from './SignIn.svelte';

const user = userEvent.setup({ delay: null });

/** A sign-in whose state the test decides. */
function running(more: Partial<FlowView> = {}): { now: FlowView; answers: Parameters<typeof engine>[0] } {
  const held = {
    now: {
      id: 'f1',
      stage: 'waiting_for_browser',
      host: 'sso.example.com',
      device: null,
      deadline: ticker.peek() + 272_000,
      session: null,
      sessionName: null,
      error: null,
      ...more,
    } as FlowView,
  };
  return {
    get now() {
      return held.now;
    },
    set now(view: FlowView) {
      held.now = view;
      changed('flow');
    },
    answers: { start_sign_in: () => held.now, flow_state: () => held.now, cancel_flow: () => held.now },
  };
}

function open(props: { issuer?: string; session?: Row } = {}) {
  const onclose = vi.fn();
  const page = render(SignIn, { ...props, onclose });
  return { onclose, page };
}

const typeAddress = async (address: string) => {
  await user.type(await screen.findByPlaceholderText('sso.example.com'), address);
  await user.keyboard('{Enter}');
};

afterEach(() => {
  flow.clear();
  flow.onended = undefined;
  toasts.clear();
  selection.clear();
  desk.clear();
  vault.app = null;
});

describe('choosing a provider', () => {
  it('signs in to a known one with one click, with what was used last time', async () => {
    const state = engine();
    open();
    await user.click(await screen.findByRole('button', { name: /^idp\.corp\.example/u }));
    await waitFor(() => expect(calls(state, 'start_sign_in')).toHaveLength(1));
    expect(calls(state, 'start_sign_in')[0]).toMatchObject({
      request: { issuer: 'https://idp.corp.example', clientId: 'keyfob-desktop', redirectPort: 8_400, allowPrivate: true, device: false },
    });
  });

  it('has no axe finding, and starts where the address is typed', async () => {
    engine();
    open();
    await screen.findByRole('button', { name: /^sso\.example/u });
    await waitFor(() => expect(document.activeElement).toBe(screen.getByPlaceholderText('sso.example.com')));
    expect(await axeFindings()).toEqual([]);
  });

  it('offers the demonstration first, where there is one', async () => {
    const state = engine({ known_issuers: () => [] });
    vault.app = { demo: { issuer: 'http://127.0.0.1:4455', clientId: 'keyfob-demo' } } as AppView;
    open();
    await user.click(await screen.findByRole('button', { name: /Demonstration/u }));
    await waitFor(() =>
      expect(calls(state, 'start_sign_in')[0]).toMatchObject({ request: { clientId: 'keyfob-demo', allowPrivate: true } }),
    );
  });

  it('asks nothing at the demonstration, when it was opened for it', async () => {
    const state = engine({ known_issuers: () => [] });
    vault.app = { demo: { issuer: 'http://127.0.0.1:4455', clientId: 'keyfob-demo' } } as AppView;
    open({ issuer: 'http://127.0.0.1:4455' });
    await waitFor(() =>
      expect(calls(state, 'start_sign_in')[0]).toMatchObject({ request: { clientId: 'keyfob-demo', allowPrivate: true } }),
    );
  });

  it('asks nothing to sign in again, where issuer and client are known', async () => {
    const row = inventedSessions()[1] as Row;
    const state = engine();
    open({ session: row });
    await waitFor(() => expect(calls(state, 'start_sign_in')).toHaveLength(1));
    expect(calls(state, 'start_sign_in')[0]).toMatchObject({ request: { session: row.id, issuer: row.issuer } });
    expect(screen.getByRole('heading', { name: t.signin.againTitle(row.name) })).toBeTruthy();
  });
});

describe('another provider', () => {
  it('asks the provider only when told to, then shows what it offers', async () => {
    const state = engine();
    open();
    const address = await screen.findByPlaceholderText('sso.example.com');
    await user.type(address, 'id.example.org');
    expect(calls(state, 'discover_issuer')).toHaveLength(0);
    await user.keyboard('{Enter}');
    expect(calls(state, 'discover_issuer')).toEqual([{ issuer: 'https://id.example.org', allowPrivate: false }]);
    await screen.findByText(t.signin.canProve);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText(t.signin.clientId)));
    expect(await axeFindings()).toEqual([]);
  });

  it('starts with what was typed, pasted and chosen', async () => {
    const state = engine();
    open();
    await typeAddress('id.example.org');
    await user.type(await screen.findByLabelText(t.signin.clientId), ' my-client ');
    await user.click(screen.getByRole('button', { name: t.signin.paste }));
    await screen.findByText(t.signin.secretHeld(40));
    await user.click(screen.getByRole('button', { name: t.signin.scopeRemove('email') }));
    await user.type(screen.getByLabelText(t.signin.scopes, { selector: 'input' }), 'groups{Enter}');
    await user.click(screen.getByRole('radio', { name: t.signin.wayDevice }));
    await user.click(screen.getByRole('button', { name: t.signin.start }));
    await waitFor(() => expect(calls(state, 'start_sign_in')).toHaveLength(1));
    expect(calls(state, 'start_sign_in')[0]).toEqual({
      request: {
        issuer: 'https://id.example.org',
        clientId: 'my-client',
        scopes: ['openid', 'profile', 'offline_access', 'groups'],
        redirectPort: null,
        allowPrivate: false,
        useSecret: true,
        device: true,
        session: null,
        name: null,
      },
    });
  });

  it('does not start without a client, and says so on the button', async () => {
    const state = engine();
    open();
    await typeAddress('id.example.org');
    const start = await screen.findByRole('button', { name: t.signin.start });
    expect(start).toHaveAttribute('aria-disabled', 'true');
    await user.click(start);
    expect(calls(state, 'start_sign_in')).toHaveLength(0);
  });

  it('wants the user’s word for a private address, then goes on', async () => {
    const state = engine();
    open();
    await typeAddress('localhost:3000');
    const allow = await screen.findByRole('checkbox', { name: t.signin.allowPrivate });
    expect(await axeFindings()).toEqual([]);
    await user.click(allow);
    await waitFor(() => expect(calls(state, 'discover_issuer')).toHaveLength(2));
    expect(calls(state, 'discover_issuer')[1]).toEqual({ issuer: 'http://localhost:3000', allowPrivate: true });
    await screen.findByLabelText(t.signin.clientId);
  });

  it('shows both issuers when another one answers', async () => {
    engine();
    open();
    await typeAddress('other.example.org');
    const problem = await screen.findByRole('alert');
    expect(problem.textContent).toContain('https://other.example.org');
    expect(problem.textContent).toContain('https://elsewhere.example.com');
    expect(screen.getByPlaceholderText('sso.example.com')).toHaveAttribute('aria-invalid', 'true');
  });

  it('forgets what was found when the address changes', async () => {
    engine();
    open();
    await typeAddress('id.example.org');
    await screen.findByLabelText(t.signin.clientId);
    await user.type(screen.getByPlaceholderText('sso.example.com'), 'x');
    expect(screen.queryByLabelText(t.signin.clientId)).toBeNull();
  });

  it('wipes a pasted secret that was not used', async () => {
    const state = engine();
    const { onclose } = open();
    await typeAddress('id.example.org');
    await user.click(await screen.findByRole('button', { name: t.signin.paste }));
    await screen.findByText(t.signin.secretHeld(40));
    await user.click(screen.getByRole('button', { name: t.common.cancel }));
    await waitFor(() => expect(calls(state, 'drop_client_secret')).toHaveLength(1));
    expect(onclose).toHaveBeenCalled();
  });
});

describe('a sign-in on its way', () => {
  const start = async (view: Partial<FlowView> = {}) => {
    const going = running(view);
    const state = engine(going.answers);
    const { onclose, page } = open();
    await user.click(await screen.findByRole('button', { name: /^sso\.example/u }));
    return { going, state, onclose, page };
  };

  it('counts down to its deadline and can open the page again', async () => {
    const { state } = await start();
    expect((await screen.findByRole('timer')).textContent).toMatch(/^4:3[0-2]$/u);
    await user.click(screen.getByRole('button', { name: t.signin.openAgain }));
    expect(calls(state, 'open_flow_page')).toEqual([{ id: 'f1' }]);
    expect(await axeFindings()).toEqual([]);
  });

  it('shows code, page and picture of the device flow', async () => {
    const device = {
      userCode: 'WDJB-MJHT',
      verificationUri: 'https://sso.example.com/device',
      verificationUriComplete: null,
      qrPath: 'M4 4h7v7h-7z',
      qrSize: 33,
      expiresAt: ticker.peek() + 100_000,
    };
    const { state } = await start({ stage: 'waiting_for_device', device });
    expect((await screen.findByText('WDJB-MJHT')).getAttribute('aria-label')).toContain('W D J B');
    expect(document.querySelector('svg[role="img"] path')?.getAttribute('d')).toBe('M4 4h7v7h-7z');
    await user.click(screen.getByRole('button', { name: t.signin.copyCode }));
    await screen.findByRole('button', { name: t.signin.copied });
    expect(calls(state, 'copy_user_code')).toHaveLength(1);
    expect(await axeFindings()).toEqual([]);
  });

  it('says what was added and shows it', async () => {
    const { going, onclose } = await start();
    await screen.findByText(t.signin.inBrowser);
    going.now = { ...going.now, stage: 'done', session: 's9', sessionName: 'kube-us-2' };
    await screen.findByText(t.signin.done('kube-us-2'));
    expect(await axeFindings()).toEqual([]);
    await user.click(screen.getByRole('button', { name: t.signin.showIt }));
    expect(onclose).toHaveBeenCalled();
    expect(selection.shown).toBe('s9');
    expect(flow.state).toBe('none');
  });

  it('says why it failed, and goes back to the entries for what they caused', async () => {
    const { going } = await start();
    await screen.findByText(t.signin.inBrowser);
    going.now = { ...going.now, stage: 'failed', error: { code: 'sign_in_client_refused', facts: { host: '<b>sso</b>' } } };
    expect((await screen.findByRole('alert')).textContent).toBe(t.signin.failed.sign_in_client_refused.title);
    expect(document.querySelector('.words b')).toBeNull();
    expect(await axeFindings()).toEqual([]);
    await user.click(screen.getByRole('button', { name: t.signin.edit }));
    expect(await screen.findByLabelText(t.signin.clientId)).toHaveProperty('value', 'keyfob-desktop');
  });

  it('tries the same again after what only time mends', async () => {
    const going = running();
    let first = true;
    const state = engine({
      ...going.answers,
      start_sign_in: () => {
        if (!first) return going.now;
        first = false;
        return fail('sign_in_port_busy', { port: '8400' })();
      },
    });
    open();
    await user.click(await screen.findByRole('button', { name: /^sso\.example/u }));
    await screen.findByRole('alert');
    await user.click(screen.getByRole('button', { name: t.signin.edit }));
    await user.click(await screen.findByRole('button', { name: t.signin.start }));
    await screen.findByText(t.signin.inBrowser);
    expect(calls(state, 'start_sign_in')).toHaveLength(2);
  });

  it('is given up only by its own button', async () => {
    const { state } = await start();
    await screen.findByText(t.signin.inBrowser);
    await user.click(screen.getByRole('button', { name: t.signin.cancelSignIn }));
    await waitFor(() => expect(calls(state, 'cancel_flow')).toEqual([{ id: 'f1' }]));
    await screen.findByRole('button', { name: /^sso\.example/u });
  });

  it('goes on when its dialog is closed, and tells how it ended', async () => {
    const { going, state, onclose, page } = await start();
    await screen.findByText(t.signin.inBrowser);
    await user.keyboard('{Escape}');
    expect(onclose).toHaveBeenCalledTimes(1);
    page.unmount();
    expect(calls(state, 'cancel_flow')).toHaveLength(0);
    expect(toasts.list.map(({ text }) => text)).toContain(t.signin.goesOn('sso.example.com'));
    going.now = { ...going.now, stage: 'done', session: 's9', sessionName: 'kube-us-2' };
    await waitFor(() => expect(toasts.list.map(({ text }) => text)).toContain(t.signin.done('kube-us-2')));
  });

  it('shows a running one again instead of starting another', async () => {
    const { page } = await start();
    await screen.findByText(t.signin.inBrowser);
    page.unmount();
    open();
    await screen.findByText(t.signin.inBrowser);
  });

  it('is named for what it is, when another was to be begun', async () => {
    const { page } = await start();
    await screen.findByText(t.signin.inBrowser);
    page.unmount();
    open({ session: inventedSessions()[1] as Row });
    await screen.findByRole('heading', { name: t.signin.changeTitle('sso.example.com') });
  });

  it('leaves nothing behind a lock', async () => {
    const going = running();
    let locked = false;
    engine({ ...going.answers, flow_state: () => (locked ? fail('vault_locked')() : going.now) });
    open();
    await user.click(await screen.findByRole('button', { name: /^sso\.example/u }));
    await screen.findByText(t.signin.inBrowser);
    locked = true;
    await waitFor(() => expect(flow.state).toBe('none'));
    expect(flow.view).toBeNull();
  });
});

describe('words', () => {
  it('has a title and a way on for every way to fail', () => {
    for (const [code, { title, remedy }] of Object.entries(t.signin.failed)) {
      expect(title, code).toMatch(/^[A-Z].*[^.]$/u);
      expect(['again', 'edit']).toContain(remedy);
    }
  });

  it('lists the ways beside signing in', async () => {
    engine();
    open();
    await user.click(await screen.findByRole('button', { name: t.signin.fromClipboard }));
    expect(desk.dialog).toEqual({ kind: 'import', from: 'clipboard' });
    expect(within(document.body).getByRole('button', { name: t.signin.fromFile })).toBeTruthy();
  });
});
