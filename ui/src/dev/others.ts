/** Invented answers for the dialogs and screens beside the list: sign-in, import, audit, settings. */
import type { AuditFilter, ExportRequest, IssuerView, PolicyPreview, PolicyView, ProviderKind, SignInRequest } from '../shared/bridge/types.gen';
import { auditPage, chain, exported, exportPreview } from './audit';
import type { MockState } from './mock';
import { cancelFlow, discover, flowState, importPreview, knownIssuers, startSignIn } from './signin';

type Handler = (state: MockState, args: never) => unknown;

const issuers = new WeakMap<MockState, IssuerView[]>();

function known(state: MockState): IssuerView[] {
  const list = issuers.get(state) ?? (state.rows.length === 0 ? [] : knownIssuers());
  issuers.set(state, list);
  return list;
}

function change(state: MockState, id: string, change: Partial<IssuerView>): IssuerView {
  const list = known(state).map((issuer) => (issuer.id === id ? { ...issuer, ...change } : issuer));
  issuers.set(state, list);
  const found = list.find((issuer) => issuer.id === id);
  if (!found) throw { code: 'internal', facts: {} };
  return found;
}

const kept = new WeakMap<MockState, PolicyView[]>();

/** Invented: what is unused for up to a week ends some of the list at once. */
function policyPreview(state: MockState, policies: PolicyView[]): PolicyPreview {
  const tight = policies.find(({ unusedMs, totalMs }) => Math.min(unusedMs ?? Infinity, totalMs ?? Infinity) <= 7 * 86_400_000);
  const ending = tight ? state.rows.slice(0, 3) : [];
  return {
    ending: ending.map(({ id, name, host }) => ({ id, name, host, limit: 'unused', action: tight?.action ?? 'revoke' })),
    ends: ending.length, later: state.rows.length - ending.length, unsure: 0,
  };
}

export const others: Record<string, Handler> = {
  known_issuers: known,
  forget_issuer: (state, args: { id: string }) => {
    issuers.set(state, known(state).filter((issuer) => issuer.id !== args.id));
    return null;
  },
  keep_admin_client: (state, args: { id: string }) => change(state, args.id, { hasAdmin: true }),
  drop_admin_client: (state, args: { id: string }) => change(state, args.id, { hasAdmin: false }),
  set_issuer_kind: (state, args: { id: string; kind: ProviderKind }) =>
    change(state, args.id, { kind: args.kind, wantsAdmin: args.kind === 'scalekit', provider: args.kind === 'scalekit' ? 'Scalekit' : 'OpenID Connect' }),
  discover_issuer: (_, args: { issuer: string; allowPrivate: boolean }) => discover(args.issuer, args.allowPrivate),
  paste_client_secret: () => ({ held: true, length: 40 }),
  drop_client_secret: () => ({ held: false, length: 0 }),
  start_sign_in: (_, args: { request: SignInRequest }) => startSignIn(args.request),
  flow_state: (_, args: { id: string }) => flowState(args.id),
  cancel_flow: (_, args: { id: string }) => cancelFlow(args.id),
  import_from_clipboard: importPreview,
  import_from_file: importPreview,
  import_commit: (state, args: { name: string }) => ({ ...state.rows[0], name: args.name }),
  take_over_session: (state, args: { id: string }) => state.rows.find((row) => row.id === args.id),
  autostart: () => false,
  set_autostart: (_, args: { on: boolean }) => args.on,
  export_progress: () => ({ done: 0, total: 0 }),
  policies: (state) => kept.get(state) ?? [],
  set_policies: (state, args: { policies: PolicyView[] }) => {
    kept.set(state, args.policies);
    return args.policies;
  },
  preview_policies: (state, args: { policies: PolicyView[] }) => policyPreview(state, args.policies),
  provider_limits: () => ({ refreshMs: 30 * 86_400_000, totalMs: 7 * 86_400_000, unusedMs: 3_600_000 }),
  audit_page: (_, args: { filter: AuditFilter }) => auditPage(args.filter),
  audit_chain: () => chain(new URLSearchParams(location.search).has('broken')),
  export_preview: (_, args: { request: ExportRequest }) => exportPreview(args.request),
  choose_export_target: (_, args: { request: ExportRequest }) => `/home/ana/audit.${args.request.format}`,
  export_audit: async (_, args: { request: ExportRequest }) => {
    await new Promise((done) => setTimeout(done, 1_200));
    return exported(args.request);
  },
};
