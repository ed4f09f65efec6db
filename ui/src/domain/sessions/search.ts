/**
 * The search box: one text for the engine, shown as chips and free words. The engine does the
 * searching; the page only splits, joins and toggles.
 */
import type { State } from '../../shared/bridge/types.gen';

export const FILTER_KEYS = ['is', 'issuer', 'client', 'sub', 'scope', 'label', 'expires'] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

/** A filter with its value as typed, such as `-issuer:gitlab` or `label:"on call"`. */
export interface Filter {
  key: FilterKey;
  value: string;
  negated: boolean;
}

export interface Search {
  filters: readonly Filter[];
  /** What is left: words, and filters still being typed. */
  words: string;
}

const MOST_FILTERS = 24;
const MOST_CHARACTERS = 200;

/** Splits on spaces, but not inside double quotes; an open quote takes the rest. */
export function tokens(text: string): string[] {
  return text.match(/(?:[^\s"]|"[^"]*"?)+/gu) ?? [];
}

/** `-issuer:okta` as a filter; `null` when it is a plain word or has no value yet. */
export function parseFilter(token: string): Filter | null {
  const match = /^(-?)([a-z]+):(.+)$/iu.exec(token);
  const [, minus = '', word = '', raw = ''] = match ?? [];
  const key = FILTER_KEYS.find((known) => known === word.toLowerCase());
  const value = raw.replace(/"/gu, '').trim();
  return key && value ? { key, value: value.slice(0, MOST_CHARACTERS), negated: minus === '-' } : null;
}

/** Takes the filters out of `text`, and leaves its words in their order. */
export function parseSearch(text: string): Search {
  const filters: Filter[] = [];
  const words: string[] = [];
  for (const token of tokens(text)) {
    const filter = filters.length < MOST_FILTERS ? parseFilter(token) : null;
    if (!filter) words.push(token);
    else if (!filters.some((other) => sameFilter(other, filter))) filters.push(filter);
  }
  return { filters, words: words.join(' ') };
}

export function filterText({ key, value, negated }: Filter): string {
  return `${negated ? '-' : ''}${key}:${/\s/u.test(value) ? `"${value}"` : value}`;
}

/** The text for the engine. */
export function searchText({ filters, words }: Search): string {
  return [...filters.map(filterText), words.trim()].filter(Boolean).join(' ');
}

export function sameFilter(a: Filter, b: Filter): boolean {
  return a.key === b.key && a.negated === b.negated && a.value.toLowerCase() === b.value.toLowerCase();
}

/** Adds the filter, or takes it away when it is there. */
export function toggleFilter(search: Search, filter: Filter): Search {
  const others = search.filters.filter((other) => !sameFilter(other, filter));
  return { ...search, filters: others.length < search.filters.length ? others : [...others, filter] };
}

/**
 * What the box holds after typing `text` into it: finished filters (a space follows) become chips,
 * the last token stays text.
 */
export function typed(search: Search, text: string): Search {
  const open = /\s$/u.test(text) && (text.match(/"/gu) ?? []).length % 2 === 0 ? '' : (tokens(text).at(-1) ?? '');
  const done = text.slice(0, text.length - (open ? text.length - text.lastIndexOf(open) : 0));
  const parsed = parseSearch(done);
  const fresh = parsed.filters.filter((filter) => !search.filters.some((other) => sameFilter(other, filter)));
  if (parsed.filters.length === 0) return { ...search, words: text };
  const words = [parsed.words, open].filter(Boolean).join(' ');
  return { filters: [...search.filters, ...fresh], words };
}

/** What the box holds after Enter: every filter becomes a chip. */
export function finished(search: Search): Search {
  return typed(search, `${search.words} `).filters.length > search.filters.length
    ? { ...typed(search, `${search.words} `), words: parseSearch(search.words).words }
    : search;
}

export const stateFilter = (state: State): Filter => ({ key: 'is', value: state, negated: false });
export const issuerFilter = (host: string): Filter => ({ key: 'issuer', value: host, negated: false });
export const labelFilter = (label: string): Filter => ({ key: 'label', value: label, negated: false });
