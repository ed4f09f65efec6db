import { bytes, number, plural } from '../../format/text';
import type { IconName } from '../../icons/registry';

/** An event as people read it. */
export interface EventWords {
  name: string;
  icon: IconName;
  /** Colours the icon; most events ask for nothing. */
  tone?: 'warn' | 'danger' | 'relogin';
}

const events: Record<string, EventWords> = {
  'vault.created': { name: 'Vault created', icon: 'key' },
  'vault.unlocked': { name: 'Unlocked', icon: 'unlock' },
  'vault.locked': { name: 'Locked', icon: 'lock' },
  'vault.key_missing': { name: 'Key missing in the keyring', icon: 'triangle', tone: 'danger' },
  'vault.rolled_back': { name: 'Older copy put back', icon: 'undo', tone: 'warn' },
  'vault.salvaged': { name: 'Damaged vault salvaged', icon: 'triangle', tone: 'danger' },
  'vault.migrated': { name: 'Vault brought up to date', icon: 'refresh' },
  'signin.started': { name: 'Sign-in begun', icon: 'log-in' },
  'signin.failed': { name: 'Sign-in failed', icon: 'triangle', tone: 'warn' },
  'session.signed_in': { name: 'Signed in', icon: 'log-in' },
  'session.imported': { name: 'Token imported', icon: 'clipboard' },
  'session.taken_over': { name: 'Taken over', icon: 'hand' },
  'session.renamed': { name: 'Renamed', icon: 'pencil' },
  'session.labelled': { name: 'Labels changed', icon: 'tag' },
  'session.ended': { name: 'Ended', icon: 'hourglass', tone: 'relogin' },
  'session.frozen': { name: 'Frozen: possible theft', icon: 'octagon', tone: 'danger' },
  'session.forgotten': { name: 'Forgotten here', icon: 'trash' },
  'session.removed': { name: 'Removed from the list', icon: 'trash' },
  'refresh.started': { name: 'Refresh begun', icon: 'refresh' },
  'refresh.succeeded': { name: 'Refreshed', icon: 'refresh' },
  'refresh.failed': { name: 'Refresh failed', icon: 'triangle', tone: 'warn' },
  'refresh.refused': { name: 'Refresh refused', icon: 'octagon', tone: 'danger' },
  'refresh.uncertain': { name: 'Refresh uncertain', icon: 'shield-question', tone: 'warn' },
  'token.copied': { name: 'Token copied', icon: 'copy' },
  'token.handed_out': { name: 'Token handed to a program', icon: 'external' },
  'revoke.requested': { name: 'Revocation asked for', icon: 'ban' },
  'revoke.undone': { name: 'Revocation taken back', icon: 'undo' },
  'revoke.sent': { name: 'Revocation sent', icon: 'ban' },
  'revoke.confirmed': { name: 'Confirmed dead', icon: 'badge-check' },
  'revoke.accepted': { name: 'Revocation accepted', icon: 'ban' },
  'revoke.failed': { name: 'Revocation failed', icon: 'triangle', tone: 'danger' },
  'signout.opened': { name: 'Sign-out page opened', icon: 'log-out' },
  'provider.sessions_ended': { name: 'Ended at the provider', icon: 'badge-check' },
  'finding.dismissed': { name: 'Finding dismissed', icon: 'check' },
  'finding.restored': { name: 'Finding restored', icon: 'undo' },
  'issuer.added': { name: 'Provider added', icon: 'globe' },
  'issuer.changed': { name: 'Provider changed', icon: 'globe' },
  'issuer.removed': { name: 'Provider removed', icon: 'globe' },
  'log.exported': { name: 'Log exported', icon: 'download' },
  'checkpoint.signed': { name: 'Checkpoint signed', icon: 'signature' },
  'policy.ended': { name: 'Ended by a policy', icon: 'hourglass', tone: 'warn' },
  'policies.changed': { name: 'Policies changed', icon: 'settings' },
  'settings.changed': { name: 'Setting changed', icon: 'settings' },
};

const actors: Record<string, string> = { user: 'you', keyfob: 'Keyfob', cli: 'command line' };

const results: Record<string, string> = {
  ok: 'done',
  failed: 'failed',
  refused: 'refused',
  pending: 'pending',
  cancelled: 'taken back',
};

const facts: Record<string, string> = {
  attempt: 'Try',
  count: 'Count',
  access_ends_at: 'Access ends',
  refresh_ends_at: 'Refresh ends',
  valid_until: 'Valid until',
  retry_at: 'Next try',
  held_until: 'Held until',
  rotation: 'Refresh token',
  way: 'Way',
  cause: 'Cause',
  verdict: 'Verdict',
  step: 'Step',
  evidence: 'Evidence',
  status: 'HTTP status',
  setting: 'Setting',
  value: 'Value',
  slot: 'Key slot',
  format: 'Format',
  accounts: 'Accounts',
  hosts: 'Hosts',
  last_seq: 'Last event',
  from_version: 'From version',
  to_version: 'To version',
  provider: 'Provider',
  finding: 'Rule',
  generation: 'Generation',
};

const readable = (code: string) => code.replaceAll(/[._]/gu, ' ');
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const audit = {
  event: (code: string): EventWords => events[code] ?? { name: capital(readable(code)), icon: 'info' },
  actor: (code: string) => actors[code] ?? code,
  result: (code: string) => results[code] ?? readable(code),
  fact: (name: string) => facts[name] ?? capital(readable(name)),
  code: readable,
  actors: Object.keys(actors),
  results: Object.keys(results),

  title: 'Audit log',
  list: 'Audit events',
  search: 'Search events',
  date: 'Date',
  actorLabel: 'Actor',
  eventLabel: 'Event',
  resultLabel: 'Result',
  anyone: 'anyone',
  all: 'all',
  ranges: {
    all: 'all time',
    today: 'today',
    day: 'last 24 hours',
    week: 'last 7 days',
    month: 'last 30 days',
    custom: 'from – to',
  },
  from: 'From',
  to: 'To',
  clear: 'Clear filters',
  onlySession: (name: string) => `Only ${name}`,
  shown: (matched: number, total: number) =>
    matched === total ? plural(total, 'event', 'events') : `${number(matched)} of ${number(total)} shown`,

  about: {
    setting: (name: string) => readable(name),
    upTo: (seq: string) => `up to event ${seq}`,
    count: (count: string) => `${count} events`,
  },
  columns: { chain: 'Chain', seq: 'No.', time: 'Time', actor: 'Actor', event: 'Event', about: 'About', result: 'Result' },
  open: (seq: number) => `Show event ${seq}`,
  close: (seq: number) => `Hide event ${seq}`,
  checkpointAfter: 'A signed checkpoint stands after this event',
  loadingRow: 'Loading',

  verified: (events: number) => `Chain verified, ${plural(events, 'event', 'events')}`,
  checking: 'Checking the chain',
  checked: (at: string) => `checked ${at}`,
  checkpoint: (seq: number) => `signed checkpoint at ${number(seq)}`,
  noCheckpoint: 'no signed checkpoint yet',
  verifyAgain: 'Verify again',
  unchecked: 'Not checked',
  broken: (seq: number) => `Broken at event ${number(seq)}`,
  brokenBanner: (seq: number) =>
    `The log was changed outside of Keyfob: event ${number(seq)} is the first that does not fit. Events before it are intact.`,
  brokenUnknown: 'The log does not fit together. Which event is the first bad one could not be found out.',
  showEvent: (seq: number) => `Show event ${number(seq)}`,

  empty: 'Nothing has happened yet',
  emptyText: 'Every sign-in, refresh, copy and revocation is written here, in the same step as what it records.',
  nothing: 'No event matches',
  nothingText: (text: string) => `Nothing matches “${text}”.`,
  failed: 'The log could not be read',

  detail: {
    what: 'Event',
    at: 'When',
    by: 'By',
    about: 'Session',
    account: 'Account',
    host: 'Provider',
    token: 'Token',
    code: 'Code',
    result: 'Result',
    leaf: 'Leaf hash',
    showSession: 'Show session',
    more: 'Only this session',
  },

  exporting: {
    open: 'Export',
    title: 'Export the audit log',
    lead: 'It can be verified later without this vault.',
    range: 'Range',
    rangeFiltered: 'As filtered',
    ranges: { all: 'Everything', today: 'Today', day: 'Last 24 hours', week: 'Last 7 days', month: 'Last 30 days' },
    format: 'Format',
    formats: { jsonl: 'JSON Lines', csv: 'CSV' },
    accounts: 'Account names',
    hosts: 'Host names',
    masks: { keep: 'Keep', hash: 'Hash', remove: 'Remove' },
    secrets: 'Secrets',
    never: 'Never exported, this cannot be switched on',
    preview: 'Preview',
    newest: 'newest three',
    previewLoading: 'Preparing the preview',
    previewEmpty: 'No event falls into this range.',
    // Read out before a masked value, so it ends in a space.
    masked: 'masked ',
    marked: 'Marked values are replaced. One name, one hash, in this file only.',
    removedNote: 'Removed values leave their hash behind, so that the file still verifies.',
    willMask: (count: number) =>
      count === 0 ? 'No value is masked' : `${plural(count, 'value', 'values')} will be masked`,
    about: (size: number) => `about ${bytes(size)}`,
    accountPoint: { keep: 'Account names and labels as they are', hash: 'Account names and labels hashed', remove: 'Account names and labels removed' },
    hostPoint: { keep: 'Host names as they are', hash: 'Host names hashed', remove: 'Host names removed' },
    tokensPoint: 'Tokens only as kind and fingerprint',
    checkpointsPoint: (count: number) =>
      count === 0
        ? 'A signed checkpoint is added at the end'
        : `${plural(count, 'signed checkpoint', 'signed checkpoints')} and the public key included`,
    to: 'to',
    changeTarget: 'Change',
    chooseTarget: 'Choose where',
    confirm: (count: number) => `Export ${plural(count, 'event', 'events')}`,
    running: (done: number, total: number) => (total === 0 ? 'Exporting' : `${number(done)} of ${number(total)}`),
    stop: 'Stop',
    cancelled: 'The export was stopped. No file was left behind.',
    done: (events: number, masked: number) =>
      `${plural(events, 'event', 'events')} exported. ${masked === 0 ? 'No value masked' : `${plural(masked, 'value', 'values')} masked`}, no secrets.`,
    doneTitle: 'The log was exported',
    file: 'File',
    key: 'Signed by',
    verify: 'To verify it, anywhere:',
    verifyNote: 'Tell the fingerprint to whoever gets the file, on another way than the file itself.',
    command: (path: string, key: string) => `keyfob audit verify ${path} --key ${key}`,
    showFile: 'Show file',
    again: 'Export again',
  },
} as const;
