// The provider and the stand-in browser, as the window tests use them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';

import { Browser, pkce, request } from './browser.mjs';

const op = new URL('op.mjs', import.meta.url).pathname;
const visit = new URL('visit.mjs', import.meta.url).pathname;

async function startProvider(env = {}) {
  const child = spawn(process.execPath, [op], {
    env: { ...process.env, OP_PORT: '0', OP_ENDS_WITH_STDIN: '1', OP_LOG: '0', ...env }, stdio: ['pipe', 'pipe', 'ignore'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  return { ...JSON.parse(line), child };
}

async function stop({ child }) {
  const gone = once(child, 'exit');
  child.stdin.end();
  return gone;
}

async function visited(url, user) {
  const child = spawn(process.execPath, [visit, url, ...(user ? [user] : [])], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => { text += chunk; });
  const [code] = await once(child, 'close');
  return { code, lines: text.trim().split('\n') };
}

// The client's side of a sign-in: a loopback page that remembers its query.
async function startCallback() {
  const seen = [];
  const server = createServer((req, res) => {
    seen.push({ query: new URL(req.url, 'http://x').searchParams, headers: req.headers });
    res.end('<title>t</title><p>You can close this.</p>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { seen, server, redirect: `http://127.0.0.1:${server.address().port}/callback` };
}

function authorization(issuer, redirect, challenge, more = {}) {
  return `${issuer}/auth?${new URLSearchParams({
    client_id: 'native', response_type: 'code', redirect_uri: redirect, scope: 'openid offline_access profile email',
    state: 's', nonce: 'n', prompt: 'consent', code_challenge: challenge, code_challenge_method: 'S256', ...more,
  })}`;
}

async function signIn(issuer, user) {
  const { verifier, challenge } = pkce();
  const redirect = 'http://127.0.0.1:1/callback';
  const page = await new Browser().open(authorization(issuer, redirect, challenge, { login_hint: user }), {}, (u) => u.startsWith(redirect));
  const code = new URL(page.stoppedAt).searchParams.get('code');
  return token(issuer, { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier });
}
const token = async (issuer, form) => request(`${issuer}/token`, { form: { client_id: 'native', ...form } });
const refresh = (issuer, refresh_token) => token(issuer, { grant_type: 'refresh_token', refresh_token });

let provider;
before(async () => { provider = await startProvider(); });
after(async () => { await stop(provider); });

test('a free port is in the ready line and in the issuer', async () => {
  assert.equal(provider.issuer, `http://127.0.0.1:${provider.port}`);
  const { json } = await request(`${provider.issuer}/.well-known/openid-configuration`);
  assert.equal(json.issuer, provider.issuer);
});

test('the stand-in browser loads the loopback page, and only the provider learns the user', async (t) => {
  const callback = await startCallback();
  t.after(() => callback.server.close());
  const { code, lines } = await visited(authorization(provider.issuer, callback.redirect, pkce().challenge), 'bob');
  assert.equal(code, 0);
  assert.equal(lines.at(-1), 'page: You can close this.');
  assert.ok(callback.seen[0].query.get('code'));
  assert.equal(callback.seen[0].headers['x-test-user'], undefined);
  const { json: sessions } = await request(`${provider.issuer}/_test/sessions`);
  assert.ok(sessions.some((session) => session.user === 'bob'));
});

test('the tests choose who signs in next', async () => {
  await request(`${provider.issuer}/_test/user`, { json: { user: 'carol' } });
  const { json } = await signIn(provider.issuer, '');
  const me = await request(`${provider.issuer}/me`, { headers: { authorization: `Bearer ${json.access_token}` } });
  assert.equal(me.json.sub, 'carol');
});

test('a user who is away never comes back, one who refuses comes back with an error', async (t) => {
  const callback = await startCallback();
  t.after(() => callback.server.close());
  const url = authorization(provider.issuer, callback.redirect, pkce().challenge);
  assert.equal((await visited(url, 'away')).lines.at(-1), 'page: Nobody is at the keyboard.');
  assert.equal(callback.seen.length, 0);
  await visited(url, 'deny');
  assert.equal(callback.seen[0].query.get('error'), 'access_denied');
});

test('the stand-in browser confirms a device code', async () => {
  const device = await request(`${provider.issuer}/device/auth`, { form: { client_id: 'native', scope: 'openid' } });
  const { code } = await visited(device.json.verification_uri_complete, 'dave');
  assert.equal(code, 0);
  const answer = await token(provider.issuer, { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: device.json.device_code });
  assert.ok(answer.json.access_token, answer.text);
});

test('the stand-in browser signs out', async () => {
  const { json } = await signIn(provider.issuer, 'erin');
  const { code, lines } = await visited(`${provider.issuer}/session/end?id_token_hint=${json.id_token}`);
  assert.equal(code, 0, lines.join('\n'));
  assert.match(lines.at(-1), /sign-out success/i);
});

test('a refresh token used twice ends the grant, and the record shows both', async () => {
  const { json: first } = await signIn(provider.issuer, 'frank');
  const { json: second } = await refresh(provider.issuer, first.refresh_token);
  const again = await refresh(provider.issuer, first.refresh_token);
  assert.equal(again.json.error, 'invalid_grant');
  assert.equal((await refresh(provider.issuer, second.refresh_token)).json.error, 'invalid_grant');
  const { json: seen } = await request(`${provider.issuer}/_test/refreshes`);
  assert.deepEqual(seen.map((entry) => entry.outcome), ['granted', 'invalid_grant', 'invalid_grant']);
  assert.equal(seen[0].token, seen[1].token);
  assert.equal(seen[0].delivered, true);
});

test('a fault comes once, before or after the provider has acted', async () => {
  const fault = (rule) => request(`${provider.issuer}/_test/faults`, { json: { path: '/token', ...rule } });
  const { json } = await signIn(provider.issuer, 'grace');
  await fault({ status: 503, headers: { 'retry-after': '7' } });
  const refused = await refresh(provider.issuer, json.refresh_token);
  assert.equal(refused.status, 503);
  assert.equal(refused.headers['retry-after'], '7');
  await fault({ when: 'drop' });
  await assert.rejects(refresh(provider.issuer, json.refresh_token));
  assert.equal((await refresh(provider.issuer, json.refresh_token)).json.error, 'invalid_grant');
});

test('a fault that holds lets a request go on when it is released, before or after the provider has acted', async () => {
  const control = async (path, options) => (await request(`${provider.issuer}/_test/${path}`, options)).json;
  let { json: { refresh_token: current } } = await signIn(provider.issuer, 'heidi');
  for (const [when, presented] of [['before', 0], ['after', 1]]) {
    const before = (await control('refreshes')).length;
    await control('faults', { json: { path: '/token', when, held: true } });
    const answer = refresh(provider.issuer, current);
    while ((await control('held')).held === 0);
    assert.equal((await control(`refreshes?since=${before}`)).length, presented);
    assert.deepEqual(await control('held', { method: 'DELETE' }), { released: 1 });
    const { status, json } = await answer;
    assert.equal(status, 200);
    current = json.refresh_token;
  }
});

test('codes that were made begin sessions of their own, and a watcher hears of each use', async (t) => {
  const { verifier, challenge } = pkce();
  const redirect = 'http://127.0.0.1/callback';
  const { json: codes } = await request(`${provider.issuer}/_test/codes`, { json: {
    users: ['ivan', 'judy'], scope: 'openid offline_access', redirect, challenge,
  } });
  const [ivan, judy] = await Promise.all(codes.map(async (code) => (await token(provider.issuer, {
    grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier,
  })).json));
  assert.equal(JSON.parse(Buffer.from(judy.id_token.split('.')[1], 'base64url')).sub, 'judy');

  const watching = get(`${provider.issuer}/_test/watch`);
  t.after(() => watching.destroy());
  const [heard] = await once(watching, 'response');
  const lines = createInterface(heard)[Symbol.asyncIterator]();
  assert.equal((await refresh(provider.issuer, ivan.refresh_token)).status, 200);
  assert.equal((await refresh(provider.issuer, ivan.refresh_token)).json.error, 'invalid_grant');
  assert.equal((await refresh(provider.issuer, judy.refresh_token)).status, 200, 'one grant has nothing to do with the other');
  const steps = [];
  while (steps.length < 5) steps.push(JSON.parse((await lines.next()).value));
  assert.deepEqual(steps.map((it) => it.step), ['used', 'judged', 'judged', 'used', 'judged']);
  assert.equal(new Set(steps.map((it) => it.token)).size, 2);
});

test('with its forms on, a person fills them in', async (t) => {
  const withForms = await startProvider({ OP_LOGIN: 'forms' });
  const callback = await startCallback();
  t.after(async () => { callback.server.close(); await stop(withForms); });
  const { code, lines } = await visited(authorization(withForms.issuer, callback.redirect, pkce().challenge), 'heidi');
  assert.equal(code, 0, lines.join('\n'));
  assert.ok(callback.seen[0].query.get('code'));
});

test('with a state file, sessions outlive a restart', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'provider-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const OP_STATE_FILE = join(folder, 'state.json');
  const first = await startProvider({ OP_STATE_FILE });
  const { json } = await signIn(first.issuer, 'ivan');
  await stop(first);
  const second = await startProvider({ OP_STATE_FILE, OP_PORT: String(first.port) });
  const answer = await refresh(second.issuer, json.refresh_token);
  await stop(second);
  assert.ok(answer.json.access_token, answer.text);
});

test('it ends when its standard input closes', async () => {
  const [code] = await stop(await startProvider());
  assert.equal(code, 0);
});
