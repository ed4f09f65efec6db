#!/usr/bin/env node
// Opens a URL as a person in a browser would: follows every redirect, sends the
// provider's forms, and loads the page of the loopback redirect at the end.
// usage: node visit.mjs URL [USER]
// Prints a line "STATUS URL" for each request, then "page: …" with the last page's
// text, or "failed: …" and exits 1.
import { argv, exit } from 'node:process';

import { Browser, forms, pageText } from './browser.mjs';

const [url, user = ''] = argv.slice(2);

// Only the provider is told who is at the keyboard, never the loopback redirect.
const { origin } = new URL(url);
const browser = new Browser({
  headersFor: (target) => (user && target.origin === origin ? { 'x-test-user': user } : {}),
  visited: (target, status) => console.log(status, target.href),
});

// What a person fills in or clicks.
function answers({ id, fields }) {
  if ('login' in fields) return { login: user || 'alice', password: 'any' };
  if (id === 'op.logoutForm') return { logout: 'yes' };
  return {};
}

try {
  let page = await browser.open(url);
  for (let sent = 0; new URL(browser.url).origin === origin; sent += 1) {
    const [form] = forms(page.text);
    if (!form) break;
    if (sent === 10) throw new Error('the provider asks again and again');
    page = await browser.submit(page, answers(form));
  }
  if (page.status !== 200) throw new Error(`the last page answers ${page.status}: ${pageText(page.text).slice(0, 300)}`);
  console.log(`page: ${pageText(page.text)}`);
} catch (error) {
  console.log(`failed: ${error.message} ${error.cause?.message ?? ''}`.trim());
  exit(1);
}
