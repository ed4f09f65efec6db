/** Texts of others, two hundred of the worst: each changes nothing but text, wherever it is shown. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import App from '../src/App.svelte';
import { claimsOf, detailOf } from '../src/dev/detail';
import { HOSTILE } from '../src/dev/hostile';
import { inventedSessions } from '../src/dev/sessions';
import { engine } from '../src/dev/testing';
import { desk } from '../src/domain/desk.svelte';
import { detail } from '../src/domain/sessions/detail.svelte';
import { vault } from '../src/domain/vault.svelte';
import type { ClaimRow, Row } from '../src/shared/bridge/types.gen';
import ClaimsTable from '../src/views/detail/ClaimsTable.svelte';

const user = userEvent.setup({ delay: null });
/** Enough for one window of lines. */
const BATCH = 10;

/** The elements in their order: what a text may not change. */
const shape = (root: Element): string => [...root.querySelectorAll('*')].map((element) => element.tagName).join(' ');

beforeEach(() => desk.clear());
afterEach(() => {
  detail.clear();
  vault.app = null;
  expect((window as { hit?: number }).hit).toBeUndefined();
});

it('are two hundred, all different', () => {
  expect(new Set(HOSTILE).size).toBe(200);
  expect(Math.max(...HOSTILE.map((text) => text.length))).toBeGreaterThanOrEqual(100_000);
});

describe('claims', () => {
  const rows = (texts: readonly string[]): ClaimRow[] =>
    texts.map((text) => ({ name: text, value: text, meaning: null, at: null, verified: false, problem: null }));

  it('of all kinds are shown as they are, in the shape of harmless ones', () => {
    // Names that are known identifiers look different; none is among these.
    const harmless = render(ClaimsTable, { rows: rows(HOSTILE.map(() => 'harmless')), label: 'x' });
    const expected = shape(harmless.container);
    harmless.unmount();
    const { container } = render(ClaimsTable, { rows: rows(HOSTILE), label: 'x' });
    expect(shape(container)).toBe(expected);
    const shown = [...container.querySelectorAll('.value')].map((element) => element.textContent);
    expect(shown).toEqual(HOSTILE);
  });
});

describe('names, accounts, hosts, labels and scopes', () => {
  const base = inventedSessions().find((row) => row.name === 'kube-us-2') as Row;
  const batches = Array.from({ length: HOSTILE.length / BATCH }, (_, index) => HOSTILE.slice(index * BATCH, (index + 1) * BATCH));
  const rowsOf = (texts: readonly string[]): Row[] =>
    texts.map((text, index) => ({ ...base, id: `id-${index}`, name: text, account: text, host: text, labels: [text], scopes: [text] }));

  async function list(texts: readonly string[]): Promise<{ grid: string; names: string[]; unmount: () => void }> {
    engine({}, (state) => (state.rows = rowsOf(texts)));
    const page = render(App);
    await waitFor(() => expect(document.querySelectorAll('[data-session]')).toHaveLength(texts.length));
    const lines = [...document.querySelectorAll('[data-session]')];
    const names = lines.map((line) => line.querySelector('.nm')?.textContent ?? '');
    return { grid: lines.map(shape).join('\n'), names, unmount: page.unmount };
  }

  it('are text in the list', async () => {
    const harmless = await list(Array.from({ length: BATCH }, (_, index) => `harmless ${index}`));
    harmless.unmount();
    for (const batch of batches) {
      vault.app = null;
      const shown = await list(batch);
      expect(shown.grid).toBe(harmless.grid);
      expect(shown.names.toSorted()).toEqual([...batch].toSorted());
      shown.unmount();
    }
  });

  it('are text in the details', async () => {
    const open = async (text: string): Promise<string> => {
      const row = { ...base, name: text, account: text, host: text, labels: [text], scopes: [text] };
      const account = { subject: `${text} `, name: `${text}  `, username: `${text}   `, email: `${text}    ` };
      engine(
        {
          session_detail: () => ({ ...detailOf(row), account, clientId: `c${text}`, provider: text }),
          session_claims: ({ kind }) => claimsOf(row, kind),
        },
        (state) => (state.rows = [row]),
      );
      const page = render(App);
      await user.click(await waitFor(() => screen.getByRole('rowheader')));
      const pane = await screen.findByRole('complementary');
      await waitFor(() => expect(pane.querySelector('dl.facts')).not.toBeNull());
      const seen = shape(pane);
      expect(pane.querySelector('h1')?.textContent).toBe(text);
      page.unmount();
      detail.clear();
      vault.app = null;
      return seen;
    };
    const expected = await open('harmless');
    for (const text of HOSTILE.filter((one, index) => index % 9 === 0 && one !== '')) expect(await open(text)).toBe(expected);
  });
});
