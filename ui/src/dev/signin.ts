/** Invented providers, and sign-ins that end by themselves after a while. */
import type { DiscoveryView, FlowView, ImportPreview, IssuerView, SignInRequest } from '../shared/bridge/types.gen';
import { mockNow } from './clock';

const DAY = 24 * 3_600_000;

export function knownIssuers(): IssuerView[] {
  const one = (host: string, provider: string, more: Partial<IssuerView>): IssuerView => ({
    id: host,
    issuer: `https://${host}`,
    host,
    provider,
    kind: provider === 'Scalekit' ? 'scalekit' : 'oidc',
    clientId: 'keyfob-desktop',
    hasSecret: false,
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    redirectPort: null,
    allowPrivate: false,
    deviceFlow: false,
    wantsAdmin: false,
    hasAdmin: false,
    usedAt: mockNow() - DAY,
    ...more,
  });
  return [
    one('sso.example.com', 'Keycloak', { issuer: 'https://sso.example.com/realms/eng', deviceFlow: true }),
    one('acme.scalekit.com', 'Scalekit', { clientId: 'skc_8127', wantsAdmin: true, hasSecret: true, usedAt: mockNow() - 2 * DAY }),
    one('login.okta.example', 'Okta', { usedAt: mockNow() - 5 * DAY }),
    one('idp.corp.example', 'OIDC', { allowPrivate: true, redirectPort: 8400, usedAt: null }),
  ];
}

export function discover(issuer: string, allowPrivate: boolean): DiscoveryView {
  const { host } = new URL(issuer);
  if (host.startsWith('down.')) throw { code: 'issuer_unreachable', facts: { host } };
  if (host.startsWith('other.')) {
    throw { code: 'issuer_mismatch', facts: { host, expected: issuer, found: 'https://elsewhere.example.com' } };
  }
  const isPrivate = /^(localhost|127\.|10\.|private\.)/u.test(host);
  if (isPrivate && !allowPrivate) throw { code: 'issuer_private_address', facts: { host } };
  return {
    issuer,
    host,
    provider: 'OIDC',
    browserFlow: true,
    deviceFlow: true,
    canRevoke: true,
    canProve: true,
    privateAddress: isPrivate,
    scopes: ['openid', 'profile', 'email', 'offline_access', 'groups', 'phone'],
  };
}

/** A QR code's look, not a QR code. */
function picture(): string {
  const squares: string[] = [];
  const corner = (x: number, y: number) =>
    squares.push(`M${x} ${y}h7v7h-7zM${x + 1} ${y + 1}v5h5v-5zM${x + 2} ${y + 2}h3v3h-3z`);
  corner(4, 4);
  corner(22, 4);
  corner(4, 22);
  for (let y = 4; y < 29; y += 1) {
    for (let x = 4; x < 29; x += 1) {
      const inCorner = (x < 12 && y < 12) || (x > 20 && y < 12) || (x < 12 && y > 20);
      if (!inCorner && (x * 7 + y * 13 + x * y) % 3 === 0) squares.push(`M${x} ${y}h1v1h-1z`);
    }
  }
  return squares.join('');
}

let next = 1;
const flows = new Map<string, { view: FlowView; started: number; request: SignInRequest }>();

export function startSignIn(request: SignInRequest): FlowView {
  const id = `flow-${next++}`;
  const view: FlowView = {
    id,
    stage: 'discovering',
    host: new URL(request.issuer).host,
    device: null,
    deadline: mockNow() + 5 * 60_000,
    session: null,
    sessionName: null,
    error: null,
  };
  flows.set(id, { view, started: Date.now(), request });
  return view;
}

/** Discovering for 0.6 s, waiting for 8 s, then done; a client named `refused` is refused. */
export function flowState(id: string): FlowView {
  const flow = flows.get(id);
  if (!flow) throw { code: 'sign_in_cancelled', facts: {} };
  const since = Date.now() - flow.started;
  const { request } = flow;
  if (flow.view.stage === 'failed' || flow.view.stage === 'done' || since < 600) return flow.view;
  if (request.clientId === 'refused') {
    const error = { code: 'sign_in_client_refused' as const, facts: { host: flow.view.host, oauth_error: 'invalid_client' } };
    flow.view = { ...flow.view, stage: 'failed', error };
  } else if (since > 9_500) {
    flow.view = { ...flow.view, stage: 'done', session: '00000000-0000-4000-8000-000000000006', sessionName: 'kube-us-2' };
  } else if (since > 8_600) {
    flow.view = { ...flow.view, stage: 'finishing' };
  } else if (request.device) {
    flow.view = {
      ...flow.view,
      stage: 'waiting_for_device',
      device: {
        userCode: 'WDJB-MJHT',
        verificationUri: `https://${flow.view.host}/device`,
        verificationUriComplete: `https://${flow.view.host}/device?user_code=WDJB-MJHT`,
        qrPath: picture(),
        qrSize: 33,
        expiresAt: flow.view.deadline,
      },
    };
  } else {
    flow.view = { ...flow.view, stage: 'waiting_for_browser' };
  }
  return flow.view;
}

export function cancelFlow(id: string): FlowView {
  const flow = flows.get(id);
  if (!flow) throw { code: 'sign_in_cancelled', facts: {} };
  flow.view = { ...flow.view, stage: 'failed', error: { code: 'sign_in_cancelled', facts: {} } };
  return flow.view;
}

export function importPreview(): ImportPreview {
  return {
    id: 'import-1',
    what: 'jwt',
    kinds: ['access'],
    issuer: 'https://sso.example.com/realms/eng',
    clientId: 'legacy-cli',
    account: { subject: '8f2c11d0', name: 'Ana Costa', username: 'ana', email: 'ana@example.com' },
    scopes: ['openid', 'profile', 'email'],
    life: { at: mockNow() + 42 * 60_000, lifeMs: 60 * 60_000, ended: false },
    alreadyIn: null,
    usedUp: false,
    suggestedName: 'legacy-cli',
    flags: [],
  };
}
