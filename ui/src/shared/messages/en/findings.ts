import { number, plural } from '../../format/text';
import type { FindingCode } from '../../bridge/types.gen';

/** What a rule says: what is wrong here, why that matters, and what to do about it. */
export interface RuleWords {
  title: string;
  why: string;
  todo: string;
}

const askProvider = 'This is set at the provider: ask whoever runs it';

const rules: Record<FindingCode, RuleWords> = {
  not_signed: {
    title: 'The access token is not signed',
    why: 'Anyone can write such a token, and a service that accepts it accepts anyone.',
    todo: 'Revoke it, and tell whoever runs the provider or the service.',
  },
  signature_failed: {
    title: 'The access token does not fit the provider’s keys',
    why: 'Its signature or its issuer is wrong. It may be forged, or damaged on the way.',
    todo: 'Revoke it and sign in again. If it comes back, tell whoever runs the provider.',
  },
  weak_signature: {
    title: 'The access token is signed weakly',
    why: 'With a shared or short key, or an old algorithm, others may be able to write such tokens.',
    todo: `${askProvider} for a public-key signature such as ES256, or RS256 with at least 2,048 bits.`,
  },
  no_end: {
    title: 'No end of the access token is known',
    why: 'Whoever gets a copy may use it for as long as they like.',
    todo: 'Revoke it when you don’t need it. If the provider can, have it give tokens that end.',
  },
  long_lived: {
    title: 'The access token lives for more than an hour',
    why: 'A copy works until the token ends, and services that check it offline don’t notice a revocation.',
    todo: `${askProvider} for an hour or less; Keyfob renews it in time. Until then, revoke it after use.`,
  },
  not_rotated: {
    title: 'The refresh token is not replaced when it is used',
    why: 'A stolen copy goes on working beside yours, and nobody can notice.',
    todo: `${askProvider} for refresh token rotation.`,
  },
  endless: {
    title: 'The sign-in seems to have no end',
    why: 'It has been renewed for more than half a year. A copy of it would be renewed as long.',
    todo: 'Sign in again from time to time, or set a policy in Settings that ends it.',
  },
  past_policy: {
    title: 'It is kept past the end that your policy sets',
    why: 'The policy could not end it, or the clock of this computer can’t be trusted yet.',
    todo: 'Revoke it now, or change the policy in Settings.',
  },
  unused: {
    title: 'It was not used for 90 days',
    why: 'What nobody uses, nobody misses when it is stolen.',
    todo: 'Revoke it. You can sign in again when you need it.',
  },
  no_audience: {
    title: 'The access token does not say whom it is for',
    why: 'A service that gets it could use it at another one in your name.',
    todo: `${askProvider} for tokens with an audience.`,
  },
  wide_audience: {
    title: 'The access token is accepted by many services',
    why: 'Each of them could use it at the others in your name.',
    todo: `${askProvider} for one token per service.`,
  },
  claim_twice: {
    title: 'A claim appears twice in the access token',
    why: 'Programs differ in which of the two they take, which can be used against them.',
    todo: 'Tell whoever runs the provider; this is a mistake there.',
  },
  clock_off: {
    title: 'The clock here and the provider’s differ',
    why: 'Tokens seem to end too early or too late, and some are refused.',
    todo: 'Set the clock of this computer from the network. If it is right, the provider’s is wrong.',
  },
  wide_scopes: {
    title: 'It may do far more than Keyfob sees it used for',
    why: 'What it may do, a thief of it may do. Keyfob sees when it gives the token away, never what a service does with it.',
    todo: 'Sign in with fewer scopes, if your work allows.',
  },
  personal_data: {
    title: 'The access token carries personal data',
    why: 'Every service and every log that sees the token can read it.',
    todo: 'Sign in with fewer scopes, or ask whoever runs the provider to leave the claims out of access tokens.',
  },
  not_bound: {
    title: 'The tokens work for whoever holds them',
    why: 'The provider could bind tokens to a key of this computer, so that a copy is of no use elsewhere.',
    todo: 'Keyfob can’t ask for bound tokens yet. Keep the session short, and revoke it when you don’t need it.',
  },
  not_revocable: {
    title: 'The provider has no way to revoke it',
    why: 'If it is stolen, all you can do is wait until it ends.',
    todo: 'Sign out in the browser where that is possible, and keep its life short.',
  },
};

/** The evidence of a rule, by its name: how the value is introduced. */
const evidence: Record<string, string> = {
  life: 'Its life',
  received: 'Here since',
  renewals: 'Renewals with the same token',
  signed_in_for: 'Signed in for',
  unused_limit: 'Allowed without use',
  total_limit: 'Allowed in all',
  was_due: 'Should have ended',
  unused_for: 'Not used for',
  last_use: 'Last given away',
  count: 'How many',
  audiences: 'Audiences',
  claims: 'Claims',
  off_by: 'Provider’s clock',
  algorithm: 'Algorithm',
  key_bits: 'Key, bits',
  powerful: 'May do nearly all',
  writing: 'May write',
  many: 'The first of them',
  scopes: 'Scopes in all',
  offered: 'The provider offers',
};

export const findings = {
  rule: (code: FindingCode): RuleWords => rules[code],
  evidence: (name: string) => evidence[name] ?? name,
  never: 'never',
  ahead: (time: string) => `${time} ahead`,
  behind: (time: string) => `${time} behind`,
  more: (count: number) => `and ${number(count)} more`,

  severity: { serious: 'Serious', warning: 'Warning', notice: 'Notice' },
  about: { access: 'access token', refresh: 'refresh token', id: 'ID token' },
  title: 'Findings',
  ofChecks: (found: number, made: number) => `${number(found)} of ${plural(made, 'check', 'checks')}`,
  badge: (count: number) => plural(count, 'finding', 'findings'),
  showAll: 'Show findings',
  why: 'Why it matters',
  todo: 'What to do',
  seen: 'What was seen',
  source: (sources: string) => `Good practice by ${sources}`,
  revoke: 'Revoke',
  signIn: 'Sign in again',
  fewerScopes: 'Sign in with fewer scopes',
  dismiss: 'Dismiss',
  dismissLabel: (title: string) => `Dismiss: ${title}`,
  dismissed: (title: string) => `Dismissed for this session: ${title}`,
  dismissedTitle: 'Dismissed',
  restore: 'Restore',
  restoreLabel: (title: string) => `Restore: ${title}`,

  none: 'Nothing to complain about',
  noneText: (made: number) => `${plural(made, 'check', 'checks')} against good practice found nothing.`,
  nothing: 'Nothing left to check',
  nothingText: 'This session is revoked, and its tokens were wiped.',
  failed: 'The checks could not be made',
  made: (fine: number) => `${plural(fine, 'other check', 'other checks')} found nothing`,
  silent: (count: number) => `${plural(count, 'check', 'checks')} had nothing to look at`,
  silentText: 'An opaque token tells nothing of itself, and some things are only seen with time.',
} as const;
