import { plural } from '../../format/text';

export const common = {
  app: 'Keyfob',
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  done: 'Done',
  back: 'Back',
  dismiss: 'Dismiss',
  details: 'Details',
  loading: 'Loading',
  tryAgain: 'Try again',
  undo: 'Undo',
  messages: 'Messages',
  more: 'More actions',
  today: 'Today',
  yesterday: 'Yesterday',
  unknown: 'unknown',
  sessions: (count: number) => plural(count, 'session', 'sessions'),
} as const;
