import type { ErrorCode } from '../../bridge/types.gen';
import { plural } from '../../format/text';

type Facts = Record<string, string>;

const host = (facts: Facts) => facts['host'] ?? 'The provider';
const path = (facts: Facts, other = 'The file') => facts['path'] ?? other;

const clockOff = (facts: Facts) => {
  const behind = Number(facts['behind_minutes'] ?? 0);
  const minutes = Math.abs(behind);
  const hours = Math.round(minutes / 60);
  const days = Math.round(hours / 24);
  const time =
    days > 1 ? plural(days, 'day', 'days') : hours > 1 ? plural(hours, 'hour', 'hours') : plural(minutes, 'minute', 'minutes');
  return `The clock of this computer is ${time} ${behind < 0 ? 'ahead of' : 'behind'} that of ${host(facts)}`;
};

const notRefreshed = (facts: Facts) => {
  switch (facts['why']) {
    case 'not_reached':
      return `${host(facts)} could not be reached.`;
    case 'tls':
      return `There is no safe connection to ${host(facts)}: its certificate was not accepted.`;
    case 'blocked':
      return `The address behind ${host(facts)} is not allowed.`;
    case 'turned_away':
      return `${host(facts)} says to come back later.`;
    case 'unreadable':
      return `No readable answer came from ${host(facts)}.`;
    case 'bad_answer':
      return `${host(facts)} sent no access token that can be used.`;
    case 'invalid_client':
      return `${host(facts)} refused the client.`;
    case 'refused':
      return `${host(facts)} refused the refresh.`;
    default:
      return 'The refresh brought no new token.';
  }
};

/** What went wrong, who said so, what still works. One sentence or two, no codes. */
export const errors: Record<ErrorCode, (facts: Facts) => string> = {
  vault_locked: () => 'Keyfob is locked.',
  vault_not_open: () => 'The vault is not open yet.',
  vault_exists: () => 'There is a vault already. It was left as it is.',
  vault_newer: () => 'This vault was written by a newer Keyfob. It was left untouched; update Keyfob to open it.',
  vault_damaged: () => 'The vault file is damaged. Nothing was changed in it.',
  vault_not_ours: (facts) => `${path(facts)} is not a vault of Keyfob. It was left untouched.`,
  vault_no_permission: (facts) => `Keyfob may not write to ${path(facts, 'its folder')}. Nothing was lost.`,
  vault_disk_full: () => 'The disk is full. Nothing was lost; free some space and try again.',
  vault_busy: () => 'Another Keyfob process is writing to the vault. Try again in a moment.',
  vault_in_use: (facts) =>
    facts['pid'] ? `Another Keyfob (process ${facts['pid']}) has this vault open.` : 'Another Keyfob has this vault open.',
  vault_read_only: () => 'The vault is open for reading only.',
  vault_io: () => 'The vault file could not be read or written. Nothing was lost.',
  keyring_locked: () => 'The keyring is locked. Your vault is unharmed.',
  keyring_denied: () => 'The keyring refused to give the key. Your vault is unharmed.',
  keyring_no_key: () => 'The keyring has no key for this vault. The vault itself is unharmed.',
  keyring_silent: () => 'The keyring does not answer. Your vault is unharmed.',
  keyring_missing: () => 'There is no keyring on this desktop.',
  keyring_failed: () => 'The keyring failed. Your vault is unharmed.',
  wrong_key: () => 'The key in the keyring does not open this vault. The vault itself is unharmed.',
  issuer_not_a_url: () => 'That is not the address of a provider, such as sso.example.com.',
  issuer_not_https: () => 'The address must start with https://. Only this computer itself may use http.',
  issuer_unreachable: (facts) => `${host(facts)} could not be reached. Check the address and the network.`,
  issuer_no_discovery: (facts) => `${host(facts)} has no OpenID or OAuth configuration at its well-known address.`,
  issuer_not_json: (facts) => `${host(facts)} answered with something that is not a provider’s configuration.`,
  issuer_mismatch: (facts) =>
    `The configuration belongs to another issuer. Asked for: ${facts['expected'] ?? '–'}. Found: ${facts['found'] ?? '–'}.`,
  issuer_private_address: (facts) =>
    `${host(facts)} is in a private network or on this computer. Allow that first, if you mean it.`,
  issuer_tls: (facts) => `The connection to ${host(facts)} is not safe: its certificate was not accepted.`,
  issuer_incomplete: (facts) => `The configuration of ${host(facts)} lacks what a sign-in needs.`,
  sign_in_cancelled: () => 'The sign-in was cancelled.',
  sign_in_timed_out: () => 'The sign-in took too long and was given up. Nothing was changed.',
  sign_in_refused: (facts) => `${host(facts)} refused the sign-in.`,
  sign_in_port_busy: (facts) => `The port ${facts['port'] ?? ''} for the answer of the browser is in use.`,
  sign_in_already_running: () => 'A sign-in is already running.',
  sign_in_no_browser: () => 'No browser could be opened.',
  sign_in_bad_answer: (facts) => `The answer of ${host(facts)} could not be used. Nothing was saved.`,
  sign_in_client_refused: (facts) => `${host(facts)} refused the client. Check the client ID and its secret.`,
  sign_in_clock_off: (facts) =>
    `${clockOff(facts)}, so nothing was saved. Set the clock of this computer, then sign in again.`,
  id_token_invalid: (facts) => `The ID token of ${host(facts)} did not pass the check, so nothing was saved.`,
  device_not_offered: (facts) => `${host(facts)} does not offer sign-in with a code.`,
  device_expired: () => 'The code has expired. Ask for a new one.',
  clipboard_empty: () => 'The clipboard holds no text.',
  clipboard_unavailable: () => 'The clipboard could not be used.',
  file_unreadable: (facts) => `${path(facts)} could not be read.`,
  file_too_large: (facts) => `${path(facts)} is too large to be a token.`,
  not_a_token: () => 'That is not a token Keyfob knows.',
  token_too_large: () => 'The token is too large. Nothing was saved.',
  already_in_vault: (facts) =>
    facts['name'] ? `This token is already in the vault, as ${facts['name']}.` : 'This token is already in the vault.',
  session_not_found: () => 'This session is no longer here.',
  vault_older_copy: () =>
    'This vault is an older copy, or was changed from outside. Decide how to go on before its sessions are refreshed.',
  session_ambiguous: (facts) => `Several sessions fit that name: ${facts['candidates'] ?? '–'}.`,
  no_access_token: () => 'This session has no access token.',
  access_token_ended: () => 'The access token has ended. Refresh or sign in again first.',
  session_revoking: () => 'This session is being revoked, so its tokens are not used any more.',
  session_not_refreshable: () => 'This session cannot be refreshed.',
  refresh_budget_spent: (facts) =>
    facts['until']
      ? `Refreshed too often. To protect the session, the next try is at ${facts['until']}.`
      : 'Refreshed too often. To protect the session, Keyfob waits a while.',
  refresh_running: () => 'A refresh of this session is already on its way.',
  not_saved: (facts) =>
    `New tokens came and could not be saved${facts['why'] === 'vault_disk_full' ? ': the disk is full' : ''}. Keyfob holds them and tries again; keep it running.`,
  refresh_failed: (facts) => `${notRefreshed(facts)} Nothing was lost; Keyfob tries again.`,
  sign_in_needed: (facts) => `This session has ended at ${host(facts)}. Sign in again.`,
  session_frozen: () => 'This session is frozen, because someone else may be using it.',
  revoke_already_sent: () => 'The revocation has been sent already and cannot be undone.',
  name_invalid: () => 'A name has 1 to 120 characters.',
  label_invalid: () => 'A label has 1 to 40 characters and no commas.',
  policy_invalid: () => 'These policies are too many or too long. Nothing was changed.',
  autostart_failed: () => 'The entry for the start at login could not be written.',
  sign_out_not_offered: (facts) => `${host(facts)} has no page to sign out.`,
  provider_unsupported: (facts) => `${host(facts)} does not offer this.`,
  provider_needs_admin: (facts) => `${host(facts)} needs an administrator’s client for this.`,
  provider_admin_refused: (facts) => `${host(facts)} refuses the environment client. Check its ID and secret in the settings.`,
  provider_unknown: (facts) => `${host(facts)} does not know this session.`,
  provider_later: (facts) => `${host(facts)} says to come back later. Nothing was changed.`,
  provider_still_alive: (facts) => `${host(facts)} says revoked, but still shows the session alive.`,
  provider_refused: (facts) => `${host(facts)} refused this, or its answer could not be read. Nothing is known to have changed.`,
  export_target_is_link: (facts) => `${path(facts)} is a link. Nothing was written; choose a plain file.`,
  export_failed: (facts) => `The export could not be written to ${path(facts, 'the file')}.`,
  export_cancelled: () => 'The export was cancelled.',
  log_broken: (facts) => `The audit log does not fit together from event ${facts['seq'] ?? '?'} on.`,
  internal: () => 'Something went wrong inside Keyfob. Nothing was lost.',
};
