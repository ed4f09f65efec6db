/** An invented log of 1,284 events, its chain and its export. */
import type {
  AuditFilter,
  AuditPage,
  AuditRow,
  ChainView,
  ExportPreview,
  ExportRequest,
  ExportResult,
} from '../shared/bridge/types.gen';
import { at, mockNow } from './clock';

type Seed = Pick<AuditRow, 'actor' | 'event' | 'result'> & { label?: string; code?: string; token?: boolean };

const ROUND: readonly Seed[] = [
  { actor: 'keyfob', event: 'refresh.failed', result: 'failed', label: 'argo-cd', code: 'server_error' },
  { actor: 'keyfob', event: 'refresh.refused', result: 'refused', label: 'payments-api', code: 'invalid_grant', token: true },
  { actor: 'keyfob', event: 'refresh.succeeded', result: 'ok', label: 'kube-us-2', token: true },
  { actor: 'keyfob', event: 'checkpoint.signed', result: 'ok' },
  { actor: 'user', event: 'vault.unlocked', result: 'ok' },
  { actor: 'keyfob', event: 'refresh.succeeded', result: 'ok', label: 'billing-cli', token: true },
  { actor: 'user', event: 'token.copied', result: 'ok', label: 'kube-us-2', token: true },
  { actor: 'user', event: 'revoke.requested', result: 'pending', label: 'old-laptop' },
  { actor: 'keyfob', event: 'revoke.sent', result: 'ok', label: 'old-laptop', token: true },
  { actor: 'keyfob', event: 'revoke.confirmed', result: 'ok', label: 'old-laptop', token: true },
  { actor: 'user', event: 'session.signed_in', result: 'ok', label: 'billing-cli' },
  { actor: 'cli', event: 'log.exported', result: 'ok' },
];

const TOTAL = 1_284;
const hex = (seq: number) => (seq * 2_654_435_761).toString(16).padStart(8, '0').slice(-8).repeat(8);

function event(seq: number): AuditRow {
  const seed = ROUND[(TOTAL - seq) % ROUND.length] as Seed;
  const back = TOTAL - seq;
  return {
    seq,
    at: at('09:59:58') - back * 7 * 60_000 - (back % 3) * 17_000,
    actor: seed.actor,
    event: seed.event,
    result: seed.result,
    session: seed.label ? `00000000-0000-4000-8000-00000000000${(back % 8) + 1}` : null,
    label: seed.label ?? null,
    account: seed.label ? 'ana@example.com' : null,
    host: seed.label ? 'sso.example.com' : null,
    token: seed.token ? 'access fp M8PD-3JVQ-77HE' : null,
    code: seed.code ?? null,
    facts: seed.code ? [{ name: 'attempt', value: '2' }, { name: 'status', value: '503' }] : [],
    checkpoint: seed.event === 'checkpoint.signed',
    leaf: hex(seq),
  };
}

export const log: AuditRow[] = Array.from({ length: TOTAL }, (_, index) => event(TOTAL - index));

function matches(row: AuditRow, filter: AuditFilter): boolean {
  const words = [row.event, row.label, row.account, row.host, row.code].join(' ').toLowerCase();
  return (
    words.includes(filter.text.toLowerCase()) &&
    (filter.events.length === 0 || filter.events.includes(row.event)) &&
    (filter.actors.length === 0 || filter.actors.includes(row.actor)) &&
    (filter.results.length === 0 || filter.results.includes(row.result)) &&
    (filter.from === null || row.at >= filter.from) &&
    (filter.to === null || row.at <= filter.to) &&
    (filter.session === null || row.session === filter.session)
  );
}

export function auditPage(filter: AuditFilter): AuditPage {
  const found = log.filter((row) => matches(row, filter));
  return {
    rows: found.slice(filter.offset, filter.offset + filter.limit),
    matched: found.length,
    total: log.length,
    events: [...new Set(log.map((row) => row.event))].sort(),
  };
}

export function chain(broken: boolean): ChainView {
  return {
    events: log.length,
    intact: !broken,
    brokenAt: broken ? 1_282 : null,
    checkpointSeq: 1_280,
    checkpointAt: mockNow(),
    key: '2KXH-M49T-QW7R-PD3V',
    checkedAt: mockNow(),
  };
}

const TARGET = '/home/ana/Documents/keyfob-audit';

export function exportPreview(request: ExportRequest): ExportPreview {
  const found = log.filter((row) => matches(row, request.filter));
  const account = { keep: '"ana@example.com"', hash: '"h:9c41e07b"', remove: 'null' }[request.accounts];
  const host = { keep: '"sso.example.com"', hash: '"h:51b7c3d9"', remove: 'null' }[request.hosts];
  const lines = found.slice(0, 3).map((row) => {
    const time = new Date(row.at).toISOString();
    const head = `{"seq":${row.seq}, "time":"${time}", "event":"${row.event}", "account":`;
    const middle = ', "host":';
    const text = `${head}${account}${middle}${host}, "result":"${row.result}", "leaf":"${row.leaf.slice(0, 4)}…"}`;
    const spans = [
      request.accounts === 'keep' ? null : { start: head.length, end: head.length + account.length },
      request.hosts === 'keep'
        ? null
        : { start: head.length + account.length + middle.length, end: head.length + account.length + middle.length + host.length },
    ];
    return { text, masked: spans.filter((span) => span !== null) };
  });
  const named = found.filter((row) => row.account !== null).length;
  return {
    lines,
    events: found.length,
    masked: (request.accounts === 'keep' ? 0 : named) + (request.hosts === 'keep' ? 0 : named),
    bytes: found.length * 498,
    checkpoints: Math.ceil(found.length / 256),
    target: `${TARGET}.${request.format}`,
  };
}

export function exported(request: ExportRequest): ExportResult {
  const { events, masked, target } = exportPreview(request);
  return { path: target, events, masked, key: '2KXH-M49T-QW7R-PD3V' };
}
