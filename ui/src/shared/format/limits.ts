import type { ProviderLimitsView } from '../bridge/types.gen';
import { t } from '../messages/t';
import { span } from './time';

/** What a provider told of its own limits; `null`: nothing. */
export function limitWords(limits: ProviderLimitsView): string | null {
  const words = t.settings.policies;
  const told = [
    limits.refreshMs === null ? null : words.theirRefresh(span(limits.refreshMs)),
    limits.unusedMs === null ? null : words.theirUnused(span(limits.unusedMs)),
    limits.totalMs === null ? null : words.theirTotal(span(limits.totalMs)),
  ].filter((text) => text !== null);
  return told.length === 0 ? null : told.join(' ');
}
