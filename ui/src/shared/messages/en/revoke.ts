import type { Reach } from '../../bridge/types.gen';
import { number, plural } from '../../format/text';

const reachWords: Record<Reach, string> = {
  token: 'These tokens',
  client_session: 'These sessions',
  grant: 'The whole grant',
  all_sessions_of_user: 'Everywhere',
};

const ends: Record<Reach, (count: number) => string> = {
  token: (count) => (count === 1 ? 'Its refresh and access token.' : `Refresh and access tokens of ${number(count)} sessions.`),
  client_session: (count) =>
    count === 1 ? 'This client’s session.' : `${number(count)} client sessions.`,
  grant: () => 'The whole grant: every session of this client and account, on all devices.',
  all_sessions_of_user: () => 'Every session of this account, of all programs, on all devices. It can take minutes.',
};

export const revoke = {
  reachWords,
  ends,
  title: (included: number, all: number) =>
    included === all
      ? `Revoke ${plural(all, 'session', 'sessions')}?`
      : `Revoke ${number(included)} of ${plural(all, 'session', 'sessions')}?`,
  titleLoading: 'Revoke sessions?',
  titleNone: 'Nothing to revoke',
  lead: 'Providers mean different things by “revoke”. This is what ends:',
  loading: 'Asking what would end',
  none: 'None of these sessions can be revoked: they are revoked already, or no way to do it is known.',
  stay: (count: number) =>
    count === 1 ? 'Your other session there stays.' : `Your other ${number(count)} sessions there stay.`,
  leftOut: 'Left out.',
  names: (shown: string, more: number) => (more > 0 ? `${shown} and ${number(more)} more` : shown),
  include: 'Include it, I know that it signs this account out everywhere',
  unsupported: 'No way to revoke there. They end by themselves.',
  unprovable: 'Cannot be checked afterwards.',
  skipped: (count: number) =>
    `${plural(count, 'session is', 'sessions are')} left as ${count === 1 ? 'it is' : 'they are'}: revoked already, or no way is known.`,
  offline: (left: string) =>
    `Services that check access tokens offline may accept them for up to ${left} more.`,
  checks: 'Keyfob asks each provider afterwards and shows what is confirmed dead.',
  held: (seconds: number) =>
    seconds > 0 ? `Held for ${number(seconds)} s. After that it can’t be undone.` : 'Sent at once. It can’t be undone.',
  confirm: (count: number) => `Revoke ${plural(count, 'session', 'sessions')}`,
  nothingIncluded: 'Nothing chosen',
  done: (count: number, seconds: number) =>
    seconds > 0
      ? `${plural(count, 'session', 'sessions')} will be revoked in ${number(seconds)} s.`
      : `${plural(count, 'session is', 'sessions are')} being revoked.`,
  changedMeanwhile: 'Nothing was revoked: they were revoked already.',
} as const;
