/** Invented sessions: every state, and enough of them to scroll. */
import type { ActionKind, EndKind, Row, State } from '../shared/bridge/types.gen';
import { at, mockNow } from './clock';

const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;

export const PROVIDERS: Record<string, string> = {
  'sso.example.com': 'Keycloak',
  'login.okta.example': 'Okta',
  'idp.corp.example': 'OIDC',
  'github.com': 'GitHub',
  'gitlab.example.com': 'GitLab',
  'login.microsoftonline.com': 'Entra',
  'oidc.eu-west-1.amazonaws.com': 'AWS',
};

const ACTIONS: Record<State, ActionKind> = {
  theft: 'review',
  revoking: 'undo',
  revoked: 'remove',
  relogin: 'sign_in',
  watched: 'take_over',
  refreshing: 'none',
  expired: 'sign_in',
  failed: 'try_now',
  offline: 'copy',
  expiring: 'sign_in',
  active: 'copy',
};

const ALIVE: readonly State[] = ['watched', 'refreshing', 'failed', 'offline', 'expiring', 'active'];

interface Seed {
  host: string;
  state: State;
  name: string;
  account?: string;
  left?: number;
  life?: number;
  end?: EndKind;
  at?: number;
  labels?: string[];
  retry?: number;
}

let next = 1;
function make(seed: Seed): Row {
  const { host, state, name } = seed;
  const alive = ALIVE.includes(state);
  const end = seed.at ?? (seed.left === undefined ? null : mockNow() + seed.left);
  return {
    id: `00000000-0000-4000-8000-${String(next++).padStart(12, '0')}`,
    state,
    name,
    labels: seed.labels ?? [],
    account: seed.account ?? 'ana@example.com',
    issuer: `https://${host}${host === 'sso.example.com' ? '/realms/eng' : ''}`,
    host,
    scopes: name === 'billing-cli' ? ['openid', 'profile', 'billing.read', 'billing.write'] : ['openid', 'profile', 'email', 'offline_access'],
    end: {
      kind: seed.end ?? (end === null ? 'unknown' : 'hard'),
      at: end,
      lifeMs: seed.life ?? null,
      refreshAt: alive && state !== 'watched' ? mockNow() + 4 * MIN : null,
      byPolicy: name === 'registry-push',
    },
    retryAt: seed.retry ?? null,
    revoke:
      state === 'revoked'
        ? { step: 'confirmed_dead', at: at('09:02:11'), offlineUntil: null }
        : state === 'revoking'
          ? { step: 'waiting_for_network' }
          : null,
    action: state === 'revoking' ? 'cancel' : ACTIONS[state],
    canRefresh: alive && state !== 'watched' && state !== 'refreshing',
    canCopy: alive,
    canRevoke: state !== 'revoked' && state !== 'revoking',
    canSignIn: ['expiring', 'relogin', 'expired', 'failed', 'active', 'theft'].includes(state),
  };
}

function filler(host: string, count: number, names: readonly string[]): Row[] {
  return Array.from({ length: count }, (_, index) =>
    make({
      host,
      state: 'active',
      name: `${names[index % names.length] ?? 'session'}${index < names.length ? '' : `-${index}`}`,
      account: index % 3 === 2 ? 'svc-ci' : 'ana@example.com',
      left: (index + 2) * 3 * HOUR,
      life: 90 * DAY * ((index % 4) / 4 + 0.3),
      labels: index % 4 === 0 ? ['prod'] : [],
    }),
  );
}

export function inventedSessions(): Row[] {
  next = 1;
  const kc = 'sso.example.com';
  const okta = 'login.okta.example';
  return [
    make({ host: kc, state: 'theft', name: 'payments-api', account: 'svc-deploy', labels: ['prod'] }),
    make({ host: kc, state: 'relogin', name: 'grafana-prod', end: 'ended', at: at('09:40'), labels: ['prod', 'on-call'] }),
    make({ host: kc, state: 'failed', name: 'argo-cd', left: 2 * MIN + 5_000, life: 30 * MIN, retry: at('10:02') }),
    make({ host: kc, state: 'expiring', name: 'billing-cli', left: 38 * MIN, life: 12 * HOUR, labels: ['prod', 'on-call'] }),
    make({ host: kc, state: 'refreshing', name: 'kube-eu-1', left: 11 * HOUR + 2 * MIN, life: 12 * HOUR, labels: ['prod'] }),
    make({ host: kc, state: 'active', name: 'kube-us-2', left: 7 * HOUR + 58 * MIN + 20_000, life: 12 * HOUR, labels: ['prod'] }),
    make({ host: kc, state: 'active', name: 'registry-push', account: 'svc-ci', left: 29 * DAY + HOUR, life: 30 * DAY }),
    make({ host: okta, state: 'expired', name: 'legacy-crm', end: 'ended', at: at('07:58') }),
    make({ host: okta, state: 'expiring', name: 'breakglass', account: 'ana-admin', left: 4 * MIN + 12_000, life: 30 * MIN }),
    make({ host: okta, state: 'active', name: 'pagerduty-cli', left: 5 * DAY + HOUR, life: 7 * DAY, labels: ['on-call'] }),
    make({ host: okta, state: 'revoked', name: 'old-laptop' }),
    make({ host: 'idp.corp.example', state: 'revoking', name: 'jump-hosts', labels: ['on-call'] }),
    make({ host: 'idp.corp.example', state: 'offline', name: 'vpn-portal', left: 34 * MIN + 30_000, life: 2 * HOUR }),
    make({ host: 'github.com', state: 'active', name: 'gh-cli', account: 'ana', left: 6 * HOUR + 12 * MIN + 30_000, life: 8 * HOUR }),
    make({ host: 'github.com', state: 'active', name: 'release-bot', account: 'svc-release', left: 163 * DAY + HOUR, life: 180 * DAY }),
    make({ host: 'github.com', state: 'watched', name: 'audit-reader', account: 'svc-audit', left: 88 * DAY + HOUR, life: 180 * DAY }),
    make({ host: 'gitlab.example.com', state: 'active', name: 'glab', left: 4 * MIN, life: 5 * MIN, end: 'renews' }),
    make({ host: 'gitlab.example.com', state: 'active', name: 'pages-deploy', account: 'svc-ci' }),
    ...filler('gitlab.example.com', 10, ['ci-runner', 'registry', 'wiki-sync', 'mirror', 'backup', 'lint-bot']),
    ...filler('login.microsoftonline.com', 9, ['azure-cli', 'teams-bot', 'graph-reader', 'intune', 'devops', 'fabric']),
    ...filler('oidc.eu-west-1.amazonaws.com', 5, ['aws-prod', 'aws-staging', 'aws-audit', 'aws-dev', 'aws-ml']),
  ];
}

/** As many as asked for, to try the list at size. */
export function manySessions(count: number): Row[] {
  const rows = inventedSessions();
  const hosts = Object.keys(PROVIDERS);
  while (rows.length < count) {
    const index = rows.length;
    rows.push(
      make({
        host: `${index % 40}.${hosts[index % hosts.length] ?? 'example.com'}`,
        state: 'active',
        name: `session-${index}`,
        left: (index % 500) * HOUR + HOUR,
        life: 30 * DAY,
      }),
    );
  }
  return rows;
}
