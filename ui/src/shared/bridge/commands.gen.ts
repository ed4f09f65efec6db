// Generated from the Rust table of commands. Do not edit: the tests compare it.

import type * as T from './types.gen';

export interface Commands {
  app_state: { args: Record<string, never>; answer: T.AppView };
  create_vault: { args: Record<string, never>; answer: T.VaultView };
  retry_unlock: { args: Record<string, never>; answer: T.VaultView };
  start_new_vault: { args: Record<string, never>; answer: T.VaultView };
  lock: { args: Record<string, never>; answer: T.VaultView };
  unlock: { args: Record<string, never>; answer: T.VaultView };
  accept_older_copy: { args: Record<string, never>; answer: T.VaultView };
  show_vault_folder: { args: Record<string, never>; answer: null };
  settings: { args: Record<string, never>; answer: T.SettingsView };
  set_settings: { args: { settings: T.SettingsView }; answer: T.SettingsView };
  quit: { args: Record<string, never>; answer: null };
  copy_report: { args: { code: T.ErrorCode }; answer: null };
  give_up_waiting: { args: Record<string, never>; answer: T.VaultView };
  close_window: { args: { answer: T.OnClose }; answer: null };
  autostart: { args: Record<string, never>; answer: boolean | null };
  set_autostart: { args: { on: boolean }; answer: boolean };
  policies: { args: Record<string, never>; answer: Array<T.PolicyView> };
  set_policies: { args: { policies: Array<T.PolicyView> }; answer: Array<T.PolicyView> };
  preview_policies: { args: { policies: Array<T.PolicyView> }; answer: T.PolicyPreview };
  list_sessions: { args: { query: T.SessionQuery }; answer: T.SessionPage };
  session_detail: { args: { id: string }; answer: T.Detail };
  session_claims: { args: { id: string, kind: string }; answer: T.ClaimsView };
  session_history: { args: { id: string }; answer: Array<T.HistoryRow> };
  session_findings: { args: { id: string }; answer: T.FindingsView };
  dismiss_finding: { args: { id: string, code: string }; answer: T.FindingsView };
  restore_finding: { args: { id: string, code: string }; answer: T.FindingsView };
  timeline_page: { args: { query: T.TimelineQuery }; answer: T.TimelinePage };
  rename_session: { args: { id: string, name: string }; answer: T.Row };
  label_session: { args: { id: string, labels: Array<string> }; answer: T.Row };
  refresh_session: { args: { id: string }; answer: T.Row };
  refresh_due: { args: Record<string, never>; answer: number };
  pause_refresh: { args: { paused: boolean }; answer: T.SettingsView };
  copy_access_token: { args: { id: string, header: boolean }; answer: number };
  clear_clipboard: { args: Record<string, never>; answer: null };
  forget_session: { args: { id: string }; answer: null };
  remove_session: { args: { id: string }; answer: null };
  take_over_session: { args: { id: string, request: T.SignInRequest }; answer: T.Row };
  sign_out_in_browser: { args: { id: string }; answer: null };
  revoke_preview: { args: { scope: T.RevokeScope }; answer: T.RevokePreview };
  revoke: { args: { scope: T.RevokeScope }; answer: number };
  undo_revoke: { args: { id: string }; answer: T.Row };
  revoke_now: { args: { id: string }; answer: T.Row };
  known_issuers: { args: Record<string, never>; answer: Array<T.IssuerView> };
  forget_issuer: { args: { id: string }; answer: null };
  keep_admin_client: { args: { id: string, clientId: string }; answer: T.IssuerView };
  drop_admin_client: { args: { id: string }; answer: T.IssuerView };
  set_issuer_kind: { args: { id: string, kind: T.ProviderKind }; answer: T.IssuerView };
  provider_limits: { args: { issuer: string }; answer: T.ProviderLimitsView };
  discover_issuer: { args: { issuer: string, allowPrivate: boolean }; answer: T.DiscoveryView };
  paste_client_secret: { args: Record<string, never>; answer: T.SecretStatus };
  drop_client_secret: { args: Record<string, never>; answer: T.SecretStatus };
  start_sign_in: { args: { request: T.SignInRequest }; answer: T.FlowView };
  flow_state: { args: { id: string }; answer: T.FlowView };
  cancel_flow: { args: { id: string }; answer: T.FlowView };
  open_flow_page: { args: { id: string }; answer: null };
  copy_user_code: { args: { id: string }; answer: null };
  import_from_clipboard: { args: Record<string, never>; answer: T.ImportPreview };
  import_from_file: { args: Record<string, never>; answer: T.ImportPreview | null };
  import_commit: { args: { id: string, name: string }; answer: T.Row };
  import_discard: { args: { id: string }; answer: null };
  audit_page: { args: { filter: T.AuditFilter }; answer: T.AuditPage };
  audit_chain: { args: Record<string, never>; answer: T.ChainView };
  export_preview: { args: { request: T.ExportRequest }; answer: T.ExportPreview };
  choose_export_target: { args: { request: T.ExportRequest }; answer: string | null };
  export_audit: { args: { request: T.ExportRequest }; answer: T.ExportResult };
  export_progress: { args: Record<string, never>; answer: T.ExportProgress };
  cancel_export: { args: Record<string, never>; answer: null };
  show_export: { args: Record<string, never>; answer: null };
}

export const COMMANDS = [
  'app_state',
  'create_vault',
  'retry_unlock',
  'start_new_vault',
  'lock',
  'unlock',
  'accept_older_copy',
  'show_vault_folder',
  'settings',
  'set_settings',
  'quit',
  'copy_report',
  'give_up_waiting',
  'close_window',
  'autostart',
  'set_autostart',
  'policies',
  'set_policies',
  'preview_policies',
  'list_sessions',
  'session_detail',
  'session_claims',
  'session_history',
  'session_findings',
  'dismiss_finding',
  'restore_finding',
  'timeline_page',
  'rename_session',
  'label_session',
  'refresh_session',
  'refresh_due',
  'pause_refresh',
  'copy_access_token',
  'clear_clipboard',
  'forget_session',
  'remove_session',
  'take_over_session',
  'sign_out_in_browser',
  'revoke_preview',
  'revoke',
  'undo_revoke',
  'revoke_now',
  'known_issuers',
  'forget_issuer',
  'keep_admin_client',
  'drop_admin_client',
  'set_issuer_kind',
  'provider_limits',
  'discover_issuer',
  'paste_client_secret',
  'drop_client_secret',
  'start_sign_in',
  'flow_state',
  'cancel_flow',
  'open_flow_page',
  'copy_user_code',
  'import_from_clipboard',
  'import_from_file',
  'import_commit',
  'import_discard',
  'audit_page',
  'audit_chain',
  'export_preview',
  'choose_export_target',
  'export_audit',
  'export_progress',
  'cancel_export',
  'show_export',
] as const satisfies readonly (keyof Commands)[];
