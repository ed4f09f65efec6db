import { number, plural } from '../../format/text';
import { compactSpan } from '../../format/time';

const HOUR = 3_600_000;

export const sessions = {
  grid: 'Sessions',
  status: 'Status',
  session: 'Session',
  account: 'Account',
  ends: 'Ends',
  actions: 'Actions',
  selectAll: 'Select all',
  select: (name: string) => `Select ${name}`,
  expand: (host: string) => `Show the sessions of ${host}`,
  collapse: (host: string) => `Hide the sessions of ${host}`,
  needAttention: (count: number) => `${number(count)} ${count === 1 ? 'needs' : 'need'} attention`,
  count: (count: number) => plural(count, 'session', 'sessions'),
  copyOf: (name: string) => `Copy access token of ${name}`,
  moreOf: (name: string) => `More actions for ${name}`,
  actionOf: (action: string, name: string) => `${action}: ${name}`,

  // The right cell.
  stopped: 'stopped',
  ended: 'ended',
  endedAgo: (span: string) => `ended ${span} ago`,
  endedAt: (time: string) => `ended ${time}`,
  revokedAt: (time: string) => `revoked ${time}`,
  revokedIn: 'revoked in',
  seconds: (count: number) => `${number(count)} s`,
  waitingForNetwork: 'waiting for network',
  sentWaiting: 'sent, waiting',
  noEndKnown: 'no end known',
  validUntil: (time: string) => `valid until ${time}`,
  retryAt: (time: string) => `retry ${time}`,
  retryNow: 'retry now',
  now: 'Now',
  revokeNow: 'Revoke now',
  renewsItself: 'Renews itself',
  renewsAt: (time: string) => `Renews itself, next at ${time}`,
  endsAt: (time: string) => `Ends ${time}`,
  accessEndsAt: (time: string) => `The access token ends ${time}`,

  // Announced while a countdown runs.
  announce: (name: string, left: string) => `${name} ends in ${left}`,
  announceEnd: (name: string) => `${name} has ended`,

  // The strip.
  nextToEnd: 'Next to end',
  // After a name, before a countdown.
  nextIn: 'in',
  toTimeline: 'Show on the timeline',
  withinHour: (count: number, more: boolean) => `${number(count)}${more ? ' or more' : ''} within the hour`,
  needYou: (count: number) => `${number(count)} ${count === 1 ? 'needs' : 'need'} you`,
  showStrip: 'Show when they end',
  hideStrip: 'Hide when they end',
  axisNow: 'now',
  axis: (ahead: number) => `+${compactSpan(ahead)}`,
  reach: 'How far ahead',
  reaches: { hour: compactSpan(HOUR), day: compactSpan(24 * HOUR), week: compactSpan(7 * 24 * HOUR), quarter: compactSpan(90 * 24 * HOUR) },
  nothingEnds: (span: string) => `Nothing ends within ${span}.`,
  laneNoRefresh: 'no refresh',
  laneUnreachable: 'unreachable',
  laneFailed: 'not refreshed',
  laneSignInEnds: 'sign-in ends',
  lanePolicy: 'by your policy',
  laneWatched: 'watched',
  laneRenews: 'renews itself',

  // The banner.
  theft: (name: string) => `${name}: possible theft.`,
  theftMore: 'Someone may have used a copy. Refresh stopped.',
  theftMany: (count: number) => `${plural(count, 'session', 'sessions')}: possible theft.`,
  hideBanner: 'Hide until it changes',

  // Bulk.
  bulkSelected: (count: number) => `${number(count)} selected`,
  clear: 'Clear',
  refresh: 'Refresh',
  label: 'Label',
  revokeCount: (count: number) => `Revoke ${number(count)}…`,

  // The menu of a row.
  open: 'Show details',
  refreshNow: 'Refresh now',
  copyToken: 'Copy access token',
  copyHeader: 'Copy as header',
  signInAgain: 'Sign in again',
  takeOver: 'Take over…',
  rename: 'Rename…',
  labels: 'Labels…',
  signOut: 'Sign out in browser',
  revoke: 'Revoke',
  revokeAccount: 'Revoke all of this account…',
  revokeIssuer: 'Revoke all of this issuer…',
  forget: 'Forget…',
  remove: 'Remove from the list',

  // What passed.
  copied: (left: number) => `Access token copied. Clears in ${number(left)} s.`,
  copiedHeader: (left: number) => `Authorization header copied. Clears in ${number(left)} s.`,
  clearNow: 'Clear now',
  cleared: 'The clipboard is empty again.',
  refreshed: (name: string) => `${name} was refreshed.`,
  refreshedMany: (count: number) =>
    count === 0 ? 'Nothing was due.' : `Refreshing ${plural(count, 'session', 'sessions')}.`,
  willBeRevoked: (name: string, seconds: number) => `${name} will be revoked in ${number(seconds)} s.`,
  undone: (name: string) => `${name} stays. Nothing was sent.`,
  renamed: (name: string) => `Renamed to ${name}.`,
  removed: (name: string) => `${name} was removed from the list.`,
  forgotten: (name: string) => `${name} was forgotten here. Nothing was revoked.`,
  revokedConfirmed: (host: string) => `Revoked at ${host} and checked: it is dead.`,
  revokedConfirmedOffline: (host: string, time: string) =>
    `Revoked at ${host} and checked: it is dead. Services that check the access token offline may accept it until ${time}.`,
  revokedAccepted: (host: string) => `Revoked at ${host}. Whether it is dead cannot be checked.`,
  revokedOffline: (host: string, time: string) =>
    `Revoked at ${host}. Services that check the access token offline may accept it until ${time}.`,
  revokedValid: (host: string, time: string) =>
    `${host} has no way to revoke this. It stays valid until ${time}.`,
  revokedValidUnknown: (host: string) => `${host} has no way to revoke this. When it ends is not known.`,
  revokeWaiting: 'Not revoked yet: you’re offline. It will be sent when you reconnect.',

  // Empty, none, wrong.
  emptyTitle: 'No sessions yet',
  emptyText: 'Keyfob keeps them alive, shows when they end, and ends them when you say so.',
  waySignIn: 'Sign in to a provider',
  waySignInText: 'Type its address. Keyfob reads what it offers, then opens your browser.',
  wayAddress: 'Provider address',
  wayAddressExample: 'sso.example.com',
  wayFile: 'Open a file',
  wayFileText: 'A token or the answer of a token endpoint, read straight into the vault.',
  wayFileButton: 'Choose a file',
  wayPaste: 'Paste a token',
  wayPasteText: 'Straight from the clipboard into the vault, never through this window.',
  wayPasteButton: 'Paste',
  signIn: 'Sign in',
  demoTitle: 'The demonstration provider is running',
  demoText: (host: string) => `${host} on this computer, with made-up people.`,
  demoButton: 'Sign in there',
  noneTitle: (text: string) => `Nothing matches “${text}”`,
  noneText: 'No session fits all of these filters.',
  clearFilters: 'Clear filters',
  failedTitle: 'The sessions could not be read',

  // Dialogs of one field.
  renameTitle: (name: string) => `Rename ${name}`,
  nameLabel: 'Name',
  nameHint: 'Only you see it. At most 120 characters.',
  labelTitle: (name: string) => `Labels of ${name}`,
  labelTitleMany: (count: number) => `Add labels to ${plural(count, 'session', 'sessions')}`,
  labelsLabel: 'Labels',
  labelsHint: 'Separated by commas, each at most 40 characters.',
  forgetTitle: (name: string) => `Forget ${name}?`,
  forgetLead: 'This wipes its tokens from this computer. It does not revoke anything.',
  forgetText: (host: string) =>
    `At ${host} the session goes on, and Keyfob can no longer end it. Revoke it instead if it should be dead.`,
  forgetButton: 'Forget it here',
  addTitle: 'Add a session',
} as const;
