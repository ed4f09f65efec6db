import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';

import { auditPage, chain, exportPreview, log } from '../../dev/audit';
import { changed } from '../../dev/mock';
import { axeFindings, calls, choose, engine, fail } from '../../dev/testing';
import { selection } from '../../domain/sessions/selection.svelte';
import type { AuditRow } from '../../shared/bridge/types.gen';
import { t } from '../../shared/messages/t';
import Audit from './Audit.svelte';

const user = userEvent.setup({ delay: null });

async function open(answers: Parameters<typeof engine>[0] = {}) {
  const state = engine(answers);
  const page = render(Audit);
  await waitFor(() => expect(calls(state, 'audit_page').length + calls(state, 'audit_chain').length).toBeGreaterThan(1));
  return { state, page };
}
const rows = () => [...document.querySelectorAll<HTMLElement>('[data-index]')];
const row = (index: number) => document.querySelector<HTMLElement>(`[data-index="${index}"]`) as HTMLElement;
const loaded = () => waitFor(() => expect(row(0)?.textContent).toContain('1,284'));

afterEach(() => selection.clear());

describe('the log', () => {
  it('is a grid of a window of events, newest first, by days', async () => {
    await open();
    await loaded();
    expect(screen.getByRole('grid', { name: t.audit.list })).toHaveAttribute('aria-rowcount', '1285');
    expect(rows().length).toBeLessThan(60);
    expect(screen.getByText('Today, 25 November')).toBeTruthy();
    expect(within(row(0)).getByText('Refresh failed')).toBeTruthy();
    expect(within(row(0)).getByText('server error')).toBeTruthy();
    expect(await axeFindings()).toEqual([]);
  });

  it('opens an event and shows its session', async () => {
    await open();
    await loaded();
    await user.click(row(1));
    expect(screen.getByText('refresh.refused')).toBeTruthy();
    expect(within(row(1)).getByRole('button', { name: t.audit.close(1_283) })).toHaveAttribute('aria-expanded', 'true');
    expect(await axeFindings()).toEqual([]);
    await user.click(screen.getByRole('button', { name: t.audit.detail.showSession }));
    expect(selection.shown).toBe(log[1]?.session);
  });

  it('moves one focus with the keys, and opens with Enter', async () => {
    await open();
    await loaded();
    row(0).focus();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    await waitFor(() => expect(document.activeElement).toBe(row(2)));
    expect(rows().filter((one) => one.tabIndex === 0)).toHaveLength(1);
    await user.keyboard('{Enter}');
    await screen.findByText('refresh.succeeded');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByText('refresh.succeeded')).toBeNull());
    expect(document.activeElement).toBe(row(2));
  });

  it('filters in the engine, and takes the filter back', async () => {
    const { state } = await open();
    await loaded();
    await choose(user, t.audit.actorLabel, 'cli');
    await waitFor(() => expect(calls(state, 'audit_page').at(-1)).toMatchObject({ filter: { actors: ['cli'], offset: 0 } }));
    await waitFor(() => expect(screen.getByText('107 of 1,284 shown')).toBeTruthy());
    await user.click(screen.getByRole('button', { name: t.audit.clear }));
    await waitFor(() => expect(screen.getByText('1,284 events')).toBeTruthy());
  });

  it('says so when nothing matches', async () => {
    await open();
    await loaded();
    await user.type(screen.getByRole('searchbox', { name: t.audit.search }), 'okta');
    await screen.findByText(t.audit.nothing);
    expect(screen.getByText(t.audit.nothingText('okta'))).toBeTruthy();
  });

  it('offers two dates where a range is chosen by hand', async () => {
    const { state } = await open();
    await loaded();
    await choose(user, t.audit.date, 'custom');
    await user.type(screen.getByLabelText(t.audit.from), '2026-11-24');
    const from = new Date(2026, 10, 24).getTime();
    await waitFor(() => expect(calls(state, 'audit_page').at(-1)).toMatchObject({ filter: { from, to: null } }));
    expect(await axeFindings()).toEqual([]);
  });

  it('keeps the open event open when newer ones come', async () => {
    let all = log.slice(1);
    const { state } = await open({
      audit_page: ({ filter }) => ({ ...auditPage(filter), rows: all.slice(filter.offset, filter.offset + filter.limit), matched: all.length, total: all.length }),
    });
    await waitFor(() => expect(row(0)?.textContent).toContain('1,283'));
    await user.click(row(1));
    expect(row(1).classList).toContain('open');
    all = log;
    const before = calls(state, 'audit_page').length;
    changed('audit');
    await waitFor(() => expect(calls(state, 'audit_page').length).toBeGreaterThan(before));
    await waitFor(() => expect(row(2)?.classList).toContain('open'));
    expect(row(2).textContent).toContain('1,282');
  });

  it('is empty at first, and says when it cannot be read', async () => {
    const none = { rows: [], matched: 0, total: 0, events: [] };
    const { page } = await open({ audit_page: () => none });
    await screen.findByText(t.audit.empty);
    page.unmount();
    let first = true;
    await open({ audit_page: () => (first ? ((first = false), fail('vault_io')()) : none) });
    await user.click(await screen.findByRole('button', { name: t.common.tryAgain }));
    await screen.findByText(t.audit.empty);
  });

  it('shows hostile labels and unknown events as text', async () => {
    const hostile = { ...(log[0] as AuditRow), label: '<img src=x onerror=alert(1)>', event: 'thing.happened', actor: '<b>', facts: [{ name: 'retry_at', value: '2026-11-25T10:02:00Z' }] };
    await open({ audit_page: () => ({ rows: [hostile], matched: 1, total: 1, events: [] }) });
    await loaded();
    await user.click(row(0));
    expect(document.querySelector('img')).toBeNull();
    expect(row(0).textContent).toContain('Thing happened');
    expect(screen.getByText(t.audit.fact('retry_at')).nextElementSibling?.textContent).toMatch(/25 Nov 2026/u);
  });
});

describe('the chain', () => {
  it('is checked when the log is looked at, and again when asked', async () => {
    const { state } = await open();
    await screen.findByText(t.audit.verified(1_284));
    const before = calls(state, 'audit_chain').length;
    await user.click(screen.getByRole('button', { name: t.audit.verifyAgain }));
    await waitFor(() => expect(calls(state, 'audit_chain').length).toBe(before + 1));
  });

  it('names the first bad event and goes there', async () => {
    await open({ audit_chain: () => chain(true) });
    await screen.findByText(t.audit.brokenBanner(1_282));
    await loaded();
    expect(row(2).querySelector('.nd')?.classList).toContain('broken');
    expect(row(3).querySelector('.nd')?.classList).not.toContain('broken');
    expect(await axeFindings()).toEqual([]);
    await user.click(screen.getByRole('button', { name: t.audit.showEvent(1_282) }));
    await waitFor(() => expect(row(2).classList).toContain('open'));
  });

  it('never says verified when it could not be checked', async () => {
    await open({ audit_chain: fail('vault_io') });
    await screen.findByText(t.audit.unchecked);
    expect(document.body.textContent).not.toContain('verified');
  });
});

describe('an export', () => {
  const sheet = async (answers: Parameters<typeof engine>[0] = {}) => {
    const { state } = await open(answers);
    await user.click(screen.getByRole('button', { name: t.audit.exporting.open }));
    await screen.findByRole('button', { name: /Export [\d,]+ events/u });
    return state;
  };

  it('shows what goes in, with masked values marked', async () => {
    await sheet();
    expect(document.querySelectorAll('.pv mark')).toHaveLength(3);
    expect(document.querySelector('.pv mark')?.textContent).toContain('h:9c41e07b');
    expect(screen.getByText(t.audit.exporting.never)).toBeTruthy();
    expect(screen.queryByRole('switch')).toBeNull();
    expect(await axeFindings()).toEqual([]);
  });

  it('previews each choice at once', async () => {
    const state = await sheet();
    const hosts = within(screen.getByRole('radiogroup', { name: t.audit.exporting.hosts }));
    await user.click(hosts.getByRole('radio', { name: t.audit.exporting.masks.remove }));
    await waitFor(() => expect(document.querySelectorAll('.pv mark')).toHaveLength(6));
    expect(calls(state, 'export_preview').at(-1)).toMatchObject({ request: { hosts: 'remove', accounts: 'hash', format: 'jsonl' } });
  });

  it('is written, and says how to verify it', async () => {
    const state = await sheet({
      export_audit: ({ request }) => ({ ...exportPreview(request), path: '/home/ana/my audit.jsonl', key: 'KEY-1' }),
    });
    await user.click(screen.getByRole('button', { name: /Export [\d,]+ events/u }));
    await screen.findByText("keyfob audit verify '/home/ana/my audit.jsonl' --key KEY-1");
    expect(await axeFindings()).toEqual([]);
    await user.click(screen.getByRole('button', { name: t.audit.exporting.showFile }));
    expect(calls(state, 'show_export')).toHaveLength(1);
  });

  it('can be stopped', async () => {
    let stop: (reason: unknown) => void = () => undefined;
    const state = await sheet({
      export_audit: () => new Promise((_, refuse) => (stop = refuse)),
      export_progress: () => ({ done: 312, total: 1_284 }),
      cancel_export: () => {
        stop({ code: 'export_cancelled', facts: {} });
        return null;
      },
    });
    await user.click(screen.getByRole('button', { name: /Export [\d,]+ events/u }));
    await screen.findByRole('button', { name: t.audit.exporting.stop });
    changed('export');
    await screen.findByText('312 of 1,284');
    await user.click(await screen.findByRole('button', { name: t.audit.exporting.stop }));
    await screen.findByText(t.audit.exporting.cancelled);
    expect(calls(state, 'cancel_export')).toHaveLength(1);
  });

  it('goes where the user says, and says why it could not', async () => {
    await sheet({ export_audit: fail('export_target_is_link', { path: '/home/ana/x' }) });
    await user.click(screen.getByRole('button', { name: t.audit.exporting.changeTarget }));
    await screen.findByText(/\/home\/ana\/audit\.jsonl/u);
    await user.click(screen.getByRole('button', { name: /Export [\d,]+ events/u }));
    expect((await screen.findByRole('alert')).textContent).toContain('is a link');
  });

  it('exports what is shown, when it is filtered', async () => {
    const { state } = await open();
    await loaded();
    await choose(user, t.audit.resultLabel, 'refused');
    await user.click(screen.getByRole('button', { name: t.audit.exporting.open }));
    await waitFor(() => expect(calls(state, 'export_preview').at(-1)).toMatchObject({ request: { filter: { results: ['refused'] } } }));
  });
});
