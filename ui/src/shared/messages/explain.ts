/** Errors in words. */
import { toCallError } from '../bridge/bridge';
import { cut } from '../format/text';
import { t } from './t';

/** The sentence for anything thrown; its facts may be the text of others and are cut. */
export function explain(thrown: unknown): string {
  const { code, facts } = toCallError(thrown);
  const bounded = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, cut(value, 200)]));
  return (t.errors[code] ?? t.errors.internal)(bounded);
}
