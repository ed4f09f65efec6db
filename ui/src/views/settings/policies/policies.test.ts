import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';

import { axeFindings, calls, choose as pick, engine, fail } from '../../../dev/testing';
import { policies } from '../../../domain/settings/policies.svelte';
import type { PolicyView } from '../../../shared/bridge/types.gen';
import { t } from '../../../shared/messages/t';
import Policies from './Policies.svelte';

const user = userEvent.setup({ delay: null });
const words = t.settings.policies;
const DAY = 86_400_000;
const choose = (label: string, value: string) => pick(user, label, value);
const save = () => screen.getByRole('button', { name: /^Save/u });

async function open(kept: PolicyView[] = [], answers: Parameters<typeof engine>[0] = {}) {
  const state = engine({ policies: () => kept, ...answers });
  render(Policies);
  await screen.findByRole('button', { name: words.add });
  return state;
}

async function add(answers: Parameters<typeof engine>[0] = {}) {
  const state = await open([], answers);
  await user.click(screen.getByRole('button', { name: words.add }));
  await screen.findByRole('alertdialog');
  return state;
}

afterEach(() => {
  policies.state = 'loading';
  policies.list = [];
  policies.error = null;
});

describe('the list', () => {
  it('says what each policy does, in one line', async () => {
    await open([
      { scope: { scope: 'all' }, unusedMs: 30 * DAY, totalMs: 90 * DAY, warnMs: DAY, action: 'revoke' },
      { scope: { scope: 'label', label: 'ci' }, unusedMs: null, totalMs: 7 * DAY, warnMs: 0, action: 'forget' },
    ]);
    screen.getByText('Revoked after 30 days without use or 90 days after the sign-in. Warns 1 day before.');
    screen.getByText('Only forgotten here 7 days after the sign-in.');
    screen.getByText('Label ci');
    expect(await axeFindings()).toEqual([]);
  });

  it('removes one and keeps the rest', async () => {
    const one: PolicyView = { scope: { scope: 'all' }, unusedMs: DAY, totalMs: null, warnMs: 0, action: 'revoke' };
    const other: PolicyView = { ...one, scope: { scope: 'label', label: 'ci' } };
    const state = await open([one, other]);
    await user.click(screen.getByRole('button', { name: words.removeOf(words.all) }));
    await waitFor(() => expect(calls(state, 'set_policies')).toEqual([{ policies: [other] }]));
    expect(screen.queryByText(words.all)).toBeNull();
  });

  it('can be read again after a failure', async () => {
    let first = true;
    engine({ policies: () => (first ? ((first = false), fail('vault_io')()) : []) });
    render(Policies);
    await user.click(await screen.findByRole('button', { name: t.common.tryAgain }));
    await screen.findByRole('button', { name: words.add });
  });

  it('shows a hostile label as text', async () => {
    await open([{ scope: { scope: 'label', label: '<img src=x>' }, unusedMs: DAY, totalMs: null, warnMs: 0, action: 'revoke' }]);
    expect(document.querySelector('img')).toBeNull();
    expect(document.body.textContent).toContain('<img src=x>');
  });
});

describe('the editor', () => {
  it('shows what would end before it is saved, and says so on the button', async () => {
    const state = await add();
    await screen.findByText(words.endsNow(0));
    await choose(words.unused, String(7 * DAY));
    const list = await screen.findByRole('list', { name: words.endsNow(3) });
    expect(within(list).getAllByRole('listitem')).toHaveLength(3);
    expect(list.textContent).toContain(words.does.revoke);
    expect(save()).toHaveTextContent(words.save(3));
    expect(calls(state, 'set_policies'), 'nothing is kept yet').toEqual([]);
    expect(await axeFindings()).toEqual([]);
    await user.click(save());
    await waitFor(() =>
      expect(calls(state, 'set_policies')).toEqual([
        { policies: [{ scope: { scope: 'all' }, unusedMs: 7 * DAY, totalMs: null, warnMs: DAY, action: 'revoke' }] },
      ]),
    );
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  });

  it('keeps nothing that sets no limit', async () => {
    const state = await add();
    await choose(words.unused, '0');
    await screen.findByText(words.needsLimit);
    await user.click(save());
    expect(calls(state, 'set_policies')).toEqual([]);
  });

  it('applies to an issuer, and shows beside what the provider itself allows', async () => {
    const state = await add();
    const issuer = policies.issuers[0]?.issuer ?? '';
    await choose(words.for, `issuer ${issuer}`);
    await waitFor(() => expect(calls(state, 'provider_limits')).toEqual([{ issuer }]));
    await screen.findByText(/a session ends after 1 h without use/u);
    await choose(words.total, String(90 * DAY));
    await user.click(screen.getByRole('radio', { name: words.actions.forget }));
    screen.getByText(words.actionText.forget);
    await user.click(save());
    await waitFor(() =>
      expect(calls(state, 'set_policies')[0]).toEqual({
        policies: [{ scope: { scope: 'issuer', issuer }, unusedMs: 30 * DAY, totalMs: 90 * DAY, warnMs: DAY, action: 'forget' }],
      }),
    );
  });

  it('stays open with what was chosen when it could not be kept', async () => {
    await add({ set_policies: fail('vault_read_only') });
    await screen.findByText(words.endsNow(0));
    await choose(words.total, String(90 * DAY));
    await user.click(save());
    expect((await screen.findByRole('alert')).textContent).toContain('reading only');
    expect(screen.getByRole('combobox', { name: words.total })).toHaveTextContent('90 days');
  });

  it('says which sessions a doubtful clock leaves alone', async () => {
    await add({ preview_policies: () => ({ ending: [], ends: 0, later: 4, unsure: 2 }) });
    expect((await screen.findByRole('status', { name: words.effect })).textContent).toContain('2 sessions would be past the limit');
  });
});
