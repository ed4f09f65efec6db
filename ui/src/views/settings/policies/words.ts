import type { PolicyScope, PolicyView } from '../../../shared/bridge/types.gen';
import { cut } from '../../../shared/format/text';
import { span } from '../../../shared/format/time';
import { t } from '../../../shared/messages/t';
import { policies } from '../../../domain/settings/policies.svelte';

const words = t.settings.policies;

export function scopeWords(scope: PolicyScope): string {
  if (scope.scope === 'all') return words.all;
  if (scope.scope === 'label') return words.label(cut(scope.label, 60));
  const known = policies.issuers.find(({ issuer }) => issuer === scope.issuer);
  return cut(known?.host ?? scope.issuer, 80);
}

/** What a policy does, in one line. */
export function policyWords(policy: PolicyView): string {
  const limits = [
    policy.unusedMs === null ? null : words.unusedFor(span(policy.unusedMs)),
    policy.totalMs === null ? null : words.totalOf(span(policy.totalMs)),
  ].filter((text) => text !== null);
  const ends = words.ends(limits.join(words.or), policy.action);
  return policy.warnMs > 0 ? `${ends} ${words.warned(span(policy.warnMs))}` : ends;
}
