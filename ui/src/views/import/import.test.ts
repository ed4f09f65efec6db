import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { inventedSessions } from '../../dev/sessions';
import { importPreview } from '../../dev/signin';
import { axeFindings, calls, engine, fail } from '../../dev/testing';
import { selection } from '../../domain/sessions/selection.svelte';
import type { Row } from '../../shared/bridge/types.gen';
import { t } from '../../shared/messages/t';
import { toasts } from '../../shared/stores/toasts.svelte';
import Import from './Import.svelte';
import TakeOver from './TakeOver.svelte';

const user = userEvent.setup({ delay: null });

function open(from: 'clipboard' | 'file' = 'clipboard') {
  const onclose = vi.fn();
  return { onclose, ...render(Import, { from, onclose }) };
}

afterEach(() => {
  toasts.clear();
  selection.clear();
});

describe('a token on its way in', () => {
  it('is shown by what it is and added under the name that was typed', async () => {
    const state = engine();
    const { onclose } = open();
    const name = await screen.findByLabelText(t.importing.name);
    expect(document.body.textContent).toContain('https://sso.example.com/realms/eng');
    expect(document.body.textContent).toContain(t.importing.watched);
    expect(await axeFindings()).toEqual([]);
    await waitFor(() => expect(document.activeElement).toBe(name));
    await user.clear(name);
    await user.type(name, ' old cli {Enter}');
    await waitFor(() => expect(calls(state, 'import_commit')).toEqual([{ id: 'import-1', name: 'old cli' }]));
    await waitFor(() => expect(onclose).toHaveBeenCalled());
    expect(toasts.list[0]?.text).toBe(t.importing.added('old cli'));
  });

  it('needs a name', async () => {
    const state = engine();
    open();
    await user.clear(await screen.findByLabelText(t.importing.name));
    await user.click(screen.getByRole('button', { name: t.importing.commit }));
    expect(calls(state, 'import_commit')).toHaveLength(0);
  });

  it('is dropped in Rust when the dialog closes without it', async () => {
    const state = engine();
    const { unmount } = open();
    await screen.findByLabelText(t.importing.name);
    unmount();
    await waitFor(() => expect(calls(state, 'import_discard')).toEqual([{ id: 'import-1' }]));
  });

  it('says which session already has it, and shows that', async () => {
    const held = inventedSessions()[3] as Row;
    const state = engine({ import_from_clipboard: () => ({ ...importPreview(), alreadyIn: held.id }) }, (fresh) => (fresh.rows = [held]));
    open();
    await screen.findByText(t.importing.already(held.name));
    expect(screen.queryByRole('button', { name: t.importing.commit })).toBeNull();
    expect(await axeFindings()).toEqual([]);
    await user.click(screen.getByRole('button', { name: t.importing.show }));
    expect(selection.shown).toBe(held.id);
    expect(calls(state, 'import_commit')).toHaveLength(0);
  });

  it('says that it was used up here, and keeps it out', async () => {
    const held = inventedSessions()[3] as Row;
    engine({ import_from_clipboard: () => ({ ...importPreview(), alreadyIn: held.id, usedUp: true }) }, (fresh) => (fresh.rows = [held]));
    open();
    await screen.findByText(t.importing.usedUp(held.name));
    expect(screen.queryByRole('button', { name: t.importing.commit })).toBeNull();
  });

  it('says what is wrong with rubbish, and reads again', async () => {
    const state = engine({ import_from_clipboard: fail('not_a_token') });
    open();
    expect((await screen.findByRole('alert')).textContent).toContain('not a token');
    expect(await axeFindings()).toEqual([]);
    await user.click(screen.getByRole('button', { name: t.importing.retryClipboard }));
    await waitFor(() => expect(calls(state, 'import_from_clipboard')).toHaveLength(2));
  });

  it('closes when no file was chosen', async () => {
    engine({ import_from_file: () => null });
    const { onclose } = open('file');
    await waitFor(() => expect(onclose).toHaveBeenCalledTimes(1));
  });

  it('shows hostile text as text, and bounded', async () => {
    const issuer = `<img src=x onerror=alert(1)>${'y'.repeat(50_000)}`;
    engine({ import_from_clipboard: () => ({ ...importPreview(), issuer, flags: ['unsigned', 'quite_new_flag'] }) });
    open();
    await screen.findByLabelText(t.importing.name);
    expect(document.querySelector('img')).toBeNull();
    expect(document.body.textContent).toContain('<img src=x');
    expect(document.body.textContent.length).toBeLessThan(5_000);
    expect(document.body.textContent).toContain('quite new flag');
  });
});

describe('taking over', () => {
  const watched = inventedSessions().find((row) => row.state === 'watched') ?? ({ ...inventedSessions()[0], state: 'watched' } as Row);

  function ask(answers: Parameters<typeof engine>[0] = {}) {
    const state = engine(answers);
    const onclose = vi.fn();
    render(TakeOver, { session: state.rows.find((row) => row.name === watched.name) ?? (state.rows[0] as Row), onclose });
    return { state, onclose };
  }

  it('warns that the other program may be signed out, then takes over', async () => {
    const { state, onclose } = ask();
    expect(document.body.textContent).toContain(t.importing.takeOver.warnTitle);
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>(t.importing.takeOver.client).value).not.toBe(''));
    expect(await axeFindings()).toEqual([]);
    await user.click(screen.getByRole('button', { name: t.importing.takeOver.confirm }));
    await waitFor(() => expect(calls(state, 'take_over_session')).toHaveLength(1));
    await waitFor(() => expect(onclose).toHaveBeenCalled());
  });

  it('asks for the user’s word where the issuer is private', async () => {
    const { state } = ask({ take_over_session: fail('issuer_private_address', { host: '10.0.0.4' }) });
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>(t.importing.takeOver.client).value).not.toBe(''));
    await user.click(screen.getByRole('button', { name: t.importing.takeOver.confirm }));
    await user.click(await screen.findByRole('checkbox', { name: t.signin.allowPrivate }));
    await user.click(screen.getByRole('button', { name: t.importing.takeOver.confirm }));
    await waitFor(() => expect(calls(state, 'take_over_session')).toHaveLength(2));
    expect(calls(state, 'take_over_session')[1]).toMatchObject({ request: { allowPrivate: true } });
  });

  it('stays open and says why it did not work', async () => {
    const { onclose } = ask({ take_over_session: fail('issuer_unreachable', { host: 'sso.example.com' }) });
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>(t.importing.takeOver.client).value).not.toBe(''));
    await user.click(screen.getByRole('button', { name: t.importing.takeOver.confirm }));
    expect((await screen.findByRole('alert')).textContent).toContain('could not be reached');
    expect(onclose).not.toHaveBeenCalled();
  });
});
