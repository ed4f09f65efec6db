import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { inventedSessions } from '../../dev/sessions';
import { calls, engine } from '../../dev/testing';
import { desk } from '../../domain/desk.svelte';
import { t } from '../../shared/messages/t';
import HeadActions from './HeadActions.svelte';

const user = userEvent.setup({ delay: null });
const stolen = inventedSessions().find((row) => row.state === 'theft');
if (!stolen) throw new Error('one sample session may be stolen');

describe('a session that may be stolen', () => {
  it('waits for a word: revokes only itself, or signs in again', async () => {
    const state = engine();
    render(HeadActions, { row: stolen, undecided: true });
    await user.click(screen.getByRole('button', { name: t.detail.itWasMe }));
    expect(desk.dialog).toMatchObject({ kind: 'sign_in', session: { id: stolen.id } });
    await user.click(screen.getByRole('button', { name: t.detail.revokeRest }));
    await waitFor(() => expect(calls(state, 'revoke')).toEqual([{ scope: { scope: 'sessions', ids: [stolen.id] } }]));
  });

  it('has nothing left to decide once that runs by itself', () => {
    engine();
    render(HeadActions, { row: stolen, undecided: false });
    expect(screen.queryByRole('button', { name: t.detail.revokeRest })).toBeNull();
    expect(screen.queryByRole('button', { name: t.detail.itWasMe })).toBeNull();
    screen.getByRole('button', { name: t.sessions.signInAgain });
  });
});
