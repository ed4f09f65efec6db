/**
 * A made-up language in which every text of ours is ⟦marked⟧. What is drawn and not marked is a
 * text that no translator would ever see.
 */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { engine } from '../src/dev/testing';
import { desk, type OpenDialog } from '../src/domain/desk.svelte';
import { detail, TABS } from '../src/domain/sessions/detail.svelte';
import { selection } from '../src/domain/sessions/selection.svelte';
import { vault } from '../src/domain/vault.svelte';
import type { Gate } from '../src/shared/bridge/types.gen';

vi.mock('../src/shared/messages/t', async () => {
  const { en } = await import('../src/shared/messages/en');
  /** Words of the engine among the texts, which are compared and not shown. */
  const codes = new Set<unknown>([en.audit.actors, en.audit.results]);
  const marked = (value: unknown): unknown => {
    if (codes.has(value)) return value;
    if (typeof value === 'string') return value === '' ? '' : `⟦${value}⟧`;
    if (typeof value === 'function') return (...args: unknown[]) => marked((value as (...all: unknown[]) => unknown)(...args));
    if (Array.isArray(value)) return value.map(marked);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, name === 'icon' || name === 'tone' ? part : marked(part)]));
  };
  return { t: marked(en) };
});

const { default: App } = await import('../src/App.svelte');
const user = userEvent.setup({ delay: null });

/** Numbers, times and lengths come from Intl or are the same everywhere; keys are those of the keyboard. */
const NEUTRAL = /^[\d\s.,:·–+()/-]*((h|min|s|d|days?|bytes?|kB|MB|in|AM|PM|GMT|UTC|[A-Z][a-z]{2},?)[\d\s.,:·–+()/-]*)*$/u;
/** Names of the invented engine that it sends as text: providers, kinds and algorithms of tokens. */
const SENT = /^(Keycloak|Okta|OIDC|OpenID Connect|GitHub|GitLab|Entra|AWS|Scalekit|JWT|JWT, RS256|RS256|opaque|Issuer: who made the token|Keyfob|0\.1\.0)$/u;
/** Invented hosts and labels, which are names of buttons too. */
const NAMES = /^(([\w-]+\.)+[a-z]{2,}|prod|on-call)(, \d+)?$/u;
const FOREIGN = '.foreign, code, pre, kbd, time, svg, script, style, .m, .value';

function unmarked(): string[] {
  const found: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = (node.textContent ?? '').trim();
    const parent = node.parentElement;
    if (!/\p{L}/u.test(text) || text.includes('⟦') || NEUTRAL.test(text) || SENT.test(text) || parent?.closest(FOREIGN)) continue;
    // A text of ours may be set in several elements.
    found.push(`${parent?.tagName.toLowerCase()}.${parent?.className}: ${text.slice(0, 80)}`);
  }
  for (const element of document.body.querySelectorAll('[aria-label], [title], [placeholder]')) {
    for (const name of ['aria-label', 'title', 'placeholder']) {
      const text = element.getAttribute(name)?.trim() ?? '';
      const foreign = name === 'title' && element.closest('.foreign, .ac, .nm, button, [role="gridcell"], time, .state, .r, dd') !== null;
      if (!/\p{L}/u.test(text) || text.includes('⟦') || NEUTRAL.test(text) || NAMES.test(text) || foreign) continue;
      found.push(`${element.tagName.toLowerCase()}[${name}]: ${text.slice(0, 80)}`);
    }
  }
  return found;
}

beforeEach(() => desk.clear());
afterEach(() => {
  detail.clear();
  selection.clear();
  vault.app = null;
});

async function start() {
  const state = engine();
  render(App);
  await waitFor(() => expect(document.querySelectorAll('[data-session]').length).toBeGreaterThan(0));
  return state;
}

describe('every text is in the message files', () => {
  it('finds one that is not', async () => {
    await start();
    document.querySelector('main')?.append('Forgotten');
    expect(unmarked().join()).toContain('Forgotten');
  });

  it('on the list', async () => {
    await start();
    expect(unmarked()).toEqual([]);
  });

  it('where there is nothing yet', async () => {
    engine({}, (state) => (state.rows = []));
    render(App);
    await screen.findByText(/No sessions yet/u);
    expect(unmarked()).toEqual([]);
  });

  it.each(TABS)('in the detail: %s', async (tab) => {
    await start();
    await user.click(screen.getByRole('rowheader', { name: 'billing-cli' }));
    await screen.findByRole('tabpanel');
    detail.open(tab);
    await waitFor(() => expect(screen.getByRole('tabpanel').textContent.trim().length).toBeGreaterThan(40));
    expect(unmarked()).toEqual([]);
  });

  it.each<OpenDialog['kind']>(['palette', 'help', 'sign_in', 'import', 'revoke', 'rename', 'label', 'forget'])('in the dialog: %s', async (kind) => {
    const state = await start();
    const session = state.rows.find((row) => row.name === 'billing-cli');
    if (!session) throw new Error('no such session');
    const more = { import: { from: 'clipboard' }, revoke: { scope: { scope: 'everything' } }, rename: { session }, label: { sessions: [session] }, forget: { session } };
    desk.open({ kind, ...(more as Record<string, object>)[kind] } as OpenDialog);
    await waitFor(() => expect(document.querySelector('[role="dialog"], [role="alertdialog"]')).not.toBeNull());
    expect(unmarked()).toEqual([]);
  });

  it.each(['timeline', 'audit', 'settings'] as const)('in the section: %s', async (section) => {
    await start();
    desk.show(section);
    await waitFor(() => expect(screen.queryByRole('treegrid', { name: /Sessions/u })).toBeNull());
    await waitFor(() => expect(document.querySelector('main')?.textContent.trim().length).toBeGreaterThan(40));
    expect(unmarked()).toEqual([]);
  });

  it.each<Gate>(['first_run', 'keyring_locked', 'keyring_missing', 'key_gone', 'wrong_key', 'vault_trouble', 'in_use', 'locked'])('at the gate: %s', async (gate) => {
    engine({}, (state) => (state.gate = gate));
    render(App);
    await screen.findAllByRole('button');
    expect(unmarked()).toEqual([]);
  });
});
