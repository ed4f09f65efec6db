/** The tab Findings: what it says, what it offers, and that the text of others stays text. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';

import App from '../../App.svelte';
import { axeFindings, calls, engine, fail } from '../../dev/testing';
import { desk } from '../../domain/desk.svelte';
import { badgeTone, evidenceLine, sourceText } from '../../domain/findings/look';
import { detail } from '../../domain/sessions/detail.svelte';
import { vault } from '../../domain/vault.svelte';
import type { FindingView } from '../../shared/bridge/types.gen';

const user = userEvent.setup({ delay: null });

afterEach(() => {
  vault.app = null;
});

async function open(name: string): Promise<HTMLElement> {
  render(App);
  await user.click(await screen.findByRole('rowheader', { name }));
  detail.open('findings');
  return screen.findByRole('tabpanel');
}

describe('the tab', () => {
  it('shows each finding with why, what to do, evidence and source, and no markup of others', async () => {
    engine();
    const panel = await open('billing-cli');
    await within(panel).findByText('The access token is accepted by many services');
    expect(within(panel).getByText('3 of 12 checks')).toBeInTheDocument();
    expect(panel).toHaveTextContent('Each of them could use it at the others');
    expect(panel).toHaveTextContent('Good practice by RFC 9700 §2.3; OWASP ASVS 5.0, 9.2.4');
    expect(within(panel).getByText('<img src=x onerror=alert(1)>\\u{202e}')).toBeInTheDocument();
    expect(panel.querySelector('img')).toBeNull();
    expect(screen.getByRole('tab', { name: 'Findings, 3 findings' })).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });

  it('puts a finding aside, with Undo, and restores it', async () => {
    const state = engine();
    const panel = await open('billing-cli');
    await user.click(await within(panel).findByRole('button', { name: /^Dismiss: The access token is accepted/u }));
    await screen.findByRole('tab', { name: 'Findings, 2 findings' });
    expect(calls(state, 'dismiss_finding')).toEqual([{ id: expect.any(String) as string, code: 'wide_audience' }]);
    expect(panel.querySelector('[data-dismissed="wide_audience"]')).not.toBeNull();
    expect(await axeFindings()).toEqual([]);
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await screen.findByRole('tab', { name: 'Findings, 3 findings' });
    expect(panel.querySelector('[data-dismissed]')).toBeNull();
  });

  it('offers a sign-in with fewer scopes where that helps', async () => {
    engine();
    const panel = await open('billing-cli');
    await user.click(await within(panel).findByRole('button', { name: 'Sign in with fewer scopes' }));
    expect(desk.dialog).toMatchObject({ kind: 'sign_in', session: { name: 'billing-cli' } });
    desk.closeDialog();
  });

  it('says so when nothing was found, and when nothing is left to check', async () => {
    engine();
    const panel = await open('kube-us-2');
    expect(await within(panel).findByText('Nothing to complain about')).toBeInTheDocument();
    expect(screen.getByRole('tab', { name: 'Findings' })).toBeInTheDocument();
    await user.click(screen.getByRole('rowheader', { name: 'old-laptop' }));
    expect(await screen.findByText('Nothing left to check')).toBeInTheDocument();
  });

  it('says why the checks could not be made', async () => {
    engine({ session_findings: fail('vault_io') });
    await open('billing-cli');
    expect(await screen.findByText('The checks could not be made')).toBeInTheDocument();
  });

  it('tells the gravest in the overview, and leads to the tab', async () => {
    engine();
    render(App);
    await user.click(await screen.findByRole('rowheader', { name: 'payments-api' }));
    detail.open('overview');
    const card = await screen.findByRole('button', { name: /^Serious: No end of the access token/u });
    await user.click(card);
    await waitFor(() => expect(detail.tab).toBe('findings'));
  });
});

describe('words', () => {
  it('of evidence', () => {
    const line = (value: Parameters<typeof evidenceLine>[0]['value'], name = 'x') => evidenceLine({ name, value }, 0).text;
    expect(line({ kind: 'duration', ms: 90 * 86_400_000 })).toBe('90 days');
    expect(line({ kind: 'duration', ms: -65_000 }, 'off_by')).toBe('1:05 behind');
    expect(line({ kind: 'never' })).toBe('never');
  });

  it('of sources and the colour of the count', () => {
    const one = (severity: FindingView['severity']): FindingView => ({
      code: 'no_end', summary: '', severity, token: null, fingerprint: null, remedy: 'none', evidence: [],
      sources: [{ document: 'RFC 6750', section: '5.3' }],
    });
    expect(sourceText(one('notice'))).toBe('RFC 6750 §5.3');
    expect([badgeTone([]), badgeTone([one('notice')]), badgeTone([one('serious')])]).toEqual(['neutral', 'neutral', 'danger']);
  });
});
