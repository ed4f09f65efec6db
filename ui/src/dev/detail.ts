/** Invented details and claims. */
import type { ClaimRow, ClaimsView, Detail, HistoryRow, Row, TokenView } from '../shared/bridge/types.gen';
import { at, mockNow } from './clock';
import { PROVIDERS } from './sessions';

const MIN = 60_000;

function tokens(row: Row): TokenView[] {
  const wiped = row.state === 'revoked';
  const now = mockNow();
  const dead = row.end.kind === 'ended';
  const all: TokenView[] = [
    {
      kind: 'access', format: 'JWT', alg: 'RS256', fingerprint: '7K3M-9QXD-2PLA', length: 1184,
      life: { at: dead ? row.end.at : now + 12 * MIN + 27_000, lifeMs: 30 * MIN, ended: dead },
      verification: 'verified', singleUse: null, hasClaims: true,
    },
    {
      kind: 'refresh', format: 'opaque', alg: null, fingerprint: 'W4TE-0HBR-81NC', length: 742,
      life: { at: row.end.at, lifeMs: row.end.lifeMs, ended: dead },
      verification: 'not_applicable', singleUse: true, hasClaims: false,
    },
    {
      kind: 'id', format: 'JWT', alg: 'RS256', fingerprint: 'Q2VZ-55KD-M0XA', length: 1022,
      life: { at: at('09:42:30'), lifeMs: 5 * MIN, ended: true },
      verification: 'verified', singleUse: null, hasClaims: true,
    },
  ];
  // As the engine does: what is known of them stays, their life and their claims are gone.
  return wiped ? all.map((token) => ({ ...token, life: { at: null, lifeMs: null, ended: true }, hasClaims: false })) : all;
}

export function detailOf(row: Row): Detail {
  return {
    row,
    provider: PROVIDERS[row.host] ?? 'OIDC',
    clientId: row.name,
    confidentialClient: false,
    account: { subject: '4f1c0d2e-77b0-4c1a', name: 'Ana Costa', username: 'ana', email: row.account },
    origin: row.state === 'watched' ? 'imported' : 'browser',
    createdAt: at('22:38:04', 1),
    signedInAt: at('22:38:04', 1),
    refreshedAt: at('09:42:30'),
    usedAt: at('09:31:18'),
    generation: row.state === 'theft' ? 13 : 31,
    tokens: tokens(row),
    lineage: [31, 30, 29, 28, 27, 26, 1].map((generation, index) => ({
      generation,
      fingerprint: ['W4TE-0HBR-81NC', 'M8PD-3JVQ-77HE', 'A1BC-9ZXQ-K2LM', '0PQR-55ST-7UVW', '3DEF-8GHJ-2KLM', '9NOP-1QRS-4TUV', 'Z2YX-6WVT-5SRQ'][index] ?? '',
      replacedAt: index === 0 ? null : at('09:42:30') - index * 24 * MIN,
    })),
    reason:
      ({ theft: 'newest_refused_while_alive', relogin: 'ended_unexpectedly', failed: 'turned_away', expired: 'expired' } as Record<string, string>)[row.state] ?? null,
    frozen: row.state === 'theft' ? 'undecided' : null,
    revoke: {
      issuer: row.issuer, host: row.host, names: [row.name], ids: [row.id], reach: 'client_session',
      staying: 3, offlineUntil: at('10:12'), provable: true, unsupported: false,
    },
    canSignOut: true,
    policy: null,
    providerLimits: { refreshMs: null, totalMs: null, unusedMs: null },
  };
}

const claim = (name: string, value: string, meaning: string | null, more: Partial<ClaimRow> = {}): ClaimRow => ({
  name, value, meaning, at: null, verified: false, problem: null, ...more,
});

export function claimsOf(row: Row, kind: string): ClaimsView {
  const claims = [
    claim('iss', row.issuer, 'Issuer: who made the token', { verified: true }),
    claim('sub', '4f1c0d2e-77b0-4c1a', 'Account', { verified: true }),
    claim('aud', 'billing-api, ledger-api, account', 'Audience: who may accept it', { verified: true }),
    claim('azp', row.name, 'Client it was issued to', { verified: true }),
    claim('exp', '1795601550', 'Expires', { verified: true, at: mockNow() + 12 * MIN + 27_000 }),
    claim('iat', '1795599750', 'Issued', { verified: true, at: at('09:42:30') }),
    claim('auth_time', '1795559884', 'When you last typed a password', { at: at('22:38:04', 1) }),
    claim('acr', '2', 'How strong the sign-in was'),
    claim('amr', 'pwd, hwk', 'What you signed in with'),
    claim('sid', 'c3b1-9e20-41fd', 'The session at the provider'),
    claim('scope', 'openid profile email billing.read billing.write', 'What it allows'),
    claim('nickname', '<img src=x onerror=alert(1)> =HYPERLINK("//evil") \\u{202e}gnp.exe', null, { problem: 'duplicate' }),
  ];
  return {
    kind: kind === 'id' ? 'id' : 'access',
    verification: 'verified',
    claims,
    header: [claim('alg', 'RS256', 'RSA, SHA-256'), claim('kid', 'eng-2026-10', 'Key that signed it'), claim('typ', 'JWT', null)],
    raw: JSON.stringify(Object.fromEntries(claims.map(({ name, value }) => [name, value])), null, 2),
    flags: ['duplicate_claim'],
  };
}

export function historyOf(): HistoryRow[] {
  const row = (seq: number, when: number, event: string, actor = 'keyfob', result = 'ok', code: string | null = null): HistoryRow => ({ seq, at: when, event, actor, result, code });
  return [
    row(1281, at('09:42:30'), 'refresh.succeeded'),
    row(1276, at('09:31:18'), 'token.copied', 'user'),
    row(1270, at('09:18:02'), 'refresh.failed', 'keyfob', 'failed', 'turned_away'),
    row(1251, at('09:12:11'), 'refresh.succeeded'),
    row(1190, at('22:38:04', 1), 'session.signed_in', 'user'),
  ];
}
