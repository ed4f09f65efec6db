import { plural } from '../../format/text';

export const policies = {
  title: 'Session policies',
  lead: 'End sessions by themselves, so that none lives on forgotten. Where several apply to a session, the earliest end counts.',
  loading: 'Reading the policies',
  failed: 'The policies could not be read',
  add: 'Add a policy',
  edit: 'Edit',
  editOf: (scope: string) => `Edit the policy for ${scope}`,
  remove: 'Remove',
  removeOf: (scope: string) => `Remove the policy for ${scope}`,

  all: 'All sessions',
  label: (label: string) => `Label ${label}`,
  or: ' or ',
  unusedFor: (span: string) => `after ${span} without use`,
  totalOf: (span: string) => `${span} after the sign-in`,
  ends: (limits: string, action: 'revoke' | 'forget') =>
    action === 'revoke' ? `Revoked ${limits}.` : `Only forgotten here ${limits}.`,
  warned: (span: string) => `Warns ${span} before.`,

  addTitle: 'A new policy',
  editTitle: 'Edit the policy',
  editLead: 'It acts within half a minute, also while Keyfob is locked.',
  for: 'Applies to',
  unused: 'Ends without use after',
  unusedText: 'A use is a copied or handed-out token, or a new sign-in. Refresh by itself is none.',
  total: 'Ends in any case after',
  totalText: 'Counted from the last sign-in.',
  noLimit: 'No limit',
  warn: 'Warns before',
  noWarning: 'Not at all',
  action: 'Then',
  actions: { revoke: 'Revoke', forget: 'Only forget' },
  actionText: {
    revoke: 'The provider is told to end it, and it is checked.',
    forget: 'Its tokens are wiped here. At the provider the session lives on.',
  },
  needsLimit: 'A policy needs at least one limit.',

  theirs: 'The provider itself:',
  theirRefresh: (span: string) => `a refresh token lives ${span}.`,
  theirUnused: (span: string) => `a session ends after ${span} without use.`,
  theirTotal: (span: string) => `a session ends ${span} after the sign-in.`,

  effect: 'What this would end',
  endsNow: (count: number) => (count === 0 ? 'Ends no session now' : `Ends ${plural(count, 'session', 'sessions')} now`),
  later: (count: number) => `${plural(count, 'session', 'sessions')} will end later.`,
  unsure: (count: number) =>
    `${plural(count, 'session', 'sessions')} would be past the limit, but nothing has confirmed this computer’s clock since it started: left alone until something does.`,
  andMore: (count: number) => `and ${plural(count, 'more', 'more')}`,
  why: { unused: 'not used for too long', total: 'signed in too long ago' },
  does: { revoke: 'revoked', forget: 'forgotten here' },
  save: (ends: number) => (ends === 0 ? 'Save' : `Save and end ${plural(ends, 'session', 'sessions')}`),

  detail: 'Your policy',
  detailEnds: (at: string, limit: 'unused' | 'total', action: 'revoke' | 'forget') =>
    `${action === 'revoke' ? 'revokes' : 'forgets'} it ${limit === 'unused' ? 'if unused until' : 'at'} ${at}`,
  detailUnsure: 'would have ended it, but this computer’s clock is not confirmed yet',
  provider: 'Provider’s limits',
} as const;
