/** Addresses and scopes as people type them. */

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?(\/|$)/iu;

/**
 * `sso.example.com` becomes `https://sso.example.com`; only this computer itself may be http. What
 * has a scheme is left alone, trailing slash included: issuers must match to the letter.
 */
export function withScheme(typed: string): string {
  const address = typed.trim();
  if (address === '' || /^[a-z][a-z0-9+.-]*:\/\//iu.test(address)) return address;
  return `${LOOPBACK.test(address) ? 'http' : 'https'}://${address}`;
}

export const DEFAULT_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];

/** RFC 6749 §3.3: printable ASCII without space, `"` and `\`. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/u;
const MOST_SCOPES = 50;

/** Adds what was typed or pasted, in its order and once each; what is no scope is left out. */
export function addScopes(to: readonly string[], typed: string): string[] {
  const wanted = typed.split(/[\s,]+/u).filter((scope) => SCOPE.test(scope));
  return [...new Set([...to, ...wanted])].slice(0, MOST_SCOPES);
}

/** The port that was typed: `null` for none, `undefined` for something that is no port. */
export function typedPort(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const port = Number(text);
  return Number.isInteger(port) && port >= 1024 && port <= 65_535 ? port : undefined;
}
