#!/usr/bin/env node
// Starts the provider. The first line on standard output is
// {"event":"ready","issuer":…,"port":…}; README.md says the rest.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

import { makeControl, Watchers } from './control.mjs';
import { Faults } from './faults.mjs';
import { makeKeys, makeProvider } from './provider.mjs';
import { settings } from './settings.mjs';
import { Store } from './store.mjs';

const { version } = createRequire(import.meta.url)('oidc-provider/package.json');
const say = (event, fields) => console.log(JSON.stringify({ event, ...fields }));
const log = settings.logs ? say : () => {};

// The port comes first: with OP_PORT=0 only the socket knows it, and the issuer holds it.
const server = createServer();
server.listen(settings.port, settings.host);
await once(server, 'listening');
const { port } = server.address();
const issuer = settings.issuer || `http://${settings.host}:${port}`;

const store = new Store();
const saved = settings.stateFile ? store.load(settings.stateFile) : {};
const keys = saved.jwks ? { jwks: saved.jwks, cookieKeys: saved.cookieKeys } : await makeKeys();
const signedIn = { user: settings.user };
const requests = {}; // route -> how often it was asked
const faults = new Faults();
const watchers = new Watchers();
const provider = makeProvider({ issuer, settings, store, keys, signedIn, used: (token) => watchers.tell('used', token) });
const control = makeControl({ store, provider, faults, signedIn, requests, watchers });
const answer = provider.callback();

server.on('request', async (req, res) => {
  const { pathname, searchParams } = new URL(req.url, issuer);
  if (pathname.startsWith('/_test/')) { await control(req, res, pathname, searchParams); return; }
  req.arrived = Date.now();
  const route = pathname.replace(/[\w-]{40,}/, ':id');
  requests[route] = (requests[route] ?? 0) + 1;
  if (!await faults.meet(pathname, res)) await answer(req, res);
});

for (const event of ['server_error', 'grant.error', 'authorization.error', 'revocation.error', 'introspection.error']) {
  provider.on(event, (ctx, err) => log(event, { path: ctx.path, error: err.error, description: err.error_description, detail: err.error_detail ?? err.message }));
}
provider.on('grant.revoked', (ctx, grantId) => log('grant.revoked', { grantId }));

function stop() {
  if (settings.stateFile) store.save(settings.stateFile, keys);
  process.exit(0);
}
process.on('SIGTERM', stop).on('SIGINT', stop);
// A test that is killed closes the pipe, and leaves no provider behind.
if (settings.endsWithStdin) process.stdin.on('end', stop).on('error', stop).resume();

say('ready', { issuer, port, version, rotation: settings.rotation, login: settings.login, startMs: Math.round(performance.now()) });
