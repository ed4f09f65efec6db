// npm oidc-provider, configured as a strict counterpart of a desktop token
// vault: rotation on every refresh, no clock tolerance, PKCE required.
import { exportJWK, generateKeyPair } from 'jose';
import Provider, { errors } from 'oidc-provider';

import { clients } from './clients.mjs';
import { adapterFor } from './store.mjs';

// Resource indicators: `jwt` yields RFC 9068 access tokens, `opaque` does not.
const resources = { 'urn:example:api:jwt': 'jwt', 'urn:example:api:opaque': 'opaque' };

export async function makeKeys() {
  const jwks = await Promise.all(['RS256', 'ES256'].map(async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    return { ...await exportJWK(privateKey), alg, use: 'sig', kid: `${alg.toLowerCase()}-1` };
  }));
  return { jwks: { keys: jwks }, cookieKeys: [crypto.randomUUID()] };
}

// `signedIn` holds the user whom the automatic sign-in lets in next; `used`
// hears of each refresh token when it is used up.
export function makeProvider({ issuer, settings, store, keys, signedIn, used }) {
  const automatic = settings.login === 'auto';
  const provider = new Provider(issuer, {
    adapter: adapterFor(store, { grace: settings.graceSeconds, used }),
    clockTolerance: 0,
    clients,
    jwks: keys.jwks,
    cookies: { keys: keys.cookieKeys },
    ttl: settings.ttl,
    scopes: ['openid', 'offline_access', 'profile', 'email', 'api:read', 'api:write'],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
    findAccount: async (ctx, id) => ({
      accountId: id,
      claims: async () => ({
        sub: id, name: `${id} Example`, preferred_username: id, email: `${id}@example.test`, email_verified: true,
      }),
    }),
    rotateRefreshToken: settings.rotation === 'strict',
    // With or without offline_access; it outlives the browser session either way.
    issueRefreshToken: async (ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async () => settings.expiresWithSession,
    pkce: { required: () => true },
    clientBasedCORS: () => false,
    ...(automatic && { interactions: { url: (ctx, interaction) => `/_auto/${interaction.uid}` } }),
    features: {
      devInteractions: { enabled: !automatic },
      deviceFlow: { enabled: true },
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        // A public client may look at its own tokens, a confidential one at any.
        allowedPolicy: async (ctx, client, token) => client.clientAuthMethod !== 'none' || token.clientId === client.clientId,
      },
      revocation: { enabled: true, allowedPolicy: async (ctx, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: { enabled: true, ...(automatic && { logoutSource: signOutPage }) },
      dPoP: { enabled: true, requireNonce: () => settings.dpopNonce, nonceSecret: Buffer.alloc(32, 7) },
      pushedAuthorizationRequests: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: async (ctx, client, oneOf) => oneOf,
        useGrantedResource: async () => true,
        getResourceServerInfo: async (ctx, indicator) => {
          if (!Object.hasOwn(resources, indicator)) throw new errors.InvalidTarget();
          return {
            scope: 'api:read api:write', audience: indicator, accessTokenFormat: resources[indicator],
            accessTokenTTL: settings.ttl.AccessToken, jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
  });
  if (automatic) {
    provider.use(async (ctx, next) => {
      if (ctx.path.startsWith('/_auto/')) await signInAutomatically(provider, settings, signedIn, ctx);
      else await next();
    });
  }
  return provider;
}

// Sign-out without a question: the form submits itself.
async function signOutPage(ctx, form) {
  ctx.body = `<!DOCTYPE html><title>Signing out</title>${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>
<script>document.querySelector('button').click()</script>`;
}

// The user is named by the header x-test-user, by login_hint, or by the tests.
// `deny` refuses; `away` leaves the page open and never answers.
async function signInAutomatically(provider, settings, signedIn, ctx) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(ctx.req, ctx.res);
  const user = ctx.get('x-test-user') || params.login_hint || signedIn.user;
  const finish = (result, options) => provider.interactionFinished(ctx.req, ctx.res, result, options);
  if (user === 'away') {
    ctx.body = '<!DOCTYPE html><title>Sign in</title>Nobody is at the keyboard.';
  } else if (user === 'deny') {
    await finish({ error: 'access_denied', error_description: 'End-User refused' });
  } else if (prompt.name === 'login') {
    await finish({ login: { accountId: user, amr: ['pwd'] } });
  } else {
    const known = settings.grants === 'shared' && grantId ? await provider.Grant.find(grantId) : undefined;
    const grant = known ?? new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope ?? 'openid');
    grant.addOIDCClaims(prompt.details.missingOIDCClaims ?? []);
    for (const [indicator, scopes] of Object.entries(prompt.details.missingResourceScopes ?? {})) {
      grant.addResourceScope(indicator, scopes.join(' '));
    }
    await finish({ consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
  }
}
