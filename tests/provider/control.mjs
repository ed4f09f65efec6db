// The routes under /_test: what a test may ask the provider and do to it.
import { createHash } from 'node:crypto';

const fingerprint = (token) => createHash('sha256').update(token ?? '').digest('hex').slice(0, 32);

export function makeControl({ store, provider, faults, signedIn, requests, watchers }) {
  const refreshes = recordRefreshes(provider, watchers);
  const listSessions = () => store.list('Session').filter((s) => s.accountId).map((s) => ({
    id: s.id, uid: s.uid, user: s.accountId, loginAt: s.loginTs, expiresAt: s.expiresAt,
    clients: Object.keys(s.authorizations ?? {}),
  }));
  const listGrants = () => store.list('Grant').map((g) => ({
    id: g.id, user: g.accountId, client: g.clientId, expiresAt: g.expiresAt,
    refreshTokens: store.list('RefreshToken').filter((t) => t.grantId === g.id)
      .map((t) => ({ consumed: t.consumed ?? null, rotations: t.rotations ?? 0, scope: t.scope, expiresAt: t.expiresAt })),
  }));

  const routes = {
    'GET sessions': () => listSessions(),
    'DELETE sessions': (id) => ({ deleted: store.delete('Session', id) }),
    'GET grants': () => listGrants(),
    'DELETE grants': (id) => ({ tokens: store.deleteByGrant(id), deleted: store.delete('Grant', id) }),
    // As after somebody else has used it, at a provider that ends nothing for that.
    'DELETE refresh-tokens': (grant) => ({ tokens: store.deleteByGrant(grant, 'RefreshToken') }),
    'GET refreshes': (id, body, query) => refreshes.slice(Number(query.get('since') ?? 0)),
    'GET stats': () => ({ requests, entries: store.counts(), rssMiB: Math.round(process.memoryUsage.rss() / 1048576) }),
    'POST user': (id, { user }) => { signedIn.user = user; return signedIn; },
    'POST faults': (id, rule) => faults.add(rule),
    'DELETE faults': () => faults.clear(),
    'GET held': () => faults.held(),
    'DELETE held': () => faults.release(),
    'POST codes': (id, wish) => makeCodes(provider, wish),
  };

  return async (req, res, path, query) => {
    const [, , name, id] = path.split('/');
    if (name === 'watch') { watchers.add(res); return; }
    const action = routes[`${req.method} ${name}`];
    const answer = action ? await action(id, await readJson(req), query) : { error: 'no such control' };
    res.writeHead(action ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  };
}

// Those who want to hear of refresh tokens as it happens, one line of JSON each:
// `used` at the very moment from which a token counts as used, then `judged`.
export class Watchers {
  #open = new Set();

  add(res) {
    res.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders();
    res.socket.setNoDelay(true);
    this.#open.add(res);
    res.once('close', () => this.#open.delete(res));
  }

  tell(step, token) {
    if (this.#open.size === 0) return;
    const line = `${JSON.stringify({ step, token: fingerprint(token) })}\n`;
    for (const res of this.#open) res.write(line);
  }
}

// Authorization codes as sign-ins end with them, each with a grant of its own:
// thousands of sessions begin at the real token endpoint, without a browser each.
async function makeCodes(provider, { client = 'native', users, scope, redirect, challenge, nonce }) {
  return Promise.all(users.map(async (user) => {
    const grant = new provider.Grant({ accountId: user, clientId: client });
    grant.addOIDCScope(scope);
    const code = new provider.AuthorizationCode({
      accountId: user, authTime: Math.floor(Date.now() / 1000), client: await provider.Client.find(client),
      codeChallenge: challenge, codeChallengeMethod: 'S256', grantId: await grant.save(), nonce, redirectUri: redirect, scope,
    });
    return code.save();
  }));
}

// Every refresh token presented: its hash, when it arrived and when it was judged, how the provider judged it, its
// successor's hash, and whether the answer was handed to the connection. Double
// use and lost answers are computed from this, not from the provider's own log.
function recordRefreshes(provider, watchers) {
  const refreshes = [];
  const record = (ctx, outcome) => {
    const { grant_type: type, refresh_token: token } = ctx.oidc?.params ?? {};
    if (type !== 'refresh_token') return;
    const entry = { arrived: ctx.req.arrived, at: Date.now(), token: fingerprint(token), outcome, successor: null, delivered: null };
    if (ctx.body?.refresh_token) entry.successor = fingerprint(ctx.body.refresh_token);
    ctx.res.once('close', () => { entry.delivered = ctx.res.writableFinished; });
    refreshes.push(entry);
    watchers.tell('judged', token);
  };
  provider.on('grant.success', (ctx) => record(ctx, 'granted'));
  provider.on('grant.error', (ctx, err) => record(ctx, err.error));
  return refreshes;
}

async function readJson(req) {
  let text = '';
  for await (const chunk of req) text += chunk;
  return text ? JSON.parse(text) : {};
}
