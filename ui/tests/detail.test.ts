/** The detail pane: what it says of tokens and of the person. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import App from '../src/App.svelte';
import { detailOf } from '../src/dev/detail';
import { inventedSessions } from '../src/dev/sessions';
import { engine } from '../src/dev/testing';
import { desk } from '../src/domain/desk.svelte';
import { vault } from '../src/domain/vault.svelte';
import type { AccountRef, Row } from '../src/shared/bridge/types.gen';
import { t } from '../src/shared/messages/t';

const user = userEvent.setup({ delay: null });

beforeEach(() => desk.clear());
afterEach(() => {
  vault.app = null;
});

async function open(name: string): Promise<HTMLElement> {
  render(App);
  await user.click(await screen.findByRole('rowheader', { name }));
  const pane = await screen.findByRole('complementary', { name: t.detail.label(name) });
  await waitFor(() => expect(pane.querySelector('dl.facts')).not.toBeNull());
  return pane;
}

describe('the tokens', () => {
  it('of a revoked session are wiped, said once on each', async () => {
    engine();
    const pane = await open('old-laptop');
    const cards = within(pane).getAllByRole('article');
    expect(cards).toHaveLength(3);
    for (const card of cards) {
      expect(within(card).getAllByText(t.detail.wiped)).toHaveLength(1);
      expect(card.textContent).not.toMatch(/ended|no end known|kept for sign-out/u);
    }
  });
});

describe('the person', () => {
  const facts = async (account: AccountRef): Promise<[string, string][]> => {
    const row = inventedSessions().find((one) => one.name === 'billing-cli') as Row;
    engine({ session_detail: () => ({ ...detailOf(row), account }) });
    const pane = await open('billing-cli');
    const terms = [...pane.querySelectorAll<HTMLElement>('dl.facts dt')];
    return terms.map((term) => [term.textContent, term.nextElementSibling?.textContent ?? '']);
  };

  it('is told with a label for each fact', async () => {
    const all = await facts({ subject: '4f1c', name: 'Ana Costa', username: 'ana', email: 'ana@example.com' });
    expect(all).toEqual(
      expect.arrayContaining([
        [t.detail.account, 'ana@example.com'],
        [t.detail.personName, 'Ana Costa'],
        [t.detail.userName, 'ana'],
        [t.detail.subject, '4f1c'],
      ]),
    );
  });

  it('is not told twice what says the same', async () => {
    const all = await facts({ subject: 'erin', name: null, username: 'erin', email: null });
    expect(all.filter(([, text]) => text === 'erin')).toEqual([[t.detail.account, 'erin']]);
  });
});
