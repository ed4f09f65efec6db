/** Numbers and the text of others. */
import { LOCALE } from './locale';

const numberFormat = new Intl.NumberFormat(LOCALE);
const pluralRules = new Intl.PluralRules(LOCALE);

/** `1,284` */
export function number(value: number): string {
  return numberFormat.format(value);
}

/** `1 session`, `7 sessions` */
export function plural(count: number, one: string, other: string): string {
  return `${number(count)} ${pluralRules.select(count) === 'one' ? one : other}`;
}

const kilo = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

/** `742 bytes`, `640 kB` */
export function bytes(count: number): string {
  if (count < 10_000) return plural(count, 'byte', 'bytes');
  if (count < 1_000_000) return `${kilo.format(Math.round(count / 1_000))} kB`;
  return `${kilo.format(count / 1_000_000)} MB`;
}

/** Cuts hostile text to `most` characters, on whole code points. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const points = [...text.slice(0, 2 * most + 2)];
  return points.length <= most ? text : `${points.slice(0, most - 1).join('')}…`;
}

/** The letter on the tile of a host: of its last name that says something. */
export function tileLetter(host: string): string {
  const name = host.replace(/^(www|login|auth|sso|id|idp|accounts?|oidc)\./iu, '');
  return ([...name].find((character) => /[\p{L}\p{N}]/u.test(character)) ?? '?').toUpperCase();
}

/** An issuer without its scheme, for people. */
export function withoutScheme(issuer: string): string {
  return issuer.replace(/^https?:\/\//u, '').replace(/\/$/u, '');
}
