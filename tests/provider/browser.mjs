// The client's side: an HTTP client with a cookie jar, HTML forms, PKCE. It
// needs no browser and no package.
import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';

export function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

// One request, no redirect following. Answers {status, headers, text, json}.
export function request(url, { method, headers = {}, form, json, timeoutMs = 30000 } = {}) {
  const body = form ? new URLSearchParams(form).toString() : json ? JSON.stringify(json) : undefined;
  const type = form ? 'application/x-www-form-urlencoded' : json ? 'application/json' : undefined;
  return new Promise((resolve, reject) => {
    const req = http.request(url, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        accept: 'application/json, text/html;q=0.9',
        ...(body !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
      timeout: timeoutMs,
    }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (chunk) => { text += chunk; }).on('end', () => {
        let parsed;
        try { parsed = JSON.parse(text); } catch { /* not JSON */ }
        resolve({ status: res.statusCode, headers: res.headers, text, json: parsed });
      });
    });
    req.on('timeout', () => req.destroy(new Error('timed out'))).on('error', reject);
    req.end(body);
  });
}

// A browser, as far as sign-in pages without script need one.
export class Browser {
  #cookies = new Map(); // name -> {value, path}
  #headersFor;
  #visited;
  url = '';

  // `headersFor(url)` gives a request headers of its own; `visited(url, status)`
  // hears of each answer.
  constructor({ headersFor = () => ({}), visited = () => {} } = {}) {
    this.#headersFor = headersFor;
    this.#visited = visited;
  }

  async fetch(url, options = {}) {
    const target = new URL(url, this.url || undefined);
    const cookie = [...this.#cookies]
      .filter(([, c]) => target.pathname.startsWith(c.path)).map(([name, c]) => `${name}=${c.value}`).join('; ');
    const headers = { accept: 'text/html', ...(cookie && { cookie }), ...this.#headersFor(target), ...options.headers };
    const res = await request(target, { ...options, headers });
    this.#visited(target, res.status);
    for (const line of res.headers['set-cookie'] ?? []) {
      const [pair, ...attributes] = line.split(';').map((s) => s.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const path = attributes.find((a) => /^path=/i.test(a))?.slice(5) || '/';
      const expired = attributes.some((a) => /^max-age=0$/i.test(a) || (/^expires=/i.test(a) && new Date(a.slice(8)) < new Date()));
      if (expired || pair.endsWith('=')) this.#cookies.delete(name);
      else this.#cookies.set(name, { value: pair.slice(name.length + 1), path });
    }
    this.url = target.href;
    return res;
  }

  // Follows redirects until a page, or until a Location that `stop` accepts.
  async open(url, options, stop = () => false) {
    let res = await this.fetch(url, options);
    for (let hops = 0; [301, 302, 303, 307, 308].includes(res.status); hops += 1) {
      if (hops > 20) throw new Error('too many redirects');
      const next = new URL(res.headers.location, this.url).href;
      if (stop(next)) return { ...res, stoppedAt: next };
      res = await this.fetch(next);
    }
    return res;
  }

  // Submits the page's form (the one matching `pick`) with `fields` filled in.
  async submit(page, fields = {}, { pick = () => true, stop } = {}) {
    const form = forms(page.text).find(pick);
    if (!form) throw new Error(`no form at ${this.url}: ${page.status} ${page.text.slice(0, 300)}`);
    const target = new URL(form.action || this.url, this.url).href;
    const values = { ...form.fields, ...fields };
    if (form.method === 'get') return this.open(`${target}?${new URLSearchParams(values)}`, {}, stop);
    return this.open(target, { form: values, headers: { referer: this.url, origin: new URL(this.url).origin } }, stop);
  }
}

const unescape = (s) => s.replace(/&(amp|lt|gt|quot|#39|#x27|#x3D);/g, (m, e) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", '#x3D': '=' }[e]));
function attributes(tag) {
  const out = {};
  for (const [, name, , dq, sq, bare] of tag.matchAll(/([\w:-]+)(\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g)) {
    out[name.toLowerCase()] = unescape(dq ?? sq ?? bare ?? '');
  }
  return out;
}
export function forms(html) {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, tag, inner]) => {
    const { action = '', method = 'get', id = '' } = attributes(tag);
    const fields = {};
    for (const [, input] of inner.matchAll(/<input\b([^>]*)>/gi)) {
      const a = attributes(input);
      if (!a.name || ['submit', 'button', 'reset'].includes(a.type)) continue;
      if (['checkbox', 'radio'].includes(a.type) && !('checked' in a)) continue;
      fields[a.name] = a.value ?? '';
    }
    return { action, method: method.toLowerCase(), id, fields, html: inner };
  });
}

// What a page says, without its mark-up.
export const pageText = (html) => unescape(html.replace(/<(style|script|title)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();

export const basic = (id, secret) => `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
