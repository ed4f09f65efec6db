/** A small stand-in for the engine's list: filters, sorting, groups. */
import { filterText, parseFilter, parseSearch, tokens } from '../domain/sessions/search';
import { ATTENTION } from '../domain/sessions/look';
import type { Facets, NextEnd, Row, RowItem, SessionPage, SessionQuery, State } from '../shared/bridge/types.gen';
import { mockNow } from './clock';
import { PROVIDERS } from './sessions';

const ORDER: readonly State[] = [
  'theft', 'revoking', 'relogin', 'failed', 'expired', 'expiring', 'refreshing', 'watched', 'offline', 'active', 'revoked',
];
const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function matches(row: Row, text: string): boolean {
  const { filters, words } = parseSearch(text);
  const all = filters.every(({ key, value, negated }) => {
    const wanted = value.toLowerCase();
    const hit = {
      is: row.state === wanted,
      issuer: `${row.host} ${PROVIDERS[row.host] ?? ''}`.toLowerCase().includes(wanted),
      client: row.name.toLowerCase().includes(wanted),
      sub: (row.account ?? '').toLowerCase().includes(wanted),
      scope: row.scopes.includes(wanted),
      label: row.labels.includes(wanted),
      expires: expires(row, wanted),
    }[key];
    return hit !== negated;
  });
  const hay = [row.name, row.account, row.host, ...row.labels].join(' ').toLowerCase();
  return all && words.toLowerCase().split(/\s+/u).every((word) => hay.includes(word));
}

function expires(row: Row, text: string): boolean {
  const [, sign, count, unit] = /^([<>])(\d+)([mhd])$/u.exec(text) ?? [];
  if (!sign || row.end.at === null) return false;
  const left = row.end.at - mockNow();
  const bound = Number(count) * (UNITS[unit ?? 'h'] ?? 0);
  return sign === '<' ? left < bound : left > bound;
}

function compare(query: SessionQuery): (a: Row, b: Row) => number {
  const order = { state: stateOrder, name: byName, account: byAccount, end: byEnd }[query.sort];
  return (a, b) => (query.descending ? -1 : 1) * order(a, b);
}
const stateOrder = (a: Row, b: Row) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state);
const byName = (a: Row, b: Row) => a.name.localeCompare(b.name);
const byAccount = (a: Row, b: Row) => (a.account ?? '').localeCompare(b.account ?? '');
const byEnd = (a: Row, b: Row) => (a.end.at ?? Infinity) - (b.end.at ?? Infinity);

function grouped(rows: Row[], collapsed: readonly string[]): RowItem[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(row.issuer, [...(groups.get(row.issuer) ?? []), row]);
  return [...groups].flatMap(([issuer, members]): RowItem[] => {
    const hidden = collapsed.includes(issuer);
    const host = members[0]?.host ?? '';
    const head: RowItem = {
      type: 'group',
      issuer,
      host,
      provider: PROVIDERS[host] ?? 'OIDC',
      count: members.length,
      attention: members.filter((row) => ATTENTION.includes(row.state)).length,
      collapsed: hidden,
    };
    return [head, ...(hidden ? [] : members.map((row): RowItem => ({ type: 'session', row })))];
  });
}

function count<Key>(keys: readonly Key[]): [Key, number][] {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts];
}

function facets(rows: readonly Row[]): Facets {
  return {
    states: count(rows.map((row) => row.state)),
    issuers: count(rows.map((row) => row.issuer)).map(([issuer, times]) => ({
      issuer,
      host: rows.find((row) => row.issuer === issuer)?.host ?? '',
      count: times,
    })),
    labels: count(rows.flatMap((row) => row.labels)).map(([value, times]) => ({ value, count: times })),
  };
}

const NEXT: readonly State[] = ['failed', 'expiring', 'offline'];

function nextEnds(rows: readonly Row[]): NextEnd[] {
  const now = mockNow();
  return rows
    .filter((row) => row.end.at !== null && row.end.at > now && NEXT.includes(row.state))
    .sort(byEnd)
    .slice(0, 4)
    .map((row): NextEnd => {
      const end = row.end.at ?? now;
      const alone = row.state === 'offline' || row.name === 'breakglass';
      const access = row.state === 'expiring' && !alone ? now + 12 * 60_000 : end;
      return {
        id: row.id,
        name: row.name,
        state: row.state,
        accessAt: access,
        endAt: row.state === 'failed' ? now + 9 * 3_600_000 : end,
        refreshAt: alone || row.state === 'failed' ? null : now + 6 * 60_000,
        byPolicy: row.end.byPolicy,
      };
    });
}

export function page(all: readonly Row[], query: SessionQuery, online: boolean): SessionPage {
  const rows = all.filter((row) => matches(row, query.text)).sort(compare(query));
  // Groups keep the order in which they were added.
  const order = [...new Set(all.map((row) => row.issuer))];
  rows.sort((a, b) => order.indexOf(a.issuer) - order.indexOf(b.issuer));
  const items = query.grouped
    ? grouped(rows, query.collapsed)
    : rows.map((row): RowItem => ({ type: 'session', row }));
  return {
    items: items.slice(query.offset, query.offset + query.limit),
    lines: items.length,
    matched: rows.length,
    total: all.length,
    ids: query.ids ? rows.slice(0, 10_000).map((row) => row.id) : [],
    facets: facets(all),
    nextEnds: nextEnds(all),
    nextRefreshAt: mockNow() + 2 * 60_000,
    online,
    badFilters: tokens(query.text).filter((token) => {
      const filter = parseFilter(token);
      return filter?.key === 'expires' && !/^[<>]\d+[mhd]$/u.test(filter.value) ? filterText(filter) : false;
    }),
    now: mockNow(),
  };
}
