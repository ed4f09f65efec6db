import { number, plural } from '../../format/text';

export const timeline = {
  title: 'Timeline',
  lead: 'every end and every planned refresh, near ones wide, far ones narrow',
  range: 'How far ahead',
  asTable: 'View as table',
  asLanes: 'View as timeline',
  lanes: 'What ends when',
  endsIn: 'Ends in',
  now: 'now',
  /** Beside a bold number. */
  noneEnds: 'nothing ends within the hour',
  endWithinHour: (count: number) => (count === 1 ? 'ends within the hour' : 'end within the hour'),
  needYou: (count: number) => (count === 1 ? 'needs you' : 'need you'),
  planned: (count: number, range: string) => `${count === 1 ? 'refresh' : 'refreshes'} planned in ${range}`,
  counts: (soon: number, planned: number) =>
    `${plural(soon, 'session ends', 'sessions end')} within the hour, ${plural(planned, 'refresh', 'refreshes')} planned.`,

  legendAccess: 'access token',
  legendRefresh: 'can be refreshed',
  legendPlanned: 'planned refresh',
  legendHard: 'hard end',

  refreshStopped: 'refresh stopped',
  accessUntil: (time: string) => `Its access token lives until ${time}.`,
  refreshedAt: (time: string) => `Keyfob refreshes it at ${time}.`,
  policyEnd: (time: string) => `Your policy ends it at ${time}.`,
  hardEnd: (time: string) => `The sign-in ends at ${time}. Refresh can’t extend it.`,
  onlyEnd: 'It ends then, and nothing renews it.',
  noEndKnown: 'No end of it is known.',
  goesOn: 'It renews itself; no end is known.',

  needAttention: (count: number) => `${number(count)} ${count === 1 ? 'needs' : 'need'} attention`,
  allWell: 'nothing asks for you',
  unreachable: 'not reachable',
  refreshesOf: (count: number) => plural(count, 'planned refresh', 'planned refreshes'),
  count: (count: number) => plural(count, 'session', 'sessions'),
  expand: (host: string) => `Show the sessions at ${host}`,
  collapse: (host: string) => `Hide the sessions at ${host}`,

  columns: {
    name: 'Session',
    issuer: 'Issuer',
    state: 'State',
    access: 'Access ends',
    refresh: 'Next refresh',
    end: 'Hard end',
  },
  notKnown: 'not known',
  noRefresh: 'none planned',
  noHardEnd: 'none known',
  sortBy: (column: string) => `Sort by ${column}`,

  emptyTitle: 'Nothing has an end to show',
  emptyText: 'Once you are signed in somewhere, its life is drawn here.',
  toSessions: 'Go to Sessions',
  failedTitle: 'The timeline could not be read',
} as const;
