/** Invented findings. */
import type { FindingsView, FindingView, Row } from '../shared/bridge/types.gen';
import { at } from './clock';

const finding = (code: FindingView['code'], more: Partial<FindingView>): FindingView => ({
  code, summary: code, severity: 'warning', token: 'access', fingerprint: '7K3M-9QXD-2PLA', remedy: 'none',
  sources: [{ document: 'RFC 9700', section: '2.3' }, { document: 'OWASP ASVS 5.0', section: '9.2.4' }], evidence: [], ...more,
});

const ALL: readonly FindingView[] = [
  finding('wide_audience', {
    evidence: [
      { name: 'count', value: { kind: 'count', count: 3 } },
      { name: 'audiences', value: { kind: 'texts', texts: ['billing-api', 'ledger-api', '<img src=x onerror=alert(1)>\\u{202e}'] } },
    ],
  }),
  finding('wide_scopes', {
    severity: 'notice', token: null, fingerprint: null, remedy: 'fewer_scopes',
    evidence: [
      { name: 'writing', value: { kind: 'texts', texts: ['billing.write'] } },
      { name: 'scopes', value: { kind: 'count', count: 4 } },
      { name: 'last_use', value: { kind: 'at', at: at('09:31:18') } },
    ],
  }),
  finding('not_bound', { severity: 'notice', evidence: [{ name: 'offered', value: { kind: 'texts', texts: ['DPoP'] } }] }),
];
const SERIOUS = finding('no_end', {
  severity: 'serious', remedy: 'revoke', evidence: [{ name: 'received', value: { kind: 'at', at: at('08:00') } }],
});

/** `billing-cli` and what is like it has three, a stolen one four, a revoked one nothing to check. */
export function findingsOf(row: Row, dismissed: readonly string[]): FindingsView {
  if (row.state === 'revoked') return { open: [], dismissed: [], fine: [], silent: ALL.map(({ code }) => code) };
  const found = row.state === 'theft' ? [SERIOUS, ...ALL] : row.state === 'active' ? [] : ALL;
  return {
    open: found.filter(({ code }) => !dismissed.includes(code)),
    dismissed: found.filter(({ code }) => dismissed.includes(code)),
    fine: ['not_signed', 'signature_failed', 'weak_signature', 'long_lived', 'unused', 'no_audience', 'claim_twice', 'clock_off', 'personal_data'],
    silent: ['not_rotated', 'endless', 'past_policy'],
  };
}
