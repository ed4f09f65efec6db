// The routes under /_test: what a test may ask the provider and do to it.
import { createHash } from 'node:crypto';

const fingerprint = (token) => createHash('sha256').update(token ?? '').digest('hex').slice(0, 32);

export function makeControl({ store, provider, faults, signedIn, requests }) {
  const refreshes = recordRefreshes(provider);
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
    'GET refreshes': () => refreshes,
    'GET stats': () => ({ requests, entries: store.counts(), rssMiB: Math.round(process.memoryUsage.rss() / 1048576) }),
    'POST user': (id, { user }) => { signedIn.user = user; return signedIn; },
    'POST faults': (id, rule) => faults.add(rule),
    'DELETE faults': () => faults.clear(),
  };

  return async (req, res, path) => {
    const [, , name, id] = path.split('/');
    const action = routes[`${req.method} ${name}`];
    const answer = action ? action(id, await readJson(req)) : { error: 'no such control' };
    res.writeHead(action ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  };
}

// Every refresh token presented: its hash, when, how the provider judged it, its
// successor's hash, and whether the answer was handed to the connection. Double
// use and lost answers are computed from this, not from the provider's own log.
function recordRefreshes(provider) {
  const refreshes = [];
  const record = (ctx, outcome) => {
    const { grant_type: type, refresh_token: token } = ctx.oidc?.params ?? {};
    if (type !== 'refresh_token') return;
    const entry = { at: Date.now(), token: fingerprint(token), outcome, successor: null, delivered: null };
    if (ctx.body?.refresh_token) entry.successor = fingerprint(ctx.body.refresh_token);
    ctx.res.once('close', () => { entry.delivered = ctx.res.writableFinished; });
    refreshes.push(entry);
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
