/** Invented answers for the dialogs and screens beside the list: sign-in, import, audit, settings. */
import type { MockState } from './mock';

export const others: Record<string, (state: MockState, args: never) => unknown> = {
  known_issuers: () => [],
};
