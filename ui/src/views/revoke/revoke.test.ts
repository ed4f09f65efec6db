import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { axeFindings, calls, engine, fail } from '../../dev/testing';
import type { ReachGroup, RevokePreview, RevokeScope } from '../../shared/bridge/types.gen';
import { t } from '../../shared/messages/t';
import { ticker } from '../../shared/stores/ticker.svelte';
import { toasts } from '../../shared/stores/toasts.svelte';
import Revoke from './Revoke.svelte';

const user = userEvent.setup({ delay: null });

const group = (host: string, more: Partial<ReachGroup> = {}): ReachGroup => ({
  issuer: `https://${host}`,
  host,
  names: [`${host} one`],
  ids: [`${host}-1`],
  reach: 'client_session',
  staying: 0,
  offlineUntil: null,
  provable: true,
  unsupported: false,
  ...more,
});

const preview = (groups: ReachGroup[], more: Partial<RevokePreview> = {}): RevokePreview => ({
  groups,
  count: groups.reduce((sum, { ids }) => sum + ids.length, 0),
  skipped: 0,
  holdMs: 5_000,
  ...more,
});

function open(answer: RevokePreview, answers: Parameters<typeof engine>[0] = {}, scope: RevokeScope = { scope: 'everything' }) {
  const state = engine({ revoke_preview: () => answer, revoke: ({ scope: asked }) => (asked.scope === 'sessions' ? asked.ids.length : 0), ...answers });
  const onclose = vi.fn();
  render(Revoke, { scope, onclose });
  return { state, onclose };
}

const far = group('far.example', { reach: 'all_sessions_of_user', ids: ['f1', 'f2'], names: ['a', 'b'] });

afterEach(() => toasts.clear());

describe('revoking several', () => {
  it('lists what ends, with the focus on Cancel', async () => {
    open(preview([group('near.example', { staying: 4, ids: ['n1', 'n2', 'n3'], names: ['x', 'y', 'z'] })]));
    await screen.findByText('near.example');
    expect(screen.getByRole('alertdialog').textContent).toContain('3 client sessions. Your other 4 sessions there stay.');
    expect(screen.getByText(t.revoke.reachWords.client_session)).toBeTruthy();
    expect(screen.getByText(t.revoke.held(5))).toBeTruthy();
    await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe(t.common.cancel));
    expect(await axeFindings()).toEqual([]);
  });

  it('leaves out what reaches every session of a user until its own box is ticked', async () => {
    const { state } = open(preview([group('near.example'), far]));
    await screen.findByRole('button', { name: t.revoke.confirm(1) });
    expect(screen.getByRole('heading', { name: t.revoke.title(1, 3) })).toBeTruthy();
    await user.click(screen.getByRole('checkbox', { name: t.revoke.include }));
    expect(screen.getByRole('heading', { name: t.revoke.title(3, 3) })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: t.revoke.confirm(3) }));
    await waitFor(() => expect(calls(state, 'revoke')).toEqual([{ scope: { scope: 'sessions', ids: ['near.example-1', 'f1', 'f2'] } }]));
  });

  it('sends only what is listed, whatever the scope was', async () => {
    const { state, onclose } = open(preview([group('near.example'), far]));
    await user.click(await screen.findByRole('button', { name: t.revoke.confirm(1) }));
    await waitFor(() => expect(calls(state, 'revoke')).toEqual([{ scope: { scope: 'sessions', ids: ['near.example-1'] } }]));
    await waitFor(() => expect(onclose).toHaveBeenCalled());
    expect(toasts.list[0]?.text).toBe(t.revoke.done(1, 5));
  });

  it('revokes nothing when only the far-reaching is there and not ticked', async () => {
    const { state } = open(preview([far]));
    const button = await screen.findByRole('button', { name: t.revoke.nothingIncluded });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    await user.click(button);
    expect(calls(state, 'revoke')).toHaveLength(0);
  });

  it('says what cannot be revoked, and does not count it', async () => {
    open(preview([group('near.example'), group('dumb.example', { unsupported: true })], { skipped: 2 }));
    await screen.findByText(t.revoke.unsupported);
    expect(screen.getByText(t.revoke.skipped(2))).toBeTruthy();
    expect(screen.getByRole('button', { name: t.revoke.confirm(1) })).toBeTruthy();
  });

  it('says how long services that check offline may go on', async () => {
    const offlineUntil = ticker.peek() + 6 * 3_600_000 + 30_000;
    open(preview([group('near.example', { offlineUntil }), { ...far, offlineUntil: offlineUntil + 9e7 }]));
    expect((await screen.findByText(/check access tokens offline/u)).textContent).toContain('6 h 00 min');
  });

  it('says so when nothing can be revoked', async () => {
    open(preview([], { skipped: 3 }));
    await screen.findByText(t.revoke.none);
    expect(screen.queryByRole('button', { name: /revoke/iu })).toBeNull();
    expect(await axeFindings()).toEqual([]);
  });

  it('does not pretend to have revoked when the call fails', async () => {
    const { onclose } = open(preview([group('near.example')]), { revoke: fail('vault_disk_full') });
    await user.click(await screen.findByRole('button', { name: t.revoke.confirm(1) }));
    expect((await screen.findByRole('alert')).textContent).toContain('disk is full');
    expect(onclose).not.toHaveBeenCalled();
    expect(toasts.list).toHaveLength(0);
  });

  it('can ask again what would end', async () => {
    let first = true;
    const answer = preview([group('near.example')]);
    open(answer, { revoke_preview: () => (first ? ((first = false), fail('vault_busy')()) : answer) });
    await user.click(await screen.findByRole('button', { name: t.common.tryAgain }));
    await screen.findByText('near.example');
  });

  it('splits more than one call takes', async () => {
    const ids = Array.from({ length: 25_000 }, (_, index) => `s${index}`);
    const { state } = open(preview([group('near.example', { ids, names: ids })]));
    await user.click(await screen.findByRole('button', { name: t.revoke.confirm(25_000) }));
    await waitFor(() => expect(calls(state, 'revoke')).toHaveLength(3));
    expect(screen.getByRole('alertdialog').textContent.length).toBeLessThan(2_000);
  });
});
