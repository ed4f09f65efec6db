#!/usr/bin/env node
// Signs a user in at op.mjs, without a browser, and prints the token answer as JSON.
// Usage: node mint.mjs [client id[:secret]] [redirect URI] [issuer] [scope] [user] [resource]
import { Browser, basic, pkce, request } from './browser.mjs';

const [
  clientAndSecret = 'native', redirect = 'http://127.0.0.1:17100/callback', issuer = 'http://127.0.0.1:9100',
  scope = 'openid offline_access profile email', user = 'alice', resource = '',
] = process.argv.slice(2);
const [client, secret] = clientAndSecret.split(':');
const meta = (await request(`${issuer}/.well-known/openid-configuration`)).json;
const { verifier, challenge } = pkce();
const query = new URLSearchParams({
  client_id: client, response_type: 'code', redirect_uri: redirect, scope, state: 's', nonce: 'n', prompt: 'consent',
  code_challenge: challenge, code_challenge_method: 'S256', login_hint: user,
  ...(resource && { resource }),
});
const res = await new Browser().open(`${meta.authorization_endpoint}?${query}`, {}, (u) => u.startsWith(redirect));
const code = new URL(res.stoppedAt).searchParams.get('code');
const answer = await request(meta.token_endpoint, {
  form: { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier, ...(!secret && { client_id: client }) },
  headers: secret ? { authorization: basic(client, secret) } : {},
});
console.log(answer.text);
