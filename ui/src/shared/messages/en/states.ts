import type { ActionKind, State } from '../../bridge/types.gen';

/** The words of the states and of the actions that go with them. */
export const states = {
  state: {
    theft: 'Possible theft',
    revoking: 'Revoking',
    revoked: 'Revoked',
    relogin: 'Sign in again',
    watched: 'Watched',
    refreshing: 'Refreshing',
    expired: 'Expired',
    failed: 'Refresh failed',
    offline: 'Offline',
    expiring: 'Expires soon',
    active: 'Active',
  } satisfies Record<State, string>,
  action: {
    review: 'Review',
    undo: 'Undo',
    cancel: 'Cancel',
    remove: 'Remove',
    sign_in: 'Sign in',
    take_over: 'Take over',
    try_now: 'Try now',
    refresh: 'Refresh',
    copy: 'Copy token',
    none: '',
  } satisfies Record<ActionKind, string>,
} as const;
